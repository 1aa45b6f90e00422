"""The brief: a recipe read with care, documents whose figures are the record's, files that Office opens and edits."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pandas as pd
import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.util import Inches

from tension.brief.build import build_document
from tension.brief.document import Cited, Document, Page, Table
from tension.brief.inert import clean_text
from tension.brief.recipe import (
    Item,
    Recipe,
    list_recipes,
    pack_recipe,
    parse_recipe,
    read_recipe,
    unpack_recipe,
    write_recipe,
)
from tension.brief.slides import to_pptx
from tension.brief.web_page import to_page
from tension.brief.word_file import to_docx
from tension.desk import Desk
from tension.errors import BadInput
from tension.exports.metadata import find_seal
from tension.exports.seal import hash_frames
from tension.records.filters import EventFilter
from tension.settings import PROJECT_DIR
from tension.words import format_day, format_number

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script> &lt; \x0b\x1f \u202e {{ 7*7 }} ${x} [a](javascript:1)'
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def weekly(desk: Desk) -> Document:
    return build_document(desk, read_recipe(PROJECT_DIR / "data" / "recipes" / "weekly.yaml"))


@pytest.fixture(scope="module")
def region(desk: Desk) -> Document:
    return build_document(desk, read_recipe(PROJECT_DIR / "data" / "recipes" / "region.yaml"))


def draw_nothing(document: Document) -> dict[int, bytes]:
    """A picture of one point where a browser would draw one."""
    return {n: PICTURE for n, page in enumerate(document.pages) if page.chart and page.native is None}


def read_header(chart) -> list[str]:
    """The names of the series in the workbook behind a chart."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return [str(name) for name in next(book.active.iter_rows(values_only=True))[1:]]


def test_every_shipped_recipe_reads_and_comes_back_from_file_and_address() -> None:
    names = [path.stem for path in list_recipes(PROJECT_DIR / "data")]
    assert {"weekly", "region"} <= set(names)
    for path in list_recipes(PROJECT_DIR / "data"):
        recipe = read_recipe(path)
        assert recipe.items
        assert parse_recipe(write_recipe(recipe)) == recipe
        assert unpack_recipe(pack_recipe(recipe)) == recipe


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("items:\n  - kind: song\n    key: x\n", "'chart', 'map'"),
        ("items:\n  - kind: chart\n", "key is missing"),
        ("items:\n  - kind: table\n    key: tables\n", "events, contacts"),
        ("colour: red\n", "no such field; allowed: title"),
        ("as_of: 2024-02-30\n", "as_of"),
        ("filter:\n  region: mars\n", "taiwan-strait"),
        ("filter:\n  planet: mars\n", "no such limit"),
        ("- a list\n", "one mapping"),
        ("title: [", "YAML"),
    ],
)
def test_a_bad_recipe_is_told_in_one_line(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)) as caught:
        parse_recipe(text.encode())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("word", ["", "x", "!!!", "eJw", pack_recipe(Recipe())[:-4], "🙂"])
def test_a_word_of_an_address_that_is_no_recipe_is_refused(word: str) -> None:
    with pytest.raises(BadInput, match="Brief page"):
        unpack_recipe(word)


def test_what_an_item_names_must_be_there(desk: Desk) -> None:
    for kind, key in (("chart", "nothing"), ("panel", "nothing"), ("event", "nothing")):
        with pytest.raises(BadInput, match="nothing"):
            build_document(desk, Recipe(items=(Item(kind=kind, key=key),)))
    with pytest.raises(BadInput, match="at least one item"):
        build_document(desk, Recipe())


def test_an_event_is_not_in_a_brief_of_a_day_before_it_was_reported(desk: Desk) -> None:
    event = desk.queries.load_events(EventFilter(), columns=None).iloc[-1]
    item = Item(kind="event", key=event.event_id)
    pages = build_document(desk, Recipe(items=(item,))).pages
    assert (pages[0].title, pages[0].frame.event_id.item()) == (event.title, event.event_id)
    with pytest.raises(BadInput, match="reported by 2024-01-01"):
        build_document(desk, Recipe(items=(item,), as_of=date(2024, 1, 1)))


def list_numbers(text: str) -> list[str]:
    return re.findall(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w-])", text)


