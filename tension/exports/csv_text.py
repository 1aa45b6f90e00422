"""A frame as CSV that a spreadsheet opens without running anything. Knows values, not what they mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from tension.exports.terms import keep_exportable

# A cell that begins with one of these is a formula to Excel, LibreOffice or Sheets (OWASP, 'CSV Injection'); the last
# four are the full-width forms that East Asian editions read alike.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_JOINER = "; "


def to_csv(frame: pd.DataFrame, header_lines: Iterable[str] = ()) -> bytes:
    """A frame as UTF-8 with a byte order mark, CRLF rows, ISO dates, lists joined by '; ', missing cells blank.

    Text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers. `header_lines` come before the
    header row, one cell each. Rows of sources that may not be passed on are left out.
    """
    frame = keep_exportable(frame)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([neutralise(line)] for line in header_lines)
    writer.writerow([neutralise(str(name)) for name in frame.columns])
    columns = [_to_cells(frame.iloc[:, position]) for position in range(frame.shape[1])]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode("utf-8-sig")


def neutralise(text: str) -> str:
    """Text that no spreadsheet takes for a formula; white space before the sign doesn't hide it."""
    is_formula = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{text}" if is_formula else text


def _to_cells(column: pd.Series[Any]) -> list[Any]:
    if pd.api.types.is_float_dtype(column.dtype):
        values = column.dropna()
        # A count with a missing day arrives as floats; it is still a count.
        is_whole = len(values) > 0 and bool((values == values.round()).all()) and bool(np.isfinite(values).all())
        return ["" if pd.isna(v) else int(v) if is_whole else float(v) for v in column]
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _to_iso(column)
    return [_to_cell(value) for value in column]


def _to_iso(column: pd.Series[Any]) -> list[str]:
    stamps = column.dropna()
    has_time = bool((stamps != stamps.dt.normalize()).any()) or stamps.dt.tz is not None
    return ["" if pd.isna(v) else v.isoformat() if has_time else v.date().isoformat() for v in column]


def _to_cell(value: Any) -> Any:
    """One value of an object column: a number as it is, anything else as inert text."""
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, list | tuple | np.ndarray):
        return neutralise(_JOINER.join(_to_text(part) for part in value))
    if isinstance(value, Mapping):
        return neutralise(_to_text(value))
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return _to_text(value) if isinstance(value, date) else value


def _to_text(value: Any) -> str:
    """A part of a list: figures as key=value, other records as their values."""
    if isinstance(value, Mapping):
        if set(value) == {"key", "value"}:
            return f"{value['key']}={value['value']:g}"
        return ", ".join(_to_text(part) for part in value.values() if part not in (None, ""))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
