"""A page's own choices: the address first, then the control; a bad value is named; a link can say all of them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _draw() -> None:
    import streamlit as st

    from components.view.choices import choice_key, get_choices, settle_choice, write_choice

    value, notice = settle_choice("lane", ["region", "actor", "category"], "region")
    st.selectbox(
        "Lane", ["region", "actor", "category"], key=choice_key("lane"), on_change=write_choice, args=("lane",)
    )
    st.text(value)
    st.text(notice)
    st.text(str(get_choices()))


def open_script(**params: str) -> AppTest:
    app = AppTest.from_function(_draw, default_timeout=30)
    app.query_params.update(params)
    app.run()
    assert not app.exception
    return app


def read(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def test_the_address_chooses_on_a_first_visit():
    app = open_script(lane="actor")
    assert read(app)[0] == "actor"
    assert app.selectbox[0].value == "actor"


def test_a_default_stays_out_of_the_address_and_in_the_link():
    app = open_script()
    assert read(app) == ["region", "", "{'lane': 'region'}"]
    assert "lane" not in app.query_params


def test_a_choice_is_written_to_the_address_even_when_it_is_the_default():
    app = open_script(lane="actor")
    app.selectbox[0].select("region").run()
    assert read(app)[0] == "region"
    assert app.query_params["lane"] in ("region", ["region"])


def test_a_value_that_is_not_allowed_is_named_once_and_leaves_the_address():
    app = open_script(lane="drop table")
    value, notice, _ = read(app)
    assert value == "region"
    assert "'drop table'" in notice
    assert "region, actor, category" in notice
    assert app.query_params["lane"] in ("region", ["region"])
    app.run()
    assert read(app)[1] == ""
