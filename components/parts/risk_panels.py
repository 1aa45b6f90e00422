"""Risk panels: a claim with its activity, attention and assessment apart, on the article's day and on the as-of day.

Each is put into words here and drawn in one piece by a template: a page of six costs six elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.loaders import get_theme, load_built, load_last_activity_day, load_last_day, load_record
from components.parts.export_menu import show_export_menu
from components.parts.reading_signs import Sign, build_state, build_strip
from components.parts.templates import render, show_markup, show_style
from components.parts.text import escape_markdown
from components.view.address import build_params
from components.view.filter_bar import get_selected_event
from components.view.layout import has_page
from components.view.tray import show_add_button
from tension.assessments.attention import AttentionReading, read_attention, read_latest_attention
from tension.assessments.backtest_words import describe_backtest
from tension.assessments.bands import build_band
from tension.assessments.headlines import (
    describe_judgement,
    describe_surge,
    describe_turn,
    describe_visible,
    write_headline,
)
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import judge
from tension.assessments.panels import Panel
from tension.assessments.reading import HOLLOW_TIMES, ClaimReading, IndicatorReading
from tension.assessments.wording import (
    describe_attention,
    describe_effort,
    describe_marks,
    describe_reading,
    describe_reporting,
    describe_rule,
)
from tension.brief.recipe import Item
from tension.desk import Desk
from tension.figures.palette import Palette
from tension.figures.sparkline import build_sparkline, to_data_uri
from tension.records.article import Article
from tension.records.claims import Indicator, Part
from tension.records.filters import EventFilter
from tension.records.vocab import GPR_SERIES
from tension.words import format_day, format_month, format_number, format_percent, join_words, lower_first

_VERDICTS = {
    "for": "bears it out",
    "against": "speaks against it",
    "no change": "shows no change",
    "": "says nothing of it",
}


@dataclass(frozen=True)
class PanelView:
    """A panel ready to be drawn; `lead_id` is the indicator whose chart its export menu holds."""

    claim_id: str
    title: str
    regions: tuple[str, ...]
    lead_id: str
    body: Markup


@dataclass(frozen=True)
class Curve:
    """A sparkline as an address that an `img` can hold, and what it shows."""

    address: str
    words: str


@dataclass(frozen=True)
class Row:
    """An indicator in words."""

    indicator_id: str
    title: str
    sentence: str
    rule: str
    said: str
    effort: str
    verdict: str
    robustness: str
    sign: Sign


def get_as_of(wanted: EventFilter) -> date:
    """The day that every panel reads: the filter's, else the last day that the curated events cover."""
    return wanted.as_of or load_last_day()


def describe_as_of(wanted: EventFilter) -> str:
    """Which day is read and how far each source goes, in a sentence or two."""
    last, last_count = load_last_day(), load_last_activity_day()
    ends = f"Curated events end on {format_day(last)}"
    ends += f", Taiwan's daily counts on {format_day(last_count)}" if last_count else ""
    day = format_day(wanted.as_of) if wanted.as_of else f"{format_day(last)}, the last day covered"
    return f"As of {day}, by what had been reported then. {ends}; beyond its source an indicator says 'not looked'."


def show_panel_style() -> None:
    """The style of panels and of the lists beside them: once a page."""
    show_style("risk_panels.css")


def show_panels(wanted: EventFilter, *, claim_id: str = "") -> None:
    """The panels that the chosen regions bear on, and a line that names those left out; one alone, open, by its id."""
    show_panel_style()
    views = _load_views(wanted, is_open=bool(claim_id))
    for view in views:
        if _is_shown(view, wanted) and claim_id in ("", view.claim_id):
            _show_panel(view, wanted)
    if not claim_id:
        _name_left_out(views, wanted)
    with st.container(border=True, key="panel_key", gap="xsmall"):
        show_markup(build_key(get_theme()))


def _load_views(wanted: EventFilter, *, is_open: bool) -> list[PanelView]:
    as_of, palette = get_as_of(wanted), get_theme()
    panels, curves = load_built(Desk.build_panels, as_of), load_built(build_curves, as_of, palette)
    return build_views(panels, curves, load_record().article, palette, wanted.to_query(), is_open=is_open)


