"""Judgements: what analysts said the record will say, how it stands, how well it held, and a form for one more."""

from components.judgement_form import show_change, show_make, show_outcome_button, show_said
from components.judgements_parts import load_standing, show_book, show_judgements, show_scores
from components.view.acting import show_access
from components.view.filter_bar import get_filter
from components.view.layout import show_page_head

show_page_head(
    "Judgements",
    "What was said the record will say on a day, how likely, and what came of it. Questions answer themselves by what "
    "is known on their day; the words are those of ICD 203 (docs/judgements.md).",
)
show_access()
show_said()
standing = load_standing()
show_book(standing)
show_judgements(standing)
show_outcome_button(standing)
show_scores(standing, get_filter())
show_change(standing, show_make())
