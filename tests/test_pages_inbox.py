"""The Inbox page: a reviewer meets what is proposed and why, decides with a name, and can take it back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from components.inbox_drafts import read_draft
from tension.desk import Desk
from tension.intake.inbox import load_candidates
from tension.records.filters import EventFilter
from tension.records.schema import CANDIDATE_SCHEMA, build_event_table
from tests.apps import get_control, open_page, read_words
from tests.factories import count_raw_events, make_event
from tests.test_inbox import KNOWN, load_reports, make_candidate

EVENT_COUNT = count_raw_events()

HOSTILE = "=cmd() <img src=x onerror=alert(1)> [click](javascript:alert(1)) :red[x]"
PLACE = "draft_rss:1"


@pytest.fixture(autouse=True)
def desk(own_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("TENSION_STORE", own_desk.settings.store_uri)
    monkeypatch.setenv("TENSION_DATA", str(own_desk.settings.user_data_dir))
    # The leads that come with the record wait too, and would stand before what these tests bring.
    own_desk.store.replace_where("candidates", CANDIDATE_SCHEMA.empty_table(), "source_key = 'leads'")
    return own_desk


def fill_inbox(desk: Desk, *rows: dict[str, Any]) -> None:
    desk.store.append("candidates", pa.Table.from_pylist(list(rows), schema=CANDIDATE_SCHEMA))


def open_inbox(name: str = "A. Reviewer", **params: str) -> AppTest:
    app = open_page("inbox", **params)
    if name:
        app.text_input("inbox_reviewer").set_value(name).run()
    assert not app.exception
    return app


def find_table(app: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in app.dataframe if column in table.value.columns)


def test_an_empty_inbox_says_where_candidates_come_from() -> None:
    app = open_inbox()
    words = read_words(app)
    assert "A refresh on the Sources page" in words
    assert "Nothing was decided yet." in words
    assert "refresh gdelt" in words


def test_a_candidate_is_shown_with_its_proposal_and_the_words_behind_it(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1))
    app = open_inbox()
    assert "[Coast guard uses water cannon at a synthetic shoal](<https://example.org/1>)" in read_words(app)
    reasons = find_table(app, "Words")
    assert reasons.loc[0].tolist() == ["Category", "Coast guard", "water cannon"]
    assert app.selectbox(f"{PLACE}_severity").value == 4
    assert app.multiselect(f"{PLACE}_actors").value == ["CHN", "PHL"]
    assert find_table(app, "Feed").Category.tolist() == ["Coast guard"]


def test_without_a_name_nothing_can_be_decided(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1))
    app = open_inbox(name="")
    assert app.button("reject").disabled
    submit(app)
    assert "give your name" in app.error[0].value.replace("\\", "")
    assert len(load_candidates(desk.store)) == 1


def test_a_name_given_together_with_the_acceptance_counts(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1))
    app = open_inbox(name="")
    app.text_input("inbox_reviewer").set_value("A. Reviewer")
    submit(app)
    assert "Accepted" in app.success[0].value
    assert find_table(app, "Decision").By.tolist() == ["A. Reviewer"]


def submit(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Accept as event").click().run()
    assert not app.exception


def test_an_edited_candidate_becomes_an_event_and_undo_takes_it_back(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1))
    app = open_inbox()
    app.selectbox(f"{PLACE}_severity").set_value(3)
    app.text_area(f"{PLACE}_summary").set_value("A synthetic summary.")
    app.text_input(f"{PLACE}_figures").set_value("injured = 2")
    app.text_input(f"{PLACE}_people").set_value("A. Person; B. Person")
    submit(app)
    assert "Accepted" in app.success[0].value
    (entry,) = yaml.safe_load((desk.settings.user_data_dir / "events" / "reviewed.yaml").read_text(encoding="utf-8"))
    assert (entry["severity"], entry["summary"]) == (3, "A synthetic summary.")
    assert entry["figures"] == {"injured": 2.0}
    assert entry["people"] == ["A. Person", "B. Person"]
    assert entry["occurred_date"] == "2026-09-01"
    assert find_table(app, "Decision").By.tolist() == ["A. Reviewer"]
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT + 1
    app.button("undo").click().run()
    assert not app.exception
    assert "Undone" in app.success[0].value
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT
    assert [c.candidate_id for c in load_reports(desk)] == ["rss:1"]


def test_a_fault_stands_under_its_field_and_nothing_is_taken(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1))
    app = open_inbox()
    app.text_input(f"{PLACE}_title").set_value("")
    app.selectbox(f"{PLACE}_category").set_value("")
    app.text_input(f"{PLACE}_figures").set_value("injured")
    submit(app)
    assert "title, category, figures" in app.error[0].value.replace("\\", "")
    faults = [block.value.replace("\\", "") for block in app.markdown if block.value.startswith(":red[")]
    assert len(faults) == 3
    assert "title is missing" in faults[0]
    assert "category is missing" in faults[1]
    assert "allowed: name = number" in faults[2]
    assert len(load_candidates(desk.store)) == 1


def test_a_likely_duplicate_is_offered_and_merged(desk: Desk) -> None:
    title = "Chinese coast guard boards Philippine boats at Second Thomas Shoal"
    fill_inbox(desk, make_candidate(1, title=title, published_date=date(2024, 6, 18)))
    app = open_inbox()
    app.button(f"merge_{KNOWN}").click().run()
    assert not app.exception
    assert "Merged" in app.success[0].value
    (entry,) = yaml.safe_load((desk.settings.user_data_dir / "sources.yaml").read_text(encoding="utf-8"))
    assert (entry["event_id"], entry["source"]["url"]) == (KNOWN, "https://example.org/1")


def test_a_candidate_is_merged_into_an_event_that_the_reviewer_chooses(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1, title="Wholly other words", published_date=date(2024, 6, 18)))
    app = open_inbox()
    assert app.button("merge_other").disabled
    app.selectbox("merge_other_rss:1").set_value(KNOWN).run()
    app.button("merge_other").click().run()
    assert load_candidates(desk.store, "merged")[0].event_id == KNOWN


def test_a_rejected_candidate_leaves_and_the_next_one_opens(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1), make_candidate(2, title="The older one", published_date=date(2026, 8, 1)))
    app = open_inbox()
    app.selectbox("reject_reason_rss:1").set_value("not an event").run()
    app.button("reject").click().run()
    assert load_candidates(desk.store, "rejected")[0].note == "not an event"
    assert "The older one" in read_words(app)
    assert find_table(app, "Decision").Reason.tolist() == ["not an event"]


def test_hostile_text_stays_text(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1, title=HOSTILE, summary=HOSTILE, feed=HOSTILE, url="javascript:alert(1)"))
    words = read_words(open_inbox())
    assert "javascript:alert(1)>" not in words
    assert "[click](" not in words
    assert ":red[x]" not in words
    assert "\\<img" in words


def test_feeds_and_likely_events_narrow_the_queue(desk: Desk) -> None:
    fill_inbox(desk, make_candidate(1, feed="one"), make_candidate(2, feed="two"))
    app = open_inbox()
    app.selectbox("inbox_feed").set_value("two").run()
    assert find_table(app, "Feed").Feed.tolist() == ["two"]
    app.toggle("inbox_likely").set_value(True).run()
    assert "No candidate of this feed waits." in read_words(app)
    assert [c.proposal.is_likely_event for c in load_candidates(desk.store)] == [False, False]


def test_groups_of_coded_events_come_when_asked_and_carry_a_mark(desk: Desk) -> None:
    coded = build_event_table([make_event(event_id="gdelt:1", source_key="gdelt")], datetime(2026, 9, 1, tzinfo=UTC))
    desk.store.append("events", coded)
    app = open_inbox()
    assert find_tables(app) == []
    app.number_input("cluster_mentions").set_value(1).run()
    app.button("cluster_propose").click().run()
    assert not app.exception
    assert "1 groups found, 1 of them new" in app.success[0].value.replace("\\", "")
    assert find_table(app, "Feed").Feed.tolist() == ["GDELT clusters"]
    assert ":orange-badge[GDELT (coded by machine)]" in read_words(app).replace("\\", "")
    desk.refresh()
    assert desk.queries.summarise(EventFilter()).event_count == EVENT_COUNT


def find_tables(app: AppTest) -> list[pd.DataFrame]:
    return [table.value for table in app.dataframe]


def test_a_view_with_machine_coded_events_is_marked_on_every_page() -> None:
    app = open_page("record", source="curated,gdelt")
    assert "GDELT" in read_words(app)
    assert ":orange-badge[:material/smart_toy: GDELT" in read_words(app)
    assert "not reviewed like curated" in read_words(app)
    assert get_control(app, "source").value == ["curated", "gdelt"]
    get_control(app, "source").set_value(["curated"]).run()
    assert "not reviewed like curated" not in read_words(app)
    assert not open_page("record", source="mnd").exception


def test_blank_values_are_left_out_of_a_draft() -> None:
    values = {"d_title": "T", "d_summary": "", "d_latitude": None, "d_tags": [], "d_source_url": "https://a.example"}
    fields, faults = read_draft("d", values | {"other_title": "O"})
    assert fields == {"title": "T", "sources": [{"url": "https://a.example"}]}
    assert faults == {}


def test_more_events_than_lists_can_show_are_counted_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.loaders.SHOWN_LIMIT", 100)
    monkeypatch.setattr("components.view.filter_bar.SHOWN_LIMIT", 100)
    app = open_page("record", source="curated,gdelt")
    assert f"{EVENT_COUNT} events are in view: counts take all, lists and the map the latest 100." in read_words(app)
    assert len(find_table(app, "Occurred")) == 100
