"""The headline row of Overview: five figures of the view, each with what it counts. Decides nothing."""

from __future__ import annotations

from datetime import date

import streamlit as st

from components.loaders import load_last_contact, load_last_day, load_summary
from components.view.layout import describe_search
from tension.records.filters import EventFilter
from tension.records.vocab import CONTACT_LEVELS
from tension.words import format_day


def show_headline(wanted: EventFilter) -> None:
    """Events in view, severe ones, share of material conflict, the last day covered, days since the last contact."""
    summary = load_summary(wanted)
    day = find_day_of_view(wanted)
    with st.container(key="headline", horizontal=True, gap="small"):
        st.metric(
            "Events in view", f"{summary.event_count:,}", help="Curated events that the filter holds; a lower bound."
        )
        st.metric(
            "Severity 4 or 5",
            f"{summary.severe_count:,}",
            help="Dangerous encounters, named large exercises, use of force or casualties.",
        )
        share = summary.material_conflict_share
        st.metric(
            "Material conflict",
            "no events" if share is None else f"{share:.0%}",
            help="Share of the events in view whose act is coded CAMEO 15 to 20.",
        )
        _show_contact(day, wanted.as_of)
        st.metric(
            "Record covers to",
            format_day(day),
            help=f"{describe_search()}. The as-of date where that is earlier. Later is unknown, not quiet.",
        )


def find_day_of_view(wanted: EventFilter) -> date:
    """The day that the view speaks of: the as-of date, but never after the last day covered."""
    last_day = load_last_day()
    return min(wanted.as_of, last_day) if wanted.as_of else last_day


def _show_contact(day: date, as_of: date | None) -> None:
    contact = load_last_contact(day, as_of)
    if contact is None:
        st.metric(
            "Since US-China contact", "none yet", help="No US-China military contact is in the record by that day."
        )
        return
    last = f"{CONTACT_LEVELS[contact.level].lower()}, {format_day(contact.occurred_date)}"
    st.metric(
        "Since US-China contact",
        f"{contact.days_since} days",
        help=f"Days from the last US-China military contact ({last}) to {format_day(day)}.",
    )
