"""The Timeline and Activity pages without a browser: choices in the address, what they say, and nothing in view."""

from __future__ import annotations

import json
import re
from datetime import date

from streamlit.testing.v1 import AppTest

from tension.words import format_day
from tests.apps import NOTHING, get_control, open_page, read_words
from tests.factories import find_last_count_day, load_raw_events


def read_charts(app: AppTest) -> dict[str, dict]:
    """The figures of a page by all words over them: what was found, subject, view."""
    figures = [json.loads(element.proto.spec) for element in app.get("plotly_chart")]
    return {re.sub(r"<br>|<[^>]+>", " ", figure["layout"]["title"]["text"]): figure for figure in figures}


def list_heads(app: AppTest) -> str:
    """The words over every chart, a line each, with single spaces."""
    return "\n".join(" ".join(words.split()) for words in read_charts(app))


def count_marks(figure: dict) -> int:
    return sum(len(trace["customdata"]) for trace in figure["data"] if trace.get("customdata"))


def test_the_timeline_draws_every_event_in_view() -> None:
    app = open_page("timeline", region="indian-ocean")
    (figure,) = read_charts(app).values()
    assert count_marks(figure) == sum(event["region"] == "Indian Ocean" for event in load_raw_events())
    assert "Indian Ocean" in figure["layout"]["title"]["text"]


def test_the_lane_of_a_link_is_taken_and_a_stranger_s_is_said() -> None:
    app = open_page("timeline", lane="actor")
    assert "Events by the state that acted, each mark one event" in list_heads(app)
    app = open_page("timeline", lane="colour")
    assert "Events by region, each mark one event" in list_heads(app)
    assert "colour" in app.warning[0].value


def test_a_choice_of_lane_goes_to_the_address() -> None:
    app = open_page("timeline")
    get_control(app, "lane").set_value("category").run()
    assert app.query_params["lane"] == "category"
    assert "Events by category, each mark one event" in list_heads(app)


def test_the_timeline_of_nothing_draws_no_chart() -> None:
    app = open_page("timeline", q=NOTHING)
    assert not read_charts(app)
    assert not app.exception


def test_activity_says_where_its_sources_end_and_that_missing_is_not_zero() -> None:
    words = read_words(open_page("activity"))
    assert f"Taiwan's counts reach to {format_day(date.fromisoformat(find_last_count_day()))}" in words
    assert "the GPR index to Apr 2026" in words
    assert "absent, not zero" in words


def test_activity_shows_the_count_of_the_address_with_its_breaks_and_highest_days() -> None:
    app = open_page("activity", count="ships", country="TWN")
    heads = list_heads(app)
    assert "Chinese official ships around Taiwan, ships a day" in heads.splitlines()[0]
    assert "Geopolitical Risk, Taiwan" in heads
    highest = app.dataframe[0].value
    assert highest["Ships"].is_monotonic_decreasing
    assert (highest["Ships"].iloc[0], highest["Named exercise"].iloc[0]) == (12, "Joint Sword 2024B")
    assert "22 May 2024" in read_words(app)
    assert "8 Dec 2023" not in read_words(app)


def test_activity_on_an_earlier_day_knows_nothing_later() -> None:
    app = open_page("activity", asof="2025-10-31")
    first = list_heads(app).splitlines()[0]
    assert "Chinese military aircraft around Taiwan, sorties a day" in first
    assert "as of 31 Oct 2025" in first
    assert app.dataframe[0].value["Day"].max().date().isoformat() <= "2025-10-31"
    assert not any("Justice Mission" in str(cell) for cell in app.dataframe[0].value["Named exercise"])


def test_activity_without_a_day_in_view_offers_to_clear_the_filter() -> None:
    app = open_page("activity", until="2015-06-30")
    sea, index = list_heads(app).splitlines()
    assert sea.startswith("Official counts of the Taiwan Strait")
    assert "Geopolitical Risk index by month" in index
    assert "No bulletin states this count in the chosen days" in read_words(app)
    app.button("widen_activity-aircraft").click().run()
    assert not app.exception
    assert "Chinese military aircraft around Taiwan, sorties a day" in list_heads(app)
