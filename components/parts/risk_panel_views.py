"""Risk panels ready to be drawn, each in one piece: a page of six costs six elements. Draws nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from components.parts.reading_signs import Sign, build_state, build_strip
from components.parts.templates import render
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
from tension.desk import Desk
from tension.figures.palette import Palette
from tension.figures.sparkline import build_sparkline, to_data_uri
from tension.records.article import Article
from tension.records.claims import Indicator, Part
from tension.words import format_day, format_number, format_percent, join_words, lower_first

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
