"""A page's own choices: the address first, then the control; a bad value is named; a link can say all of them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.apps import get_control


def _draw() -> None:
    import streamlit as st

    from components.view.address import get_choices, settle_choice
    from components.view.controls import show_select
    from components.view.filter_bar import open_view

    open_view("timeline")
    default = st.selectbox("Default", ["region", "category"], key="default")
    value = settle_choice("lane", ["region", "actor", "category"], default)
    if not st.checkbox("Hidden", key="hidden"):
        show_select("lane", "Lane", ["region", "actor", "category"])
    st.text(value)
    st.text(str(get_choices()))


def open_script(**params: str) -> AppTest:
    app = AppTest.from_function(_draw, default_timeout=30)
    app.query_params.update(params)
    app.run()
    assert not app.exception
    return app


def read(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def choose(app: AppTest, lane: str) -> None:
    get_control(app, "lane").set_value(lane)
    app.run()


def test_the_address_chooses_on_a_first_visit():
    app = open_script(lane="actor")
    assert read(app)[0] == "actor"
    assert get_control(app, "lane").value == "actor"


def test_a_default_stays_out_of_the_address_and_in_the_link():
    app = open_script()
    assert read(app) == ["region", "{'lane': 'region'}"]
    assert "lane" not in app.query_params


def test_a_choice_is_written_to_the_address_even_when_it_is_the_default():
    app = open_script(lane="actor")
    choose(app, "region")
    assert read(app)[0] == "region"
    assert app.query_params["lane"] == "region"


def test_a_value_that_is_not_allowed_is_named_once_and_leaves_the_address():
    app = open_script(lane="drop table")
    assert read(app)[0] == "region"
    notice = app.warning[0].value.replace("\\", "")
    assert "'drop table'" in notice
    assert "region, actor, category" in notice
    assert app.query_params["lane"] == "region"
    app.run()
    assert not app.warning


def test_a_default_that_changes_is_followed_until_the_reader_chooses():
    app = open_script()
    app.selectbox("default").set_value("category").run()
    assert (read(app)[0], get_control(app, "lane").value) == ("category", "category")
    assert "lane" not in app.query_params
    choose(app, "actor")
    app.selectbox("default").set_value("region").run()
    assert (read(app)[0], get_control(app, "lane").value) == ("actor", "actor")


def test_a_choice_outlives_the_time_without_its_control():
    app = open_script()
    choose(app, "actor")
    app.checkbox("hidden").check().run()
    assert read(app)[0] == "actor"
    app.run()
    app.checkbox("hidden").uncheck().run()
    assert (read(app)[0], get_control(app, "lane").value) == ("actor", "actor")
    choose(app, "category")
    assert app.query_params["lane"] == "category"
