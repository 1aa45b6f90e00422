"""US-China military contacts on a line by level, with suspensions shaded and gaps told. Pure figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.chart import Chart, ChartOptions, ChartSpec
from tension.figures.findings import tell_contact
from tension.figures.frame import escape
from tension.figures.palette import Palette
from tension.figures.states import mark_day
from tension.records.filters import EventFilter
from tension.records.vocab import CONTACT_LEVELS, QuadClass
from tension.relations.channels import CANCELLED, LEVELS, LevelSummary, Suspension, find_suspensions, summarise_levels
from tension.words import format_day, format_number

if TYPE_CHECKING:
    from tension.desk import Desk

_ROW_PX = 40
_LANES = (*LEVELS, CANCELLED)


def build_channels(desk: Desk, wanted: EventFilter, palette: Palette, _options: ChartOptions) -> Chart:
    """Every contact up to the as-of day, by level; of the filter, the dates and the as-of day apply."""
    as_of = wanted.as_of or desk.find_last_day()
    contacts = desk.queries.load_contacts(as_of)
    summaries = summarise_levels(contacts, as_of)
    suspensions = load_suspensions(desk, as_of)
    figure = draw_channels(contacts, summaries, suspensions, desk.record.article.published_date, palette)
    start = wanted.since or (contacts.occurred_date.min().date().replace(day=1) if len(contacts) else as_of)
    figure.update_xaxes(range=[start, min(wanted.until or as_of, as_of)])
    frame = contacts[["occurred_date", "us_china_military_contact", "title", "initiator", "event_id", "reported_date"]]
    return Chart(
        key="channels",
        title="US-China military contacts, by level",
        alt=_describe(summaries, suspensions, as_of),
        finding=tell_contact(summaries[0], as_of),
        source_line=f"Source: curated record, to {format_day(desk.find_last_day())}. Announced contacts alone.",
        figure=figure,
        frame=frame.rename(columns={"us_china_military_contact": "level"}).reset_index(drop=True),
        subtitle=f"As of {format_day(as_of)}. Days since the last contact of a level, and the median gap between two",
        notes=_build_notes(suspensions),
        hint="" if len(contacts) else "No contact is recorded up to this day. Choose a later as-of date.",
    )


def load_suspensions(desk: Desk, as_of: date) -> tuple[Suspension, ...]:
    """The suspensions of military channels, by the declared rule; none where no rule of that kind is declared."""
    rules = [i for rule in desk.assessor.rules for i in rule.indicators if i.kind == "in_force"]
    return find_suspensions(desk.assessor.observed, rules[0], as_of) if rules else ()


def draw_channels(
    contacts: pd.DataFrame,
    summaries: Sequence[LevelSummary],
    suspensions: Sequence[Suspension],
    article_day: date,
    palette: Palette,
) -> go.Figure:
    """A lane a level, most senior on top; the customdata of a mark is [event_id]."""
    figure = go.Figure()
    heights = {level: len(_LANES) - 1 - n for n, level in enumerate(_LANES)}
    for span in suspensions:
        figure.add_vrect(
            x0=span.first_date, x1=span.last_date or contacts.occurred_date.max(), fillcolor=palette.band, line_width=0,
            layer="below",
        )  # fmt: skip
    for is_held, symbol, color in (
        (True, "circle", palette.quad[QuadClass.VERBAL_COOPERATION]),
        (False, "x-thin", palette.quad[QuadClass.MATERIAL_CONFLICT]),
    ):
        rows = contacts[(contacts.us_china_military_contact != CANCELLED) == is_held]
        figure.add_trace(
            go.Scatter(
                x=rows.occurred_date,
                y=[heights[level] for level in rows.us_china_military_contact],
                mode="markers",
                marker={"symbol": symbol, "size": 11, "color": color, "line": {"width": 2, "color": color}}
                if not is_held
                else {"symbol": symbol, "size": 11, "color": color, "line": {"width": 1, "color": palette.paper}},
                customdata=[[event_id] for event_id in rows.event_id],
                hovertext=[_describe_contact(row) for row in rows.to_dict("records")],
                hoverinfo="text",
                # A mark on the first or the last day is drawn whole.
                cliponaxis=False,
                name="Contact" if is_held else CONTACT_LEVELS[CANCELLED],
            )
        )
    mark_day(figure, article_day, "article", palette)
    figure.update_layout(
        height=len(_LANES) * _ROW_PX,
        margin={"l": 134, "r": 30, "t": 22, "b": 24},
        xaxis={"type": "date"},
        yaxis={
            "tickvals": list(heights.values()),
            "ticktext": [_label(level, summaries, palette) for level in _LANES],
            "range": [-0.6, len(_LANES) - 0.4],
            "ticklabelstandoff": 8,
            "fixedrange": True,
        },
        hovermode="closest",
        clickmode="event+select",
    )
    return figure


SPECS = (ChartSpec("channels", "US-China military contacts, by level", "channels", build_channels),)


def _label(level: str, summaries: Sequence[LevelSummary], palette: Palette) -> str:
    name = CONTACT_LEVELS[level]
    found = next((s for s in summaries if s.level == level), None)
    if found is None:
        return name
    said = "none recorded"
    if found.days_since is not None:
        gap = f" · gap {format_number(found.typical_gap_days)}" if found.typical_gap_days is not None else ""
        said = f"{found.days_since} d ago{gap}"
    return f'{name}<br><span style="font-size:10.5px;color:{palette.muted}">{said}</span>'


def _describe_contact(row: dict[Any, Any]) -> str:
    return (
        f"<b>{format_day(row['occurred_date'].date())}</b> · {CONTACT_LEVELS[row['us_china_military_contact']]}<br>"
        f"{escape(row['title'])}"
    )


def _build_notes(suspensions: Sequence[Suspension]) -> tuple[str, ...]:
    spans = [
        f"{format_day(s.first_date)} to {format_day(s.last_date)}"
        if s.last_date
        else f"since {format_day(s.first_date)}"
        for s in suspensions
    ]
    shaded = f"Shaded: channels stood suspended, {'; '.join(spans)}." if spans else ""
    return tuple(
        note for note in (shaded, "A suspension lasts until an agreement to reopen channels is recorded.") if note
    )


def _describe(summaries: Sequence[LevelSummary], suspensions: Sequence[Suspension], as_of: date) -> str:
    together = summaries[0]
    if together.days_since is None:
        return f"No US-China military contact is recorded up to {format_day(as_of)}."
    gap = format_number(together.typical_gap_days)
    return (
        f"{together.contact_count} US-China military contacts up to {format_day(as_of)}; the last was "
        f"{together.days_since} days before, typical gap {gap} days; suspensions: {len(suspensions)}."
    )
