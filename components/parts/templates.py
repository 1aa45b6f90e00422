"""Renders the templates of components/templates: every value is escaped unless its type says that it is markup.

Scripts of our own for the browser are read here too, when one is first used.

Markup is what a template gives and what the engine draws (Svg); nothing else is shown as HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tension.figures.vector.svg import Svg
from tension.words import format_day, name_host, upper_first


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
    environment.filters |= {"day": format_day, "host": name_host, "upper_first": upper_first, "svg": to_markup}
    return environment


def to_markup(picture: Svg) -> Markup:
    """A picture as markup: it was escaped where it was made (tension/figures/vector/svg.py), and its type says so."""
    return Markup(picture.text)  # noqa: S704


def render(name: str, **values: Any) -> Markup:
    """The template of that name, filled in; a value that it doesn't get raises."""
    return Markup(_open_templates().get_template(name).render(**values))  # noqa: S704 (it escapes)


def show_markup(page: Markup) -> None:
    """Put markup on the page; plain text isn't taken for it."""
    st.html(str(page))


def show_style(name: str, **values: Any) -> None:
    """A style sheet of components/templates for the page."""
    st.html(f"<style>{render(name, **values)}</style>")


@cache
def load_script(path: Path, *, isolate_styles: bool = True) -> Callable[..., Any]:
    """A script as a component of its file's name, to be called in each run; read when it is first asked for."""
    return st.components.v2.component(path.stem, js=path.read_text("utf-8"), isolate_styles=isolate_styles)
