"""The inputs that tests/fuzz.py begins with: small, valid ones of every form, and those that once showed a fault."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd

from tension.sources.measurements import TEMPLATE
from tests import test_sources_gdelt as gdelt
from tests import test_sources_gpr as gpr
from tests import test_sources_mnd as mnd
from tests import test_sources_ucdp as ucdp
from tests import test_sources_upload as upload

_SAMPLES = Path(__file__).parent / "samples"


def _read(*names: str) -> list[bytes]:
    return [(_SAMPLES / name).read_bytes() for name in names]


def _save_book(*rows: Sequence[object], is_below_title: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if is_below_title:
        book.active.append(["Events of the month"])
        book.active.append([])
        book.create_sheet("Notes").append(["nothing here"])
    for row in rows:
        book.active.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _save_stata() -> bytes:
    packed = io.BytesIO()
    months = pd.date_range("2024-01-01", periods=4, freq="MS")
    frame = pd.DataFrame({"month": months, "GPR": [100.5, 90.0, None, 120.25], "GPRC_CHN": [1.0, 1.5, 2.0, 2.5]})
    frame.to_stata(packed, write_index=False, convert_dates={"month": "td"})
    return packed.getvalue()


def _list_uploads() -> list[bytes]:
    rows = [upload.ROW, upload.ROW | {"title": "巡弋，金門", "severity": "3"}]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [119.5, 24.5]},
        "properties": {name: value for name, value in upload.ROW.items() if name not in ("latitude", "longitude")},
    }
    collection = json.dumps({"type": "FeatureCollection", "features": [feature, feature | {"geometry": None}]})
    return [upload.build_csv(*rows), upload.build_csv(*rows, delimiter=";"), collection.encode()]


_GPR = "month,GPR,GPRT,GPRA,GPRC_CHN\n2024-01,100.5,90,110,1.5\n2024-02,91.25,80,,1.25\n1/3/2024,1,2,3,4\n"
_MEASURED = TEMPLATE.splitlines()
_UCDP_ROWS = [list(ucdp.BASE), [*(ucdp.BASE | {"best": 3, "date_start": date(2023, 5, 4)}).values()]]
_UCDP_PAGE = json.dumps({"Result": [ucdp.BASE, ucdp.BASE | {"id": "2"}]}).encode()
_MND = [
    *_read("mnd/bulletins.jsonl"),
    mnd.write_total("偵獲共機12架次（逾越中線進入北部空域3架次）、共艦6艘及公務船1艘").encode(),
    mnd.write_types("運8反潛機1架、殲16戰機2架次").encode(),
    mnd.write_post("12 sorties of PLA aircraft, 6 PLAN vessels", "3 sorties crossed the median line.").encode(),
    mnd.write_total("偵獲共機1架次及共艦6艘").encode("utf-16"),
    mnd.write_total("偵獲共機1架次及共艦6艘").replace("迄", "至").encode("cp950"),
]  # fmt: skip

SEEDS: dict[str, Sequence[bytes]] = {
    "mnd": _MND,
    "ucdp": [*_read("ucdp/ged231_rows.csv"), ucdp.build_csv(ucdp.BASE), _UCDP_PAGE],
    "ucdp.xlsx": [_save_book(*_UCDP_ROWS)],
    "acled": _read("acled/acled_page.json", "acled/acled_header.csv"),
    "gdelt": [*_read("gdelt/20240617101500.export.CSV"), f"{gdelt.build_row()}\n".encode()],
    # The last: a declaration with nothing after it.
    "rss": [*_read("rss/news.xml", "rss/alerts.atom"), b'<?xml version="1.0" encoding="UTF-8"?>'],
    # The last: a null character and half a letter in one row, whose text could not be stored.
    "gpr": [_GPR.encode(), _GPR.replace(",", ";").encode("utf-16"), (_GPR + "2024-04,\0,1").encode("utf-16") + b"\xd8"],
    "gpr.xlsx": [_save_book(*(line.split(",") for line in _GPR.splitlines()), is_below_title=True)],
    "gpr.xls": [gpr.XLS],
    "gpr.dta": [_save_stata()],
    "upload": _list_uploads(),
    "upload.xlsx": [_save_book(list(upload.ROW), list(upload.ROW.values()), is_below_title=True)],
    "measurements": [TEMPLATE.encode(), "\n".join([*_MEASURED, _MEASURED[1].replace("12", "7")]).encode("utf-16")],
    "measurements.xlsx": [_save_book(*(line.split(",") for line in _MEASURED))],
}  # fmt: skip
