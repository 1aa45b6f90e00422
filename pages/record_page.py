"""Record: every event in view as a table, its sources, the record's span and thin spots, downloads."""

import streamlit as st

from components.loaders import load_summary
from components.parts.event_card import show_event_card
from components.parts.source_grades import show_source_summary
from components.record_parts import show_coverage, show_downloads, show_events_table, show_reports, show_sources
from components.view.filter_bar import get_filter, get_selected_event
from components.view.layout import show_empty, show_honesty, show_page_head, show_section, show_thin_spots
from tension.words import count, format_span

show_page_head("Record", "Every event in view, one row each; a click on a row opens its card.")
wanted = get_filter()
summary = load_summary(wanted)
if summary.event_count == 0:
    show_empty(wanted)
else:
    st.markdown(f"**{count(summary.event_count, 'event')}**, {format_span(summary.first_date, summary.last_date)}.")
    show_source_summary(wanted)
    show_events_table(wanted)
    show_downloads(wanted)
    if event_id := get_selected_event():
        show_event_card(event_id)
    show_section("Where the reports come from", "Reports behind the events in view; an event has one or more.")
    show_sources(wanted)
    show_reports(wanted)
    show_section(
        "Span and thin spots", "Events in view per region and year: a low count may be a thin search, not calm."
    )
    show_coverage(wanted)
    show_honesty()
    show_thin_spots()
