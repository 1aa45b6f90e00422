"""The claims' states since 2022 in one strip, and one indicator's curve with its band. Pure figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tension.assessments.bands import build_band
from tension.assessments.kinds import find_kind
from tension.assessments.kinds.base import BandWords
from tension.assessments.reading import IndicatorReading
from tension.assessments.watch import IndicatorChange, StateChange, find_state_changes
from tension.assessments.wording import CLAIM_RULE, describe_reading, describe_rule, name_reading, pick_sign
from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.findings import tell_states
from tension.figures.frame import escape
from tension.figures.palette import Palette
from tension.figures.states import add_state_runs, mark_day
from tension.readings import MOVED, read_state_runs
from tension.records.article import Claim
from tension.records.claims import Indicator
from tension.records.filters import EventFilter
from tension.words import count, format_day, lower_first, upper_first

if TYPE_CHECKING:
    from tension.desk import Desk

_ROW_PX = 44
_CURVE_PX, _STRIP_PX = 220, 46
_CURATED = "Source: curated record"
_MND = "Source: daily bulletins of Taiwan's Ministry of National Defense"


def list_indicators(desk: Desk) -> list[str]:
    """The ids of the indicators that the desk's record declares, in its order."""
    return [indicator.indicator_id for rule in desk.assessor.rules for indicator in rule.indicators]


def build_states(desk: Desk, wanted: EventFilter, palette: Palette, _options: ChartOptions) -> Chart:
    """How the state of each claim ran, day by day, by what had been reported; ticks where it changed."""
    as_of = wanted.as_of or desk.find_last_day()
    claims = [c for c in desk.record.article.claims if not wanted.regions or not c.regions or _meets(c, wanted)]
    histories = {c.claim_id: desk.assessor.read_claim_history(c.claim_id)["state"][: str(as_of)] for c in claims}
    turns = {c.claim_id: find_state_changes(desk.assessor, c.claim_id, as_of) for c in claims}
    runs = {claim_id: read_state_runs(states) for claim_id, states in histories.items() if len(states)}
    titles = {i.indicator_id: i.title for rule in desk.assessor.rules for i in rule.indicators}
    event_titles = _read_titles(desk)
    turned = {rule.claim_id for rule in desk.assessor.rules if rule.escalation == "down"}
    figure = draw_states(claims, runs, turns, event_titles, desk.record.article.published_date, palette, turned)
    first = wanted.since or (min(r["first_date"].min() for r in runs.values()).date() if runs else as_of)
    figure.update_xaxes(range=[first, min(wanted.until or as_of, as_of)])
    return Chart(
        key="states",
        title="State of each claim, by day",
        alt=_describe_states(claims, runs, turns),
        finding=tell_states([str(run["state"].iloc[-1]) for run in runs.values()]),
        source_line=f"{_CURATED}; daily counts of Taiwan's Ministry of National Defense. {_name_regions(wanted)}",
        figure=figure,
        frame=_build_states_frame(claims, runs, turns, titles, event_titles),
        subtitle=f"As of {format_day(as_of)}, each day by what had been reported by then",
        notes=(
            "Raised: rising. Lowered: falling, in red where that is the worse way. Thick: mixed. Thin: can't be read. "
            "A tick: it changed.",
            CLAIM_RULE,
        ),
        hint="" if runs else "The record is empty. Load events first.",
    )


def draw_states(
    claims: list[Claim],
    runs: Mapping[str, pd.DataFrame],
    turns: Mapping[str, tuple[StateChange, ...]],
    event_titles: Mapping[str, str],
    article_day: date,
    palette: Palette,
    turned: Collection[str] = (),
) -> go.Figure:
    """A row for each claim, in the order given; the customdata of a tick is [claim_id, day].

    Claims of `turned` are worse when they fall.
    """
    figure = go.Figure()
    heights = {claim.claim_id: float(len(claims) - 1 - n) for n, claim in enumerate(claims)}
    worse = {height for claim_id, height in heights.items() if claim_id in turned}
    add_state_runs(figure, {heights[claim_id]: frame for claim_id, frame in runs.items()}, palette, worse_down=worse)
    ticks = [turn for claim_turns in turns.values() for turn in claim_turns]
    figure.add_trace(
        go.Scatter(
            x=[turn.day for turn in ticks],
            y=[heights[turn.claim_id] for turn in ticks],
            mode="markers",
            marker={"symbol": "line-ns", "size": 22, "line": {"width": 1.5, "color": palette.ink}},
            customdata=[[turn.claim_id, turn.day.isoformat()] for turn in ticks],
            hovertext=[describe_state_change(turn, event_titles) for turn in ticks],
            hoverinfo="text",
            showlegend=False,
        )
    )
    mark_day(figure, article_day, "article", palette)
    labels = [claim.title.replace(" ", "<br>", 1) for claim in claims]
    figure.update_layout(
        height=max(len(claims), 1) * _ROW_PX,
        margin={"l": 78, "r": 30, "t": 22, "b": 24},
        showlegend=True,
        hovermode="closest",
        xaxis={"type": "date"},
        yaxis={
            "tickvals": list(heights.values()),
            "ticktext": labels,
            "range": [-0.5, max(len(claims), 1) - 0.5],
            "fixedrange": True,
            "gridcolor": palette.grid,
        },
        clickmode="event+select",
    )
    return figure


