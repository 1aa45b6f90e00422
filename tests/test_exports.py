"""Exported files, parsed back: CSV that runs nothing, strict GeoJSON and KML, HTML without a network, real pictures."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tension.desk import Desk
from tension.errors import ExportError
from tension.exports import pictures
from tension.exports.csv_text import neutralise, to_csv
from tension.exports.geo import to_geojson, to_kml
from tension.exports.names import build_file_stem
from tension.exports.pictures import to_html, to_image
from tension.figures.chart import Chart
from tension.figures.frame import PRINT_PX, dress
from tension.figures.palette import PRINT
from tension.records.filters import EventFilter, build_filter
from tension.records.schema import EVENT_SCHEMA, build_event_table
from tests.ensure_browser import find_browser
from tests.factories import make_event

KML = "{http://www.opengis.net/kml/2.2}"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LINK = "http://localhost:8501/timeline?v=1&region=taiwan-strait"


@pytest.fixture(scope="module")
def events(desk: Desk) -> pd.DataFrame:
    return desk.queries.load_events(EventFilter(), columns=None)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def build_frame(*made) -> pd.DataFrame:
    return build_event_table(made, datetime(2026, 1, 1, tzinfo=UTC)).to_pandas()


def test_csv_has_a_byte_order_mark_and_comes_back_as_it_was() -> None:
    frame = pd.DataFrame(
        {
            "title": ["Quote “x”, comma", 'line\nbreak "q"', "中共解放軍"],
            "day": pd.to_datetime(["2026-07-05", None, "2022-01-06"]),
            "count": pd.array([3, None, -4], dtype="Int32"),
            "gap": [1.0, np.nan, 12.0],
            "share": [0.25, -0.5, np.nan],
            "actors": [np.array(["CHN", "TWN"], dtype=object), np.array([], dtype=object), None],
            "is_new": [True, False, True],
        }
    )
    content = to_csv(frame)
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content) == [
        list(frame.columns),
        ["Quote “x”, comma", "2026-07-05", "3", "1", "0.25", "CHN; TWN", "true"],
        ['line\nbreak "q"', "", "", "", "-0.5", "", "false"],
        ["中共解放軍", "2022-01-06", "-4", "12", "", "", "true"],
    ]


def test_csv_of_the_whole_record_has_a_row_an_event(events: pd.DataFrame) -> None:
    rows = read_csv(to_csv(events))
    assert len(rows) == 1 + len(events) > 1
    assert {len(row) for row in rows} == {len(EVENT_SCHEMA)}
    assert [row[0] for row in rows[1:]] == list(events.event_id)
    numbers = {"latitude", "longitude", "goldstein", "tone"}
    for name, *cells in zip(*rows, strict=True):
        if name not in numbers:
            assert not any(cell.startswith(FORMULA_STARTS) for cell in cells), name


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_formula_is_shown_and_not_run(start: str) -> None:
    text = f'{start}HYPERLINK("http://x",A1)'
    frame = pd.DataFrame({"title": [text, f"  {text}"], "tags": [[text, "b"], ["b"]]})
    _, first, second = read_csv(to_csv(frame))
    assert first == [f"'{text}", f"'{text}; b"]
    # White space before a sign hides nothing; white space alone runs nothing.
    assert second[0] == (f"'  {text}" if start.strip() else f"  {text}")
    assert read_csv(to_csv(pd.DataFrame({text: [1]})))[0] == [f"'{text}"]
    assert read_csv(to_csv(pd.DataFrame({"a": [1]}), header_lines=[text]))[0] == [f"'{text}"]


@given(st.text())
def test_no_text_begins_a_formula_and_none_is_lost(text: str) -> None:
    safe = neutralise(text)
    assert not safe.startswith(FORMULA_STARTS)
    assert safe in (text, f"'{text}")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**31), 2**31))
def test_numbers_stay_numbers(share: float, count: int) -> None:
    _, row = read_csv(to_csv(pd.DataFrame({"share": [share], "count": [count]})))
    assert float(row[0]) == share
    assert row[1] == str(count)


def test_geojson_of_the_record_is_strict_and_in_order(events: pd.DataFrame) -> None:
    collection = json.loads(to_geojson(events), parse_constant=pytest.fail)
    assert collection["type"] == "FeatureCollection"
    assert [feature["id"] for feature in collection["features"]] == list(events.event_id)
    first = collection["features"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [139.6503, 35.6762]}
    assert first["properties"]["occurred_date"] == "2022-01-06"
    assert first["properties"]["actors"] == ["JPN", "AUS"]
    assert first["properties"]["sources"][0]["publisher"] == "Ministry of Foreign Affairs of Japan"
    shown = {name for feature in collection["features"] for name in feature["properties"]}
    assert shown.isdisjoint({"coder_doubt", "content_hash"})


def test_what_a_file_leaves_out_is_said_in_it() -> None:
    frame = build_frame(make_event())
    note = "The latest 1 of 2 events in view"
    assert json.loads(to_geojson(frame, note))["note"] == note
    assert "note" not in json.loads(to_geojson(frame))
    assert (
        ElementTree.fromstring(to_kml(frame, "The record", note)).findtext(f"./{KML}Document/{KML}description") == note
    )


def test_an_event_without_a_place_keeps_its_feature() -> None:
    frame = build_frame(make_event(latitude=None, longitude=None, figures={"vessels": 3}))
    (feature,) = json.loads(to_geojson(frame))["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["figures"] == {"vessels": 3.0}
    assert feature["properties"]["figures_other"] == {}


def test_kml_places_every_event_that_has_a_place(events: pd.DataFrame) -> None:
    root = ElementTree.fromstring(to_kml(events, "The record"))
    marks = root.findall(f".//{KML}Placemark")
    assert len(marks) == int(events.latitude.notna().sum())
    assert root.findtext(f"./{KML}Document/{KML}name") == "The record"
    assert marks[0].findtext(f"./{KML}Point/{KML}coordinates") == "139.6503,35.6762"
    assert marks[0].findtext(f"./{KML}TimeStamp/{KML}when") == "2022-01-06"
    styles = {f"#{style.get('id')}" for style in root.findall(f".//{KML}Style")}
    assert {mark.findtext(f"./{KML}styleUrl") for mark in marks} <= styles
    ids = [mark.get("id") for mark in marks]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", mark_id) for mark_id in ids)


def test_hostile_text_in_kml_is_text() -> None:
    hostile = "</name><script>x</script> & \x0bbell"
    frame = build_frame(make_event(title=hostile, summary=hostile, end_date=date(2024, 3, 4)))
    content = to_kml(frame)
    root = ElementTree.fromstring(content)
    mark = root.find(f".//{KML}Placemark")
    assert mark.findtext(f"./{KML}name") == "</name><script>x</script> & bell"
    description = mark.findtext(f"./{KML}description")
    assert "<script" not in description
    assert "&lt;script&gt;" in description
    assert "Example Press: https://example.org/1" in description
    span = mark.find(f"./{KML}TimeSpan")
    assert (span.findtext(f"{KML}begin"), span.findtext(f"{KML}end")) == ("2024-03-01", "2024-03-04")


def test_file_names_say_what_is_in_them() -> None:
    wanted = build_filter(regions=["taiwan-strait"], since="2024-01-01", as_of="2025-10-31", actors=["CHN"])
    stem = build_file_stem("timeline", wanted, {"lane": "actor"})
    assert stem == "timeline-actor-taiwan-strait-chn-from-2024-01-01-as-of-2025-10-31"
    assert build_file_stem("activity-aircraft", EventFilter(), {"count": "aircraft"}) == "activity-aircraft"
    assert re.fullmatch(r"[a-z0-9-]{1,120}", build_file_stem("x", build_filter(actors=["CHN"] * 40)))


@pytest.fixture
def chart() -> Chart:
    figure = go.Figure(go.Scatter(x=["2024-01-01", "2024-02-01"], y=[3, 4], name="</script><b>line</b>"))
    figure.update_layout(height=240, xaxis={"type": "date", "rangeselector": {"buttons": [{"label": "3 m"}]}})
    title, alt = "A <title> & more", 'Alt "text" with <b>'
    words = {
        "title": title,
        "subtitle": "Taiwan Strait · as of 2025-10-31",
        "source_line": "Source: a test",
        "link": LINK,
    }
    dress(figure, **words, palette=PRINT, width_px=PRINT_PX)
    return Chart("test", title, alt, "Source: a test", figure, pd.DataFrame({"a": [1]}))


def test_html_stands_alone_and_may_ask_no_host_for_anything(chart: Chart) -> None:
    page = to_html(chart).decode()
    head = page[: page.index("</head>")]
    assert "default-src 'none'" in head
    assert "<title>A &lt;title&gt; &amp; more</title>" in head
    assert 'aria-label="Alt &quot;text&quot; with &lt;b&gt;"' in page
    # plotly.js itself holds addresses as text; what counts is that no element of the page loads one.
    outside_scripts = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(src|href|srcset|data)\s*=\s*[\"']?(https?:)?//", outside_scripts)
    assert not re.search(r"<script[^>]+src", page)
    assert "plotly.js v" in page
    assert page.count("</script><b>line</b>") == 0
    assert "localhost:8501/timeline" in page.replace("\\u002f", "/")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> str:
    path = find_browser()
    assert path, "no Chromium or Chrome was found; `python tests/ensure_browser.py` installs one"
    monkeypatch.setenv("BROWSER_PATH", path)
    return path


@pytest.mark.browser
def test_png_is_as_large_as_said_and_opaque(chart: Chart, browser: str) -> None:
    content = to_image(chart, "png")
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    picture = Image.open(io.BytesIO(content))
    assert picture.width == PRINT_PX * 2
    assert picture.height == chart.figure.layout.height * 2
    assert picture.convert("RGBA").getextrema()[3] == (255, 255)
    assert picture.getpixel((2, 2))[:3] == (255, 255, 255)


@pytest.mark.browser
def test_svg_carries_title_filter_source_and_link_and_no_button(chart: Chart, browser: str) -> None:
    root = ElementTree.fromstring(to_image(chart, "svg"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = " ".join(" ".join(root.itertext()).split())
    for said in ("A <title> & more", "Taiwan Strait · as of 2025-10-31", "Source: a test", f"Link: {LINK}"):
        assert said in words
    assert "3 m" not in words
    assert not any("href" in name for element in root.iter() for name in element.attrib)


@pytest.mark.browser
def test_pdf_is_one_page(chart: Chart, browser: str) -> None:
    content = to_image(chart, "pdf")
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1


def test_without_a_browser_the_error_says_what_to_install(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "find_browser", lambda: None)
    with pytest.raises(ExportError, match=r"A picture needs Chromium or Chrome.*apt install chromium"):
        to_image(chart, "pdf")


def test_a_browser_that_isn_t_there_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/no/such/browser")
    assert pictures.find_browser() is None


def test_an_svg_carries_its_title_and_alternative_text(chart: Chart) -> None:
    hostile = replace(chart, title="A <b> & B", alt='Says "x" <script>')
    root = ElementTree.fromstring(pictures.describe_svg(b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', hostile))
    title, words, _ = list(root)
    assert (title.text, words.text, root.attrib["role"]) == ("A <b> & B", 'Says "x" <script>', "img")
