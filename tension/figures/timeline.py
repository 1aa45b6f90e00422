"""The timeline: events as marks in swim lanes over a strip of their number. Reads through queries, changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.act_classes import CLASSES, name_class, read_class, read_classes
from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.credits import name_sources
from tension.figures.findings import tell_grave
from tension.figures.frame import DATE_AXIS, build_range_buttons, escape, wrap
from tension.figures.lanes import LANES, name_lanes, order_lanes
from tension.figures.maps.legend import GRADE_WORDS
from tension.figures.palette import QUAD_SYMBOLS, ROUTINE, Palette, grade_severity
from tension.figures.states import draw_day
from tension.figures.swarm import Mark, place_marks
from tension.figures.timeline_names import NAMES_PX, Named, add_names, choose_named
from tension.records.cover import BEYOND_WORDS, flag_beyond
from tension.records.filters import EventFilter
from tension.records.source_cards import is_coded_elsewhere
from tension.records.vocab import CAMEO_ROOTS, SEVERITY_LABELS, QuadClass
from tension.words import format_day, join_words, name_state, upper_first

if TYPE_CHECKING:
    from tension.desk import Desk

# More marks than this can't be told apart, nor drawn in a moment; the strip counts them all.
MARK_LIMIT = 4000
# Pixels across a mark, by severity.
MARK_SIZES = {1: 7.5, 2: 9.0, 3: 11.0, 4: 13.5, 5: 16.5}
_BUTTON_ROW_PX, _DATE_ROW_PX = 26, 18
_ABOVE_PX = 8 + _BUTTON_ROW_PX + _DATE_ROW_PX
_MARK_AIR_PX = 9
_DAY_SECONDS = 86_400
_TITLES = {
    "region": "Events by region, each mark one event",
    "category": "Events by category, each mark one event",
    "actor": "Events by the state that acted, each mark one event",
}
_SIZE_NOTE = (
    "Size and colour: severity 1 (routine or co-operative) to 5 (force or casualties). A bar runs to an event's last "
    "day. Later years were searched harder: more marks needn't mean more events."
)
_NO_SIZE_NOTE = "Events that state no severity are of the smallest size."
_HINT = "No event matches. Widen the filter: more regions, a longer span, a lower severity."


@dataclass(frozen=True)
class _Size:
    """Pixels of a timeline. `spread` is the plot width that marks are spread for: a wider one has more air, in a
    narrower one neighbours may touch; `reach` is how far from a lane's line they may go. No strip where it is 0, and
    no event is named where `names` is.
    """

    spread: float
    reach: float
    lane: float
    lane_gap: float
    label: float
    strip: float
    strip_gap: float
    above: float
    names: float = 0

    @property
    def has_strip(self) -> bool:
        return self.strip > 0


# On its own page, on a slide, and beside other things.
_SIZES = {
    "full": _Size(
        980, 30, lane=24, lane_gap=4, label=92, strip=44, strip_gap=18, above=8 + _BUTTON_ROW_PX, names=NAMES_PX
    ),
    "slide": _Size(820, 26, lane=24, lane_gap=4, label=104, strip=34, strip_gap=16, above=8, names=NAMES_PX),
    "compact": _Size(560, 20, lane=22, lane_gap=4, label=112, strip=0, strip_gap=0, above=18),
}


@dataclass(frozen=True)
class _Lane:
    """A lane's label, its middle and its half height, in pixels up from the foot of the lowest lane; its named events.

    The names stand in `head` pixels above its marks.
    """

    label: str
    middle: float
    half: float
    names: Sequence[Named] = ()
    head: float = 0

    @property
    def top(self) -> float:
        return self.middle + self.half + self.head


@dataclass(frozen=True)
class _Span:
    """The days that the axis shows."""

    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def days(self) -> float:
        return float((self.last - self.first) / pd.Timedelta(days=1))

    @property
    def middle(self) -> pd.Timestamp:
        return self.first + (self.last - self.first) / 2

    @property
    def bin(self) -> str:
        return "month" if self.days > 500 else "week" if self.days > 70 else "day"


def build_timeline(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Events in swim lanes by `options['lane']`; the customdata of every mark is [event_id].

    `options['size']`: full with the strip and range buttons, or compact, for a picture beside others.
    """
    lane_by, size = options.get("lane", LANES[0]), _SIZES[options.get("size", "full")]
    day_counts = desk.queries.count_events(wanted, ["occurred_date"])
    source_line = name_sources(desk, wanted)
    events, drawn_since = load_drawn_events(desk, wanted, day_counts)
    if events.empty:
        return _build_chart(lane_by, go.Figure(), events, source_line, alt="No event matches the filter.", hint=_HINT)
    is_beyond = flag_beyond(desk.record.cover, events)
    events = events.assign(lane=name_lanes(events, lane_by), is_beyond=is_beyond)
    span = _find_span(events, wanted)
    figure = go.Figure()
    events, lanes = _place_events(events, order_lanes(events.lane, lane_by), span, size)
    _add_marks(figure, events, palette)
    _lay_out(figure, lanes, span, size, palette)
    for lane in lanes:
        add_names(figure, lane.names, events, lane.middle + lane.half, palette)
    if size.has_strip:
        _add_strip(figure, day_counts, span, lanes[-1].top, size, palette)
    article_day, last_day = desk.record.article.published_date, desk.find_last_day()
    _mark_day(figure, article_day, f"article, {format_day(article_day)}", span, size, palette)
    if (events.occurred_date > pd.Timestamp(last_day)).any():
        _mark_day(figure, last_day, f"searched to {format_day(last_day)}", span, size, palette)
    notes = [f"{_SIZE_NOTE} {_NO_SIZE_NOTE}" if events.severity.isna().any() else _SIZE_NOTE]
    if drawn_since:
        notes.append(
            f"Marks: the newest {len(events):,} events, since {format_day(drawn_since)}; the strip counts all in view."
        )
    words = {"alt": _describe(events), "finding": tell_grave(events)}
    return _build_chart(lane_by, figure, events, source_line, **words, notes=tuple(notes))