def describe_state_change(turn: StateChange, event_titles: Mapping[str, str]) -> str:
    """A change of state as hover text: what moved, and the events that came into or went out of its window."""
    lines = [f"<b>{format_day(turn.day)}: {turn.from_state} → {turn.to_state}</b>"]
    for change in turn.changes:
        before, after = change.before.state, change.after.state
        lines.append(f"{escape(change.after.indicator.title)}: {before} → {after}")
        lines += [f"+ {escape(_shorten(event_titles.get(e, e)))}" for e in change.entered[:4]]
        lines += [f"− {escape(_shorten(event_titles.get(e, e)))}" for e in change.left[:4]]
    return "<br>".join(lines)


def build_indicator(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """One indicator's curve up to the as-of day, what it is held against, the band of 'level', and its states."""
    _, part_id, indicator = desk.assessor.find_indicator(options["indicator"])
    rule = next(r for r in desk.assessor.rules if indicator in r.indicators)
    as_of = wanted.as_of or desk.find_last_day()
    history = desk.assessor.read_history(indicator.indicator_id)[: str(as_of)]
    track, words = build_band(history, indicator), find_kind(indicator).describe_band(indicator)
    reading = desk.assessor.read_indicator(rule.claim_id, part_id, indicator, as_of)
    said = describe_reading(reading)
    breaks = [day for day in desk.assessor.observed.find_breaks(indicator) if day <= as_of]
    has_numbers = bool(track.value.notna().any())
    article_day = desk.record.article.published_date
    figure = draw_indicator(track, words, breaks, article_day, palette, is_neutral=bool(indicator.words))
    first = wanted.since or (track.value.first_valid_index() if has_numbers else None)
    if first is not None:
        figure.update_xaxes(range=[first, min(wanted.until or as_of, as_of)])
    return Chart(
        key="indicator",
        title=f"{indicator.title}: {words.value}" if words.value else indicator.title,
        finding=tell_move(reading),
        alt=f"{indicator.title} as of {format_day(as_of)}: {name_reading(reading)}. {said}.",
        source_line=_name_source(desk, indicator, reading.source_end_date),
        figure=figure,
        frame=track.reset_index(names="as_of").assign(indicator_id=indicator.indicator_id),
        subtitle=f"As of {format_day(as_of)}: {pick_sign(reading)} {name_reading(reading)}. {said}",
        notes=(
            describe_rule(indicator),
            *([f"Can't be seen: {lower_first(indicator.blind_spot)}"] * bool(indicator.blind_spot)),
        ),
        hint="" if has_numbers else _explain_empty(indicator, reading.reason),
    )


def draw_indicator(
    track: pd.DataFrame,
    words: BandWords,
    breaks: list[date],
    article_day: date,
    palette: Palette,
    *,
    is_neutral: bool = False,
) -> go.Figure:
    """The curve over a strip of its states; the curve is not joined across a definition break."""
    figure = go.Figure()
    _add_band(figure, track, words, palette)
    if track.baseline.notna().any():
        figure.add_trace(_line(track.baseline, words.baseline, palette.muted, words, dash="4px,3px"))
    figure.add_trace(_line(_part_at(track.value, breaks), words.value, palette.accent, words, width=2))
    runs = {0.0: read_state_runs(track["state"])}
    add_state_runs(figure, runs, palette, yaxis="y2", has_legend=False, is_neutral=is_neutral)
    for day in breaks:
        if len(track) and track.index[0] <= pd.Timestamp(day):
            mark_day(figure, day, "", palette, is_dotted=False)
    mark_day(figure, article_day, "article", palette)
    share = _STRIP_PX / (_CURVE_PX + _STRIP_PX)
    figure.update_layout(
        height=_CURVE_PX + _STRIP_PX,
        margin={"l": 44, "r": 30, "t": 22, "b": 24},
        hovermode="x unified",
        xaxis={"type": "date", "anchor": "y2"},
        yaxis={"domain": [share + 0.02, 1], "rangemode": "tozero", "tickformat": ".0%" if words.is_share else None},
        yaxis2={"domain": [0, share - 0.04], "range": [-0.6, 0.6], "visible": False, "fixedrange": True},
    )
    return figure


SPECS = (
    ChartSpec("states", "State of each claim, by day", "assessments", build_states),
    ChartSpec(
        "indicator", "One indicator's curve", "evidence", build_indicator, (Option("indicator", list_indicators),)
    ),
)


def tell_move(reading: IndicatorReading) -> str:
    """'Aircraft about half their past year': what an indicator that is up or down did; '' for any other."""
    if reading.mark not in MOVED:
        return ""
    return upper_first(" ".join(find_kind(reading.indicator).describe_move(reading)).rstrip())


def _meets(claim: Claim, wanted: EventFilter) -> bool:
    return bool(set(claim.regions) & set(wanted.regions))


def _name_regions(wanted: EventFilter) -> str:
    if not wanted.regions:
        return ""
    return f"Claims of {', '.join(wanted.regions)} and those without a region; of the filter, regions and as-of apply."


def _read_titles(desk: Desk) -> dict[str, str]:
    events = desk.assessor.observed.events
    return dict(zip(events.event_id, events.title, strict=True))


def _shorten(text: str, letters: int = 74) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _describe_states(
    claims: list[Claim], runs: Mapping[str, pd.DataFrame], turns: Mapping[str, tuple[StateChange, ...]]
) -> str:
    parts = []
    for claim in claims:
        if claim.claim_id in runs:
            last = runs[claim.claim_id].iloc[-1]
            changes = count(len(turns[claim.claim_id]), "change")
            parts.append(f"{claim.title}: {last['state']} since {format_day(last['first_date'])}, {changes}")
    return f"State of each claim by day. {'; '.join(parts)}." if parts else "No claim has a state: the record is empty."


def _build_states_frame(
    claims: list[Claim],
    runs: Mapping[str, pd.DataFrame],
    turns: Mapping[str, tuple[StateChange, ...]],
    titles: Mapping[str, str],
    event_titles: Mapping[str, str],
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for claim in claims:
        begun = {turn.day: turn for turn in turns[claim.claim_id]}
        for run in runs.get(claim.claim_id, pd.DataFrame()).to_dict("records"):
            turn = begun.get(run["first_date"].date())
            changes: tuple[IndicatorChange, ...] = turn.changes if turn else ()
            rows.append(
                {
                    "claim_id": claim.claim_id,
                    "first_date": run["first_date"],
                    "last_date": run["last_date"],
                    "state": run["state"],
                    "day_count": run["day_count"],
                    "moved_by": [titles[c.after.indicator.indicator_id] for c in changes],
                    "events_in": [event_titles.get(e, e) for c in changes for e in c.entered],
                    "events_out": [event_titles.get(e, e) for c in changes for e in c.left],
                }
            )
    columns = ["claim_id", "first_date", "last_date", "state", "day_count", "moved_by", "events_in", "events_out"]
    return pd.DataFrame(rows, columns=columns)


def _add_band(figure: go.Figure, track: pd.DataFrame, words: BandWords, palette: Palette) -> None:
    """The band as closed outlines, one for each unbroken stretch of days."""
    is_banded = (track.low.notna() & track.high.notna()).to_numpy()
    if not is_banded.any():
        return
    x: list[Any] = []
    y: list[float | None] = []
    positions = np.flatnonzero(is_banded)
    for run in np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1):
        part = track.iloc[run]
        x += [*part.index, *part.index[::-1], None]
        y += [*part.high, *part.low[::-1], None]
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            fillcolor=palette.band,
            line={"width": 0},
            name=words.band,
            hoverinfo="skip",
        )
    )


