"""Rows as plain data: JSON that any reader takes, the same from the page and from the command line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from tension.commands.record import print_events
from tension.desk import open_desk
from tension.exports.records import build_event_json, read_figures, to_events_json, to_plain
from tension.records.filters import build_filter
from tension.records.schema import build_event_table
from tests.factories import make_event


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.array([1, 2]), [1, 2]),
        ((np.float64(0.5), None), [0.5, None]),
        ({"a": pd.NaT, 2: np.int64(3)}, {"a": None, "2": 3}),
        (float("nan"), None),
        (float("inf"), None),
        (pd.NA, None),
        (pd.Timestamp("2026-07-05"), "2026-07-05"),
        (date(2026, 7, 5), "2026-07-05"),
        (datetime(2026, 7, 5, 6, 30, tzinfo=UTC), "2026-07-05T06:30:00+00:00"),
        (np.bool_(True), True),
        ("=1+1", "=1+1"),
    ],
)
def test_a_value_of_a_frame_becomes_one_that_json_knows(value: object, plain: object) -> None:
    assert to_plain(value) == plain
    json.dumps(to_plain(value), allow_nan=False)


def test_figures_are_a_mapping_and_whole_numbers_stay_whole() -> None:
    stored = [{"key": "vessels", "value": 3.0}, {"key": "share", "value": 0.5}]
    assert read_figures(stored) == {"vessels": 3, "share": 0.5}
    assert isinstance(read_figures(stored)["vessels"], int)
    assert read_figures(None) == read_figures([]) == {}


def test_an_event_is_told_without_what_is_for_editors_and_with_its_class_in_words() -> None:
    event = make_event(figures={"vessels": 3}, coder_doubt="a hesitation")
    (row,) = build_event_table([event], datetime(2026, 9, 2, tzinfo=UTC)).to_pandas().to_dict("records")
    told = build_event_json(row)
    assert told["figures"] == {"vessels": 3}
    assert told["quad_class_name"]
    assert told["occurred_date"] == "2024-03-01"
    assert {"coder_doubt", "content_hash", "goldstein"}.isdisjoint(told)
    assert build_event_json(row | {"quad_class": float("nan")})["quad_class_name"] is None


def test_page_and_command_line_give_the_same_json() -> None:
    app = typer.Typer()
    app.command()(print_events)
    printed = CliRunner().invoke(app, ["--region", "indian-ocean", "--format", "json"])
    events = open_desk().queries.load_events(build_filter(regions=["indian-ocean"]), None)
    assert len(events) > 1
    assert json.loads(printed.stdout_bytes) == json.loads(to_events_json(events))
