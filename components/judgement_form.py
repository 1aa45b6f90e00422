"""Makes, revises and voids judgements on the page, with a look at what is known before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from components.loaders import get_desk, load_built
from components.parts.text import escape_markdown
from components.view.acting import act, ask_name, may
from components.view.filter_bar import get_filter
from components.view.layout import show_section
from tension.assessments.kinds import find_kind
from tension.desk import Desk
from tension.errors import BadInput, TensionError
from tension.judgements.answers import Past, read_past
from tension.judgements.likelihood import CONFIDENCES, load_likelihoods
from tension.judgements.questions import COMPARISONS, EVENT_LIMITS, Question, build_question
from tension.judgements.standing import OPEN, WAITING, Standing
from tension.judgements.telling import describe_answer, describe_question
from tension.judgements.writing import make_judgement, resolve_due, revise_judgement, void_judgement
from tension.store.delta import read_now_utc
from tension.words import count, format_percent

_AUTHOR, _SAID, _FAULT = "judgement_author", "judgement_said", "judgement_fault"
_SUBJECTS = {"indicator": "An indicator", "series": "An official count", "events": "Events in view"}
_QUANTITIES = {"ratio": "against its baseline", "value": "its own value"}
_USUAL_DAYS = 60


def show_outcome_button(standing: Standing) -> None:
    """Write down what came of every question whose day is past."""
    due = [j for j in standing.judgements if j.written is None and j.answer is not None and not j.answer.is_waiting]
    if due:
        label = f"Write down {count(len(due), 'outcome')}"
        tip = "A later record can't change what is written down."
        if st.button(label, key="judgement_resolve", help=tip, disabled=not may("judge")):
            _do("outcomes", lambda: len(resolve_due(get_desk())), "")


def show_make() -> str:
    """A question built from what the record reads, what is known of it today, and what is said of it; by whom."""
    show_section("Make a judgement", "A question that the record will answer by itself on its day.")
    author = ask_name("Your name, for the book", _AUTHOR, width=320)
    fields = _ask_question()
    try:
        question = build_question(fields)
        st.markdown(f"**{escape_markdown(describe_question(get_desk(), question))}**")
        past = load_built(_load_past, question, read_now_utc().date())
        st.caption(escape_markdown(_describe_past(question, past)))
    except BadInput as error:
        st.warning(escape_markdown(str(error)))
        return author
    said = _ask_forecast("make")
    if st.button("Write it into the book", key="judgement_make", type="primary", disabled=not may("judge")):
        given = said | {"author": author, "question": fields}
        _do("a new one", lambda: make_judgement(get_desk(), given), "Written: {0.judgement}.")
    return author


def show_change(standing: Standing, author: str) -> None:
    """Revise or void a judgement that is still open."""
    names = {
        j.judgement_id: describe_question(get_desk(), j.question)
        for j in standing.judgements
        if j.status in (OPEN, WAITING)
    }
    if not names:
        return
    with st.expander("Revise or void", key="judgement_change"):
        chosen = st.selectbox("Judgement", list(names), format_func=names.__getitem__, key="judgement_chosen")
        said = _ask_forecast("revise")
        with st.container(horizontal=True):
            is_open = standing.find(chosen).status == OPEN
            is_revised = st.button("Add this revision", key="judgement_revise", disabled=not is_open)
            is_void = st.button("Void, for this reason", key="judgement_void", type="tertiary")
        if is_revised:
            _do(
                chosen,
                lambda: revise_judgement(get_desk(), chosen, said | {"author": author}),
                "Revised: {0.judgement}.",
            )
        if is_void:
            _do(chosen, lambda: void_judgement(get_desk(), chosen, author, said["reason"]), "Void: {0.judgement}.")


def show_said() -> None:
    """What came of the last click, once."""
    if said := st.session_state.pop(_SAID, ""):
        st.success(escape_markdown(said))
    if fault := st.session_state.pop(_FAULT, ""):
        st.error(escape_markdown(fault))


def _ask_question() -> dict[str, Any]:
    subject = st.segmented_control(
        "About",
        list(_SUBJECTS),
        default="indicator",
        format_func=_SUBJECTS.__getitem__,
        key="ask_subject",
        required=True,
    )
    fields: dict[str, Any] = {"subject": subject}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        fields |= {"indicator": _ask_indicator, "series": _ask_series, "events": _ask_events}[subject]()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        comparison = st.selectbox("Will be", list(COMPARISONS), key="ask_comparison", width=140)
        threshold = st.number_input("Threshold", value=1.0, min_value=0.0, key="ask_threshold", width=160)
        today = read_now_utc().date()
        first, usual = today + timedelta(days=1), today + timedelta(days=_USUAL_DAYS)
        day = st.date_input("On", value=usual, min_value=first, max_value=date(2099, 12, 31), key="ask_day", width=180)
    return fields | {"comparison": comparison, "threshold": threshold, "day": day.isoformat()}


def _ask_indicator() -> dict[str, Any]:
    names = load_built(_list_indicators)
    chosen = st.selectbox("Indicator", list(names), format_func=names.__getitem__, key="ask_indicator")
    return {"indicator": chosen, "quantity": _ask_quantity()}


def _ask_series() -> dict[str, Any]:
    names = load_built(_list_measures)
    chosen = st.selectbox("Count", list(names), format_func=names.__getitem__, key="ask_series")
    series, measure, place = chosen
    return {"series": series, "measure": measure, "place": place, "quantity": _ask_quantity()}


def _ask_events() -> dict[str, Any]:
    st.caption(f"Curated events in view, without its days: {escape_markdown(get_filter().describe())}.")
    window = st.number_input("In how many days up to the day", 1, 3700, 90, key="ask_window", width=220)
    limits = {name: value for name, value in get_filter().to_params().items() if name in EVENT_LIMITS}
    return {"window_days": int(window), "filter": limits}


def _ask_quantity() -> str:
    return st.segmented_control(
        "Which number",
        list(_QUANTITIES),
        default="ratio",
        format_func=_QUANTITIES.__getitem__,
        key="ask_quantity",
        required=True,
    )


def _ask_forecast(place: str) -> dict[str, Any]:
    words = {one.likelihood: one for one in load_likelihoods(get_desk().settings.data_dir)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        likelihood = st.selectbox(
            "Likelihood",
            list(words),
            index=4,
            format_func=lambda one: words[one].spoken,
            key=f"{place}_likelihood",
            width=260,
        )
        word = words[likelihood]
        exact = st.number_input(
            "Exactly, per cent",
            min_value=float(word.low_pct),
            max_value=float(word.high_pct),
            value=None,
            placeholder=f"{word.middle_pct:g}",
            key=f"{place}_exact_{likelihood}",
            width=160,
        )
        confidence = st.segmented_control(
            "Confidence", CONFIDENCES, default="moderate", key=f"{place}_confidence", required=True
        )
    reason = st.text_area("Reason", key=f"{place}_reason", max_chars=2000, height=90)
    events = st.text_input("Events it rests on: their ids, joined by commas", key=f"{place}_events")
    ids = [event_id.strip() for event_id in events.split(",") if event_id.strip()]
    return {
        "likelihood": likelihood,
        "probability_pct": exact,
        "confidence": confidence,
        "reason": reason.strip(),
        "event_ids": ids,
    }


def _describe_past(question: Question, past: Past) -> str:
    newest = describe_answer(get_desk(), question, past.last)
    share = format_percent(past.base_rate)
    return f"Newest: {newest}. It would have been so on {share} of the {count(past.day_count, 'day')} before."


def _load_past(desk: Desk, question: Question, today: date) -> Past:
    return read_past(desk, question, today)


def _list_indicators(desk: Desk) -> dict[str, str]:
    titles = {claim.claim_id: claim.title for claim in desk.record.article.claims}
    return {
        indicator.indicator_id: f"{titles.get(rule.claim_id, rule.claim_id)}: {indicator.title}"
        for rule in desk.assessor.rules
        for indicator in rule.indicators
        if find_kind(indicator).has_mark
        and indicator.kind != "in_force"
        and not (indicator.count and indicator.count.cadence == "year")
    }


def _list_measures(desk: Desk) -> dict[tuple[str, str, str], str]:
    """Every count that can be read, by series, measure and place."""
    names: dict[tuple[str, str, str], str] = {}
    for card in desk.series:
        if card.cadence in ("irregular", "year") or (card.cadence == "event" and card.absent_means != "zero"):
            continue
        rows = desk.load_measurements(card.series)
        for measure in card.measures:
            for place in sorted(set(rows.place[rows.measure == measure.measure])):
                names[card.series, measure.measure, place] = ", ".join(filter(None, (card.title, measure.title, place)))
    return names


def _do(on: str, do: Callable[[], Any], said: str) -> None:
    """Act, and say what came of it in the next run. Not in a callback, which would get what stood before the click."""
    try:
        done = act("judge", on, do)
    except TensionError as error:
        st.session_state[_FAULT] = str(error)
    else:
        st.session_state[_SAID] = said.format(done)
    st.rerun()
