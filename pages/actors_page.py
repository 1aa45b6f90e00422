"""Actors: the profile of a state, alone or beside another; the people of the article; who acted on whom."""

import streamlit as st

from components.actors_dyads import show_dyads
from components.actors_parts import choose_states, show_profile, show_profiles, show_state_events
from components.article_parts import show_article_people
from components.loaders import load_summary
from components.parts.event_lists import show_card_at
from components.view.filter_bar import get_filter
from components.view.layout import show_empty, show_honesty, show_page_head, show_section

show_page_head("Actors", "States and people: what they say, do and are bound by, and who acted on whom.")
wanted = get_filter()
states = choose_states()
show_card_at()
if len(states) == 1:
    show_profile(states[0], wanted)
else:
    show_profiles(states, wanted)

show_section("Events in view", "Those that name the state; a click on a row opens the event's card.")
for column, state in zip(st.columns(len(states), gap="medium"), states, strict=True):
    with column:
        show_state_events(state, wanted)
for state in states:
    show_card_at(state)

show_section("Who acted on whom", "Rows act on columns. A joint act counts as the first partner's towards the second.")
if load_summary(wanted).event_count:
    show_dyads(wanted)
else:
    show_empty(wanted)

show_section("People in the article", "What it says of them, what the record holds, and how the statements fared.")
show_article_people()
show_honesty()
