"""Who acted on whom: the matrix of states, and the events of the pair that a reader picks from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from components.loaders import load, load_acts
from components.parts.charts import show_chart
from components.parts.event_lists import show_card_at, show_event_list
from components.view.address import set_choice, settle_choice
from components.view.controls import show_select
from tension.figures.actors import QUAD_CHOICES, TOP_CHOICES
from tension.figures.ladder import split_pair
from tension.records.filters import EventFilter
from tension.records.vocab import QuadClass
from tension.store.queries import Queries
from tension.words import name_state

_PLACE = "pair"
_PAIR_WORDS = "a pair of states with events in view, such as CHN-PHL"


def show_dyads(wanted: EventFilter) -> None:
    """The matrix with its two choices, and beside it the events of one pair."""
    quad = settle_choice("quad", QUAD_CHOICES, QUAD_CHOICES[0])
    top = settle_choice("top", TOP_CHOICES, TOP_CHOICES[0])
    pairs = build_pairs(load(Queries.count_dyads, wanted), quad)
    names = list(pairs)
    pair = settle_choice("pair", names, names[0] if names else "", _PAIR_WORDS)
    matrix, listed = st.columns([1, 1], gap="medium")
    with matrix:
        _show_controls()
        show_chart("dyads", wanted, {"quad": quad, "top": top}, on_select=_take_pair)
    with listed:
        show_select(
            "pair",
            "Pair of states",
            names,
            lambda name: name_pair(name, pairs[name]),
            tip="Or click a cell of the matrix",
        )
        if pair:
            events = load_acts(limit_to_class(wanted, quad), split_pair(pair))
            alt = f"Events in view, {name_pair(pair, pairs[pair])}"
            show_event_list(_PLACE, events, alt, has_parties=False, total=pairs[pair])
    show_card_at(_PLACE)


def build_pairs(dyads: pd.DataFrame, quad: str) -> dict[str, int]:
    """Events per pair such as CHN-PHL (the first acts on the second), of one quad class or all, most first."""
    rows = dyads if quad == "all" else dyads[dyads.quad_class == int(QuadClass.from_slug(quad))]
    counts = rows.groupby(["initiator", "target"]).event_count.sum().reset_index()
    ranked = counts.sort_values(["event_count", "initiator", "target"], ascending=[False, True, True])
    return {f"{row['initiator']}-{row['target']}": int(row["event_count"]) for row in ranked.to_dict("records")}


def limit_to_class(wanted: EventFilter, quad: str) -> EventFilter:
    """The view with the events of one quad class alone; 'all' changes nothing."""
    return wanted if quad == "all" else replace(wanted, quad_classes=(QuadClass.from_slug(quad),))


def name_pair(pair: str, count: int) -> str:
    """A pair in words with its count of events."""
    initiator, target = split_pair(pair)
    return f"{name_state(initiator)} acts on {name_state(target)} ({count})"


def _show_controls() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        show_select(
            "quad",
            "Class of act",
            QUAD_CHOICES,
            lambda slug: "All" if slug == "all" else QuadClass.from_slug(slug).plain,
            width=220,
        )
        show_select("top", "States shown", TOP_CHOICES, lambda top: f"the {top} with most events", width=220)


def _take_pair(points: list[dict[str, Any]]) -> None:
    """A click on a cell chooses its pair; a click on nothing leaves the choice alone."""
    if points and points[0].get("customdata"):
        set_choice("pair", "-".join(points[0]["customdata"][:2]))
