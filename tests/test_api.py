"""The interface beside the pages: it answers what the record holds, and says what is wrong with a request."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.applications import Starlette

from tension.api.answers import AnswerShelf, Sent
from tension.api.routes import build_routes
from tension.desk import Desk, open_desk
from tension.judgements.book import BOOK_FILE
from tension.settings import PROJECT_DIR, Settings
from tension.store.queries import Queries
from tests.factories import load_raw_events
from tests.interface import Fetch, open_interface


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("api")
    return open_desk(Settings(PROJECT_DIR / "data", folder / "own", str(folder / "store")))


@pytest.fixture(scope="module")
def app(served: Desk) -> Starlette:
    return Starlette(routes=build_routes(lambda: served))


@pytest.fixture(scope="module")
def fetch(app: Starlette) -> Fetch:
    return open_interface(app)


def test_pages_of_events_together_are_the_record_in_order(fetch: Fetch) -> None:
    path, found = "/events?limit=200", []
    while path:
        page = fetch(path.removeprefix("/api/v1")).json()
        found += [event["event_id"] for event in page["data"]]
        path = page["next"]
    raw = sorted((event["occurred_date"], event["event_id"]) for event in load_raw_events())
    assert found == [event_id for _, event_id in raw]


def test_the_filter_is_that_of_the_pages(fetch: Fetch) -> None:
    page = fetch("/events?region=taiwan-strait&severity=4&since=2024-01-01&until=2024-12-31").json()
    wanted = [
        event["event_id"]
        for event in load_raw_events()
        if event["region"] == "Taiwan Strait" and event["severity"] >= 4 and event["occurred_date"].year == 2024
    ]
    assert wanted
    assert {event["event_id"] for event in page["data"]} == set(wanted)
    assert page["total"] == len(wanted)


def test_nothing_that_was_reported_later_is_told_as_of_a_day(fetch: Fetch) -> None:
    event = next(e for e in fetch("/events?since=2024-06-17&until=2024-06-17").json()["data"])
    day = date.fromisoformat(event["reported_date"])
    before = fetch(f"/events/{event['event_id']}?as_of=2024-01-01")
    assert (before.status_code, fetch(f"/events/{event['event_id']}?as_of={day}").status_code) == (404, 200)


def test_csv_and_geojson_by_suffix(fetch: Fetch) -> None:
    rows = list(csv.DictReader(io.StringIO(fetch("/events.csv?limit=3").content.decode("utf-8-sig"))))
    geo = json.loads(fetch("/events.geojson?limit=3").content)
    plain = [event["event_id"] for event in fetch("/events?limit=3").json()["data"]]
    assert [row["event_id"] for row in rows] == plain
    assert [feature["id"] for feature in geo["features"]] == plain
    assert "coder_doubt" not in rows[0]


def test_an_answer_that_is_known_is_not_sent_again(fetch: Fetch) -> None:
    tag = fetch("/actors").headers["etag"]
    again = fetch("/actors", **{"If-None-Match": f'W/"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert fetch("/actors/PHL").headers["etag"] != tag


def test_an_answer_is_made_once_for_a_version_of_the_record_and_of_ones_own_book(
    served: Desk, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fetch("/activity?limit=3")
    monkeypatch.setattr(Queries, "load_activity", None)
    again = fetch("/activity?limit=3")
    assert (again.content, again.headers) == (first.content, first.headers)
    monkeypatch.undo()
    tag = fetch("/charts/calibration").headers["etag"]
    book = served.settings.user_data_dir / BOOK_FILE
    book.parent.mkdir(parents=True, exist_ok=True)
    book.write_text("", encoding="utf-8")
    assert fetch("/charts/calibration").headers["etag"] != tag
    book.unlink()


def test_the_shelf_keeps_what_was_asked_for_last() -> None:
    shelf, made = AnswerShelf(max_bytes=10), []

    def ask(key: str, size: int = 4) -> bytes:
        return shelf.find(key, lambda: made.append(key) or Sent(key.encode() * size, "text/plain", ())).body

    for key in ("a", "b", "a", "c", "a", "b"):
        assert ask(key) == key.encode() * 4
    # The third filled it beyond ten bytes: 'b', asked for longest ago, went.
    assert made == ["a", "b", "c", "b"]
    with pytest.raises(ZeroDivisionError):
        shelf.find("d", lambda: 1 // 0)
    assert ask("d") == b"dddd"


def test_the_figures_of_a_chart_are_those_of_its_csv(fetch: Fetch) -> None:
    rows = fetch("/charts/events-by-region").json()["data"]["rows"]
    sheet = list(csv.DictReader(io.StringIO(fetch("/charts/events-by-region.csv").content.decode("utf-8-sig"))))
    assert [[str(value) for value in row.values()] for row in rows] == [list(row.values()) for row in sheet]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/events?region=mars", 400, "taiwan-strait"),
        ("/events?colour=red", 400, "'colour' is not allowed"),
        ("/events?limit=0", 400, "from 1 to"),
        ("/assessments?as_of=9999-12-31", 400, "a day from 1900-01-01"),
        ("/charts/states?since=0001-01-01", 400, "a day from 1900-01-01"),
        ("/events?limit=²", 400, "from 1 to"),
        ("/events?limit=999999999999999999999999", 400, "from 1 to"),
        ("/events?as_of=2024-02-30", 400, "YYYY-MM-DD"),
        ("/activity?since=2026-01-02&until=2026-01-01", 400, "on or after"),
        ("/events/nothing", 404, "not in the record"),
        ("/actors/XYZ", 404, "PHL"),
        ("/charts/nothing", 404, "/api/v1/charts"),
        ("/charts/timeline?lane=sideways", 400, "actor"),
        ("/events?q=%00", 400, "zero byte"),
    ],
)
def test_a_wrong_request_is_told_in_one_line(fetch: Fetch, path: str, status: int, said: str) -> None:
    answer = fetch(path)
    assert answer.status_code == status
    assert said in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_the_document_is_kept_for_any_request(app: Starlette) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            # That 'since' comes before 'until', OpenAPI can't say.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        check()
