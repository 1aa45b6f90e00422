"""A store works in any folder that the system allows, or is refused in one line before anything is written."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import streamlit as st

from tension.desk import open_desk
from tension.errors import StoreError
from tension.intake.write import write_events
from tension.records.filters import EventFilter
from tension.records.schema import build_event_table
from tension.records.vocab import Region
from tension.settings import PROJECT_DIR, Settings
from tension.store.delta import Store
from tension.store.duckdb_engine import DuckEngine
from tension.store.queries import Queries
from tests.apps import open_page, read_words
from tests.factories import make_event

NOW = datetime(2026, 1, 1, tzinfo=UTC)
USABLE = [
    "with space",
    " leading and trailing ",
    "Łódź 台灣 에",
    "e\N{COMBINING ACUTE ACCENT}",
    "\N{GRINNING FACE}",
    "it's",
    'a "quoted" one',
    "a#b",
    "100%",
    "50% off",
    "a%zz",
    "what?",
    "a,b;c&d+e=f",
    "{a,b}",
    "a*b",
    "**",
    "a:b",
    "<a>",
    "~a",
    "-a",
    "source_key=curated",
    "region=Taiwan Strait",
]
ALL_AT_ONCE = 'it\'s "台灣" \N{GRINNING FACE} 50% #1? {a,b} *; source_key=gdelt'
REFUSED = {
    "new\nline": "\\n",
    "tab\tstop": "\\t",
    "bell\x07": "\\x07",
    "a[b": "[",
    "a]b": "]",
    "a^b": "^",
    "a|b": "|",
    "a\\b": "\\\\",
    "a%20b": "%20",
    "a%2Fb": "%2F",
    "a%e9b": "%e9",
    os.fsdecode(b"latin-\xe9"): "\\udce9",
}


def is_allowed_here(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", USABLE)
def test_a_store_in_a_folder_of_any_name_is_written_counted_and_joined(tmp_path: Path, name: str) -> None:
    if not is_allowed_here(tmp_path / name):
        pytest.skip("this system has no such folder")
    # What a pattern in the path would take in as well.
    decoy = Store(str(tmp_path / "aXb" / "store"))
    decoy.prepare()
    store = Store(str(tmp_path / name / "store"))
    store.prepare()
    events = [make_event(event_id=f"upload:{n}", source_key="upload") for n in range(3)]
    for known in (decoy, store):
        for event in events:
            write_events(known, "upload", build_event_table([event], NOW))
    again = write_events(store, "upload", build_event_table([*events, make_event(event_id="upload:3")], NOW))
    assert (again.accepted_count, again.known_count) == (1, 3)
    store.upsert("events", build_event_table([make_event(event_id="upload:1", region="Indian Ocean")], NOW))
    engine = DuckEngine(store)
    for _ in range(2):
        engine.refresh()
        queries = Queries(engine)
        rows = queries.load_events(EventFilter(source_keys=("upload", "curated")), ("event_id", "source_key", "region"))
        assert rows[["event_id", "region"]].values.tolist() == [
            ["upload:0", "South China Sea"],
            ["upload:1", "Indian Ocean"],
            ["upload:2", "South China Sea"],
            ["upload:3", "South China Sea"],
        ]
        in_view = EventFilter(source_keys=("upload", "curated"), regions=(Region.INDIAN_OCEAN,))
        assert queries.summarise(in_view).event_count == 1
        assert queries.summarise(EventFilter(source_keys=())).event_count == 4
        store.compact()
    assert [folder.name for folder in sorted(tmp_path.iterdir())] == sorted(["aXb", name])


@pytest.mark.parametrize(("name", "shown"), REFUSED.items(), ids=map(ascii, REFUSED))
def test_a_folder_that_cannot_be_addressed_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, shown: str
) -> None:
    with pytest.raises(StoreError) as caught:
        Store(str(tmp_path / name / "store")).prepare()
    told = str(caught.value)
    assert f"'{shown}' can't stand in its path; set TENSION_STORE to" in told
    assert told.isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_followed_before_its_name_is_judged(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "a[b").symlink_to(tmp_path / "real", target_is_directory=True)
    Store(str(tmp_path / "a[b" / "store")).prepare()
    assert (tmp_path / "real" / "store" / "events").is_dir()
    (tmp_path / "plain").symlink_to(tmp_path / "x|y", target_is_directory=True)
    with pytest.raises(StoreError, match="can't stand in its path"):
        Store(str(tmp_path / "plain" / "store")).prepare()


@pytest.mark.parametrize("uri", ["s3://bucket/a[b", "s3://bucket/a\nb", "gs://bucket/a|b"])
def test_a_url_that_cannot_be_addressed_is_refused(uri: str) -> None:
    with pytest.raises(StoreError, match="can't stand in its path") as caught:
        Store(uri).prepare()
    assert str(caught.value).isprintable()


def run_command(*args: str, store: Path | str, data: Path) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"TENSION_STORE": str(store), "TENSION_DATA": str(data), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "tension", *args], cwd=PROJECT_DIR, env=environment, capture_output=True, check=False
    )


def test_commands_and_app_use_a_store_whose_path_has_it_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ALL_AT_ONCE
    if not is_allowed_here(folder):
        pytest.skip("this system has no such folder")
    ran = run_command("events", "--region", "Indian Ocean", "--format", "csv", store=folder / "store", data=folder)
    assert ran.returncode == 0, ran.stderr.decode()
    desk = open_desk(Settings(PROJECT_DIR / "data", folder, str(folder / "store")))
    wanted = EventFilter(regions=(Region.INDIAN_OCEAN,))
    # A line for the header.
    assert len(ran.stdout.splitlines()) == desk.queries.summarise(wanted).event_count + 1 > 1
    monkeypatch.setenv("TENSION_STORE", str(folder / "store"))
    monkeypatch.setenv("TENSION_DATA", str(folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    app = open_page("record")
    assert not app.exception
    assert not app.error
    assert "curated record alone" not in read_words(app)
    assert app.dataframe


def test_a_refused_path_is_one_line_on_the_command_line_and_a_notice_in_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "a[b]" / "store"
    ran = run_command("events", store=store, data=tmp_path / "data")
    assert (ran.returncode, ran.stdout) == (1, b"")
    (line,) = ran.stderr.decode().splitlines()
    assert "can't stand in its path" in line
    monkeypatch.setenv("TENSION_STORE", str(store))
    st.cache_data.clear()
    st.cache_resource.clear()
    app = open_page("record")
    assert not app.exception
    assert "the curated record alone" in read_words(app)
    assert not (tmp_path / "a[b]").exists()


def test_days_are_kept_apart_by_source_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "source_key=upload" / "date=2020-01-01"
    desk = open_desk(Settings(PROJECT_DIR / "data", tmp_path / "own", str(folder)))
    days = desk.queries.load_activity()
    assert set(days.source_key) == {"curated"}
    assert days.date.max().date() > date(2020, 1, 1)
