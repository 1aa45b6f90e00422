"""Who acted on whom: the matrix of states, and a state's conflict and co-operation by counterpart. Pure figures."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from tension.figures.act_classes import NOT_CLASSED, label_class, name_class, read_class, read_classes
from tension.figures.chart import Chart, ChartOptions, ChartSpec, Option
from tension.figures.class_bars import look_of_class
from tension.figures.contrast import mix_colors, pick_readable
from tension.figures.credits import name_sources
from tension.figures.findings import tell_pair, tell_sides
from tension.figures.frame import escape
from tension.figures.palette import Palette
from tension.records.filters import EventFilter
from tension.records.vocab import QuadClass
from tension.relations.act_counts import build_partner_counts, rank_states
from tension.words import STATE_NAMES, count, name_state

if TYPE_CHECKING:
    from tension.desk import Desk

QUAD_CHOICES = ("all", *(quad.slug for quad in reversed(QuadClass)))
TOP_CHOICES = ("8", "12", str(len(STATE_NAMES)))
STATES = tuple(STATE_NAMES)

# Strongest class outermost: the bars grow from the middle, conflict to the left and co-operation to the right.
_LEFT = (QuadClass.VERBAL_CONFLICT, QuadClass.MATERIAL_CONFLICT)
_RIGHT = (QuadClass.VERBAL_COOPERATION, QuadClass.MATERIAL_COOPERATION)
_ROLES = {"initiator": "→", "target": "←"}
_PARTNER_LIMIT = 8
_Row = tuple[str, str]
_RowSide = tuple[_Row, tuple[QuadClass, ...]]
_CELL_PX, _BAR_PX = 27, 17
_LETTER_PX = 6.4
_OTHERS = "others"
OWN_REACH = "own"
_ROLE_NOTE = (
    "→ {name} acts on the state named, ← is acted on by it. Acts without a target, and third states that an event "
    "names, are left out."
)
_WIDEN = "Widen the dates, regions or classes, or clear the filter."


def build_dyads(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """Who acted on whom: events per initiator (row) and target (column), of one quad class or of all."""
    dyads = desk.queries.count_dyads(wanted)
    named_count, all_count = int(dyads.event_count.sum()), desk.queries.summarise(wanted).event_count
    if options["quad"] != "all":
        dyads = dyads[dyads.quad_class == int(QuadClass.from_slug(options["quad"]))]
    what = "all events" if options["quad"] == "all" else QuadClass.from_slug(options["quad"]).plain.lower()
    frame = build_dyad_frame(dyads)
    shown = rank_states(dyads, int(options["top"]))
    return Chart(
        key="dyads",
        title=f"Who acted on whom: {what}, count of events per pair",
        alt=_describe_dyads(frame, what),
        source_line=name_sources(
            desk, wanted, f"{named_count} of {all_count} events in view name both an initiator and a target."
        ),
        notes=("A stronger colour is more, on a square-root scale.",),
        finding=tell_pair(frame),
        figure=draw_dyads(frame, shown, _pick_quad_color(options["quad"], palette), palette),
        frame=frame,
        hint="" if shown else f"No event in view has an initiator and a target ({what}). {_WIDEN}",
    )


def build_partners(desk: Desk, wanted: EventFilter, palette: Palette, options: ChartOptions) -> Chart:
    """With whom a state clashed and co-operated: diverging bars per counterpart, as initiator and as target apart."""
    name, reach = name_state(options["state"]), options.get("reach", OWN_REACH)
    partners = build_partner_counts(desk.queries.count_dyads(wanted), options["state"])
    frame = partners.assign(
        state=options["state"], quad_class=[label_class(read_class(q)) for q in partners.quad_class]
    )
    classes = read_classes(partners.quad_class)
    classed, unclassed = partners[classes != NOT_CLASSED], partners[classes == NOT_CLASSED]
    notes = [_ROLE_NOTE.format(name=name)]
    if len(unclassed):
        notes.append(f"Left out: {count(int(unclassed.event_count.sum()), 'event')} whose source states no class.")
    conflict = classed[classed.quad_class.isin([int(quad) for quad in _LEFT])].event_count.sum()
    return Chart(
        key="partners",
        finding=tell_sides(name, int(conflict), int(classed.event_count.sum())),
        title=f"{name}: conflict and co-operation by counterpart, count of events",
        alt=_describe_partners(classed, name),
        source_line=name_sources(desk, wanted),
        notes=tuple(notes),
        figure=draw_partners(classed, name, palette, 0 if reach == OWN_REACH else int(reach)),
        frame=frame[["state", "role", "counterpart", "quad_class", "event_count", "max_severity"]],
        hint="" if len(classed) else f"No event with a class in view is between {name} and another state. {_WIDEN}",
    )


def find_reach(dyads: pd.DataFrame, states: Sequence[str]) -> int:
    """The longest bar of several states' partners, so that charts side by side share a scale."""
    totals = [_sum_sides(_select_classed(build_partner_counts(dyads, state)))[1] for state in states]
    return max((total for sides in totals for total in sides.values()), default=0)


