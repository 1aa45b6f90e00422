"""The frame of a page: navigation, page head, what the record can't say, section heads, empty states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from components.loaders import (
    SHOWN_LIMIT,
    get_desk_notice,
    get_theme,
    get_version,
    load_built,
    load_last_activity_day,
    load_last_day,
    load_leads,
    load_summary,
    reopen_desk,
)
from components.parts.text import escape_markdown
from components.view.address import START_PAGE
from components.view.filter_bar import get_filter, set_filter
from tension.desk import Desk
from tension.errors import CuratedDataError, EngineError, StoreError, TensionError
from tension.records.filters import EventFilter
from tension.records.near_words import list_words, suggest_text
from tension.records.vocab import Region
from tension.words import count, format_day

PAGES_DIR = Path(__file__).resolve().parents[2] / "pages"
MAX_FAULTS = 20
# Page names in the order of the navigation, with what each one is for.
PAGES: dict[str, tuple[str, str]] = {
    "overview": ("Overview", "What moved, each claim in a row, a timeline, each sea with its map and counts."),
    "timeline": ("Timeline", "Events in time, in lanes by region, category or actor."),
    "map": ("Map", "Events, claim lines, zones and features on the map."),
    "actors": ("Actors", "States and people: positions, red lines, posture, ties."),
    "assessments": ("Assessments", "The article's claims and what the record says about each."),
    "activity": ("Activity", "Official counts of every sea, and the GPR index."),
    "article": ("Article", "The article itself, and its statements against other reports."),
    "workbench": ("Workbench", "Any assessment: its sentences marked, read by indicators, followed."),
    "record": ("Record", "Every event in view as a table, with its sources."),
    "evidence": ("Evidence", "From a claim to its indicators, events and sources, and back."),
    "channels": ("Channels", "US-China military contacts, the escalation ladder, positions through time."),
    "judgements": ("Judgements", "What was said the record will say on a day, what came of it, and the scores."),
    "brief": ("Brief", "What you picked, as slides, a document, a page or a PDF, with numbered sources."),
    "alerts": ("Alerts", "Rules of what to be told, how often each fires, and what became of each message."),
    "sources": ("Sources", "Where data come from and how fresh they are."),
    "inbox": ("Inbox", "Proposed events that wait for an editor."),
    "method": ("Method", "How events are coded and read, and what can't be seen."),
}


# What config.toml can't say: small print at 4.5:1, a masthead beside the menu, chips that are smaller than buttons.
STYLE = """<style>
[data-testid="stHeader"], [data-testid="stHeader"] * {background-color: transparent; pointer-events: none}
[data-testid="stHeader"] button, [data-testid="stHeader"] button * {pointer-events: auto}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {color: inherit; opacity: 0.9}
.st-key-masthead {margin-top: -2.9rem; padding-right: 3rem}
a:focus-visible, summary:focus-visible {outline: 3px solid #2f6db3; outline-offset: 2px}
@media (prefers-reduced-motion: reduce) {
  * {animation-duration: 0.01ms !important; transition-duration: 0.01ms !important}
}
@media (max-width: 640px) {.js-plotly-plot .modebar-container {display: none}}
/* Over a table's own head, where it stood over the words above. */
@media (max-width: 640px) {[data-testid="stDataFrame"] > [data-testid="stElementToolbar"] {top: 0.1rem !important}}
@media (max-width: 640px) {[data-testid="stMarkdownContainer"] td {overflow-wrap: anywhere; padding: 0.3rem}}
[class*="st-key-region_control"] button {min-height: 2rem; padding: 0 0.5rem}
[class*="st-key-region_control"] button p {font-size: 0.85rem}
.st-key-filters [data-testid="stDateInput"] {
  display: flex; align-items: center; gap: 0.35rem}
.st-key-filters [data-testid="stDateInputClearButton"] {display: none}
.st-key-filters [data-testid="stDateInputCalendarButton"] {padding: 0 0.2rem; margin-right: 0.2rem}
[data-testid="stLayoutWrapper"]:has(> .st-key-chart_toolbar) {position: absolute}
.st-key-filters [data-testid="stDateInput"] label + div {min-width: 0; flex: 1}
.st-key-filters [data-testid="stDateInput"] label {min-height: 0; margin: 0; width: auto; flex: none}
.st-key-filters button {padding: 0 0.6rem}
.st-key-chips button {min-height: 1.7rem; padding: 0 0.5rem}
.st-key-chips button p {font-size: 0.85rem}
[data-testid="stBaseButton-primary"] *, [data-testid="stMultiSelectTagsContainer"] *:not(input) {color: PAPER}
.st-key-related button {justify-content: flex-start; text-align: left; min-height: 1.6rem}
[class*="st-key-told_"] button p {text-align: left}
[data-testid="stPopoverBody"] button[kind="tertiary"] > div {justify-content: flex-start}
[data-testid="stPageLink"] p {text-decoration: underline; text-underline-offset: 0.15rem}
.on-paper {display: none}
@page {size: A4 landscape; margin: 12mm}
@media print {
  .st-key-filters, .st-key-chips, .masthead nav, [class*="st-key-menu_"], .modebar-container,
  [data-testid="stElementToolbar"], [data-testid="stHeader"], .st-key-card_close {display: none !important}
  /* A page of 1440 pixels as wide as the sheet: a chart that is drawn keeps its width. */
  [data-testid="stMainBlockContainer"] {zoom: 0.68; padding: 0 !important}
  .st-key-masthead {margin-top: 0}
  .stPlotlyChart, .region, tr, li {break-inside: avoid}
  .on-paper {display: block; font-size: 0.8rem}
  .st-key-event_card {position: static !important; width: auto !important; box-shadow: none !important}
}
</style>"""


def build_pages() -> dict[str, Any]:
    """The pages by name, those whose file is there."""
    return {
        name: st.Page(
            f"pages/{name}_page.py",
            title=title,
            # The start page is served at the root and keeps its path reserved; `build_alias` has its name.
            url_path="start" if name == START_PAGE else name,
            default=name == START_PAGE,
            help=purpose,
        )
        for name, (title, purpose) in PAGES.items()
        if has_page(name)
    }


def build_alias(pages: dict[str, Any]) -> Any:
    """The start page under its own name too: its address is bare, but people type and share `/overview`."""

    def go_to_start() -> None:
        st.switch_page(pages[START_PAGE], query_params=st.query_params.to_dict())

    return st.Page(go_to_start, title=PAGES[START_PAGE][0], url_path=START_PAGE, visibility="hidden")


def has_page(name: str) -> bool:
    """True when a page of this name can be linked to."""
    return (PAGES_DIR / f"{name}_page.py").exists()


def name_title(page: str) -> str:
    """The title of a page's window: the page first, for tabs are narrow."""
    return f"{PAGES[page][0]} · Indo-Pacific Tension Tracker"


def show_style() -> None:
    """The style of all pages: once a run, in the frame."""
    st.html(STYLE.replace("PAPER", get_theme().paper))


def show_page_head(title: str, subject: str) -> None:
    """A page's title and one line that says what it shows."""
    st.title(title, anchor=False)
    st.caption(subject)


def show_section(title: str, subject: str = "") -> None:
    """A section's title, and what it shows where the title doesn't say it."""
    st.header(title, anchor=False)
    if subject:
        st.caption(subject)


def show_honesty(*, has_counts: bool = False) -> None:
    """How far the record reaches and where it is thin, for what is in view."""
    st.caption(" ".join(build_honesty(get_filter(), has_counts=has_counts)))


def build_honesty(wanted: EventFilter, *, has_counts: bool = False) -> list[str]:
    """Sentences on the record's end and its thin spots, those that bear on the view."""
    said = [f"{describe_search()}; beyond it nothing is known, not quiet."]
    last_count = load_last_activity_day() if has_counts else None
    if last_count:
        said.append(f"Taiwan's daily counts reach to {format_day(last_count)}.")
    said.append("They are a lower bound: what no page reported, or nobody searched for, is missing.")
    is_early = wanted.since is None or wanted.since.year <= 2022
    if is_early and (not wanted.regions or Region.SOUTH_CHINA_SEA in wanted.regions):
        said.append("2022 is thin in the South China Sea.")
    if wanted.until is None or wanted.until.year >= 2026:
        said.append("2026 leans on reprints.")
    return said


def describe_search() -> str:
    """'Searched to 5 Jul 2026; 20 unreviewed leads to 4 Oct 2026': how far the record was searched, and what waits."""
    said = f"Searched to {format_day(load_last_day())}"
    lead_count, last_lead = load_leads()
    return f"{said}; {count(lead_count, 'unreviewed lead')} to {format_day(last_lead)}" if lead_count else said


def show_empty(wanted: EventFilter, reason: str = "") -> None:
    """Say that nothing is in view, and offer to widen."""
    with st.container(border=True, key="empty"):
        st.markdown(f"**{escape_markdown(reason or 'No events are in view.')}**")
        st.caption(f"In view: {escape_markdown(wanted.describe())}.")
        widened = wanted.widen()
        near = replace(wanted, text=suggest_text(wanted.text, _load_words(wanted))) if wanted.text else wanted
        if near.text and near != wanted and load_summary(near).event_count:
            label = f"Search {escape_markdown(f'“{near.text}”')} instead"
            st.button(label, key="near_words", on_click=set_filter, args=(near,))
        if widened != wanted:
            count = load_summary(widened).event_count
            st.button(f"Widen to all {count} events", key="widen", on_click=set_filter, args=(widened,), type="primary")


def _load_words(wanted: EventFilter) -> frozenset[str]:
    """Every word of the titles and places of all events of the filter's sources."""
    return load_built(_build_words, wanted.widen())


def _build_words(desk: Desk, wanted: EventFilter) -> frozenset[str]:
    events = desk.queries.load_events(wanted, latest=SHOWN_LIMIT)
    return list_words([*events.title.fillna(""), *events.location.fillna("")])


def require_record() -> None:
    """Say every fault and stop where the record can't be opened at all; nothing is half loaded."""
    try:
        get_version()
    except TensionError as error:
        faults = error.faults if isinstance(error, CuratedDataError) else [str(error)]
        st.title("The record can't be opened", anchor=False)
        st.error("\n".join(f"- {escape_markdown(fault)}" for fault in faults[:MAX_FAULTS]))
        st.caption("`python -m tension check-data` lists every fault, of the bundled record and of your own files.")
        st.stop()


@contextmanager
def tell_store_loss() -> Iterator[None]:
    """Where the store breaks while a page is drawn, say so in one line, and open it anew when asked to."""
    try:
        yield
    except EngineError as error:
        # The store is whole, and any run calls the cluster again.
        st.error(escape_markdown(str(error)))
        st.button("Try again", key="call_cluster")
    except StoreError as error:
        st.error(escape_markdown(str(error)))
        st.button("Open the store anew", on_click=reopen_desk)


def show_desk_notice() -> None:
    """Why the reader's own store or last edit isn't in use, where it isn't."""
    if notice := get_desk_notice():
        st.warning(escape_markdown(notice))


# What bears on every reading of the record, whatever the view (docs/method.md says more).
THIN_SPOTS = (
    "Nothing after the last day is in the record: unknown, not quiet.",
    "2022 is thin in the South China Sea.",
    "The record leans on Philippine and Taiwanese reporting; what other coast guards and navies don't publish is "
    "missing.",
    "2026 leans on reprints; events that rest on reprints or aggregators alone are at most of medium confidence.",
    "Some daily counts are dated by the day of the report, not of the act.",
    "Approvals of arms sales are placed at Taiwan, meetings where they were held.",
    "The tag for explosive nuclear tests so far marks two accusations, and no test.",
)


def show_thin_spots() -> None:
    """The known weak spots of the curated record, all of them."""
    st.markdown("\n".join(f"- {escape_markdown(spot)}" for spot in THIN_SPOTS))
