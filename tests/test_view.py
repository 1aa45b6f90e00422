"""The view and its address: what a link, a control and a chip do to the filter and the selected event."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.runtime.state import QueryParamsProxy

from tension.records.filters import EventFilter
from tension.records.vocab import Category, QuadClass, Region
from tests.apps import get_control, list_chips, open_frame, open_page, read_words

CABLE = "2025-01-03-international-cable-off-northeast-taiwan-damaged"
FULL_ADDRESS = {
    "region": "taiwan-strait,south-china-sea",
    "since": "2024-01-01",
    "until": "2024-12-31",
    "actor": "CHN,PHL",
    "category": "coast_guard,incident",
    "class": "material-conflict",
    "severity": "3",
    "q": "water cannon",
    "asof": "2025-06-30",
}


def test_a_first_visit_takes_every_parameter_from_the_address():
    app = open_frame(**FULL_ADDRESS)
    assert app.session_state["view_filter"] == EventFilter(
        regions=(Region.TAIWAN_STRAIT, Region.SOUTH_CHINA_SEA),
        since=date(2024, 1, 1),
        until=date(2024, 12, 31),
        actors=("CHN", "PHL"),
        categories=(Category.COAST_GUARD, Category.INCIDENT),
        quad_classes=(QuadClass.MATERIAL_CONFLICT,),
        min_severity=3,
        text="water cannon",
        as_of=date(2025, 6, 30),
    )
    assert app.query_params == FULL_ADDRESS
    assert not app.warning


def test_the_address_holds_on_another_page():
    app = open_page("record", **FULL_ADDRESS)
    assert app.query_params == FULL_ADDRESS
    assert app.session_state["view_filter"].text == "water cannon"


def test_repeated_parameters_are_read_like_a_list():
    app = open_frame(region=["taiwan-strait", "south-china-sea"])
    assert app.session_state["view_filter"].regions == (Region.TAIWAN_STRAIT, Region.SOUTH_CHINA_SEA)


def test_a_control_writes_the_address_and_leaves_the_rest():
    app = open_frame(since="2024-01-01")
    get_control(app, "region").set_value(["taiwan-strait", "korean-peninsula"])
    app.run()
    assert app.query_params == {"region": "taiwan-strait,korean-peninsula", "since": "2024-01-01"}
    get_control(app, "q").set_value("cable").run()
    assert app.query_params["q"] == "cable"
    get_control(app, "since").set_value(None).run()
    assert "since" not in app.query_params


def test_other_parameters_of_a_page_stay():
    app = open_frame(preset="luzon", region="taiwan-strait")
    get_control(app, "region").set_value([])
    app.run()
    assert app.query_params == {"preset": "luzon"}


@pytest.mark.parametrize(
    ("param", "value", "said"),
    [
        ("region", "atlantis", "taiwan\\-strait"),
        ("since", "2024-13-01", "YYYY\\-MM\\-DD"),
        ("until", "1850-01-01", "2010\\-01\\-01 to 2035\\-12\\-31"),
        ("asof", "<script>", "YYYY\\-MM\\-DD"),
        ("actor", "China", "alpha\\-3"),
        ("category", "war", "military\\_exercise"),
        ("class", "5", "material\\-conflict"),
        ("severity", "9", "use of force"),
        ("event", "no-such-event", "event\\_id"),
        ("source", "rumour", "curated"),
    ],
)
def test_a_bad_value_is_dropped_with_a_notice_that_says_what_is_allowed(param: str, value: str, said: str):
    app = open_frame(**{param: value, "q": "cable"})
    assert not app.exception
    assert len(app.warning) == 1
    assert f"Left out: {param}" in app.warning[0].value.replace("\\", "")
    assert said in app.warning[0].value
    assert app.query_params == {"q": "cable"}
    get_control(app, "q").set_value("").run()
    assert not app.warning


def test_good_values_beside_a_bad_one_are_kept():
    app = open_frame(region="taiwan-strait,atlantis")
    assert app.session_state["view_filter"].regions == (Region.TAIWAN_STRAIT,)
    assert app.query_params == {"region": "taiwan-strait"}


def test_an_end_before_the_start_is_left_out_as_long_as_it_stands():
    app = open_frame(since="2024-06-01")
    get_control(app, "until").set_value(date(2024, 1, 1)).run()
    assert app.session_state["view_filter"].until is None
    assert "until" in app.warning[0].value
    get_control(app, "until").set_value(date(2024, 7, 1)).run()
    assert app.session_state["view_filter"].until == date(2024, 7, 1)
    assert not app.warning


def test_chips_say_what_is_on_and_each_clears_itself():
    app = open_frame(**FULL_ADDRESS)
    assert [label.replace("\\", "") for label in list_chips(app)] == [
        "Taiwan Strait",
        "South China Sea",
        "From 1 Jan 2024",
        "To 31 Dec 2024",
        "China",
        "Philippines",
        "Coast guard",
        "Incident",
        "Show of force or coercion",
        "Severity 3 or more",
        "“water cannon”",
        "As of 30 Jun 2025",
    ]
    app.button("chip_actors_CHN").click().run()
    assert app.session_state["view_filter"].actors == ("PHL",)
    app.button("chip_min_severity").click().run()
    assert app.session_state["view_filter"].min_severity == 1
    assert app.query_params["actor"] == "PHL"
    app.button("chip_all").click().run()
    assert app.query_params == {}
    assert list_chips(app) == []


def test_a_link_selects_its_event_and_keeps_its_address():
    app = open_page("record", event=CABLE, v="1")
    assert app.session_state["view_event"] == CABLE
    assert "Chunghwa Telecom" in str([table.value for table in app.table])
    assert app.query_params["event"] == CABLE


def test_a_selected_event_that_the_filter_removes_is_cleared_and_not_replaced():
    app = open_page("record", event=CABLE)
    get_control(app, "region").set_value(["south-china-sea"])
    app.run()
    assert app.session_state["view_event"] is None
    assert app.query_params == {"region": "south-china-sea"}
    assert "Sources" not in read_words(app)
    get_control(app, "region").set_value([])
    app.run()
    assert app.session_state["view_event"] is None


def test_a_run_that_left_before_the_address_arrived_does_not_undo_the_last_click():
    app = open_frame(region="taiwan-strait")
    get_control(app, "region").set_value(["taiwan-strait", "indian-ocean"])
    app.run()
    app.query_params["region"] = "taiwan-strait"
    app.run()
    assert app.session_state["view_filter"].regions == (Region.TAIWAN_STRAIT, Region.INDIAN_OCEAN)
    assert app.query_params["region"] == "taiwan-strait,indian-ocean"


def test_clicks_before_any_address_arrived_all_count():
    app = open_frame()
    names = ["taiwan-strait", "south-china-sea", "east-china-sea", "indian-ocean"]
    for count in range(1, len(names) + 1):
        get_control(app, "region").set_value(names[:count])
        app.query_params.clear()
        app.run()
        assert [region.slug for region in app.session_state["view_filter"].regions] == names[:count]
    assert app.query_params == {"region": "taiwan-strait,south-china-sea,east-china-sea,indian-ocean"}


def test_a_click_undone_before_the_address_arrived_is_undone_in_the_address_too(monkeypatch: pytest.MonkeyPatch):
    written: list[object] = []
    monkeypatch.setattr(QueryParamsProxy, "from_dict", lambda _, params: written.append(dict(params)))
    app = open_frame()
    for regions in (["taiwan-strait"], []):
        get_control(app, "region").set_value(regions)
        app.query_params.clear()
        app.run()
    # The browser has yet to take up the first click, so the last thing that it is told must be the second.
    assert written == [{"region": "taiwan-strait"}, {}]


def test_a_link_to_the_view_before_is_followed_once_the_address_has_arrived():
    app = open_frame(region="taiwan-strait")
    get_control(app, "region").set_value(["taiwan-strait", "indian-ocean"])
    app.run()
    app.run()
    app.query_params["region"] = "taiwan-strait"
    app.run()
    assert app.session_state["view_filter"].regions == (Region.TAIWAN_STRAIT,)


def test_a_link_of_a_later_version_is_read_with_a_notice():
    app = open_frame(v="7", region="taiwan-strait")
    assert "version" in app.warning[0].value
    assert app.session_state["view_filter"].regions == (Region.TAIWAN_STRAIT,)


def test_the_copied_link_is_complete_and_brings_the_view_back():
    app = open_page("record", region="taiwan-strait", q="cable & fibre", event="")
    link = next(block.value for block in app.code)
    assert link == "/record?v=1&region=taiwan-strait&q=cable+%26+fibre"


def test_a_misspelled_search_that_finds_nothing_offers_the_right_spelling():
    app = open_page("record", q="Scarborough Sholal")
    assert "Scarborough Sholal" in read_words(app)
    offer = app.button("near_words")
    assert "scarborough shoal" in offer.label
    offer.click().run()
    assert app.query_params["q"] == "scarborough shoal"
    assert "No events are in view" not in read_words(app)
