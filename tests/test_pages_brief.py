"""The Brief page: what is added elsewhere arrives, order and words are the reader's, the address holds it all."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tension.brief.make import make_brief
from tension.brief.recipe import Item, Recipe, pack_recipe, unpack_recipe
from tension.desk import Desk
from tests.apps import open_page, read_words

THREE = Recipe(
    title="Mine",
    items=(
        Item(kind="changes"),
        Item(kind="table", key="contacts"),
        Item(kind="chart", key="gpr", note="Read with care."),
    ),
)


def read_address(app: AppTest) -> Recipe:
    (word,) = app.query_params["brief"] if isinstance(app.query_params["brief"], list) else [app.query_params["brief"]]
    return unpack_recipe(word)


def press(app: AppTest, start: str) -> AppTest:
    (button,) = [button for button in app.button if str(button.key).startswith(start)]
    return button.click().run()


def write(app: AppTest, start: str, end: str, words: str) -> AppTest:
    (field,) = [f for f in app.text_input if str(f.key).startswith(start) and str(f.key).endswith(end)]
    return field.set_value(words).run()


@pytest.fixture(scope="module")
def page() -> AppTest:
    return open_page("brief", brief=pack_recipe(THREE))


def test_a_link_brings_the_brief_along_and_its_items_stand_in_order(page: AppTest) -> None:
    assert not page.exception
    words = read_words(page)
    assert words.index("1. What changed") < words.index("2. Table") < words.index("3. Chart")
    assert {str(button.key) for button in page.get("download_button")} >= {
        f"brief_make_{name}" for name in ("pptx", "docx", "html", "pdf")
    }


def test_items_move_and_go_and_take_words_and_the_address_follows() -> None:
    app = open_page("brief", brief=pack_recipe(THREE))
    (down,) = [b for b in app.button if str(b.key).startswith("brief_down_") and str(b.key).endswith("_0")]
    app = down.click().run()
    assert [item.kind for item in read_address(app).items] == ["table", "changes", "chart"]
    app = write(app, "brief_title_", "_2", "  Risk, by the papers ")
    assert read_address(app).items[2].title == "Risk, by the papers"
    assert read_address(app).items[2].note == "Read with care."
    (remove,) = [b for b in app.button if str(b.key).startswith("brief_remove_") and str(b.key).endswith("_0")]
    app = remove.click().run()
    assert [item.kind for item in read_address(app).items] == ["changes", "chart"]
    assert not app.exception
    app = press(app, "brief_clear")
    assert not app.query_params["brief"]
    assert not app.exception


def test_what_is_added_on_another_page_keeps_its_view(desk: Desk) -> None:
    app = open_page("record", region="taiwan-strait", severity="4", asof="2025-10-31")
    app = press(app, "tray_record_table")
    assert [toast.value for toast in app.toast] == ["Table added: item 1 of the brief."]
    app._page_hash = calc_hash("brief")
    app = app.run()
    assert not app.exception
    (item,) = read_address(app).items
    assert (item.kind, item.key, item.filter) == ("table", "events", {"region": "taiwan-strait", "severity": "4"})
    assert "31 Oct 2025" in read_words(app)
    deck = Presentation(io.BytesIO(make_brief(desk, read_address(app), "pptx")))
    assert [slide.shapes.title.text for slide in deck.slides][1] == "Events in view"


def test_the_contacts_are_added_as_a_table() -> None:
    app = press(open_page("channels"), "tray_contacts")
    assert [toast.value for toast in app.toast] == ["Table added: item 1 of the brief."]
    app._page_hash = calc_hash("brief")
    (item,) = read_address(app.run()).items
    assert (item.kind, item.key) == ("table", "contacts")


def test_a_recipe_that_ships_fills_the_page_and_a_broken_link_is_told() -> None:
    app = open_page("brief", brief="nothing-of-ours")
    assert "Left out" in read_words(app)
    app = press(app, "brief_start_weekly")
    assert not app.exception
    assert read_address(app).title == "Indo-Pacific, the week"
