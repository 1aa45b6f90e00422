"""Renders the templates of components/templates: every value is escaped unless it is markup of our own making."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tension.figures.vector.svg import Svg
from tension.words import format_day, upper_first


@cache
def _open_templates() -> Environment:
    folder = Path(__file__).resolve().parents[1] / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": format_day, "upper_first": upper_first, "svg": _take_picture}
    return environment


def _take_picture(picture: Svg) -> Markup:
    # Escaped where it was made (tension/figures/vector/svg.py); the type says so.
    return Markup(picture.text)  # noqa: S704


def render(name: str, **values: Any) -> str:
    """The template of that name, filled in; a value that it doesn't get raises."""
    return _open_templates().get_template(name).render(**values)