def _build_chart(lane_by: str, figure: go.Figure, events: pd.DataFrame, source_line: str, **words: Any) -> Chart:
    columns = [c for c in _FRAME_COLUMNS if c in events.columns]
    return Chart(
        key="timeline",
        title=_TITLES[lane_by],
        source_line=source_line,
        figure=figure,
        frame=events[columns],
        **words,
    )


_FRAME_COLUMNS = (
    *("event_id", "occurred_date", "end_date", "lane", "title", "region", "location", "category"),
    *("cameo_root", "quad_class", "severity", "initiator", "target", "actors", "episode", "confidence", "source_key"),
)
SPECS = (
    ChartSpec(
        "timeline",
        "Events in swim lanes",
        "timeline",
        build_timeline,
        (Option.of("lane", LANES), Option.of("size", _SIZES)),
        {"size": "slide"},
    ),
)


def load_drawn_events(desk: Desk, wanted: EventFilter, day_counts: pd.DataFrame) -> tuple[pd.DataFrame, date | None]:
    """Events to draw, oldest first, at most MARK_LIMIT; and the day they begin when that isn't all of them."""
    newest_first = day_counts.iloc[::-1]
    fits = newest_first.event_count.cumsum() <= MARK_LIMIT
    if bool(fits.all()):
        return desk.queries.load_events(wanted), None
    first_day = newest_first.occurred_date[fits].iloc[-1] if bool(fits.any()) else newest_first.occurred_date.iloc[0]
    since = pd.Timestamp(first_day).date()
    return desk.queries.load_events(replace(wanted, since=since), latest=MARK_LIMIT), since


