"""What stands on Activity around an official count: the choice of sea and series, its reading, months and card."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from components.activity_parts import COUNT_WORDS
from components.loaders import get_desk, load_built
from components.parts.tables import fit_height
from components.parts.text import escape_markdown, link_markdown
from components.view.address import settle_choice
from components.view.controls import show_segments, show_select
from components.view.layout import show_section
from tension.assessments.counts import CountReading, SeaRow, choose_place, find_count_day, list_sea_rows, read_count
from tension.desk import Desk
from tension.figures.measured import Counted, find_counted, list_counted, load_rows
from tension.figures.months import sum_months
from tension.records.filters import EventFilter
from tension.records.vocab import Region
from tension.words import count, format_day, format_month, format_number, spell_days

_MONTHS_SHOWN = 24
_TAIWAN = "taiwan-mnd"


def list_names(desk: Desk) -> dict[str, dict[str, str]]:
    """By the slug of a sea, the names of its counts with their words; Taiwan's daily counts have names of their own."""
    seas: dict[str, dict[str, str]] = {region.slug: {} for region in Region}
    seas[Region.TAIWAN_STRAIT.slug] = {name: f"Ministry's daily count: {words}" for name, words in COUNT_WORDS.items()}
    for counted in list_counted(desk):
        if counted.card.series != _TAIWAN:
            seas[counted.card.region.slug][counted.name] = counted.title
    return {sea: names for sea, names in seas.items() if names}


def choose_count() -> tuple[str, str]:
    """The sea and the name of the count that the reader chose, with their controls."""
    seas = load_built(list_names)
    given = st.query_params.get("count", "")
    home = next((sea for sea, names in seas.items() if given in names), next(iter(seas)))
    sea = settle_choice("sea", tuple(seas), home)
    names = seas[sea]
    name = settle_choice("count", tuple(names), next(iter(names)))
    titles = {region.slug: region.value for region in Region}
    show_segments("sea", "Sea", tuple(seas), titles.__getitem__, is_labelled=False)
    show_select("count", "Count", tuple(names), names.__getitem__)
    return sea, name


def show_reading(counted: Counted, wanted: EventFilter) -> None:
    """What the count says by then, in one line, with its last whole month, and whose it is."""
    reading, months = load_built(_read, counted.name, wanted)
    lines = []
    if months is not None and len(whole := months[months.is_whole]):
        lines.append(_describe_month(whole.iloc[-1], counted))
    lines.append(f"{spell_days(reading.words or reading.reason)}, as of {format_day(reading.as_of)}.")
    st.markdown(escape_markdown(" ".join(lines)))
    source = link_markdown(counted.card.publisher, counted.card.url)
    st.caption(f"{source}: {escape_markdown(counted.card.whose)}")


def _read(desk: Desk, name: str, wanted: EventFilter) -> tuple[CountReading, pd.DataFrame | None]:
    counted = find_counted(desk, name) or list_counted(desk)[0]
    rows = load_rows(desk, counted, wanted)
    day = find_count_day(counted.card, wanted.as_of, wanted.until)
    reading = read_count(counted.card, counted.measure, choose_place(rows), day)
    if counted.card.cadence != "day" or not counted.measure.sum_unit:
        return reading, None
    days = pd.DataFrame({"date": rows.date_from, "value": rows.value})
    breaks = [found.date for found in counted.card.list_breaks(counted.measure.measure)]
    months = sum_months(days, breaks)
    return reading, months if wanted.until is None else months[months.month <= pd.Period(wanted.until, "M")]


def _describe_month(month: pd.Series, counted: Counted) -> str:
    total = f"{format_number(month.total)} {counted.measure.sum_unit}"
    said = f"{format_month(month.month.to_timestamp())}: {total}"
    if pd.isna(month.ratio):
        return f"{said}."
    return f"{said}, {month.ratio:.2f} times the mean of the 12 months before ({format_number(month.mean_before)})."


def show_months(counted: Counted, wanted: EventFilter) -> None:
    """The last months of a daily count as sums, each against the twelve before it."""
    _, months = load_built(_read, counted.name, wanted)
    if months is None or months.empty:
        st.caption("A sum by month means nothing for this count.")
        return
    shown = months.iloc[::-1].head(_MONTHS_SHOWN)
    table = pd.DataFrame(
        {
            "Month": [format_month(month.to_timestamp()) for month in shown.month],
            counted.measure.sum_unit.capitalize(): shown.total,
            "Days stated": shown.day_count,
            "Mean of the 12 before": shown.mean_before.round(1),
            "Ratio": shown.ratio.round(2),
            "Percentile": shown.percentile.round(0),
        }
    )
    st.dataframe(table, hide_index=True, height=fit_height(len(table)), alt="Months of the count, newest first")
    st.caption("A month of which a day isn't stated is summed and not compared. Nothing is compared across a break.")


def show_card(counted: Counted) -> None:
    """What must be known of a series before its first number."""
    card, breaks = counted.card, counted.card.list_breaks(counted.measure.measure)
    facts = {
        "Whose count": card.whose,
        "Unit": f"{counted.measure.unit}, {card.cadence}",
        "Dated by": card.dated_by,
        "A day without a row": "zero" if card.absent_means == "zero" else "unknown, not zero",
        "Known": f"{count(card.known_after_days, 'day')} after the last day of a row. {card.known_after_reason}",
        "Read": f"{format_day(card.cover.first)} to {format_day(card.cover.until)}. {card.cover.note}",
        "Where it changes": " ".join(f"{format_day(b.date)}: {b.reason}" for b in breaks),
        "Where sources differ": " ".join(card.conflicts),
        "Terms": card.licence,
    }
    st.table({name: escape_markdown(words) for name, words in facts.items() if words}, border="horizontal")


def show_sea_rows(wanted: EventFilter) -> None:
    """One row for every sea: what its official counts say, or that there are none."""
    rows: list[SeaRow] = load_built(_list_rows, wanted.as_of, wanted.until)
    table = pd.DataFrame(
        {
            "Sea": [row.region.value for row in rows],
            "Series": [row.series_count for row in rows],
            "Says": [row.reading.state.value if row.reading else "none" for row in rows],
            "What its official counts say": [escape_markdown(spell_days(row.words)) for row in rows],
        }
    )
    # Not a data frame, whose cells cut a sentence short.
    st.table(table, border="horizontal", hide_index=True, alt="What the official counts of every sea say")


def _list_rows(desk: Desk, as_of: date | None, until: date | None) -> list[SeaRow]:
    return list_sea_rows(desk.series, desk.load_measurements, as_of, until)


def show_count_beside(name: str, wanted: EventFilter) -> None:
    """The months and the card of a count that isn't Taiwan's."""
    counted = find_counted(get_desk(), name)
    if counted is None:
        return
    left, right = st.columns(2, gap="large")
    with left:
        show_section("Month by month")
        show_months(counted, wanted)
    with right:
        show_section("Read this first")
        show_card(counted)


def find_declared(name: str) -> Counted | None:
    """A count by its name, None for Taiwan's own names."""
    return find_counted(get_desk(), name)