def list_figures(page: Page) -> str:
    """Every figure that a page's frame holds, as it may be printed: cells, counts of rows, sums over a column."""
    frame = page.frame
    numbers = frame.select_dtypes("number")
    values = [value for name in numbers for value in numbers[name].dropna()]
    values += [len(frame), *(frame[name].astype(str).nunique() for name in frame)]
    values += [frame[name].notna().sum() for name in frame]
    for name in numbers:
        values.append(numbers[name].sum())
        for other in frame.columns.difference(numbers.columns):
            if frame[other].map(lambda v: isinstance(v, str | pd.Timestamp)).all():
                values += frame.groupby(other)[name].sum().tolist() + frame.groupby(other).size().tolist()
    words = [str(v) for name in frame.columns.difference(numbers.columns) for v in frame[name].dropna()]
    days = [format_day(v) for name in frame for v in frame[name] if isinstance(v, date | pd.Timestamp)]
    printed = [format_number(float(v)) for v in values] + [f"{v:.2f}" for v in values] + [f"{v:.0f}" for v in values]
    return " ".join([*printed, *words, *days])


def test_every_number_in_the_findings_stands_in_the_frame_of_its_page(weekly: Document, region: Document) -> None:
    checked = 0
    for page in (*weekly.pages, *region.pages):
        if page.title.startswith("What changed") or (page.chart and page.native is None):
            continue
        # Days of the span are the view's own.
        words = re.sub(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b|\b[A-Z][a-z]{2} \d{4}\b", "", page.finding)
        found = set(list_numbers(words)) - set(list_numbers(list_figures(page)))
        assert found == set(), (page.title, page.finding)
        checked += len(list_numbers(words))
    assert checked > 10


def test_what_changed_counts_its_own_rows(region: Document) -> None:
    page = next(page for page in region.pages if page.title.startswith("What changed"))
    kinds = page.frame.kind.value_counts()
    for kind, word in (("turn", "turn"), ("surge", "surge"), ("event", "event"), ("contact", "US-China")):
        assert re.search(rf"\b{kinds.get(kind, 0)} {word}", page.finding), page.finding


def test_each_statement_has_numbers_of_sources_and_the_last_page_lists_them(region: Document) -> None:
    cited = {
        ref
        for page in region.pages
        for ref in (*page.refs, *(r for row in (page.table.refs if page.table else ()) for r in row))
    }
    assert cited == set(range(1, len(region.sources) + 1))
    assert all(
        page.refs or (page.table and (any(page.table.refs) or page.frame.empty)) or "kind" in page.frame
        for page in region.pages
    )
    text = read_deck(to_pptx(region, draw_nothing(region)))
    for source in region.sources:
        assert clean_text(source.publisher) in text


def read_deck(content: bytes) -> str:
    words = []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                words.append(shape.text_frame.text)
            if shape.has_table:
                words += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(words)


def test_the_same_brief_is_the_same_file(weekly: Document) -> None:
    assert to_pptx(weekly, {}) == to_pptx(weekly, {})
    assert to_docx(weekly, {}) == to_docx(weekly, {})


def test_the_text_document_holds_the_same_charts(weekly: Document) -> None:
    content = to_docx(weekly, {})
    text = docx.Document(io.BytesIO(content))
    heads = [p.text for p in text.paragraphs if p.style.name == "Heading 1"]
    assert heads == [*(page.title for page in weekly.pages), "Sources"]
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        charts = [name for name in opened.namelist() if name.startswith("word/charts/chart")]
        sheets = [name for name in opened.namelist() if name.startswith("word/embeddings/")]
        rels = [name for name in opened.namelist() if name.startswith("word/charts/_rels/")]
    assert len(charts) == len(sheets) == len(rels) == sum(page.native is not None for page in weekly.pages)


def test_a_template_keeps_its_layouts_size_and_fonts(weekly: Document) -> None:
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(5.6)
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "An old slide of the template"
    out = io.BytesIO()
    own.save(out)
    deck = Presentation(io.BytesIO(to_pptx(weekly, {}, out.getvalue())))
    assert (deck.slide_width, deck.slide_height) == (Inches(10), Inches(5.6))
    assert [layout.name for layout in deck.slide_layouts] == [layout.name for layout in own.slide_layouts]
    assert "An old slide" not in read_deck(to_pptx(weekly, {}, out.getvalue()))
    assert {slide.slide_layout.name for slide in deck.slides} == {"Title Slide", "Title Only"}
    fonts = [
        run.font.name
        for s in deck.slides
        for sh in s.shapes
        if sh.has_text_frame
        for p in sh.text_frame.paragraphs
        for run in p.runs
    ]
    assert set(fonts) == {None}

    text = docx.Document()
    text.styles["Heading 1"].font.name = "Courier New"
    text.add_paragraph("An old paragraph of the template")
    out = io.BytesIO()
    text.save(out)
    made = docx.Document(io.BytesIO(to_docx(weekly, {}, out.getvalue())))
    assert made.styles["Heading 1"].font.name == "Courier New"
    assert all("An old paragraph" not in p.text for p in made.paragraphs)


def test_a_template_whose_layouts_have_no_title_gets_it_as_text(weekly: Document) -> None:
    own = Presentation()
    for layout in own.slide_layouts:
        for place in list(layout.placeholders):
            if place.placeholder_format.type in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE):
                place._element.getparent().remove(place._element)
    buffer = io.BytesIO()
    own.save(buffer)
    deck = Presentation(io.BytesIO(to_pptx(weekly, {}, buffer.getvalue())))
    for slide in deck.slides:
        assert not list(slide.placeholders)
    said = [shape.text_frame.text for shape in deck.slides[0].shapes if shape.has_text_frame]
    assert weekly.title in said