def _find_span(events: pd.DataFrame, wanted: EventFilter) -> _Span:
    """The filter's own days, else those of the events, with a little air."""
    first = pd.Timestamp(wanted.since) if wanted.since else events.occurred_date.min()
    last = pd.Timestamp(wanted.until) if wanted.until else events.end_date.fillna(events.occurred_date).max()
    air = max((last - first) / 80, pd.Timedelta(days=1))
    return _Span(first - air, last + air)


def _place_events(events: pd.DataFrame, order: list[str], span: _Span, size: _Size) -> tuple[pd.DataFrame, list[_Lane]]:
    """Events with `size` and `y` (pixels up), and the lanes from the lowest up."""
    day_px = size.spread / span.days
    sizes = events.severity.fillna(1).astype(int).map(MARK_SIZES)
    starts = (events.occurred_date - span.first).dt.total_seconds() / _DAY_SECONDS * day_px
    lengths = (events.end_date - events.occurred_date).dt.total_seconds().fillna(0) / _DAY_SECONDS * day_px
    heights: dict[int, float] = {}
    lanes: list[_Lane] = []
    foot = 0.0
    for label in reversed(order):
        inside = events.index[events.lane == label]
        placed = place_marks([Mark(starts[i], starts[i] + lengths[i], sizes[i] / 2) for i in inside], size.reach)
        half = max(max(map(abs, placed)) + _MARK_AIR_PX, size.lane / 2)
        heights |= {i: round(foot + half + offset, 1) for i, offset in zip(inside, placed, strict=True)}
        names = choose_named(events.loc[inside], starts, size.spread) if size.names else []
        lanes.append(_Lane(label, foot + half, half, names, size.names if names else 0))
        foot = lanes[-1].top + size.lane_gap
    return events.assign(size=sizes, y=pd.Series(heights)), lanes


def _add_marks(figure: go.Figure, events: pd.DataFrame, palette: Palette) -> None:
    classes = read_classes(events.quad_class)
    for quad in CLASSES:
        # The gravest last, so that none of them is covered.
        of_class = events[classes == quad].sort_values("severity", na_position="first", kind="stable")
        if not of_class.empty:
            _add_bars(figure, of_class, quad, palette)
            _add_points(figure, of_class, quad, palette)
    _add_key(figure, events, classes, palette)


def _add_key(figure: go.Figure, events: pd.DataFrame, classes: pd.Series[int], palette: Palette) -> None:
    """Legend entries of what is drawn: colour by severity, then shape by class."""
    grades = set(events.severity.map(lambda value: grade_severity(None if pd.isna(value) else value)))
    for grade, words in GRADE_WORDS.items():
        if grade in grades:
            _add_entry(figure, words, "circle", palette.severity[grade], palette.edge[grade], group=words)
    for quad in CLASSES:
        if (classes == quad).any():
            name = name_class(quad)
            _add_entry(figure, name, QUAD_SYMBOLS[quad], palette.severity[ROUTINE], palette.edge[ROUTINE], group=name)


def _add_entry(figure: go.Figure, words: str, symbol: str, colour: str, edge: str, *, group: str) -> None:
    """A legend entry alone: it needs a point, and has none to show. A click on a class shows or hides its events."""
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=words,
        legendgroup=group,
        marker={"symbol": symbol, "size": 10, "color": colour, "line": {"color": edge, "width": 1}},
    )