def _line(
    values: pd.Series[float], name: str, color: str, words: BandWords, *, width: float = 1.5, dash: str | None = None
) -> go.Scatter:
    number = "%{y:.0%}" if words.is_share else "%{y:.1f}" if not words.is_whole or dash else "%{y:.0f}"
    return go.Scatter(
        x=values.index,
        y=values,
        mode="lines",
        name=name,
        line={"color": color, "width": width, "dash": dash},
        hovertemplate=f"{number} {escape(name)}<extra></extra>",
        connectgaps=False,
    )


def _part_at(values: pd.Series[float], breaks: list[date]) -> pd.Series[float]:
    """A gap on the first day of each new definition, so that no line joins two of them."""
    parted = values.copy()
    parted[parted.index.isin(pd.DatetimeIndex(breaks))] = float("nan")
    return parted


def _name_source(desk: Desk, indicator: Indicator, end: date | None) -> str:
    card = desk.assessor.observed.find_card(indicator)
    if end is None:
        return f"Source: {card.publisher}." if card else f"{_CURATED}."
    source = _MND if find_kind(indicator).source_key == "mnd" else _CURATED
    source = f"Source: {card.publisher} ({card.licence})" if card else source
    return f"{source}, to {format_day(end)}; beyond it the indicator says 'not looked'."


def _explain_empty(indicator: Indicator, reason: str) -> str:
    if not find_kind(indicator).source_key:
        return "No open source shows this; it stands here so that it isn't forgotten."
    return f"No number up to this day: {reason}. Choose a later as-of date."