def _name_left_out(views: Sequence[PanelView], wanted: EventFilter) -> None:
    left_out = [view.title for view in views if not _is_shown(view, wanted)]
    if left_out:
        st.caption(f"Left out by the region filter: {escape_markdown(', '.join(left_out))}.")


def show_attention(wanted: EventFilter) -> None:
    """Every GPR series as a z-score, Threats and Acts apart, in the month to be read and in the last one loaded."""
    readings, latest = load_built(_load_attention, get_as_of(wanted))
    known = {reading.column: reading for reading in latest}
    rows = [
        {
            "Series": reading.label,
            format_month(reading.month): _tell_score(reading),
            **({format_month(latest[0].month): _tell_score(known[reading.column])} if latest else {}),
        }
        for reading in readings
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="content", height="content", alt="GPR z-scores of every series"
    )


def _load_attention(desk: Desk, as_of: date) -> tuple[tuple[AttentionReading, ...], tuple[AttentionReading, ...]]:
    gpr, columns = desk.queries.load_gpr(), tuple(GPR_SERIES)
    readings, latest = read_attention(gpr, columns, as_of), read_latest_attention(gpr, columns, as_of)
    return readings, () if latest and latest[0].month == readings[0].month else latest


def _tell_score(reading: AttentionReading) -> str:
    return f"{reading.z:+z.1f}" if reading.z is not None else reading.state


def _is_shown(view: PanelView, wanted: EventFilter) -> bool:
    return not wanted.regions or not view.regions or not set(view.regions).isdisjoint(wanted.regions)


def _show_panel(view: PanelView, wanted: EventFilter) -> None:
    with st.container(border=True, key=f"panel_{view.claim_id}", gap="xsmall", height="stretch"):
        show_markup(view.body)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if has_page("evidence"):
                _show_link("evidence", "Evidence", wanted, claim=view.claim_id)
            show_add_button(Item(kind="panel", key=view.claim_id), f"claim_{view.claim_id}")
            show_export_menu("indicator", wanted, {"indicator": view.lead_id}, place=f"panel_{view.claim_id}")


def _show_link(page: str, label: str, wanted: EventFilter, **more: str) -> None:
    st.page_link(
        f"pages/{page}_page.py",
        label=label,
        query_params=build_params(wanted, get_selected_event(), **more),
        width="content",
    )


def build_views(
    panels: Sequence[Panel],
    curves: Mapping[str, Curve],
    article: Article,
    palette: Palette,
    query: str,
    *,
    is_open: bool,
) -> list[PanelView]:
    """Panels ready to be drawn. `curves` from `build_curves`; `query` is the view's, for the links within.

    What leads stands open; all else folds out, or is open already with `is_open`.
    """
    view = {"curves": curves, "article": article, "palette": palette, "query": query, "is_open": is_open}
    return [
        PanelView(
            claim_id=panel.claim.claim_id,
            title=panel.claim.title,
            regions=tuple(region.value for region in panel.claim.regions),
            lead_id=panel.now.lead.indicator.indicator_id,
            body=render("risk_panel.html", **view, **_describe_panel(panel, palette)),
        )
        for panel in panels
    ]


def build_key(palette: Palette) -> Markup:
    """How a panel is read."""
    return render("risk_panel_key.html", palette=palette, hollow_times=f"{HOLLOW_TIMES:g}")


def build_curves(desk: Desk, as_of: date, palette: Palette) -> dict[str, Curve]:
    """The sparkline of every indicator that has numbers, by indicator_id."""
    wanted = [indicator for rule in desk.assessor.rules for indicator in rule.indicators]
    drawn = {indicator.indicator_id: _draw_curve(desk, indicator, as_of, palette) for indicator in wanted}
    return {indicator_id: curve for indicator_id, curve in drawn.items() if curve}


def _draw_curve(desk: Desk, indicator: Indicator, as_of: date, palette: Palette) -> Curve | None:
    history = desk.assessor.read_history(indicator.indicator_id)[: str(as_of)]
    track, words = build_band(history, indicator), find_kind(indicator).describe_band(indicator)
    if not track.value.notna().any():
        return None
    breaks = desk.assessor.observed.find_breaks(indicator)
    picture = build_sparkline(track, palette, [desk.record.article.published_date], breaks)
    known = track.value.dropna()
    last = format_percent(known.iloc[-1]) if words.is_share else format_number(round(known.iloc[-1], 1))
    span = f"{format_day(known.index[0])} to {format_day(known.index[-1])}"
    said = f"{indicator.title}: {words.value}, {span}; {last} on the last day"
    return Curve(to_data_uri(picture), said)