@pytest.mark.parametrize("write", [to_pptx, to_docx])
@pytest.mark.parametrize("template", [b"", b"no file", b"PK\x05\x06" + bytes(18)])
def test_a_template_that_is_none_is_told(weekly: Document, write, template: bytes) -> None:
    with pytest.raises(BadInput, match="template"):
        write(weekly, {}, template)


def test_a_hostile_title_is_inert_everywhere(weekly: Document) -> None:
    page = replace(
        weekly.pages[0], title=HOSTILE, note=HOSTILE, finding=HOSTILE, table=Table((HOSTILE, "b"), ((HOSTILE, "x"),))
    )
    chart = next(page for page in weekly.pages if page.native is not None)
    named = replace(
        chart,
        native=replace(
            chart.native, sheet=chart.native.sheet.set_axis([HOSTILE, *chart.native.sheet.columns[1:]], axis=1)
        ),
    )
    hostile = replace(
        weekly,
        title=HOSTILE,
        pages=(page, named),
        sources=(Cited(HOSTILE, HOSTILE, None, "news", "https://example.org/?a=1&b=<2>"),),
    )
    deck = to_pptx(hostile, {})
    assert "<script>alert(1)</script>" in read_deck(deck)
    (shown,) = [s.chart for slide in Presentation(io.BytesIO(deck)).slides for s in slide.shapes if s.has_chart]
    assert all(name.startswith("'=") for name in read_header(shown)[:1])
    assert clean_text(HOSTILE) in "\n".join(p.text for p in docx.Document(io.BytesIO(to_docx(hostile, {}))).paragraphs)
    markup = to_page(hostile).decode()
    body = re.sub(r"<script.*?</script>", "", markup.split("<body>")[1], flags=re.DOTALL)
    assert "alert(1)" in body
    assert "<script>alert" not in markup
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", markup)[0]


def test_the_page_asks_no_other_host(region: Document) -> None:
    markup = to_page(region).decode()
    assert "default-src 'none'" in markup
    assert re.findall(r'<(?:script|img|link|iframe)[^>]*\s(?:src|href)="http', markup) == []


def test_the_seal_says_record_view_and_day_and_never_a_machine_of_ones_own(weekly: Document, desk: Desk) -> None:
    for ending, content in (("pptx", to_pptx(weekly, {})), ("docx", to_docx(weekly, {})), ("html", to_page(weekly))):
        seal = find_seal(content, ending)
        assert seal == weekly.seal
        assert seal.record == desk.record.content_hash
        assert seal.as_of == desk.find_last_day().isoformat()
        assert seal.digest == hash_frames(page.frame for page in weekly.pages)
        assert unpack_recipe(seal.options["recipe"]).title == weekly.title
        assert seal.link == ""
        assert b"localhost" not in content


def test_a_brief_of_a_day_knows_nothing_later(desk: Desk) -> None:
    recipe = read_recipe(PROJECT_DIR / "data" / "recipes" / "weekly.yaml").model_copy(
        update={"as_of": date(2024, 6, 30)}
    )
    for page in build_document(desk, recipe).pages:
        for name in ("reported_date", "date", "month", "occurred_date"):
            if name in page.frame and len(page.frame):
                assert pd.to_datetime(page.frame[name]).max() <= pd.Timestamp(2024, 6, 30), (page.title, name)


def test_the_command_makes_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tension.__main__ import main

    recipe = tmp_path / "own.yaml"
    recipe.write_text("title: Mine\nitems:\n  - kind: table\n    key: contacts\n", encoding="utf-8")
    made = tmp_path / "own.docx"
    monkeypatch.setattr("sys.argv", ["tension", "brief", "--recipe", str(recipe), "--format", "docx", "-o", str(made)])
    assert main() == 0
    assert docx.Document(str(made)).paragraphs[0].text == "Mine"
    monkeypatch.setattr("sys.argv", ["tension", "brief", "--recipe", "nothing"])
    assert main() == 1
    assert "region, weekly" in capsys.readouterr().err
