"""A source is declared once: its card is what every room reads, and its reader keeps the shape of all others."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from components.sources_parts import build_freshness
from tension.desk import open_desk
from tension.errors import BadInput, FormatError
from tension.exports.terms import limit_to_exportable
from tension.intake.ingest import ingest_file
from tension.intake.ledger import load_runs, read_statuses
from tension.intake.refresh import choose_sources, refresh_sources
from tension.records.filters import EventFilter, parse_params
from tension.records.schema import build_event_table
from tension.records.source_cards import SOURCE_CARDS, SourceCard, describe_source, list_read_cards, name_source
from tension.settings import PROJECT_DIR
from tension.sources import find_adapter, list_sources
from tension.sources.base import NOTHING_TOLD, DateWindow, FetchedFile, HttpReader, ParseResult, Reject, Told
from tests.apps import open_page, read_words
from tests.factories import make_event

CARD = SourceCard(
    key="example",
    short_name="Example list",
    title="A made-up list of sightings",
    url="https://example.org/sightings",
    licence="CC0",
    cadence="daily",
    max_age_days=5,
    coding="others",
)


def fetch(window: DateWindow, http: HttpReader) -> Iterator[FetchedFile]:
    yield FetchedFile(f"sightings-{window.until}.txt", http.get(CARD.url))


def parse(raw: bytes, seen_utc: datetime, name: str = "", told: Told = NOTHING_TOLD) -> ParseResult:
    """One sighting a line: number, day, title."""
    rows = [line.split("|") for line in raw.decode().splitlines()]
    if not rows:
        raise FormatError(f"{name}: is empty")
    events = [
        make_event(
            event_id=f"example:{number}",
            occurred_date=day,
            title=title,
            source_key="example",
            sources=[{"publisher": "Example", "url": CARD.url, "published": day, "tier": "news"}],
        )
        for number, day, title in (row for row in rows if len(row) == 3)
    ]
    rejects = tuple(Reject("three cells make a sighting", "|".join(row)) for row in rows if len(row) != 3)
    return ParseResult(len(rows), build_event_table(events, seen_utc), rejects=rejects)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What tension/sources/example.py and its card would be, for the length of a test."""
    module = ModuleType("tension.sources.example")
    module.__dict__.update(SOURCE=CARD, fetch=fetch, parse=parse)
    monkeypatch.setitem(SOURCE_CARDS, CARD.key, CARD)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


class Site:
    def get(self, url: str, *, params: object = None, headers: object = None) -> bytes:
        assert url == CARD.url
        today = datetime.now(UTC).date()
        return f"1|{today}|Grey ship seen\n2|{today - timedelta(days=1)}|Balloon seen\nno sighting".encode()


@pytest.mark.parametrize("key", [card.key for card in list_read_cards()])
def test_every_card_has_a_reader_of_the_shape_of_all_others(key: str) -> None:
    adapter = find_adapter(key)
    assert adapter.SOURCE is SOURCE_CARDS[key]
    for own, shape in ((adapter.fetch, fetch), (adapter.parse, parse)):
        # A reader may take more, such as the mapping of an upload's columns, where it can do without.
        names = list(inspect.signature(shape).parameters)
        assert list(inspect.signature(own).parameters)[: len(names)] == names
        assert all(p.default is not p.empty for p in list(inspect.signature(own).parameters.values())[len(names) :])
    assert inspect.getdoc(adapter.parse)


@pytest.mark.parametrize("card", list_read_cards(), ids=lambda card: card.key)
def test_every_card_has_its_page_in_the_docs_and_both_say_the_same_age(card: SourceCard) -> None:
    text = (PROJECT_DIR / "docs" / "sources" / f"{card.key}.md").read_text(encoding="utf-8")
    stated = re.search(r"^\| Stale after \| (?:(\d+) days|Never) \|$", text, re.MULTILINE)
    assert stated, "the page says after how many days the source is stale"
    assert card.max_age_days == int(stated[1] or 36_500)
    assert all(name in text for name in card.required_env)


def test_a_source_that_nobody_declared_is_refused_with_the_list_of_those_that_are() -> None:
    with pytest.raises(BadInput, match="mnd, gpr, senkaku, scrambles, gpr_daily, north_korea, rss, gdelt, ucdp"):
        find_adapter("example")
    with pytest.raises(BadInput, match="curated"):
        find_adapter("nosuch/../curated")
    assert (name_source("nosuch"), describe_source("nosuch")) == ("nosuch", "nosuch")


def test_words_say_who_coded_the_events() -> None:
    assert [describe_source(key) for key in ("curated", "gdelt", "acled", "upload")] == [
        "Curated",
        "GDELT (coded by machine)",
        "ACLED (coded by its own people)",
        "Your uploads",
    ]


def test_a_made_up_source_walks_from_its_card_to_the_pages(
    example: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENSION_STORE", str(tmp_path / "store"))
    desk = open_desk()
    store = desk.store

    # Refresh, ingest, ledger.
    assert list_sources()[-1] == "example"
    assert choose_sources(store)[-1] == "example"
    (report,) = [step.report for step in refresh_sources(store, Site(), ["example"]) if step.report]
    assert (report.read_count, report.accepted_count, report.rejected_count) == (3, 2, 1)
    again = ingest_file(store, find_adapter("example"), FetchedFile("by-hand.txt", b"1|2026-01-01|Another\n"))
    assert again.accepted_count == 1
    assert list(load_runs(store).source_key) == ["example", "example"]
    status = next(status for status in read_statuses(store) if status.card is CARD)
    assert (status.stored_count, status.state, status.rejected_count) == (2, "fresh", 1)
    assert build_freshness(read_statuses(store)).Source.iloc[-1] == "Example list"

    # Filter and what is drawn from it.
    wanted, notices = parse_params({"source": "example"})
    assert (wanted, notices) == (EventFilter(source_keys=("example",)), [])
    desk.refresh()
    assert set(desk.queries.load_events(wanted).event_id) == {"example:1", "example:2"}
    assert limit_to_exportable(wanted) == wanted

    # Pages.
    app = open_page("sources")
    assert not app.exception
    table = next(table.value for table in app.dataframe if "In the store" in table.value.columns).set_index("Key")
    assert (table.Source["example"], table["In the store"]["example"]) == ("Example list", 2)
    assert "Example list" in app.multiselect("refresh_sources").options
    record = open_page("record", source="example")
    assert not record.exception
    assert "Example list (coded by its own people): in view" in read_words(record).replace("\\", "")