def _describe_panel(panel: Panel, palette: Palette) -> dict[str, object]:
    """What the template of a panel asks for, besides the view."""
    lead = panel.now.lead
    attention = describe_attention(panel.attention, panel.latest_attention)
    return {
        "claim": panel.claim,
        "days": [build_strip(reading, palette) for reading in (panel.notice.then, panel.now) if reading],
        "headline": write_headline(panel.notice),
        "explained": _explain_state(panel.now),
        "news": _list_news(panel),
        "backtest": describe_backtest(panel.backtest, panel.now.rule),
        "lead": _build_row("", lead, palette),
        "legend": _describe_legend(lead.indicator),
        "attention": f"{attention}. {describe_reporting(panel.reporting)}",
        "own_day": _describe_own_day(panel),
        "parts": [_build_part(part, panel.now, palette) for part in panel.now.rule.parts],
        "visible": _list_visible(panel.now),
        "unseen": _list_unseen(panel.now),
    }


def _list_news(panel: Panel) -> list[str]:
    """Surges of the last days and the last turn of each indicator, newest first."""
    surges = [f"Surge: {describe_surge(found)}" for found in panel.notice.surges]
    return [*surges, *(describe_turn(turn) for turn in panel.notice.turns)]


def _describe_legend(indicator: Indicator) -> str:
    words = find_kind(indicator).describe_band(indicator)
    band = f"; grey: {words.band}" if words.band else ""
    return f"{name_curve(indicator)}{band}; dotted: the article"


def name_curve(indicator: Indicator) -> str:
    """What a curve shows: the indicator and its measure, of which nothing is said that the title says already."""
    title, value = indicator.title, find_kind(indicator).describe_band(indicator).value
    noun, _, span = value.partition(" ")
    if title.lower().startswith(value):
        return title
    return f"{title}, {span if noun in ('events', 'share') and noun in title.lower() else value}"


def _describe_own_day(panel: Panel) -> str:
    if panel.notice.own_day is None or panel.notice.then is None:
        return f"The article is of {format_day(panel.claim.stated_date)}, after the day in view."
    return describe_judgement(panel.notice.own_day, panel.notice.then)


def _explain_state(reading: ClaimReading) -> str:
    return f"The word is about {reading.rule.state_means}. Its indicators: {describe_marks(reading) or 'none'}."


def _build_part(part: Part, now: ClaimReading, palette: Palette) -> dict[str, object]:
    readings = [r for r in now.indicators if r.part_id == part.part_id and find_kind(r.indicator).source_key]
    rows = [_build_row(_VERDICTS[judge(part, reading)], reading, palette) for reading in readings]
    return {"title": part.title, "wanted": join_words(part.supports, "or"), "rows": rows}


def _build_row(verdict: str, reading: IndicatorReading, palette: Palette) -> Row:
    indicator = reading.indicator
    return Row(
        indicator_id=indicator.indicator_id,
        title=indicator.title,
        sentence=indicator.sentence,
        rule=describe_rule(indicator),
        said=describe_reading(reading),
        effort=describe_effort(reading),
        verdict=verdict,
        robustness=reading.robustness,
        sign=build_state(reading, palette),
    )


def _list_visible(reading: ClaimReading) -> list[str]:
    return [f"{found.indicator.title}: {said}" for found in reading.indicators if (said := describe_visible(found))]


def _list_unseen(reading: ClaimReading) -> list[str]:
    """Blind spots, those of indicators for the unseen first; a sentence that several share stands once."""
    unseen = [r.indicator.sentence for r in reading.indicators if not find_kind(r.indicator).source_key]
    return unseen + [f"{'; '.join(titles)}: {lower_first(spot)}" for spot, titles in _group_spots(reading).items()]


def _group_spots(reading: ClaimReading) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for found in reading.indicators:
        if found.indicator.blind_spot:
            grouped.setdefault(found.indicator.blind_spot, []).append(found.indicator.title)
    return grouped
