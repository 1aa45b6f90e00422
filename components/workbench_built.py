"""Indicators that an analyst builds on the Workbench, each shown with its curve, its power and its back-test first."""

from __future__ import annotations

from datetime import date

import streamlit as st

from components.loaders import get_desk, get_theme, load_built, load_last_day, load_record
from components.parts.templates import render, show_markup
from components.parts.text import escape_markdown
from tension.articles.building import (
    Preview,
    build_count,
    build_rate,
    list_places,
    list_readable_cards,
    load_counts,
    preview,
)
from tension.assessments.backtest_words import describe_backtest
from tension.assessments.kinds import find_kind
from tension.assessments.wording import describe_rule, name_reading
from tension.desk import Desk
from tension.errors import TensionError
from tension.figures.sparkline import build_sparkline, to_data_uri
from tension.records.claims import Indicator
from tension.records.filters import EventFilter
from tension.records.series import SeriesCard
from tension.records.vocab import SEVERITY_LABELS, Category, QuadClass, Region
from tension.words import STATE_NAMES, format_day, name_state

_BUILT = "workbench_built"
_EVENTS, _COUNT = "Events of a filter", "An official count"
_WINDOWS, _BASELINES = (30, 60, 90, 180, 365), (180, 365, 730)


def get_built() -> tuple[Indicator, ...]:
    """The indicators that were built for the article on the bench."""
    return tuple(st.session_state.get(_BUILT, ()))


def show_builder() -> None:
    """A form for one more indicator, with what it would have read; those that were built, each to be taken out."""
    with st.expander("Build an indicator", key="bench_builder"):
        kind = st.segmented_control("From", (_EVENTS, _COUNT), default=_EVENTS, required=True, key="bench_kind")
        title = st.text_input("What it counts", key="bench_indicator", max_chars=80)
        try:
            indicator = _choose_events(title) if kind == _EVENTS else _choose_count(title)
            _show_preview(indicator)
        except TensionError as error:
            # Half filled in is no fault: what is lacking is said quietly.
            st.caption(escape_markdown(str(error)) if title.strip() else "Name it, and choose what it counts.")
    for built in get_built():
        with st.container(horizontal=True, vertical_alignment="center", key=f"built_{built.indicator_id}"):
            st.markdown(
                f"Built: **{escape_markdown(built.title)}**. {escape_markdown(built.sentence)}", width="stretch"
            )
            st.button(
                "Take out",
                key=f"out_{built.indicator_id}",
                type="tertiary",
                on_click=_take_out,
                args=(built.indicator_id,),
            )


def _choose_events(title: str) -> Indicator:
    first, second, third = st.columns(3, gap="medium")
    with first:
        regions = st.multiselect("Regions of events", list(Region), key="bench_regions", format_func=str)
        actors = st.multiselect(
            "States named", sorted(STATE_NAMES, key=name_state), key="bench_actors", format_func=name_state
        )
    with second:
        categories = st.multiselect(
            "Categories of events", list(Category), key="bench_categories", format_func=lambda c: c.label
        )
        classes = st.multiselect("Classes of act", list(QuadClass), key="bench_classes", format_func=lambda q: q.plain)
    with third:
        severity = st.selectbox("Severity of events at least", list(SEVERITY_LABELS), key="bench_severity")
        words = st.text_input("Words in title or summary", key="bench_words", max_chars=80)
    window, baseline = st.columns(2, gap="medium")
    with window:
        days = st.selectbox("Window, days", _WINDOWS, 3, key="bench_window")
    with baseline:
        before = st.selectbox("Days before it", _BASELINES, 2, key="bench_baseline")
    wanted = EventFilter(
        regions=tuple(regions),
        actors=tuple(actors),
        categories=tuple(categories),
        quad_classes=tuple(classes),
        min_severity=severity,
        text=words.strip(),
    )
    return build_rate(title, wanted, days, before)


def _choose_count(title: str) -> Indicator:
    cards = {card.series: card for card in list_readable_cards(get_desk().series)}
    first, second, third = st.columns([5, 3, 3], gap="medium")
    with first:
        series = st.selectbox(
            "Series", list(cards), key="bench_series", format_func=lambda name: _name_card(cards[name])
        )
    titles = {measure.measure: measure.title for measure in cards[series].measures}
    with second:
        measure = st.selectbox("Measure", list(titles), key=f"bench_measure_{series}", format_func=titles.__getitem__)
    places = load_built(_list_places, series, measure)
    with third:
        place = st.selectbox("Place", places, key=f"bench_place_{series}_{measure}") if len(places) > 1 else ""
    return build_count(title, cards[series], measure, place)


def _name_card(card: SeriesCard) -> str:
    by = "cases with a day" if card.cadence == "event" else f"by {card.cadence}"
    return f"{card.title}, {by} ({card.series})"


def _list_places(desk: Desk, series: str, measure: str) -> list[str]:
    return list_places(desk.queries.load_measurements(series), measure)


def _show_preview(indicator: Indicator) -> None:
    lists = {one.claim_id: one for article in load_record().articles for one in article.escalations}
    judged_by = st.selectbox("Known escalations to hold it against", list(lists), key="bench_judged")
    found = load_built(_preview, indicator.model_dump_json(), judged_by, load_last_day())
    known = found.track.value.dropna()
    st.markdown(
        f"**{escape_markdown(name_reading(found.reading))}** on {format_day(load_last_day())}: "
        f"{escape_markdown(find_kind(indicator).describe(found.reading))}"
    )
    if len(known):
        words = f"{indicator.title}, {format_day(known.index[0])} to {format_day(known.index[-1])}"
        picture = to_data_uri(build_sparkline(found.track, get_theme()))
        show_markup(render("built_curve.html", address=picture, words=words))
    for said in (found.power, f"Back-test: {describe_backtest(found.result, found.rule)}", describe_rule(indicator)):
        if said:
            st.caption(escape_markdown(said))
    # Not in a callback, which would get what stood before the click.
    if st.button("Add to the indicators", key="bench_add"):
        _add(indicator)
        st.rerun()


def _preview(desk: Desk, written: str, judged_by: str, as_of: date) -> Preview:
    indicator = Indicator.model_validate_json(written)
    lists = {one.claim_id: one for article in desk.record.articles for one in article.escalations}
    counts = load_counts([indicator], desk.series, desk.load_measurements)
    return preview(indicator, desk.assessor.observed, counts, lists[judged_by], as_of)


def _add(indicator: Indicator) -> None:
    rest = [one for one in get_built() if one.indicator_id != indicator.indicator_id]
    st.session_state[_BUILT] = (*rest, indicator)


def _take_out(indicator_id: str) -> None:
    st.session_state[_BUILT] = tuple(one for one in get_built() if one.indicator_id != indicator_id)
