"""How far each count and region was read, and a person's own counts in the long form, seen before they are taken."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.loaders import load_built
from components.parts.tables import DAY_FORMAT, fit_height
from components.parts.text import escape_markdown
from components.sources_taken import MAX_SHOWN_ROWS, forget_report, show_report, show_taking
from tension.desk import Desk
from tension.errors import SourceError
from tension.records.cover import select_source
from tension.records.source_cards import UPLOADED_COUNTS
from tension.sources.base import FetchedFile, ParseResult
from tension.sources.measurements import TEMPLATE, parse
from tension.store.delta import read_now_utc

_PLACE = "counts"
_DAY = st.column_config.DateColumn(format=DAY_FORMAT)


def show_cover() -> None:
    """Until when each region was searched for events, and each official count was read."""
    regions, series = load_built(build_region_cover), load_built(build_series_cover)
    st.dataframe(
        regions,
        hide_index=True,
        height="content",
        alt="Until when each region was searched for events",
        column_config={"Searched from": _DAY, "Searched until": _DAY},
    )
    st.dataframe(
        series,
        hide_index=True,
        height=fit_height(len(series)),
        alt="How far each official count was read",
        column_config={
            "From": _DAY,
            "Read to": _DAY,
            "Newest row": _DAY,
            "What is missing": st.column_config.TextColumn(width="large"),
        },
    )
    st.caption("Readings end where a region was searched to or a count was read to; what lies beyond is shown, marked.")


def build_region_cover(desk: Desk) -> pd.DataFrame:
    """A row a region: the days for which it was searched for events."""
    spans = select_source(desk.record.cover)
    return pd.DataFrame(
        {
            "Region": [region.value for region in spans],
            "Searched from": [span.searched_from for span in spans.values()],
            "Searched until": [span.searched_until for span in spans.values()],
        }
    )


def build_series_cover(desk: Desk) -> pd.DataFrame:
    """A row a series: its span, the day to which it was read, its newest row, and what is missing in between."""
    held = desk.list_series().groupby("series", sort=False)
    first, newest, rows = held["first"].min(), held["last"].max(), held["rows"].sum()
    cards = {card.series: card for card in desk.series}
    found = [(series, cards.get(str(series))) for series in newest.index]
    return pd.DataFrame(
        {
            "Region": [card.region.value if card else "" for _, card in found],
            "Count": [card.title if card else "Your own" for _, card in found],
            "From": [card.cover.first if card else first[series] for series, card in found],
            "Read to": [card.cover.until if card else newest[series] for series, card in found],
            "Newest row": newest.tolist(),
            "Values": rows.tolist(),
            "Each": [card.cadence if card else "" for _, card in found],
            "Known after days": [card.known_after_days if card else None for _, card in found],
            "What is missing": [card.cover.note if card else "" for _, card in found],
            "Publisher": [card.publisher if card else "" for _, card in found],
            "Series": [str(series) for series, _ in found],
        }
    )


@st.fragment
def show_count_upload() -> None:
    """Choose a table of counts in the long form, see what it would give and what is refused, take it in."""
    st.download_button(
        "Template",
        TEMPLATE,
        file_name="measurements.csv",
        mime="text/csv",
        key="counts_template",
        icon=":material/download:",
        help="The columns with an example row; docs/sources/measurements.md says what each may hold.",
    )
    chosen = st.file_uploader(
        "A table of counts: CSV or XLSX",
        type=["csv", "xlsx"],
        key="counts_file",
        max_upload_size=50,
        on_change=forget_report,
        args=(_PLACE,),
    )
    if show_report(_PLACE) or chosen is None:
        return
    file = FetchedFile(chosen.name, chosen.getvalue())
    try:
        result = parse(file.raw, read_now_utc(), file.name)
    except SourceError as error:
        st.error(escape_markdown(str(error)))
        return
    _show_counts(file, result)


def _show_counts(file: FetchedFile, result: ParseResult) -> None:
    kept = result.measurements
    words = f"{result.read_count:,} rows: {len(kept):,} would be taken, {len(result.rejects):,} refused"
    doubled = f", {result.duplicate_count:,} doubled in the file" if result.duplicate_count else ""
    st.markdown(f"**{words}**{doubled}")
    if kept:
        shown = kept[:MAX_SHOWN_ROWS]
        st.dataframe(
            pd.DataFrame(
                {
                    "Series": [row.series for row in shown],
                    "First day": [row.date_from for row in shown],
                    "Last day": [row.date_to for row in shown],
                    "Place": [row.place for row in shown],
                    "Measure": [row.measure for row in shown],
                    "Value": [row.value for row in shown],
                    "Unit": [row.unit for row in shown],
                    "Publisher": [row.publisher for row in shown],
                }
            ),
            hide_index=True,
            height=fit_height(len(shown)),
            alt="Counts that would be taken in",
            column_config={"First day": _DAY, "Last day": _DAY},
        )
        if len(kept) > MAX_SHOWN_ROWS:
            st.caption(f"The first {MAX_SHOWN_ROWS} are shown.")
    show_taking(_PLACE, UPLOADED_COUNTS, file, result)
