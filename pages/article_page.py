"""Article: what the product is built from, its events, claims, positions and answers, and the checks of it."""

import streamlit as st

from components.article_beside import show_beside
from components.article_parts import (
    show_article_card,
    show_article_events,
    show_article_people,
    show_article_positions,
    show_article_states,
    show_checks,
    show_claims,
    show_questions,
)
from components.loaders import load_record
from components.parts.event_card import show_event_card
from components.view.filter_bar import get_selected_event
from components.view.layout import show_honesty, show_page_head, show_section

show_page_head("Article", "The report behind the risk panels, in our words, beside what others say.")
show_article_card()
if event_id := get_selected_event():
    show_event_card(event_id)

article = load_record().article
said, checked = st.columns([3, 2], gap="medium")
with said:
    if article.events:
        show_section("What it reports", "Its events; a click opens the recorded event with its sources.")
        show_article_events()
    if article.positions:
        show_section("Positions and red lines", "What each side restated at the meeting, and whether it changed.")
        show_article_positions()
    if article.questions:
        show_section("Questions and answers")
        show_questions()
with checked:
    if article.checks:
        show_section("Checked statements", "Against other reports. Several were overtaken within two days.")
        show_checks()

show_section("Claims", "The assessments behind the risk panels, with the article's own words.")
show_claims()
show_beside()
if article.people:
    show_section("People", "What the article says of them, what the record holds, and how the statements fared.")
    show_article_people()
if article.states:
    show_section("States")
    show_article_states()
show_honesty()
