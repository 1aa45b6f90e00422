"""The Map page without a browser: its choices, its tables, an empty view, a stranger's link."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.parts.map_tables import build_event_rows
from components.parts.map_view import _Deck
from tension.figures.palette import LIGHT
from tests.apps import NOTHING, get_control, open_page, read_words

CHOSEN = "2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"


def open_map(**params: str) -> AppTest:
    app = open_page("map", **params)
    assert not app.exception
    return app


def is_on(app: AppTest, layer: str) -> bool:
    return get_control(app, f"layer_{layer}").value


def test_the_page_opens_with_the_view_of_the_only_region():
    app = open_map(region="south-china-sea")
    assert get_control(app, "view").value == "south-china-sea"
    assert is_on(app, "features")
    assert not is_on(app, "sectors")


def test_a_link_chooses_view_layers_and_exercise():
    app = open_map(view="taiwan-strait", layers="zones,sectors", zones="justice-mission-2025")
    assert is_on(app, "zones")
    assert not is_on(app, "events")
    assert "5 declared areas of Justice Mission 2025" in read_words(app).replace("\\", "")


def test_switching_a_layer_keeps_the_others_and_goes_into_the_address():
    app = open_map(view="taiwan-strait")
    get_control(app, "layer_fir").set_value(True).run()
    assert is_on(app, "fir")
    assert is_on(app, "median-line")
    assert "fir" in "".join(app.query_params["layers"]).split(",")
    for layer in ("events", "median-line", "adiz", "sectors", "zones", "fir", "restricted"):
        get_control(app, f"layer_{layer}").set_value(False).run()
    assert "".join(app.query_params["layers"]) == "none"
    assert "No layer is on." in read_words(app)


def test_layers_that_are_on_say_their_note_and_source():
    words = read_words(open_map(view="taiwan-strait")).replace("\\", "")
    assert "Never recognised by China" in words
    assert "Exercises whose areas were not found: PLA Joint Sword exercise around Taiwan" in words
    assert "Ten-dash line" not in words


@pytest.mark.parametrize(("param", "value"), [("view", "atlantis"), ("layers", "nine-dash"), ("zones", "joint-sword")])
def test_a_strangers_bad_value_is_dropped_with_a_notice(param: str, value: str):
    app = open_map(**{param: value})
    assert any(value in warning.value.replace("\\", "") for warning in app.warning)


def test_a_selected_event_shows_its_card():
    words = read_words(open_map(event=CHOSEN)).replace("\\", "")
    assert "Chinese coast guard boards Philippine boats at Second Thomas" in words


def test_an_empty_view_offers_to_widen_and_keeps_the_map():
    app = open_map(q=NOTHING)
    assert "No events are in view" in read_words(app)
    assert app.get("deck_gl_json_chart")


def test_tables_hold_the_events_in_view_and_where_they_are():
    (table,) = (frame.value for frame in open_map(since="2024-06-17", until="2024-06-17").dataframe)
    assert dict(zip(table["Place"], table["On the map"], strict=True)) == {
        "Second Thomas Shoal": True,
        "Stockholm, Sweden (SIPRI)": False,
    }


def test_an_event_without_sources_has_no_link():
    row = {
        "occurred_date": pd.Timestamp("2024-01-01"),
        "title": "A title",
        "location": "Washington",
        "quad_class": 1,
        "severity": 1,
        "sources": [],
        "latitude": 38.9,
        "longitude": -77.0,
        "geo_precision": "exact",
        "region": "Indo-Pacific",
    }
    (shown,) = build_event_rows(pd.DataFrame([row])).to_dict("records")
    assert shown["Source"] is None
    assert not shown["On the map"]


def test_hover_text_is_text_and_there_is_no_base_map():
    deck = _Deck("{}", LIGHT)
    assert deck.to_json() == "{}"
    assert deck._tooltip["text"] == "{tip}"
    assert "html" not in deck._tooltip
    assert deck.map_provider is None


def test_going_to_another_view_goes_into_the_address():
    app = open_map(view="taiwan-strait", region="taiwan-strait")
    get_control(app, "view").set_value("spratly-islands").run()
    assert app.query_params == {"view": "spratly-islands", "region": "taiwan-strait"}


def test_the_map_follows_the_region_and_so_do_the_layers_until_the_reader_chooses_others():
    app = open_map()
    get_control(app, "region").set_value(["south-china-sea"])
    app.run()
    assert get_control(app, "view").value == "south-china-sea"
    assert is_on(app, "features")
    get_control(app, "view").set_value("spratly-islands").run()
    get_control(app, "region").set_value(["taiwan-strait"])
    app.run()
    assert get_control(app, "view").value == "taiwan-strait"
    assert is_on(app, "median-line")
    get_control(app, "layer_adiz").set_value(False).run()
    get_control(app, "region").set_value(["East China Sea"])
    app.run()
    assert get_control(app, "view").value == "east-china-sea"
    assert (is_on(app, "median-line"), is_on(app, "adiz")) == (True, False)


def test_beside_the_map_stand_the_gravest_events_and_a_click_selects_one():
    app = open_map(region="south-china-sea", since="2024-06-01", until="2024-06-30")
    listed = [button for button in app.button if str(button.key).startswith("gravest_")]
    assert "severity 5" in listed[0].label
    listed[0].click().run()
    assert app.query_params["event"] == CHOSEN
