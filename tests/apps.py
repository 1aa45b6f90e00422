"""Opens the app without a browser, for the tests of pages."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]
NOTHING = "no event says this"


def open_app(**params: str) -> AppTest:
    """The start page with an address."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update(params)
    return app.run()


def open_page(name: str, **params: str) -> AppTest:
    """A page by its name, with an address."""
    return open_app(**params).switch_page(f"pages/{name}_page.py").run()


def read_words(app: AppTest) -> str:
    """What the page says in Markdown, captions and warnings."""
    return "\n".join(str(block.value) for block in [*app.markdown, *app.caption, *app.warning])


def list_chips(app: AppTest) -> list[str]:
    """The labels of the chips that are shown."""
    return [button.label for button in app.button if str(button.key).startswith("chip_") and button.key != "chip_all"]
