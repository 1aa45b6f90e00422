"""The queue of candidates, and one of them with its proposed coding and what can be done. Draws; decides nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.inbox_decisions import decide, tell
from components.inbox_drafts import read_draft, show_draft
from components.loaders import get_desk, load_events
from components.parts.tables import DAY_FORMAT, ROW_OR_CELL, find_clicked_row, fit_height
from components.parts.text import escape_markdown, link_markdown
from components.view.acting import ask_name, may, read_name
from components.view.filter_bar import show_page_link
from tension.intake.inbox import (
    accept,
    build_draft,
    find_faults,
    find_likely_duplicates,
    load_candidates,
    merge,
    reject,
)
from tension.records.candidates import WAITING, Candidate
from tension.records.filters import EventFilter
from tension.records.source_cards import SOURCE_CARDS, describe_source
from tension.records.vocab import CAMEO_ROOTS, CATEGORY_LABELS, Category
from tension.words import format_day, name_state

_REASONS = ["not an event", "outside the region", "in the record already", "opinion or analysis", "can't be verified"]
_QUEUE_PX = 560
_FIELD_WORDS = {"actors": "Actor", "cameo_root": "Act", "tags": "Tag", "location": "Place"}
_NEAR_DAYS = 30
_DUPLICATE_COLUMNS = ("event_id", "title", "occurred_date", "sources")
_ALL_FEEDS = "All"
_REVIEWER = "inbox_reviewer"


def show_reviewer() -> str:
    """Ask for the reviewer's name, which every decision carries; kept in the session. '' for one who can't decide."""
    if not may("accept"):
        return ""
    return ask_name("Your name, for the decisions", _REVIEWER)


def load_queue() -> tuple[list[Candidate], list[Candidate]]:
    """Candidates that wait, and those that were decided on."""
    candidates = load_candidates(get_desk().store, None)
    waiting = [candidate for candidate in candidates if candidate.status == WAITING]
    return waiting, [candidate for candidate in candidates if candidate.status != WAITING]


def choose_candidate(waiting: list[Candidate]) -> Candidate | None:
    """The queue as a table; a click on a row opens the candidate, the first one is open to begin with."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        feeds = [_ALL_FEEDS, *sorted({candidate.feed for candidate in waiting})]
        feed = st.selectbox("Feed", feeds, key="inbox_feed")
        is_likely = st.toggle("Likely events only", key="inbox_likely", help="Those in which an act was recognised.")
    shown = [c for c in waiting if feed in (_ALL_FEEDS, c.feed) and (not is_likely or c.proposal.is_likely_event)]
    if not shown:
        st.caption("No candidate of this feed waits.")
        return None
    ids = [candidate.candidate_id for candidate in shown]
    key = f"inbox_queue_{hash(tuple(ids))}"
    st.dataframe(
        build_queue(shown),
        key=key,
        hide_index=True,
        height=fit_height(len(shown), _QUEUE_PX),
        on_select=lambda: _select(key, ids),
        selection_mode=ROW_OR_CELL,
        alt="Candidates that wait, newest first",
        column_config={
            "Day": st.column_config.DateColumn(format=DAY_FORMAT, width=95),
            "Title": st.column_config.TextColumn(width="large"),
        },
    )
    chosen = st.session_state.get("inbox_candidate")
    return next((candidate for candidate in shown if candidate.candidate_id == chosen), shown[0])


def build_queue(candidates: list[Candidate]) -> pd.DataFrame:
    """Candidates as rows of words, in their order."""
    return pd.DataFrame(
        {
            "Day": [candidate.day for candidate in candidates],
            "Title": [candidate.title for candidate in candidates],
            "Region": [candidate.proposal.region or "" for candidate in candidates],
            "Category": [_name_category(candidate.proposal.category) for candidate in candidates],
            "Feed": [candidate.feed for candidate in candidates],
        }
    )


def _name_category(value: str | None) -> str:
    return CATEGORY_LABELS[Category(value)] if value else ""


def _select(key: str, ids: list[str]) -> None:
    row = find_clicked_row(key)
    if row is not None:
        st.session_state.inbox_candidate = ids[row]


def show_candidate(candidate: Candidate, reviewer: str) -> None:
    """One candidate: where it comes from, the proposed coding with its words, likely duplicates, what can be done."""
    st.markdown(f"### {link_markdown(candidate.title, candidate.url)}")
    published = f"published {format_day(candidate.published_date)}" if candidate.published_date else "undated"
    origin = [candidate.publisher, candidate.feed, published, f"seen {format_day(candidate.seen_utc)}"]
    st.caption(escape_markdown(" · ".join(dict.fromkeys(str(part) for part in origin if part))))
    card = SOURCE_CARDS[candidate.source_key]
    if card.gives_events and card.is_coded_elsewhere:
        st.markdown(f":orange-badge[{escape_markdown(describe_source(candidate.source_key))}]")
    if candidate.change:
        words = f"Changed by its publisher, {format_day(candidate.changed_utc)}; {candidate.change}"
        st.markdown(f":orange-badge[:material/edit_note: {escape_markdown(words)}]")
    if candidate.summary:
        st.markdown(escape_markdown(candidate.summary))
    _show_reasons(candidate)
    # A place of its own: parts that move down a row stand on the page twice until a run is over.
    with st.container():
        if not reviewer and may("accept"):
            st.caption("Give your name above to decide.")
    _show_duplicates(candidate, reviewer)
    _show_reject(candidate, reviewer)
    st.markdown("**Accept, with these fields**")
    place = f"draft_{candidate.candidate_id}"
    shown_for, faults = st.session_state.get("inbox_faults", ("", {}))
    show_draft(
        place,
        build_draft(candidate),
        faults if shown_for == candidate.candidate_id else {},
        lambda: _accept(candidate, place),
    )