def is_reach(value: str, values: Sequence[str]) -> bool:
    """'own', or the number of events that the longest bar may have."""
    return value in values or (value.isdecimal() and len(value) <= 9)


def build_dyad_frame(dyads: pd.DataFrame) -> pd.DataFrame:
    """Events per initiator and target: `event_count`, `max_severity`, one count per quad class, and those without a
    class; most first."""
    grouped = dyads.groupby(["initiator", "target"])
    frame = grouped.agg(event_count=("event_count", "sum"), max_severity=("max_severity", "max")).reset_index()
    for quad in QuadClass:
        of_class = dyads[dyads.quad_class == int(quad)].set_index(["initiator", "target"]).event_count
        column = f"{quad.name.lower()}_count"
        frame[column] = [int(of_class.get(pair, 0)) for pair in zip(frame.initiator, frame.target, strict=True)]
    frame["not_classed_count"] = frame.event_count - frame[[f"{quad.name.lower()}_count" for quad in QuadClass]].sum(
        axis=1
    )
    return frame.sort_values(["event_count", "initiator", "target"], ascending=[False, True, True]).reset_index(
        drop=True
    )


def draw_dyads(frame: pd.DataFrame, shown: list[str], color: str, palette: Palette) -> go.Figure:
    """A matrix of the states shown. A click on a cell hits the unseen marker over it, whose customdata is the pair."""
    counts = {
        (row["initiator"], row["target"]): row
        for row in frame.to_dict("records")
        if row["initiator"] in shown and row["target"] in shown
    }
    filled = list(counts)
    grid = [[counts[i, t]["event_count"] if (i, t) in counts else None for t in shown] for i in shown]
    figure = go.Figure()
    figure.add_trace(
        go.Heatmap(
            x=shown,
            y=shown,
            z=[[None if count is None else math.sqrt(count) for count in row] for row in grid],
            zmin=0,
            colorscale=[[0, palette.panel], [1, color]],
            showscale=False,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[target for _, target in filled],
            y=[initiator for initiator, _ in filled],
            mode="markers",
            marker={"symbol": "square", "size": _CELL_PX - 4, "opacity": 0},
            unselected={"marker": {"opacity": 0}},
            selected={"marker": {"opacity": 0}},
            customdata=filled,
            hovertext=[_describe_pair(counts[pair]) for pair in filled],
            hoverinfo="text",
            showlegend=False,
        )
    )
    labels = [f"{escape(name_state(state))} · {state}" for state in shown]
    figure.update_layout(
        height=max(len(shown), 1) * _CELL_PX,
        margin={"l": _measure(labels), "r": 8, "t": 34, "b": 4},
        xaxis={
            "side": "top",
            "type": "category",
            "categoryarray": shown,
            "ticks": "",
            "tickfont": {"size": 10.5},
            "autotickangles": [0, -90],
            "fixedrange": True,
        },
        yaxis={
            "type": "category",
            "categoryarray": shown,
            "autorange": "reversed",
            "tickvals": shown,
            "ticktext": labels,
            "ticks": "",
            "showgrid": False,
            "fixedrange": True,
        },
        clickmode="event+select",
    )
    figure.layout.annotations = [_note_corner(palette), *_number_cells(counts, color, palette)]
    return figure


def _note_corner(palette: Palette) -> dict[str, Any]:
    """How to read the matrix, in its empty corner."""
    return {
        "text": "acts ↓  on →",
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "x": 0,
        "xanchor": "right",
        "xshift": -6,
        "y": 1,
        "yanchor": "bottom",
        "yshift": 3,
        "font": {"size": 11, "color": palette.muted},
    }


