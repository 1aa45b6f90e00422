"""Opens the app without a browser, for the tests of pages."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget
from streamlit.util import calc_hash

from components.view.layout import START_PAGE

ROOT = Path(__file__).parents[1]
NOTHING = "no event says this"


# The frame on a page that costs nothing, for what the address and the controls do.
_FRAME = """
from components.view.filter_bar import open_view, show_filters
open_view("record")
show_filters()
"""


def open_frame(**params: str | list[str]) -> AppTest:
    """The controls alone, with an address."""
    app = AppTest.from_string(_FRAME, default_timeout=240)
    app.query_params.update(params)
    return app.run()


def open_page(name: str, **params: str | list[str]) -> AppTest:
    """A page by its name, with an address, as on a first visit."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    app.query_params.update(params)
    if name != START_PAGE:
        # `switch_page` wants a run of the start page first, which is the dearest of all.
        app._page_hash = calc_hash(name)
    return app.run()


def get_control(app: AppTest, param: str) -> Widget:
    """The control behind a parameter of the address, under the key that it has in this run."""
    turn = app.session_state["view_controls"][param].turn
    return app.get_by_key(f"{param}_control_{turn}")


def read_words(app: AppTest) -> str:
    """What the page says in Markdown, captions and warnings."""
    return "\n".join(str(block.value) for block in [*app.markdown, *app.caption, *app.warning])


def list_chips(app: AppTest) -> list[str]:
    """The labels of the chips that are shown."""
    return [button.label for button in app.button if str(button.key).startswith("chip_") and button.key != "chip_all"]
