"""What moved each claim, and two days side by side: lists in one piece each. Draws; finds nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from components.loaders import get_theme, load_built, load_events, load_record
from components.parts.risk_panel_html import build_claim_state, build_link, build_state, escape
from components.parts.risk_panels import get_as_of
from components.view.address import FIRST_DAY, LAST_DAY, settle_choice
from components.view.controls import show_day, show_segments
from tension.assessments.watch import ClaimComparison, ClaimMove, IndicatorChange, compare_days, find_moves
from tension.assessments.wording import describe_marks, describe_reading, name_reading
from tension.desk import Desk
from tension.errors import BadInput
from tension.figures.palette import Palette
from tension.records.filter_fields import parse_date
from tension.records.filters import EventFilter
from tension.words import format_day

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


def show_moves(wanted: EventFilter, claim_id: str) -> None:
    """Every change of a claim's state up to the as-of day, newest first, with what moved it."""
    moves = load_built(_load_moves, claim_id, get_as_of(wanted))
    if not moves:
        st.caption("Its state has not changed up to this day.")
        return
    palette, titles = get_theme(), _load_titles()
    items = "".join(_build_move(move, titles, palette, wanted.to_query()) for move in reversed(moves))
    st.html(_wrap(f"<table><tr><th>Day</th><th>State</th><th>What moved it</th></tr>{items}</table>", palette))


def show_comparison(wanted: EventFilter, claim_ids: Sequence[str], versus: date) -> None:
    """The as-of day beside another: each claim's state on both, the indicators that differ, the events in and out.

    Of one claim alone, indicators whose state is the same are shown too where a number or an event differs.
    """
    as_of = get_as_of(wanted)
    first, second = sorted((as_of, versus))
    palette, titles, query = get_theme(), _load_titles(), wanted.to_query()
    names = {claim.claim_id: claim.title for claim in load_record().article.claims}
    rows = []
    for claim_id in claim_ids:
        found = load_built(_load_comparison, claim_id, first, second)
        shown = found.changed if len(claim_ids) > 1 else tuple(c for c in found.changes if c.is_different)
        rows.append(_build_comparison(names[claim_id], found, shown, titles, palette, query))
    head = f"<tr><th>Claim, indicator</th><th>{format_day(first)}</th><th>{format_day(second)}</th><th>Events</th></tr>"
    st.html(_wrap(f"<table>{head}{''.join(rows)}</table>", palette))


def _is_day(value: str) -> bool:
    """True for a day that the calendars can show, as ISO text."""
    try:
        return FIRST_DAY <= parse_date(value) <= LAST_DAY
    except BadInput:
        return False


def _load_moves(desk: Desk, claim_id: str, until: date) -> tuple[ClaimMove, ...]:
    return find_moves(desk.assessor, claim_id, until)


def _load_comparison(desk: Desk, claim_id: str, before: date, after: date) -> ClaimComparison:
    return compare_days(desk.assessor, claim_id, before, after)


def _load_titles() -> dict[str, str]:
    events = load_events(EventFilter(), ("event_id", "title"))
    return dict(zip(events.event_id, events.title, strict=True))


def _wrap(body: str, palette: Palette) -> str:
    style = f"--rp-line:{palette.grid};--rp-link:{palette.accent}"
    return f'<div class="rp" style="{style}"><div class="scroll">{body}</div></div>'


def _build_move(move: ClaimMove, titles: Mapping[str, str], palette: Palette, query: str) -> str:
    said = "".join(f"<div>{_build_change(change, titles, palette, query)}</div>" for change in move.changes)
    states = f"{escape(move.from_state)} → <b>{escape(move.to_state)}</b>"
    said = said or "the record begins or ends"
    return f'<tr><td class="st">{format_day(move.day)}</td><td>{states}</td><td>{said}</td></tr>'


def _build_change(change: IndicatorChange, titles: Mapping[str, str], palette: Palette, query: str) -> str:
    """An indicator before and after, what it reads now, and the events that came in or went out."""
    indicator = change.after.indicator
    link = build_link("evidence", query, indicator.title, indicator=indicator.indicator_id)
    states = f"{escape(name_reading(change.before))} → {escape(name_reading(change.after))}"
    reading = f"{describe_reading(change.before)} → {describe_reading(change.after)}"
    return f"{link}: {states}. {escape(reading)}.{_build_events(change, titles, query)}"


def _build_events(change: IndicatorChange, titles: Mapping[str, str], query: str) -> str:
    parts = []
    for word, ids in (("In", change.entered), ("Out", change.left)):
        links = [build_link("evidence", query, titles.get(e, e), event=e) for e in ids[:_MOST_EVENTS]]
        more = f" and {len(ids) - _MOST_EVENTS} more" if len(ids) > _MOST_EVENTS else ""
        if links:
            parts.append(f"<div>{word}: {'; '.join(links)}{more}</div>")
    return "".join(parts)


def _build_comparison(
    name: str,
    found: ClaimComparison,
    shown: Sequence[IndicatorChange],
    titles: Mapping[str, str],
    palette: Palette,
    query: str,
) -> str:
    sides = [
        f"<td>{build_claim_state(reading, palette)}<br>{escape(describe_marks(reading))}</td>"
        for reading in (found.before, found.after)
    ]
    verdict = "changed" if found.is_changed else "the same"
    rows = [f"<tr><td><b>{escape(name)}</b></td>{sides[0]}{sides[1]}<td>{verdict}</td></tr>"]
    for change in shown:
        indicator = change.after.indicator
        link = build_link("evidence", query, indicator.title, indicator=indicator.indicator_id)
        cells = "".join(
            f"<td>{build_state(reading, palette)}<br>{escape(describe_reading(reading))}</td>"
            for reading in (change.before, change.after)
        )
        rows.append(f"<tr><td>{link}</td>{cells}<td>{_build_events(change, titles, query)}</td></tr>")
    return "".join(rows)