def _number_cells(counts: Mapping[_Row, Mapping[Any, Any]], color: str, palette: Palette) -> list[dict[str, Any]]:
    """The count of each filled cell, in whichever of ink and paper can be read on its colour."""
    strongest = max((row["event_count"] for row in counts.values()), default=1)
    notes = []
    for (initiator, target), row in counts.items():
        background = mix_colors(palette.panel, color, math.sqrt(row["event_count"] / strongest))
        font = {"size": 12, "color": pick_readable(background, palette)}
        notes.append({"x": target, "y": initiator, "text": str(row["event_count"]), "showarrow": False, "font": font})
    return notes


def draw_partners(partners: pd.DataFrame, name: str, palette: Palette, reach: int = 0) -> go.Figure:
    """Two rows per counterpart (the state acts, the state is acted on), a bar segment per quad class.

    The axis reaches over `reach` events at least.
    """
    counts, side_totals = _sum_sides(partners)
    order = list(dict.fromkeys(other for (other, _), _ in side_totals))
    rows = {
        (other, role): index * 2.6 + offset for index, other in enumerate(order) for offset, role in enumerate(_ROLES)
    }
    widest = max(side_totals.values(), default=1)
    width = max(widest, reach)
    figure = go.Figure()
    for quad in (*_LEFT, *_RIGHT):
        sign = -1 if quad in _LEFT else 1
        cells = [(pair, counts[(*pair, quad)]) for pair in rows if (*pair, quad) in counts]
        figure.add_trace(
            go.Bar(
                name=quad.plain,
                orientation="h",
                y=[rows[pair] for pair, _ in cells],
                x=[sign * count for _, count in cells],
                width=0.86,
                marker=look_of_class(quad, palette),
                hovertext=[
                    _describe_bar(name, _name_other(other), role, quad, count) for (other, role), count in cells
                ],
                hoverinfo="text",
            )
        )
    _add_totals(figure, side_totals, rows, width, palette)
    labels = [f"{mark} {escape(_name_other(other))}" for other in order for mark in _ROLES.values()]
    half = width * 1.3 + 0.5
    figure.update_layout(
        barmode="relative",
        height=max(len(rows), 1) * _BAR_PX * 1.3,
        margin={"l": _measure(labels), "r": 8, "t": 56, "b": 24},
        xaxis={"range": [-half, half], "tickformat": "d", "fixedrange": True, **_ticks(width)},
        yaxis={
            "tickvals": list(rows.values()),
            "ticktext": labels,
            "range": [max(rows.values(), default=1) + 0.7, -0.7],
            "showgrid": False,
            "fixedrange": True,
        },
        showlegend=False,
    )
    figure.add_vline(x=0, line={"color": palette.muted, "width": 1})
    _name_sides(figure, palette)
    return figure


SPECS = (
    ChartSpec(
        "dyads",
        "Who acted on whom",
        "actors",
        build_dyads,
        (Option.of("quad", QUAD_CHOICES), Option.of("top", TOP_CHOICES)),
    ),
    ChartSpec(
        "partners",
        "A state's conflict and co-operation",
        "actors",
        build_partners,
        (Option.of("state", STATES), Option("reach", lambda _desk: (OWN_REACH,), is_reach)),
    ),
)


def _pick_quad_color(slug: str, palette: Palette) -> str:
    return palette.muted if slug == "all" else palette.quad[QuadClass.from_slug(slug)]


def _name_other(code: str) -> str:
    return "All others" if code == _OTHERS else name_state(code)


def _select_classed(partners: pd.DataFrame) -> pd.DataFrame:
    return partners[read_classes(partners.quad_class) != NOT_CLASSED]


def _sum_sides(partners: pd.DataFrame) -> tuple[dict[Hashable, int], dict[_RowSide, int]]:
    """Events by counterpart, role and class, the smaller counterparts folded, and the length of each bar."""
    folded = _fold_partners(partners)
    counts: dict[Hashable, int] = folded.set_index(["counterpart", "role", "quad_class"]).event_count.to_dict()
    pairs: list[_Row] = [(other, role) for other in dict.fromkeys(folded.counterpart) for role in _ROLES]
    sides: dict[_RowSide, int] = {
        (pair, side): sum(counts.get((*pair, quad), 0) for quad in side) for pair in pairs for side in (_LEFT, _RIGHT)
    }
    return counts, sides


