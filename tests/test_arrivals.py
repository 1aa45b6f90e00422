"""Reports that come again: told apart where their guid tells nothing, followed where their publisher mends them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.intake.inbox import find_candidate, load_candidates, reject
from tension.intake.ingest import IngestReport, ingest_file
from tension.records.candidates import Candidate, Proposal, Reason, from_row, to_row
from tension.records.schema import CANDIDATE_SCHEMA
from tension.sources.base import FetchedFile
from tension.sources.coding.proposals import build_proposal
from tension.sources.rss import adapter as rss
from tension.store.delta import Store

HURT, NO_ONE = "Collision near Scarborough Shoal, two hurt", "CORRECTED: No one hurt near Scarborough Shoal"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def build_item(title: str, link: str = "https://news.example.org/a/1", guid: str = "", more: str = "") -> str:
    given = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<item><title>{title}</title><link>{link}</link>{given}{more}</item>"


def take(store: Store, *items: str, link: str = "https://news.example.org/") -> IngestReport:
    raw = f"<rss><channel><title>Desk</title><link>{link}</link>{''.join(items)}</channel></rss>".encode()
    return ingest_file(store, rss, FetchedFile("desk", raw))


def list_titles(store: Store) -> list[str]:
    return sorted(candidate.title for candidate in load_candidates(store, None))


@pytest.mark.parametrize("guid", ["N/A", "none", "https://news.example.org/", "https://news.example.org", "id-0"])
def test_items_that_share_a_guid_are_told_from_each_other(store: Store, guid: str) -> None:
    items = [
        build_item(f"China coast guard off Kinmen ({n})", f"https://news.example.org/a/{n}", guid) for n in range(4)
    ]
    report = take(store, *items)
    assert (report.read_count, report.accepted_count, report.duplicate_count) == (4, 4, 0)
    assert take(store, *items[1:]).duplicate_count == 3
    assert len(list_titles(store)) == 4


def test_a_guid_that_tells_nothing_is_not_taken_for_the_item_met_before(store: Store) -> None:
    """One item at a time, so that no feed shows that its guid is shared."""
    first = build_item("Taiwan holds drill", "https://news.example.org/a/1", "N/A")
    assert take(store, first).accepted_count == 1
    assert take(store, build_item("Manila protests", "https://news.example.org/a/2", "N/A")).accepted_count == 1
    assert take(store, first, build_item("Tokyo protests", "https://news.example.org/a/3", "N/A")).accepted_count == 1
    assert list_titles(store) == ["Manila protests", "Taiwan holds drill", "Tokyo protests"]


def test_an_item_keeps_its_identity_when_its_guid_turns_out_to_be_shared(store: Store) -> None:
    first = build_item("Taiwan holds drill", "https://news.example.org/a/1", "item-2026")
    assert take(store, first).accepted_count == 1
    report = take(store, first, build_item("Manila protests", "https://news.example.org/a/2", "item-2026"))
    assert (report.accepted_count, report.duplicate_count) == (1, 1)
    assert list_titles(store) == ["Manila protests", "Taiwan holds drill"]


def test_a_candidate_that_waits_follows_its_publisher(store: Store) -> None:
    take(store, build_item(HURT, guid="s-77", more="<description>First report.</description>"))
    report = take(store, build_item(NO_ONE, guid="s-77", more="<description>No collision took place.</description>"))
    assert (report.read_count, report.accepted_count, report.duplicate_count) == (1, 1, 0)
    assert report.note == "1 reports met before were changed by their publisher"
    (candidate,) = load_candidates(store)
    assert (candidate.title, candidate.summary) == (NO_ONE, "No collision took place.")
    assert candidate.change == f"before: {HURT}"
    assert candidate.changed_utc is not None
    assert candidate.proposal == build_proposal(NO_ONE, "No collision took place.")


def test_a_change_of_the_link_is_no_second_candidate(store: Store) -> None:
    take(store, build_item(HURT, "https://news.example.org/two-hurt", "s-77"))
    take(store, build_item(NO_ONE, "https://news.example.org/no-one-hurt", "s-77"))
    (candidate,) = load_candidates(store)
    assert candidate.url == "https://news.example.org/no-one-hurt"


def test_one_that_was_decided_on_stays_and_says_what_its_publisher_says_now(store: Store) -> None:
    take(store, build_item(HURT, guid="s-77"))
    (waiting,) = load_candidates(store)
    reject(store, waiting.candidate_id, "A. Reviewer", "not an event")
    report = take(store, build_item(NO_ONE, guid="s-77"))
    assert (report.accepted_count, report.duplicate_count) == (0, 1)
    decided = find_candidate(store, waiting.candidate_id)
    assert (decided.status, decided.title, decided.change) == ("rejected", HURT, f"now: {NO_ONE}")
    before = decided.changed_utc
    assert take(store, build_item(NO_ONE, guid="s-77", more="<category>x</category>")).note == ""
    assert find_candidate(store, waiting.candidate_id).changed_utc == before


def test_an_older_file_does_not_undo_a_correction(store: Store) -> None:
    first = build_item(HURT, guid="s-77", more="<pubDate>Fri, 21 Aug 2026 09:00:00 +0800</pubDate>")
    later = build_item(NO_ONE, guid="s-77", more="<pubDate>Fri, 21 Aug 2026 11:00:00 +0800</pubDate>")
    take(store, later)
    report = take(store, first)
    assert (report.accepted_count, report.duplicate_count, report.note) == (0, 1, "")
    assert list_titles(store) == [NO_ONE]


def test_an_input_that_was_taken_before_is_no_change(store: Store) -> None:
    """Without a date the order of the two can't be told from them, so the one met first is the older."""
    for title in (HURT, NO_ONE, HURT):
        take(store, build_item(title, guid="s-77"))
    assert list_titles(store) == [NO_ONE]


