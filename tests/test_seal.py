"""The seal: in every format, read back as it was; an edited file and another record are found out."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from defusedxml import ElementTree
from PIL import Image

from tension.brief.build import build_document
from tension.brief.checking import describe_verdict, verify_file
from tension.brief.recipe import Item, Recipe
from tension.brief.slides import to_pptx
from tension.brief.word_file import to_docx
from tension.desk import Desk
from tension.errors import BadInput
from tension.exports.chart_files import ChartOrder, make_files
from tension.exports.geo import to_geojson, to_kml
from tension.exports.metadata import build_sidecar, find_seal, read_sidecar, seal_file
from tension.exports.seal import Seal, build_seal, hash_frames, is_local, read_seal
from tension.figures.registry import find_chart
from tension.records.filters import EventFilter, build_filter

HOSTILE = "\"/><script>alert(1)</script>--> ]]> &amp; ' 中共"
WANTED = build_filter(regions=["taiwan-strait"], since="2024-01-01", until="2024-12-31")


@pytest.fixture(scope="module")
def seal(desk: Desk) -> Seal:
    frame = desk.queries.load_events(WANTED, columns=None)
    made = build_seal(desk, "events", "", WANTED, [frame], link="https://desk.example/record?v=1")
    return replace(made, view=HOSTILE)


def make_png(_desk: Desk) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, "PNG")
    return out.getvalue()


def make_pdf(_desk: Desk) -> bytes:
    from pypdf import PdfWriter

    made, out = PdfWriter(), io.BytesIO()
    made.add_blank_page(100, 100)
    made.write(out)
    return out.getvalue()


MAKERS: dict[str, Callable[[Desk], bytes]] = {
    "png": make_png,
    "pdf": make_pdf,
    "svg": lambda _: b'<svg xmlns="http://www.w3.org/2000/svg" width="1"><g/></svg>',
    "html": lambda _: b"<!doctype html><html><head><title>x</title></head><body></body></html>",
    "geojson": lambda desk: to_geojson(desk.queries.load_events(WANTED, columns=None)),
    "kml": lambda desk: to_kml(desk.queries.load_events(WANTED, columns=None)),
}


@pytest.mark.parametrize("file_format", MAKERS)
def test_a_seal_comes_back_from_every_format_and_the_file_stays_good(desk: Desk, seal: Seal, file_format: str) -> None:
    plain = MAKERS[file_format](desk)
    sealed = seal_file(plain, file_format, seal)
    assert find_seal(sealed, file_format) == seal
    with pytest.raises(BadInput, match="without a seal"):
        find_seal(plain, file_format)
    if file_format == "png":
        with Image.open(io.BytesIO(sealed)) as shown:
            shown.load()
            assert (shown.size, shown.getpixel((0, 0))) == ((3, 2), (255, 0, 0))
            assert json.loads(shown.text["tension-seal"])["view"] == HOSTILE
    if file_format in ("svg", "kml"):
        assert len(list(ElementTree.fromstring(sealed).iter())) > len(list(ElementTree.fromstring(plain).iter()))
    if file_format == "geojson":
        assert json.loads(sealed)["features"] == json.loads(plain)["features"]
    if file_format == "html":
        assert b"<script>" not in sealed


EDITS: dict[str, Callable[[bytes], bytes]] = {
    "svg": lambda content: content.replace(b'width="1"', b'width="2"'),
    "html": lambda content: content.replace(b"<body>", b"<body>12 events"),
    "geojson": lambda content: content.replace(b'"severity": 2', b'"severity": 5', 1),
    "kml": lambda content: content.replace(b"<coordinates>1", b"<coordinates>2", 1),
}


def edit_png(content: bytes) -> bytes:
    """The picture painted blue, its text chunks kept."""
    from PIL.PngImagePlugin import PngInfo

    with Image.open(io.BytesIO(content)) as shown:
        kept = PngInfo()
        kept.add_itxt("tension-seal", shown.text["tension-seal"])
        out = io.BytesIO()
        Image.new("RGB", shown.size, "blue").save(out, "PNG", pnginfo=kept)
    return out.getvalue()


def edit_pdf(content: bytes) -> bytes:
    """The document with a stroke drawn on its page."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DecodedStreamObject, NameObject

    made, out, stroke = PdfWriter(clone_from=PdfReader(io.BytesIO(content))), io.BytesIO(), DecodedStreamObject()
    stroke.set_data(b"0 0 m 50 50 l S")
    made.pages[0][NameObject("/Contents")] = made._add_object(stroke)
    made.write(out)
    return out.getvalue()


@pytest.mark.parametrize("file_format", MAKERS)
def test_a_file_that_was_changed_after_it_was_made_is_found_out(desk: Desk, file_format: str) -> None:
    frame = desk.queries.load_events(WANTED, columns=None)
    made = seal_file(MAKERS[file_format](desk), file_format, build_seal(desk, "events", "", WANTED, [frame]))
    assert verify_file(desk, made, f"x.{file_format}").is_same
    edited = (EDITS | {"png": edit_png, "pdf": edit_pdf})[file_format](made)
    assert edited != made
    assert "changed after it was made" in describe_verdict(verify_file(desk, edited, f"x.{file_format}"))


