"""What moved each claim, and two days side by side: lists in one piece each. Draws; finds nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from components.loaders import get_theme, load_built, load_events, load_record
from components.parts.reading_signs import build_state, build_strip
from components.parts.risk_panels import get_as_of
from components.parts.templates import render, show_markup
from components.view.address import FIRST_DAY, LAST_DAY, settle_choice
from components.view.controls import show_day, show_segments
from tension.assessments.watch import ClaimComparison, IndicatorChange, StateChange, compare_days, find_state_changes
from tension.assessments.wording import describe_reading
from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.palette import Palette
from tension.records.filters import EventFilter, parse_date

ALL_CLAIMS = "all"
_MOST_EVENTS = 6


def choose_claim() -> str:
    """Which claim the page is about, all of them by default; in the address as `claim`."""
    titles = {claim.claim_id: claim.title for claim in load_record().article.claims}
    allowed = (ALL_CLAIMS, *titles)
    claim_id = settle_choice("claim", allowed, ALL_CLAIMS)
    show_segments("claim", "Claim", allowed, lambda value: titles.get(value, "All claims"), is_labelled=False)
    return claim_id


def choose_day() -> date:
    """The day to compare the as-of day with, the article's by default; in the address as `versus`."""
    article_day = load_record().article.published_date
    value = settle_choice(
        "versus", (), article_day.isoformat(), f"a day from {FIRST_DAY} to {LAST_DAY}, as YYYY-MM-DD", check=_is_day
    )
    show_day("versus", "Compare with", width=200)
    return date.fromisoformat(value)


def show_state_changes(wanted: EventFilter, claim_id: str) -> None:
    """Every change of a claim's state up to the as-of day, newest first, with what moved it."""
    turns = load_built(_load_state_changes, claim_id, get_as_of(wanted))
    if not turns:
        st.caption("Its state has not changed up to this day.")
        return
    palette, titles = get_theme(), _load_titles()
    shown = [
        {
            "day": turn.day,
            "from_state": str(turn.from_state),
            "to_state": str(turn.to_state),
            "changes": [_build_change(change, titles, palette) for change in turn.changes],
        }
        for turn in reversed(turns)
    ]
    show_markup(render("state_changes.html", palette=palette, query=wanted.to_query(), turns=shown))


def show_comparison(wanted: EventFilter, claim_ids: Sequence[str], versus: date) -> None:
    """The as-of day beside another: each claim's state on both, the indicators that differ, the events in and out.

    Of one claim alone, indicators whose state is the same are shown too where a number or an event differs.
    """
    as_of = get_as_of(wanted)
    first, second = sorted((as_of, versus))
    palette, titles = get_theme(), _load_titles()
    names = {claim.claim_id: claim.title for claim in load_record().article.claims}
    claims = []
    for claim_id in claim_ids:
        found = load_built(_load_comparison, claim_id, first, second)
        shown = found.changed if len(claim_ids) > 1 else tuple(c for c in found.changes if c.is_different)
        claims.append(
            {
                "title": names[claim_id],
                "strips": [build_strip(reading, palette) for reading in (found.before, found.after)],
                "is_changed": found.is_changed,
                "changes": [_build_change(change, titles, palette) for change in shown],
            }
        )
    page = render(
        "day_comparison.html",
        palette=palette,
        query=wanted.to_query(),
        first=first,
        second=second,
        claims=claims,
    )
    show_markup(page)


def _is_day(value: str) -> bool:
    """True for a day that the calendars can show, as ISO text."""
    try:
        return FIRST_DAY <= parse_date(value) <= LAST_DAY
    except BadInput:
        return False


def _load_state_changes(desk: Desk, claim_id: str, until: date) -> tuple[StateChange, ...]:
    return find_state_changes(desk.assessor, claim_id, until)


def _load_comparison(desk: Desk, claim_id: str, before: date, after: date) -> ClaimComparison:
    return compare_days(desk.assessor, claim_id, before, after)


def _load_titles() -> dict[str, str]:
    events = load_events(EventFilter(), ("event_id", "title"))
    return dict(zip(events.event_id, events.title, strict=True))


def _build_change(change: IndicatorChange, titles: Mapping[str, str], palette: Palette) -> dict[str, object]:
    """An indicator before and after, what it reads on both days, and the events that came in or went out."""
    before, after = (
        {"sign": build_state(reading, palette), "said": describe_reading(reading)}
        for reading in (change.before, change.after)
    )
    indicator = change.after.indicator
    sides = [_build_side("In", change.entered, titles), _build_side("Out", change.left, titles)]
    return {
        "indicator_id": indicator.indicator_id,
        "title": indicator.title,
        "before": before,
        "after": after,
        "sides": sides,
    }


def _build_side(word: str, ids: Sequence[str], titles: Mapping[str, str]) -> dict[str, object]:
    shown = [{"event_id": event_id, "title": titles.get(event_id, event_id)} for event_id in ids[:_MOST_EVENTS]]
    return {"word": word, "events": shown, "more_count": max(len(ids) - _MOST_EVENTS, 0)}
