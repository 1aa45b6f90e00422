"""US-China military contacts, the escalation ladder of a pair, and positions in time, each with its list."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.loaders import get_theme, load, load_acts, load_built, load_record
from components.parts.charts import show_chart
from components.parts.event_lists import select_mark, show_event_list
from components.parts.risk_panels import get_as_of
from components.parts.templates import render, show_markup
from components.view.address import settle_choice
from components.view.controls import show_segments, show_select
from components.view.filter_bar import get_selected_event
from components.view.tray import show_add_button
from tension.brief.recipe import Item
from tension.figures.channels import load_suspensions
from tension.figures.ladder import PAIRS, WINDOWS, Ladder, limit_to_window, load_ladder, split_pair
from tension.records.filters import EventFilter
from tension.records.vocab import CONTACT_LEVELS, SEVERITY_LABELS
from tension.relations.channels import CANCELLED, LevelSummary, summarise_levels
from tension.relations.ladder import LadderSide
from tension.relations.positions import BEFORE, ON_THE_DAY, SINCE, build_positions
from tension.store.queries import Queries
from tension.words import format_day, name_state


def show_contacts(wanted: EventFilter) -> None:
    """Every contact on a line by level, and how long each level has been silent."""
    show_chart("channels", wanted, share=1, on_select=select_mark, ringed=get_selected_event())
    as_of = get_as_of(wanted)
    contacts = load(Queries.load_contacts, as_of)
    summaries = summarise_levels(contacts, as_of)
    st.dataframe(
        pd.DataFrame([_tell_level(s) for s in summaries]),
        hide_index=True,
        alt="Contacts of each level: number, last day, days since, typical and longest gap",
    )
    called_off = int((contacts.us_china_military_contact == CANCELLED).sum())
    spans = load_built(load_suspensions, as_of)
    said = "; ".join(
        f"{format_day(s.first_date)} to {format_day(s.last_date) if s.last_date else 'now, by the record'}"
        for s in spans
    )
    st.caption(
        f"{called_off} more were cancelled or refused. Suspended: {said or 'never, by the record'}. "
        "A gap is the days between two days with a contact; typical is the median."
    )
    show_add_button(Item(kind="table", key="contacts"), "contacts")


def choose_ladder() -> tuple[str, str]:
    """The pair and the window of the ladder; in the address as `pair` and `window`."""
    pair = settle_choice("pair", PAIRS, PAIRS[0], "two states such as CHN-PHL, in the order of the list")
    window = settle_choice("window", WINDOWS, WINDOWS[0])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        show_select("pair", "Pair", PAIRS, _name_pair, width=280)
        show_segments("window", "Window, days", sorted(WINDOWS, key=int))
    return pair, window


def show_ladder(wanted: EventFilter, pair: str, window: str) -> None:
    """The ladder of a pair, and the acts that reach its highest step in the last window, each way."""
    show_chart(
        "ladder", wanted, {"pair": pair, "window": window}, share=1, on_select=select_mark, ringed=get_selected_event()
    )
    ladder = load_built(load_ladder, wanted, split_pair(pair), int(window))
    for column, side in zip(st.columns(2, gap="medium"), ladder.sides, strict=True):
        with column:
            st.markdown(
                f"**{name_state(side.initiator)} acts on {name_state(side.target)}**: {_tell_peak(side, ladder)}"
            )
            if side.latest_peak:
                _show_acts(limit_to_window(wanted, ladder, side.latest_peak), side)


def show_positions(wanted: EventFilter) -> None:
    """Statements on a line of time, then listed by side: before the article, on its day, and since."""
    show_chart("positions", wanted, share=1)
    record, as_of = load_record(), get_as_of(wanted)
    frame = build_positions(record.actors, record.article, as_of)
    heads = {BEFORE: "Before the article", ON_THE_DAY: "On its day", SINCE: f"Since, to {format_day(as_of)}"}
    sides = [
        {
            "title": name_state(side),
            "columns": [
                {"title": head, "said": frame[(frame.state == side) & (frame["when"] == when)].to_dict("records")}
                for when, head in heads.items()
            ],
        }
        for side in sorted(set(frame.state), reverse=True)
    ]
    show_markup(render("positions.html", palette=get_theme(), sides=sides))


def _tell_level(summary: LevelSummary) -> dict[str, str | float | None]:
    return {
        "Level": CONTACT_LEVELS.get(summary.level, "All levels"),
        "Contacts": summary.contact_count,
        "Last": format_day(summary.last_date) or "none recorded",
        "Days since": summary.days_since,
        "Typical gap, days": summary.typical_gap_days,
        "Longest gap, days": summary.longest_gap_days,
    }


def _name_pair(value: str) -> str:
    return " and ".join(name_state(code) for code in split_pair(value))


def _tell_peak(side: LadderSide, ladder: Ladder) -> str:
    window = f"in the {ladder.window_days} days to {format_day(ladder.last)}"
    if side.latest_peak is None:
        return f"no act {window}"
    return f"severity {side.latest_peak}, {SEVERITY_LABELS[side.latest_peak].lower()}, {window}"


def _show_acts(wanted: EventFilter, side: LadderSide) -> None:
    total = int(load(Queries.count_act_days, wanted, side.initiator, side.target).event_count.sum())
    acts = load_acts(wanted, (side.initiator, side.target))
    # The heading above names the pair.
    place = f"ladder_{side.initiator}_{side.target}"
    show_event_list(place, acts, "Acts that reach the highest step", has_parties=False, total=total)