def _add_bars(figure: go.Figure, events: pd.DataFrame, quad: int, palette: Palette) -> None:
    """A bar from the first to the last day of events that lasted: one trace, parted by gaps."""
    lasting = events[events.end_date > events.occurred_date]
    if lasting.empty:
        return
    days: list[str | None] = []
    heights: list[float | None] = []
    for first, last, height in zip(lasting.occurred_date, lasting.end_date, lasting.y, strict=True):
        days += [f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", None]
        heights += [height, height, None]
    figure.add_scatter(
        x=days,
        y=heights,
        mode="lines",
        line={"color": palette.muted, "width": 5},
        opacity=0.4,
        hoverinfo="skip",
        showlegend=False,
        legendgroup=name_class(quad),
        name=f"{name_class(quad)}, lasting",
    )


def _add_points(figure: go.Figure, events: pd.DataFrame, quad: int, palette: Palette) -> None:
    grades = [grade_severity(None if pd.isna(value) else value) for value in events.severity]
    figure.add_scatter(
        x=events.occurred_date.dt.strftime("%Y-%m-%d").tolist(),
        y=events.y.tolist(),
        mode="markers",
        name=name_class(quad),
        legendgroup=name_class(quad),
        showlegend=False,
        marker={
            "symbol": _name_symbols(events, QUAD_SYMBOLS[quad]),
            "size": events["size"].tolist(),
            "color": [palette.severity[grade] for grade in grades],
            "opacity": 1,
            "line": {"color": [palette.edge[grade] for grade in grades], "width": 0.8},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.3}},
        customdata=[[event_id] for event_id in events.event_id],
        hovertext=[describe_event(row) for row in events.itertuples()],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _name_symbols(events: pd.DataFrame, symbol: str) -> str | list[str]:
    """Hollow where nobody of this tracker looked at the event's pages."""
    is_hollow = events.source_key.map(is_coded_elsewhere)
    return [f"{symbol}-open" if hollow else symbol for hollow in is_hollow] if is_hollow.any() else symbol


def describe_event(row: Any) -> str:
    """An event of a list as hover text: inert lines of what, when, where, who and how it is coded."""
    days = format_day(row.occurred_date)
    if not pd.isna(row.end_date) and row.end_date > row.occurred_date:
        days += f" to {format_day(row.end_date)}"
    lines = [f"<b>{line}</b>" for line in wrap(row.title, 330)]
    lines.append(escape(f"{days} · {row.location or row.region}"))
    acted = [name_state(code) for code in (row.initiator, row.target) if isinstance(code, str)]
    if acted:
        lines.append(escape(" → ".join(acted)))
    coded = [name_class(read_class(row.quad_class)), CAMEO_ROOTS.get(row.cameo_root, "")]
    lines.append(escape(" · ".join(part for part in coded if part)))
    if not pd.isna(row.severity):
        lines.append(f"Severity {int(row.severity)}: {SEVERITY_LABELS[int(row.severity)].lower()}")
    if getattr(row, "is_beyond", False):
        lines.append(f"{upper_first(BEYOND_WORDS)}: it enters no reading")
    return "<br>".join(lines)


# Of each width of the strip's bars: pandas' period, Plotly's, and how a bar is named.
_BINS: dict[str, tuple[str, str | int, str]] = {
    "month": ("M", "M1", "%b %Y"),
    "week": ("W", 7 * 1000 * _DAY_SECONDS, "week of %-d %b %Y"),
    "day": ("D", 1000 * _DAY_SECONDS, "%-d %b %Y"),
}


def _add_strip(
    figure: go.Figure, day_counts: pd.DataFrame, span: _Span, lanes_px: float, size: _Size, palette: Palette
) -> None:
    """Events a day, week or month under the lanes: where the record is dense and where it is thin."""
    period, width, words = _BINS[span.bin]
    starts = day_counts.occurred_date.dt.to_period(period).dt.start_time
    counts = day_counts.event_count.groupby(starts).sum().reset_index()
    days = counts.occurred_date.dt.strftime("%Y-%m-%d").tolist()
    figure.add_bar(
        x=days,
        y=counts.event_count.tolist(),
        xperiod=width,
        xperiod0=days[0],
        xperiodalignment="middle",
        xhoverformat=words,
        yaxis="y2",
        marker={"color": palette.muted, "opacity": 0.55, "line": {"width": 0}},
        hovertemplate="%{x}: %{y} events<extra></extra>",
        showlegend=False,
        name="Events",
        selected={"marker": {"opacity": 0.55}},
        unselected={"marker": {"opacity": 0.55}},
    )
    height = lanes_px + size.strip_gap + size.strip
    axis = {"side": "right", "nticks": 3, "rangemode": "tozero", "showgrid": False, "fixedrange": True}
    # The last bar reaches past the last day, to where the numbers would stand.
    axis["ticklabelstandoff"] = 6
    figure.update_layout(
        height=height,
        xaxis={"anchor": "y2", "rangeselector": build_range_buttons(palette, y=1 + _DATE_ROW_PX / height)},
        # The days once more above the lanes: the foot of a tall picture lies below the first screen.
        xaxis2={
            **DATE_AXIS,
            "matches": "x",
            "overlaying": "x",
            "anchor": "y",
            "side": "top",
            "ticks": "",
            "tickmode": "auto",
        },
        yaxis={"domain": [(size.strip + size.strip_gap) / height, 1]},
        yaxis2={"domain": [0, size.strip / height], "anchor": "x"} | axis,
    )
    # An axis that nothing stands on is not drawn.
    figure.add_scatter(x=[days[0]], y=[0], xaxis="x2", mode="none", hoverinfo="skip", showlegend=False)
    figure.add_annotation(_label_strip(span))


def _lay_out(figure: go.Figure, lanes: list[_Lane], span: _Span, size: _Size, palette: Palette) -> None:
    figure.update_layout(
        height=lanes[-1].top,
        margin={"l": size.label, "r": 30 if size.has_strip else 14, "t": size.above, "b": 28},
        hovermode="closest",
        dragmode="zoom",
        bargap=0.15,
        showlegend=True,
        shapes=[_draw_floor(lane, palette) for lane in lanes],
        xaxis={**DATE_AXIS, "range": [span.first.isoformat(), span.last.isoformat()], "showgrid": True},
        yaxis={
            "range": [0, lanes[-1].top],
            "tickvals": [lane.middle for lane in lanes],
            "ticktext": ["<br>".join(wrap(lane.label, size.label - 10)) for lane in lanes],
            "tickfont": {"color": palette.ink},
            "ticklabelstandoff": 6,
            "showgrid": False,
            "fixedrange": True,
        },
    )


def _label_strip(span: _Span) -> dict[str, Any]:
    return {
        "text": f"Events a<br>{span.bin}",
        "xref": "paper",
        "x": 0,
        "xanchor": "right",
        "xshift": -8,
        "yref": "y2 domain",
        "y": 0.5,
        "align": "right",
        "showarrow": False,
        "font": {"size": 11.5},
    }


def _draw_floor(lane: _Lane, palette: Palette) -> dict[str, Any]:
    """A thin line through a lane's middle, so that a mark far to the right still belongs to its label."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": lane.middle,
        "y1": lane.middle,
        "layer": "below",
        "line": {"color": palette.grid, "width": 1},
    }


def _mark_day(figure: go.Figure, day: date, words: str, span: _Span, size: _Size, palette: Palette) -> None:
    """A day as a dotted line with its words, where it lies in view."""
    if not span.first <= pd.Timestamp(day) <= span.last:
        return
    side = "right" if pd.Timestamp(day) > span.middle else "left"
    below: dict[str, Any] = {"yref": "y", "y": 0, "yanchor": "top"} if size.has_strip else {}
    draw_day(figure, day.isoformat(), words, palette.muted, width=1.2, xanchor=side, **below)


def _describe(events: pd.DataFrame) -> str:
    largest = events.lane.value_counts()
    severe = int((events.severity >= 4).sum())
    classed = events.quad_class.dropna()
    shares = []
    if len(classed):
        shares.append(f"{(classed == int(QuadClass.MATERIAL_CONFLICT)).mean():.0%} are shows of force or coercion")
    if unclassed := len(events) - len(classed):
        shares.append(f"{unclassed:,} have no class")
    shares.append(f"{severe:,} are of severity 4 or 5")
    return (
        f"{len(events):,} events from {format_day(events.occurred_date.min())} to "
        f"{format_day(events.occurred_date.max())} in {len(largest)} lanes, most in {largest.index[0]} "
        f"({largest.iloc[0]:,}); {join_words(shares)}."
    )
