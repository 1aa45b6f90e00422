"""The store is whole at every version, says what is wrong with it, and is never touched when it is newer or foreign."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from tension.desk import open_desk
from tension.errors import CuratedDataError, StoreDamaged, StoreError, StoreNewer
from tension.records.filters import EventFilter
from tension.records.schema import build_event_table
from tension.settings import PROJECT_DIR, Settings
from tension.store.delta import STORE_FORMAT, TABLES, Store
from tests.factories import count_raw_events, make_event

EVENT_COUNT = count_raw_events()

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(str(tmp_path / "store"))
    made.prepare()
    return made


def settings_for(store: Store, tmp_path: Path) -> Settings:
    return Settings(PROJECT_DIR / "data", tmp_path / "own", store.uri)


def test_a_new_store_has_every_table_and_no_row(store: Store) -> None:
    assert {name: store.read_rows(name).num_rows for name in TABLES} == dict.fromkeys(TABLES, 0)


def test_preparing_again_changes_nothing(store: Store) -> None:
    before = store.version()
    store.prepare()
    assert store.version() == before


def test_upsert_replaces_by_key_and_inserts_the_rest(store: Store) -> None:
    first = build_event_table([make_event(), make_event(event_id="2024-03-02-other")], NOW)
    store.append("events", first)
    store.upsert("events", build_event_table([make_event(title="Mended"), make_event(event_id="2024-03-03-new")], NOW))
    titles = {row["event_id"]: row["title"] for row in store.read_rows("events").to_pylist()}
    assert titles == {
        "2024-03-01-test-event": "Mended",
        "2024-03-02-other": "Test event",
        "2024-03-03-new": "Test event",
    }


def test_replacing_one_source_leaves_the_others(store: Store) -> None:
    store.append("events", build_event_table([make_event()], NOW))
    other = make_event(event_id="upload:1", source_key="upload")
    store.append("events", build_event_table([other], NOW))
    store.replace_where("events", build_event_table([], NOW), "source_key = 'curated'")
    assert store.read_rows("events")["event_id"].to_pylist() == ["upload:1"]


def test_every_commit_is_a_new_version(store: Store) -> None:
    before = store.version()
    store.append("events", build_event_table([make_event()], NOW))
    assert store.version() != before


def test_compacting_joins_files_and_keeps_every_row(store: Store) -> None:
    for number in range(6):
        store.append("events", build_event_table([make_event(event_id=f"2024-03-01-event-{number}")], NOW))
    before = store.read_rows("events", ["event_id"]).sort_by("event_id")
    assert store.count_files()["events"] == 6
    store.compact()
    assert store.count_files()["events"] == 1
    assert store.read_rows("events", ["event_id"]).sort_by("event_id") == before


def test_a_damaged_table_is_told_in_one_line_and_the_app_runs_on_the_curated_record(
    store: Store, tmp_path: Path
) -> None:
    for log in (Path(store.uri) / "events" / "_delta_log").glob("*.json"):
        log.write_text("not json")
    with pytest.raises(StoreDamaged, match="table events can't be read"):
        open_desk(settings_for(store, tmp_path))
    desk = open_desk(settings_for(store, tmp_path), is_fallback_allowed=True)
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT
    assert "the curated record alone" in desk.notice
    assert "\n" not in desk.notice


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    uri = tmp_path / "store"
    schema = TABLES["events"].schema
    DeltaTable.create(str(uri / "events"), schema, description=f"tension store format {STORE_FORMAT + 1}")
    store = Store(str(uri))
    with pytest.raises(StoreNewer, match=f"format {STORE_FORMAT + 1}"):
        store.prepare()
    assert DeltaTable(str(uri / "events")).version() == 0
    assert open_desk(settings_for(store, tmp_path), is_fallback_allowed=True).notice


def test_a_table_of_another_program_is_not_taken_over(tmp_path: Path) -> None:
    write_deltalake(str(tmp_path / "store" / "events"), pa.table({"x": [1]}))
    with pytest.raises(StoreDamaged, match="wasn't made by this program"):
        Store(str(tmp_path / "store")).prepare()


def test_a_store_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="TENSION_STORE"):
        Store(str(tmp_path / "file" / "store")).prepare()


def test_an_unchanged_event_keeps_its_recording_time(tmp_path: Path) -> None:
    own = tmp_path / "own" / "events"
    settings = Settings(PROJECT_DIR / "data", tmp_path / "own", str(tmp_path / "store"))
    desk = open_desk(settings)
    first = desk.store.read_rows("events", ["event_id", "recorded_utc"]).sort_by("event_id")
    own.mkdir(parents=True)
    (own / "note.yaml").write_text("", encoding="utf-8")
    desk.refresh()
    assert desk.store.read_rows("events", ["event_id", "recorded_utc"]).sort_by("event_id") == first


def test_a_store_of_an_earlier_version_gets_the_columns_that_came_since(store: Store, tmp_path: Path) -> None:
    event = build_event_table([make_event(event_id="upload:1", source_key="upload")], NOW)
    without = event.drop_columns(["tone", "is_date_suspect"])
    earlier = Store(str(tmp_path / "earlier"))
    write_deltalake(
        f"{earlier.uri}/events", without, partition_by="source_key", description=f"tension store format {STORE_FORMAT}"
    )
    desk = open_desk(settings_for(earlier, tmp_path))
    assert desk.queries.load_events(EventFilter(source_keys=("upload",)), ("event_id", "tone")).tone.isna().all()
    desk.store.append("events", event)
    desk.refresh()
    assert desk.queries.summarise(EventFilter(source_keys=("upload",))).event_count == 2
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT


def test_fetched_months_of_the_index_outlive_an_edit_of_the_users_own_files(store: Store, tmp_path: Path) -> None:
    settings = settings_for(store, tmp_path)
    desk = open_desk(settings)
    months = desk.store.read_rows("gpr").to_pylist()
    last = max(months, key=lambda row: row["month"])
    fetched = [last | {"gpr": 1.5}, last | {"month": date(last["month"].year + 1, 1, 1), "gpr": 2.5}]
    desk.store.upsert("gpr", pa.Table.from_pylist(fetched, schema=TABLES["gpr"].schema))
    (settings.user_data_dir / "events").mkdir(parents=True)
    (settings.user_data_dir / "events" / "note.yaml").write_text("", encoding="utf-8")
    desk.refresh()
    assert desk.queries.load_gpr().gpr.tolist()[-2:] == [1.5, 2.5]
    assert len(desk.queries.load_gpr()) == len(months) + 1


@pytest.mark.parametrize("table", ["events", "activity", "sync"])
def test_a_damaged_file_is_told_in_one_line_and_the_app_runs_on(store: Store, tmp_path: Path, table: str) -> None:
    settings = settings_for(store, tmp_path)
    open_desk(settings)
    for file in (Path(store.uri) / table).rglob("*.parquet"):
        file.write_bytes(b"junk")
    with pytest.raises(StoreDamaged, match="can't be read") as caught:
        open_desk(settings)
    assert "\n" not in str(caught.value)
    desk = open_desk(settings, is_fallback_allowed=True)
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT


def test_a_fault_in_the_users_own_files_leaves_the_app_on_the_record_as_it_was(store: Store, tmp_path: Path) -> None:
    settings = settings_for(store, tmp_path)
    own = settings.user_data_dir / "events"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("- event_id: [unclosed\n", encoding="utf-8")
    with pytest.raises(CuratedDataError, match=r"mine\.yaml"):
        open_desk(settings)
    desk = open_desk(settings, is_fallback_allowed=True)
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT
    with pytest.raises(CuratedDataError, match=r"mine\.yaml"):
        desk.refresh()
    (own / "mine.yaml").unlink()
    desk.refresh()