def _show_reasons(candidate: Candidate) -> None:
    st.markdown("**Proposed, and the words that led to it**")
    reasons = candidate.proposal.reasons
    if not reasons:
        st.caption("Nothing is proposed: no word of the lexicon stands in it.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "Field": [_name_field(reason.field) for reason in reasons],
                "Proposed": [_name_value(reason.field, reason.value) for reason in reasons],
                "Words": [reason.words for reason in reasons],
            }
        ),
        hide_index=True,
        height="content",
        alt="The proposed coding, with the words that led to it",
        column_config={
            "Proposed": st.column_config.TextColumn(width=230),
            "Words": st.column_config.TextColumn(width="medium"),
        },
    )


def _name_field(field: str) -> str:
    return _FIELD_WORDS.get(field, field.replace("_", " ").capitalize())


def _name_value(field: str, value: str) -> str:
    """A proposed value as the form below shows it."""
    if field in ("actors", "initiator", "target"):
        return name_state(value)
    if field == "category":
        return {category.value: category.label for category in Category}.get(value, value)
    return f"{value} {CAMEO_ROOTS[value]}" if field == "cameo_root" and value in CAMEO_ROOTS else value


def _show_duplicates(candidate: Candidate, reviewer: str) -> None:
    st.markdown("**Already in the record?**")
    events = load_events(EventFilter(), _DUPLICATE_COLUMNS)
    likely = find_likely_duplicates(candidate, events)
    for found in likely:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            why = "cites this page" if found.is_cited else f"{found.share:.0%} of its words"
            words = f"{format_day(found.occurred_date)} · {found.title} ({why})"
            show_page_link("record", escape_markdown(words), event=found.event_id, wanted=EventFilter())
            st.button(
                "Merge",
                key=f"merge_{found.event_id}",
                help="Add this report to that event as one more source.",
                disabled=not reviewer,
                on_click=_merge,
                args=(candidate, found.event_id, reviewer),
            )
    if not likely:
        st.caption("No event within three days has a title like this one.")
    _show_other_merge(candidate, events, reviewer)


def _show_other_merge(candidate: Candidate, events: pd.DataFrame, reviewer: str) -> None:
    near = events[(events.occurred_date - pd.Timestamp(candidate.day)).abs() <= pd.Timedelta(days=_NEAR_DAYS)]
    titles = {
        row["event_id"]: f"{format_day(row['occurred_date'])} · {row['title']}"
        for row in near.sort_values("occurred_date", ascending=False).to_dict("records")
    }
    if not titles:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Another event within 30 days",
            list(titles),
            index=None,
            format_func=titles.__getitem__,
            key=f"merge_other_{candidate.candidate_id}",
            placeholder="",
        )
        st.button(
            "Merge",
            key="merge_other",
            disabled=not (reviewer and chosen),
            on_click=_merge,
            args=(candidate, chosen, reviewer),
        )


def _show_reject(candidate: Candidate, reviewer: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reason = st.selectbox(
            "Reject, because",
            _REASONS,
            index=None,
            accept_new_options=True,
            key=f"reject_reason_{candidate.candidate_id}",
            placeholder="Choose or write a reason",
        )
        st.button(
            "Reject",
            key="reject",
            icon=":material/close:",
            disabled=not reviewer,
            on_click=_reject,
            args=(candidate, reviewer, reason or ""),
        )


def _accept(candidate: Candidate, place: str) -> None:
    reviewer = read_name(_REVIEWER)
    if not reviewer:
        tell("reviewer: give your name, above the queue, to decide", is_fault=True)
        return
    fields, unread = read_draft(place, {str(key): value for key, value in st.session_state.items()})
    faults = find_faults(fields) | unread
    st.session_state.inbox_faults = (candidate.candidate_id, faults)
    if faults:
        tell(f"Not accepted yet; these fields need a change: {', '.join(faults)}.", is_fault=True)
        return
    desk = get_desk()
    decide(
        "accept",
        candidate.candidate_id,
        lambda: accept(desk.store, desk.settings, candidate.candidate_id, fields, reviewer),
        f"Accepted: {fields['title']} ({fields['event_id']}).",
    )


def _merge(candidate: Candidate, event_id: str, reviewer: str) -> None:
    desk = get_desk()
    decide(
        "merge",
        candidate.candidate_id,
        lambda: merge(desk.store, desk.settings, candidate.candidate_id, event_id, reviewer),
        f"Merged into {event_id}.",
    )


def _reject(candidate: Candidate, reviewer: str, reason: str) -> None:
    decide(
        "reject",
        candidate.candidate_id,
        lambda: reject(get_desk().store, candidate.candidate_id, reviewer, reason),
        f"Rejected: {candidate.title}.",
    )