def test_a_changed_finding_and_a_changed_cell_of_a_table_are_found_out(desk: Desk) -> None:
    document = build_document(desk, Recipe(items=(Item(kind="table", key="contacts"),)))
    page = document.pages[0]
    (day, *rest), *others = page.table.rows
    forged = replace(page, finding="99 events.", table=replace(page.table, rows=((f"{day}9", *rest), *others)))
    for ending, write in (("pptx", to_pptx), ("docx", to_docx)):
        assert verify_file(desk, write(document, {}), f"x.{ending}").is_same
        said = describe_verdict(verify_file(desk, write(replace(document, pages=(forged,)), {}), f"x.{ending}"))
        assert "1 finding changed and 1 table cell changed after it was made" in said


@pytest.mark.parametrize("text", ["", "{}", "[]", "no", json.dumps({"kind": 1}), "null"])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="seal"):
        read_seal(text)


@pytest.mark.parametrize("ending", ["pptx", "docx", "pdf", "png", "svg", "html", "kml", "geojson"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"PK\x03\x04 cut", b"%PDF-1.7 cut"])
def test_a_broken_file_is_told_in_one_line(desk: Desk, ending: str, content: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        verify_file(desk, content, f"x.{ending}")
    assert "\n" not in str(caught.value)


def test_the_digest_depends_on_figures_and_not_on_when_they_were_taken_in() -> None:
    frame = pd.DataFrame({"a": [1, 2], "recorded_utc": pd.to_datetime(["2026-01-01", "2026-01-02"])})
    assert hash_frames([frame]) == hash_frames([frame.drop(columns="recorded_utc")])
    assert hash_frames([frame]) != hash_frames([frame.assign(a=[1, 3])])


def test_a_link_to_ones_own_machine_is_none(desk: Desk) -> None:
    assert [
        is_local(a)
        for a in ("http://localhost:8501/x", "http://127.0.0.1/x", "http://[::1]:1/", "https://desk.example/")
    ] == [
        True,
        True,
        True,
        False,
    ]
    made = build_seal(desk, "events", "", EventFilter(), [], link="http://localhost:8501/record")
    assert made.link == ""
    assert "TENSION_PUBLIC_URL" in made.sentence


def test_a_chart_of_this_record_is_the_same_and_an_edited_csv_is_not(desk: Desk) -> None:
    order = ChartOrder([find_chart("events-by-region")], ("csv",), WANTED, site="https://desk.example")
    (made,) = make_files(desk, order)
    assert made.content is not None
    assert made.sidecar is not None
    found = read_sidecar(made.sidecar)
    assert (found.as_of, found.link.startswith("https://desk.example/record?")) == ("", True)
    assert verify_file(desk, made.content, made.name, made.sidecar).is_same
    edited = made.content.replace(b"Taiwan Strait", b"Taiwan")
    assert "bytes are others" in describe_verdict(verify_file(desk, edited, made.name, made.sidecar))
    with pytest.raises(BadInput, match=r"metadata\.json beside"):
        verify_file(desk, made.content, made.name)


def test_figures_of_another_record_are_others(desk: Desk) -> None:
    frame = desk.queries.load_events(WANTED, columns=None)
    earlier = replace(build_seal(desk, "events", "", WANTED, [frame.iloc[1:]]), record="0123456789abcdef")
    content = seal_file(to_geojson(frame), "geojson", earlier)
    verdict = verify_file(desk, content, "events.geojson")
    assert not verdict.is_same
    assert "record 0123456789ab, this is" in describe_verdict(verdict)
    same = seal_file(to_geojson(frame), "geojson", build_seal(desk, "events", "", WANTED, [frame]))
    assert verify_file(desk, same, "events.geojson").is_same


def test_an_edited_cell_behind_a_chart_is_found_out(desk: Desk) -> None:
    recipe = Recipe(items=(Item(kind="chart", key="gpr"), Item(kind="chart", key="events-by-region")))
    content = to_pptx(build_document(desk, recipe), {})
    assert verify_file(desk, content, "brief.pptx").is_same
    assert "cells of 1 of 2 charts" in describe_verdict(verify_file(desk, edit_sheet(content), "brief.pptx"))


def test_a_figure_that_a_workbook_rounds_is_no_edit(desk: Desk) -> None:
    options = {"count": "japan-senkaku/contiguous-zone"}
    recipe = Recipe(items=(Item(kind="chart", key="counts", options=options, days=730),))
    content = to_pptx(build_document(desk, recipe), {})
    assert verify_file(desk, content, "brief.pptx").is_same


def edit_sheet(content: bytes) -> bytes:
    """The file with one more in the first figure of its first chart's sheet."""
    out, is_done = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            body = source.read(name)
            if name.endswith(".xlsx") and not is_done:
                book = openpyxl.load_workbook(io.BytesIO(body))
                book.active["B2"].value += 1
                held = io.BytesIO()
                book.save(held)
                body, is_done = held.getvalue(), True
            made.writestr(name, body)
    return out.getvalue()


def test_the_command_says_so_for_each_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tension.__main__ import main

    frame = desk.queries.load_events(WANTED, columns=None)
    good, bad = tmp_path / "good.geojson", tmp_path / "bad.csv"
    good.write_bytes(seal_file(to_geojson(frame), "geojson", build_seal(desk, "events", "", WANTED, [frame])))
    bad.write_bytes(b"a,b\r\n")
    told = build_sidecar(b"a,c\r\n", "bad.csv", build_seal(desk, "events", "", WANTED, [frame]))
    bad.with_name("bad.csv-metadata.json").write_bytes(told)
    monkeypatch.setattr("sys.argv", ["tension", "verify", str(good), str(bad)])
    assert main() == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "same: events" in first
    assert "differs: events" in second
