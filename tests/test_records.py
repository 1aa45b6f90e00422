"""The record as a table and as files: every event in view, in words, and nothing that is for editors only."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from components.record_parts import build_csv, build_events_table
from tension.desk import open_desk
from tension.exports.records import to_events_json
from tension.records.filters import EventFilter
from tests.apps import open_page, read_words
from tests.factories import count_raw_events

EVENT_COUNT = count_raw_events()

CABLE = "2025-01-03-international-cable-off-northeast-taiwan-damaged"


@pytest.fixture
def events() -> pd.DataFrame:
    return open_desk().queries.load_events(EventFilter(text="Yehliu"), None)


def test_a_row_says_codes_in_words(events: pd.DataFrame):
    row = build_events_table(events).set_index("Id").loc[CABLE]
    assert row["Act"] == "17 Coerce"
    assert row["Class"] == "Show of force or coercion"
    assert row["Category"] == "Cyber or hybrid"
    assert (row["Initiator"], row["Target"], row["Actors"]) == ("China", "Taiwan", "China, Taiwan")
    assert row["Severity"] == 3


def test_an_event_without_codes_has_empty_words(events: pd.DataFrame):
    bare = events.head(1).assign(category=None, cameo_root=None, quad_class=None, initiator=None, target=None)
    row = build_events_table(bare).iloc[0]
    assert [row[name] for name in ("Category", "Act", "Class", "Initiator", "Target")] == [""] * 5


def test_csv_has_every_event_and_no_note_of_an_editor(events: pd.DataFrame):
    text = build_csv(events).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["event_id"] for row in rows] == list(events.event_id)
    assert "coder_doubt" not in rows[0]
    assert "attribution and intent only suspected" not in text


def test_json_is_a_list_of_records_with_the_fields_of_the_command_line(events: pd.DataFrame):
    records = json.loads(to_events_json(events))
    found = next(record for record in records if record["event_id"] == CABLE)
    assert found["occurred_date"] == "2025-01-03"
    assert found["cameo_root"] == "17"
    assert found["figures"] == {"cables": 1.0}
    assert found["sources"][1]["tier"] == "reprint"
    assert "coder_doubt" not in found


def test_page_says_how_many_events_of_which_source_and_how_far():
    app = open_page("record")
    words = read_words(app)
    assert f"**{EVENT_COUNT} events**" in words
    assert "to 5 Jul 2026" in words
    assert f"{EVENT_COUNT} curated" in words
    assert "2022 is thin in the South China Sea" in words.replace("\\", "")
    assert "Philippine and Taiwanese reporting" in words.replace("\\", "")
    coverage = app.table[0].value
    assert int(coverage["All"].sum()) == EVENT_COUNT


def test_card_keeps_dates_apart_and_says_when_one_is_assumed(events: pd.DataFrame):
    undated = open_desk().queries.load_events(EventFilter(), ("event_id", "is_reported_date_assumed"))
    event_id = undated[undated.is_reported_date_assumed].event_id.iloc[0]
    facts = open_page("record", event=event_id).table[0].value.iloc[:, 0]
    assert list(facts.index[:3]) == ["Occurred", "Reported", "In this store since"]
    assert "assumed" in facts["Reported"]


def test_card_names_roles_codes_and_copied_sources_and_hides_the_doubt():
    app = open_page("record", event=CABLE)
    facts = app.table[0].value.iloc[:, 0].str.replace("\\", "")
    assert facts["Actors"] == "China (initiator), Taiwan (target)"
    assert facts["Act"] == "17 Coerce (show of force or coercion)"
    assert facts["Severity"] == "3 of 5: coercive presence"
    assert facts["Figures"] == "cables 1"
    words = read_words(app)
    assert ":orange-badge[reprint]" in words
    assert "https://focustaiwan.tw/society/202501040011" in words
    assert "attribution and intent only" not in words
