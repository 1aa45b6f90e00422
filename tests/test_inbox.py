"""A candidate becomes an event only by a named person's decision, in a readable file, and it can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
import yaml

from tension.desk import Desk
from tension.errors import BadInput
from tension.intake.inbox import (
    accept,
    build_draft,
    find_faults,
    find_likely_duplicates,
    load_candidates,
    merge,
    reject,
    undo,
)
from tension.records.candidates import Candidate
from tension.records.filters import EventFilter, build_filter
from tension.records.schema import CANDIDATE_SCHEMA, build_event_table
from tests.factories import count_raw_events, make_event, make_event_fields

EVENT_COUNT = count_raw_events()

KNOWN = "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"


def make_candidate(number: int = 1, **changes: Any) -> dict[str, Any]:
    proposal = {
        "publisher": "Example Press",
        "tier": "news",
        "proposed_region": "South China Sea",
        "proposed_actors": ["CHN", "PHL"],
        "proposed_initiator": "CHN",
        "proposed_target": "PHL",
        "proposed_category": "coast_guard",
        "proposed_cameo_root": "18",
        "proposed_severity": 4,
        "proposed_tags": ["water_cannon"],
        "reasons": [{"field": "category", "value": "coast_guard", "words": "water cannon"}],
    }
    return {
        "candidate_id": f"rss:{number}",
        "source_key": "rss",
        "feed": "example",
        "title": "Coast guard uses water cannon at a synthetic shoal",
        "summary": "A synthetic report.",
        "url": f"https://example.org/{number}",
        "published_date": date(2026, 9, 1),
        "seen_utc": datetime(2026, 9, 2, tzinfo=UTC),
        "proposal": json.dumps(proposal),
        "status": "waiting",
    } | changes


@pytest.fixture
def desk(leadless_desk: Desk) -> Desk:
    rows = [make_candidate(1), make_candidate(2, title="Another <b>synthetic</b> report")]
    leadless_desk.store.append("candidates", pa.Table.from_pylist(rows, schema=CANDIDATE_SCHEMA))
    return leadless_desk


def draft_of(desk: Desk, candidate_id: str = "rss:1") -> dict[str, Any]:
    return build_draft(next(c for c in load_candidates(desk.store) if c.candidate_id == candidate_id))


def load_reports(desk: Desk, status: str = "waiting") -> list[Candidate]:
    """The candidates of these tests, without the leads that come with the record."""
    return [candidate for candidate in load_candidates(desk.store, status) if candidate.source_key == "rss"]


def test_nothing_is_in_the_record_before_a_decision(desk: Desk) -> None:
    assert len(load_reports(desk)) == 2
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT


def test_an_accepted_candidate_becomes_an_event_in_the_users_own_file(desk: Desk) -> None:
    event = accept(desk.store, desk.settings, "rss:1", draft_of(desk) | {"severity": 3}, "A. Reviewer")
    desk.refresh()
    stored = desk.queries.load_event(event.event_id)
    assert stored is not None
    assert (stored["severity"], stored["cameo_root"], stored["sources"][0]["url"]) == (3, "18", "https://example.org/1")
    written = yaml.safe_load((desk.settings.user_data_dir / "events" / "reviewed.yaml").read_text(encoding="utf-8"))
    assert [entry["event_id"] for entry in written] == [event.event_id]
    (decided,) = load_reports(desk, "accepted")
    assert (decided.reviewer, decided.event_id) == ("A. Reviewer", event.event_id)
    assert decided.reviewed_utc is not None


def test_undo_takes_the_event_out_and_lets_the_candidate_wait_again(desk: Desk) -> None:
    accept(desk.store, desk.settings, "rss:1", draft_of(desk), "A. Reviewer")
    desk.refresh()
    undo(desk.store, desk.settings, "rss:1")
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT
    assert {c.candidate_id for c in load_reports(desk)} == {"rss:1", "rss:2"}


def test_merging_adds_a_source_to_a_known_event_and_undo_removes_it(desk: Desk) -> None:
    before = desk.queries.load_event(KNOWN)
    merge(desk.store, desk.settings, "rss:1", KNOWN, "A. Reviewer")
    desk.refresh()
    merged = desk.queries.load_event(KNOWN)
    assert before is not None
    assert merged is not None
    assert [s["url"] for s in merged["sources"]] == [s["url"] for s in before["sources"]] + ["https://example.org/1"]
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT
    undo(desk.store, desk.settings, "rss:1")
    desk.refresh()
    after = desk.queries.load_event(KNOWN)
    assert after is not None
    assert len(after["sources"]) == len(before["sources"])


def test_a_rejected_candidate_leaves_the_queue_with_its_reason(desk: Desk) -> None:
    reject(desk.store, "rss:2", "A. Reviewer", "not an event")
    assert [c.candidate_id for c in load_reports(desk)] == ["rss:1"]
    (rejected,) = load_reports(desk, "rejected")
    assert rejected.note == "not an event"


def test_a_draft_that_breaks_a_rule_is_refused_and_changes_nothing(desk: Desk) -> None:
    with pytest.raises(BadInput, match="severity: '9'"):
        accept(desk.store, desk.settings, "rss:1", draft_of(desk) | {"severity": 9}, "A. Reviewer")
    assert len(load_reports(desk)) == 2
    assert not desk.settings.user_data_dir.exists()


def test_a_decision_needs_a_name_and_is_made_once(desk: Desk) -> None:
    with pytest.raises(BadInput, match="reviewer"):
        reject(desk.store, "rss:1", "  ")
    reject(desk.store, "rss:1", "A. Reviewer")
    with pytest.raises(BadInput, match="was rejected, undo that first"):
        accept(desk.store, desk.settings, "rss:1", {}, "B. Reviewer")
    with pytest.raises(BadInput, match="candidate"):
        reject(desk.store, "rss:404", "A. Reviewer")


def test_an_event_id_that_is_taken_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput, match="merge into that event"):
        accept(desk.store, desk.settings, "rss:1", draft_of(desk) | {"event_id": KNOWN}, "A. Reviewer")


def test_likely_duplicates_share_words_and_days(desk: Desk) -> None:
    twin = make_candidate(
        3, title="Chinese coast guard boards Philippine boats at Second Thomas Shoal", published_date=date(2024, 6, 18)
    )
    desk.store.append("candidates", pa.Table.from_pylist([twin], schema=CANDIDATE_SCHEMA))
    candidate = next(c for c in load_reports(desk) if c.candidate_id == "rss:3")
    events = desk.queries.load_events(build_filter(since="2024-01-01", until="2024-12-31"))
    found = find_likely_duplicates(candidate, events)
    assert found[0].event_id == KNOWN
    far = candidate.__class__(**(candidate.__dict__ | {"published_date": date(2024, 9, 1)}))
    assert KNOWN not in {d.event_id for d in find_likely_duplicates(far, events)}


def test_an_event_that_cites_the_candidates_page_comes_first(desk: Desk) -> None:
    known = desk.queries.load_event(KNOWN)
    assert known is not None
    row = make_candidate(
        3, title="Wholly other words", url=known["sources"][0]["url"], published_date=date(2024, 6, 18)
    )
    desk.store.append("candidates", pa.Table.from_pylist([row], schema=CANDIDATE_SCHEMA))
    candidate = next(c for c in load_reports(desk) if c.candidate_id == "rss:3")
    events = desk.queries.load_events(EventFilter(), ("event_id", "title", "occurred_date", "sources"))
    (found,) = find_likely_duplicates(candidate, events)
    assert (found.event_id, found.is_cited) == (KNOWN, True)


def test_two_accepts_in_a_row_never_take_one_id(desk: Desk) -> None:
    event = accept(desk.store, desk.settings, "rss:1", draft_of(desk), "A. Reviewer")
    with pytest.raises(BadInput, match="merge into that event"):
        accept(
            desk.store, desk.settings, "rss:2", draft_of(desk, "rss:2") | {"event_id": event.event_id}, "A. Reviewer"
        )
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT + 1


def test_a_candidate_is_not_merged_into_an_event_coded_by_machine(desk: Desk) -> None:
    coded = make_event(event_id="gdelt:1", source_key="gdelt")
    desk.store.append("events", build_event_table([coded], datetime(2026, 9, 1, tzinfo=UTC)))
    with pytest.raises(BadInput, match="curated event"):
        merge(desk.store, desk.settings, "rss:1", "gdelt:1", "A. Reviewer")


def test_an_event_that_others_were_merged_into_is_not_undone_before_them(desk: Desk) -> None:
    event = accept(desk.store, desk.settings, "rss:1", draft_of(desk), "A. Reviewer")
    desk.refresh()
    merge(desk.store, desk.settings, "rss:2", event.event_id, "A. Reviewer")
    desk.refresh()
    with pytest.raises(BadInput, match="undo their merges first"):
        undo(desk.store, desk.settings, "rss:1")
    undo(desk.store, desk.settings, "rss:2")
    undo(desk.store, desk.settings, "rss:1")
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT


def test_the_file_says_who_accepted_and_keeps_what_was_written_by_hand(desk: Desk) -> None:
    path = desk.settings.user_data_dir / "events" / "reviewed.yaml"
    path.parent.mkdir(parents=True)
    own = yaml.safe_dump([make_event_fields(event_id="2024-03-01-by-hand")], sort_keys=False)
    path.write_text(f"# Mine.\n{own}# Of the next.\n", encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    first = accept(desk.store, desk.settings, "rss:1", draft_of(desk), "A.\nReviewer # 1")
    second = accept(desk.store, desk.settings, "rss:2", draft_of(desk, "rss:2"), "B. Reviewer")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(before)
    assert "# Accepted by A. Reviewer # 1, " in text
    undo(desk.store, desk.settings, "rss:1")
    text = path.read_text(encoding="utf-8")
    assert [entry["event_id"] for entry in yaml.safe_load(text)] == ["2024-03-01-by-hand", second.event_id]
    assert "A. Reviewer" not in text
    assert "# Accepted by B. Reviewer, " in text
    undo(desk.store, desk.settings, "rss:2")
    assert "by-hand" in path.read_text(encoding="utf-8")
    assert first.event_id not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["[]", "- event_id: [", "just words"])
def test_a_file_that_cannot_be_added_to_is_left_as_it_is(desk: Desk, text: str) -> None:
    path = desk.settings.user_data_dir / "events" / "reviewed.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"reviewed\.yaml"):
        accept(desk.store, desk.settings, "rss:1", draft_of(desk), "A. Reviewer")
    assert path.read_text(encoding="utf-8") == text
    assert len(load_reports(desk)) == 2


def test_an_entry_that_was_taken_out_by_hand_leaves_a_candidate_that_can_wait_again(desk: Desk) -> None:
    accept(desk.store, desk.settings, "rss:1", draft_of(desk), "A. Reviewer")
    (desk.settings.user_data_dir / "events" / "reviewed.yaml").write_text("", encoding="utf-8")
    undo(desk.store, desk.settings, "rss:1")
    assert len(load_reports(desk)) == 2


def test_a_decision_that_was_cut_off_is_finished_by_a_repeat(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object) -> None:
        raise KeyboardInterrupt

    def cut_off(decision: Callable[[], object]) -> None:
        """Once up to the moment before the candidate is marked, then whole."""
        with monkeypatch.context() as patched:
            patched.setattr("tension.intake.inbox._save", fall)
            with pytest.raises(KeyboardInterrupt):
                decision()
        decision()

    own = desk.settings.user_data_dir
    draft = draft_of(desk)
    cut_off(lambda: accept(desk.store, desk.settings, "rss:1", draft, "A. Reviewer"))
    cut_off(lambda: merge(desk.store, desk.settings, "rss:2", KNOWN, "A. Reviewer"))
    events = yaml.safe_load((own / "events" / "reviewed.yaml").read_text(encoding="utf-8"))
    sources = yaml.safe_load((own / "sources.yaml").read_text(encoding="utf-8"))
    assert (len(events), len(sources), len(load_reports(desk))) == (1, 1, 0)
    for candidate_id in ("rss:1", "rss:2"):
        cut_off(lambda one=candidate_id: undo(desk.store, desk.settings, one))
    assert len(load_reports(desk)) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"severity": 9}, "severity"),
        ({"region": "Mars"}, "region"),
        ({"title": ""}, "title"),
        ({"latitude": 5.0, "longitude": None}, "latitude"),
        ({"initiator": "USA"}, "initiator"),
        ({"end_date": date(2020, 1, 1)}, "end_date"),
        ({"sources": []}, "sources"),
        ({"tags": ["nonsense"]}, "tags"),
    ],
)
def test_a_fault_is_told_at_its_field(changes: dict[str, Any], field: str) -> None:
    assert find_faults(make_event_fields()) == {}
    assert list(find_faults(make_event_fields() | changes)) == [field]