def _fold_partners(partners: pd.DataFrame) -> pd.DataFrame:
    """The counterparts with most events as they are, the rest as one."""
    kept = list(dict.fromkeys(partners.counterpart))
    if len(kept) <= _PARTNER_LIMIT + 1:
        return partners
    is_kept = partners.counterpart.isin(kept[:_PARTNER_LIMIT])
    rest = partners[~is_kept].groupby(["role", "quad_class"], as_index=False).event_count.sum()
    folded: pd.DataFrame = pd.concat([partners[is_kept], rest.assign(counterpart=_OTHERS)], ignore_index=True)
    return folded


def _add_totals(
    figure: go.Figure, totals: dict[_RowSide, int], rows: dict[_Row, float], widest: int, palette: Palette
) -> None:
    """The number of events at the end of each bar that isn't empty."""
    ends = [(row, side, total) for (row, side), total in totals.items() if total]
    figure.add_trace(
        go.Scatter(
            x=[(-1 if side == _LEFT else 1) * (total + widest * 0.02) for _, side, total in ends],
            y=[rows[row] for row, _, _ in ends],
            mode="text",
            text=[str(total) for _, _, total in ends],
            textposition=["middle left" if side == _LEFT else "middle right" for _, side, _ in ends],
            textfont={"size": 11.5, "color": palette.ink},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    )


def _name_sides(figure: go.Figure, palette: Palette) -> None:
    """The legend, said where the bars are: the classes of each side in the order in which its segments stand."""
    sides = (("conflict", tuple(reversed(_LEFT)), "right", -6), ("co-operation", _RIGHT, "left", 6))
    for word, quads, anchor, shift in sides:
        names = [f'<span style="color:{palette.quad[q]}">■</span> {q.plain.lower()}' for q in quads]
        figure.add_annotation(
            # One under the other: side by side they run out of a phone.
            text="<br>".join([f"<b>{word}</b>", *names]),
            x=0,
            xanchor=anchor,
            xshift=shift,
            yref="paper",
            y=1,
            yanchor="bottom",
            align=anchor,
            showarrow=False,
            borderpad=0,
            font={"size": 11.5, "color": palette.ink},
        )


def _ticks(widest: int) -> dict[str, list[float] | list[str]]:
    """Round steps on both sides of nought, labelled without a sign."""
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 250, 500, 1000, 10**6) if widest / s <= 4)
    values = [float(step * n) for n in range(-(widest // step), widest // step + 1)]
    return {"tickvals": values, "ticktext": [f"{abs(value):.0f}" for value in values]}


def _measure(labels: list[str]) -> float:
    """Room for axis labels in pixels, by an average letter of the house font."""
    return max((len(label) for label in labels), default=8) * _LETTER_PX + 12


def _describe_pair(row: Mapping[Any, Any]) -> str:
    counts = {quad.plain: row[f"{quad.name.lower()}_count"] for quad in QuadClass}
    counts[name_class(NOT_CLASSED)] = row["not_classed_count"]
    parts = [f"{number} {label.lower()}" for label, number in counts.items() if number]
    severity = "no severity stated" if pd.isna(row["max_severity"]) else f"highest severity {row['max_severity']}"
    return (
        f"<b>{escape(name_state(row['initiator']))} acts on {escape(name_state(row['target']))}</b><br>"
        f"{row['event_count']} events: {', '.join(parts)}<br>{severity}"
    )


def _describe_bar(name: str, other: str, role: str, quad: QuadClass, count: int) -> str:
    pair = (name, other) if role == "initiator" else (other, name)
    return f"<b>{escape(pair[0])} acts on {escape(pair[1])}</b><br>{quad.plain}: {count}"


def _describe_dyads(frame: pd.DataFrame, what: str) -> str:
    if frame.empty:
        return f"No pair of states with {what} in view."
    top = [
        f"{name_state(row['initiator'])} on {name_state(row['target'])} {row['event_count']}"
        for row in frame.head(3).to_dict("records")
    ]
    return f"Matrix of {len(frame)} pairs of states, {what}. Most: {'; '.join(top)}."


def _describe_partners(partners: pd.DataFrame, name: str) -> str:
    if partners.empty:
        return f"No event with a class in view between {name} and another state."
    parts = []
    for other, rows in list(partners.groupby("counterpart", sort=False))[:3]:
        conflict = rows[rows.quad_class.isin([int(q) for q in _LEFT])].event_count.sum()
        parts.append(f"{name_state(str(other))} {conflict} conflict, {rows.event_count.sum() - conflict} co-operation")
    return f"Bars of events between {name} and {partners.counterpart.nunique()} states. Most: {'; '.join(parts)}."