@given(
    st.builds(
        Proposal,
        is_likely_event=st.booleans(),
        occurred_date=st.none() | st.dates(),
        region=st.none() | st.just("Taiwan Strait"),
        actors=st.lists(st.sampled_from(["CHN", "TWN"]), unique=True).map(tuple),
        severity=st.none() | st.integers(1, 5),
        tags=st.lists(st.sampled_from(["drone", "call"]), unique=True).map(tuple),
        latitude=st.none() | st.floats(-90, 90),
        longitude=st.none() | st.floats(-180, 180),
        reasons=st.lists(st.builds(Reason, st.text(), st.text(), st.text())).map(tuple),
    ),
    st.none() | st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_a_candidate_comes_back_from_its_row_as_it_was(proposal: Proposal, published_utc: datetime | None) -> None:
    made = Candidate(
        candidate_id="rss:1", source_key="rss", feed="f", title="T", url="https://example.org",
        seen_utc=datetime(2026, 9, 1, tzinfo=UTC), published_date=date(2026, 9, 1), proposal=proposal,
        publisher="P", tier="news", published_utc=published_utc, published_text="x", change="before: A",
    )  # fmt: skip
    (row,) = pa.Table.from_pylist([to_row(made)], schema=CANDIDATE_SCHEMA).to_pylist()
    assert from_row(row) == made


def test_a_row_of_an_earlier_version_is_read() -> None:
    packed = {"publisher": "P", "proposed_region": "Taiwan Strait", "proposed_actors": ["CHN"], "reasons": []}
    row = {
        "candidate_id": "cluster:1", "source_key": "gdelt", "feed": "GDELT clusters", "title": "T", "summary": "",
        "url": "https://example.org", "published_date": None, "seen_utc": datetime(2026, 9, 1, tzinfo=UTC),
        "proposal": json.dumps(packed), "status": "waiting", "reviewer": None, "changed_utc": None,
    }  # fmt: skip
    candidate = from_row(row)
    assert candidate.proposal == Proposal(is_likely_event=True, region="Taiwan Strait", actors=("CHN",))
    assert from_row(row | {"proposal": None, "candidate_id": "rss:1"}).proposal == Proposal()
    assert candidate.day == replace(candidate, published_date=None).day == date(2026, 9, 1)
