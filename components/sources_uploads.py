"""What a person brings: a pasted bulletin, a table of events. Each is shown before anything is taken in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.loaders import load, load_upload
from components.parts.tables import DAY_FORMAT, fit_height
from components.parts.text import escape_markdown
from components.record_parts import build_events_table
from components.sources_taken import MAX_SHOWN_ROWS, forget_report, show_report, show_taking
from components.view.address import FIRST_DAY, LAST_DAY
from tension.errors import BadInput, SourceError
from tension.sources import find_adapter
from tension.sources.base import FetchedFile, ParseResult, Told
from tension.sources.encodings import ENCODINGS
from tension.sources.mnd import adapter as mnd
from tension.sources.upload import adapter as upload
from tension.sources.upload.cells import REQUIRED_FIELDS
from tension.sources.upload.table import TextTable
from tension.store.delta import read_now_utc
from tension.store.queries import Queries

MAX_PASTED_CHARS = 200_000
_TABLE_HEIGHT = 300
_DAY_COLUMNS = {
    "date": "Day",
    "language": "Language",
    "aircraft_count": "Aircraft",
    "crossed_median_count": "Crossed or entered",
    "vessel_count": "Naval vessels",
    "official_ship_count": "Official ships",
    "balloon_count": "Balloons",
    "note": "Note",
}
_NO_COLUMN = "(none)"
# One of the two says what kind of act it was.
_NEEDS = {"cameo_root": "or cameo_code", "cameo_code": "or cameo_root"}


@st.fragment
def show_paste() -> None:
    """Paste a bulletin of Taiwan's ministry, see what it would give, take it in."""
    with st.form("paste", border=False):
        text = st.text_area(
            "Text of a bulletin, Chinese or English",
            key="paste_text",
            height=140,
            max_chars=MAX_PASTED_CHARS,
            placeholder="中共解放軍臺海周邊海、空域動態 ...",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            day = st.date_input(
                "Day of publication, where the text doesn't say its date",
                value=None,
                min_value=FIRST_DAY,
                max_value=LAST_DAY,
                format="YYYY-MM-DD",
                key="paste_day",
                width=330,
            )
            st.form_submit_button("Preview", key="paste_preview", on_click=forget_report, args=("paste",))
    if not show_report("paste") and text and text.strip():
        _show_bulletin(text, day)


def _show_bulletin(text: str, day: date | None) -> None:
    file = FetchedFile("pasted text" + (f" {day}" if day else ""), text.encode())
    try:
        result = find_adapter("mnd").parse(file.raw, read_now_utc(), file.name, Told(published=day))
    except SourceError as error:
        st.error(escape_markdown(str(error)))
        return
    if result.activity.num_rows:
        days = build_day_rows(result)
        st.dataframe(days, hide_index=True, height="content", placeholder="", alt="Days that the text states")
    if result.activity.num_rows or result.rejects:
        show_taking("paste", "mnd", file, result)


def build_day_rows(result: ParseResult) -> pd.DataFrame:
    """The days that a parse found, with what the store has of each: new, known, or what would be replaced."""
    stored = load(Queries.load_bulletins).to_pylist()
    known = {(row["date"], row["language"]): row for row in stored if row["source_key"] == mnd.SOURCE.key}
    rows = result.activity.to_pylist()
    frame = pd.DataFrame([{label: row[name] for name, label in _DAY_COLUMNS.items()} for row in rows])
    frame.insert(2, "In the store", [_compare(row, known.get((row["date"], row["language"]))) for row in rows])
    return frame


def _compare(row: dict[str, Any], stored: dict[str, Any] | None) -> str:
    if stored is None:
        return "new"
    changes = [
        f"{label.lower()} {'not stated' if stored[name] is None else stored[name]}"
        for name, label in _DAY_COLUMNS.items()
        if name.endswith("_count") and stored[name] != row[name]
    ]
    if changes:
        return f"replaces {', '.join(changes)}"
    return "known" if stored["content_hash"] == row["content_hash"] else "replaces its note or window"


@st.fragment
def show_upload() -> None:
    """Choose a table, say which column is which field, see what it would give, take it in."""
    chosen = st.file_uploader(
        "A table of events: CSV, XLSX or GeoJSON",
        type=["csv", "xlsx", "geojson", "json"],
        key="upload_file",
        max_upload_size=50,
        on_change=forget_report,
        args=("upload",),
    )
    if show_report("upload") or chosen is None:
        return
    file = FetchedFile(chosen.name, chosen.getvalue())
    place = st.container(horizontal=True, vertical_alignment="bottom")
    told = _ask_how(place, chosen.file_id)
    try:
        table = load_upload(file.raw, told)
        _ask_sheet(place, table, chosen.file_id)
        mapping = _edit_mapping(upload.build_preview(table), _name_reading(chosen.file_id, table))
        _show_table(file, table, mapping)
    except (SourceError, BadInput) as error:
        st.error(escape_markdown(f"{file.name}: {error}"))


def _ask_how(place: DeltaGenerator, file_id: str) -> Told:
    """How to read the file, as far as the person says; the sheet is asked for once its workbook is open."""
    with place:
        header_row = st.number_input(
            "Row that names the columns",
            min_value=1,
            value=None,
            step=1,
            key=f"upload_header_{file_id}",
            placeholder="as found",
            width=230,
            help="Empty: of the first rows the one that holds most names that are known.",
        )
        encoding = st.selectbox(
            "Encoding of a text file",
            ENCODINGS,
            index=None,
            key=f"upload_encoding_{file_id}",
            placeholder="as found",
            width=230,
        )
    sheet = st.session_state.get(f"upload_sheet_{file_id}")
    return Told(sheet=sheet or "", header_row=int(header_row or 0), encoding=encoding or "")


def _ask_sheet(place: DeltaGenerator, table: TextTable, file_id: str) -> None:
    if len(table.source.sheets) > 1:
        place.selectbox(
            "Sheet",
            table.source.sheets,
            index=table.source.sheets.index(table.source.sheet),
            key=f"upload_sheet_{file_id}",
            width=230,
        )
    if table.source.notes:
        st.caption(escape_markdown(f"Read: {'; '.join(table.source.notes)}."))


def _name_reading(file_id: str, table: TextTable) -> str:
    """What the mapping belongs to: another sheet, header row or encoding gives other columns, and begins anew."""
    return f"{file_id}_{table.source.sheet}_{table.source.header_row}_{hash(table.columns)}"


def _edit_mapping(table: pd.DataFrame, reading: str) -> dict[str, str | None]:
    """The mapping as proposed, for the person to change: one row per field."""
    st.caption("Which column holds which field. Proposed from the column names; required fields come first.")
    proposed = upload.propose_mapping(list(table.columns))
    fields = sorted(proposed, key=lambda name: (name not in REQUIRED_FIELDS, name not in _NEEDS))
    rows = pd.DataFrame(
        {
            "Field": fields,
            "Required": [_NEEDS.get(name, "yes" if name in REQUIRED_FIELDS else "") for name in fields],
            "Column": [proposed[name] or _NO_COLUMN for name in fields],
            "First value": [_find_first(table, proposed[name]) for name in fields],
        }
    )
    edited = st.data_editor(
        rows,
        key=f"upload_mapping_{reading}",
        hide_index=True,
        height=_TABLE_HEIGHT,
        disabled=["Field", "Required", "First value"],
        alt="Which column of the file is which field",
        column_config={
            "Column": st.column_config.SelectboxColumn(options=[_NO_COLUMN, *table.columns], required=True),
            "First value": st.column_config.TextColumn(width="large", help="Of the column as proposed"),
        },
    )
    pairs = zip(edited["Field"], edited["Column"], strict=True)
    return {str(name): None if column in (_NO_COLUMN, None) else str(column) for name, column in pairs}


def _find_first(table: pd.DataFrame, column: str | None) -> str:
    if column is None:
        return ""
    filled = table[column][table[column] != ""]
    return str(filled.iloc[0])[:80] if len(filled) else ""


def _show_table(file: FetchedFile, table: TextTable, mapping: dict[str, str | None]) -> None:
    result = upload.parse_table(table, read_now_utc(), mapping)
    count = result.events.num_rows
    words = f"{result.read_count:,} rows: {count:,} would be taken, {len(result.rejects):,} refused"
    st.markdown(
        f"**{words}**" + (f", {result.duplicate_count:,} doubled in the file" if result.duplicate_count else "")
    )
    if count:
        events = result.events.slice(0, MAX_SHOWN_ROWS).to_pandas()
        st.dataframe(
            build_events_table(events.assign(occurred_date=pd.to_datetime(events.occurred_date))),
            hide_index=True,
            height=fit_height(len(events)),
            alt="Events that would be taken in",
            column_config={"Occurred": st.column_config.DateColumn(format=DAY_FORMAT)},
        )
        if count > MAX_SHOWN_ROWS:
            st.caption(f"The first {MAX_SHOWN_ROWS} are shown.")
    show_taking("upload", "upload", file, result)
