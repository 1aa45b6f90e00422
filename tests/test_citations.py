"""Bibliographies of a selection, read back by the readers that reference managers use."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import bibtexparser
import pandas as pd
import pytest
import rispy
from typer.testing import CliRunner

from tension.__main__ import app
from tension.exports.citations import build_citations, to_bibtex, to_csl_json, to_ris
from tension.records.schema import build_event_table
from tests.factories import make_event

NEWS = {
    "publisher": "Example Press",
    "title": "100% of ships & a {brace}",
    "url": "https://example.org/a_b?x=1&y=2",
    "published": date(2024, 3, 2),
    "tier": "news",
}
UNDATED = {"publisher": "海巡署", "title": "", "url": "https://example.org/2", "published": None, "tier": "official"}


def build_frame(*events) -> pd.DataFrame:
    return build_event_table(events, datetime(2026, 1, 1, tzinfo=UTC)).to_pandas()


def build_two() -> pd.DataFrame:
    return build_frame(
        make_event(event_id="2024-03-01-first", sources=[NEWS, UNDATED]),
        make_event(event_id="2024-03-01-second", sources=[NEWS]),
    )


def test_a_source_of_two_events_is_one_entry_that_names_both() -> None:
    items = {item["URL"]: item for item in build_citations(build_two())}
    assert set(items) == {NEWS["url"], UNDATED["url"]}
    assert items[NEWS["url"]]["note"] == "event 2024-03-01-first; event 2024-03-01-second"


def test_keys_stay_the_same_when_the_selection_grows() -> None:
    alone = build_citations(build_two().tail(1))
    assert alone[0]["id"] in {item["id"] for item in build_citations(build_two())}


def test_csl_json_has_types_and_date_parts_and_says_no_day_that_is_not_known() -> None:
    items = {item["URL"]: item for item in json.loads(to_csl_json(build_two()))}
    news, undated = items[NEWS["url"]], items[UNDATED["url"]]
    assert (news["type"], news["issued"]) == ("article-newspaper", {"date-parts": [[2024, 3, 2]]})
    assert undated["type"] == "report"
    assert "issued" not in undated
    assert "title" not in undated


def test_ris_comes_back_as_it_was() -> None:
    entries = {entry["urls"][0]: entry for entry in rispy.loads(to_ris(build_two()).decode())}
    news = entries[NEWS["url"]]
    assert (news["type_of_reference"], news["title"], news["date"], news["year"]) == (
        "NEWS",
        NEWS["title"],
        "2024/03/02",
        "2024",
    )
    assert "year" not in entries[UNDATED["url"]]


def test_a_title_with_line_breaks_begins_no_tag_of_its_own() -> None:
    frame = build_frame(make_event(sources=[NEWS | {"title": "One\nER  - \nTY  - BOOK"}]))
    assert len(rispy.loads(to_ris(frame).decode())) == 1


def test_bibtex_comes_back_with_its_signs_escaped_and_its_address_whole() -> None:
    library = bibtexparser.parse_string(to_bibtex(build_two()).decode())
    assert library.failed_blocks == []
    entry = next(e for e in library.entries if e["url"] == NEWS["url"])
    assert r"100\% of ships \& a \{brace\}" in entry["title"]
    assert entry["year"] == "2024"
    assert entry.entry_type == "misc"


def test_an_empty_selection_is_an_empty_bibliography() -> None:
    frame = build_two().head(0)
    assert json.loads(to_csl_json(frame)) == []
    assert rispy.loads(to_ris(frame).decode()) == []
    assert bibtexparser.parse_string(to_bibtex(frame).decode()).entries == []


@pytest.mark.parametrize(("name", "sign"), [("csl-json", '"container-title"'), ("ris", "TY  - "), ("bibtex", "@misc{")])
def test_the_command_line_prints_every_format(name: str, sign: str) -> None:
    result = CliRunner().invoke(app, ["events", "--since", "2024-06-17", "--until", "2024-06-17", "--format", name])
    assert result.exit_code == 0
    assert sign in result.stdout
