"""The Brief page: its items in order, what a reader calls them, the four formats, recipes as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from components.loaders import get_desk, load_event, load_record
from components.parts.text import escape_markdown
from components.view.layout import show_section
from components.view.tray import add_item, set_recipe, take_said
from tension.brief.make import BRIEF_FORMATS, TEMPLATE_FORMATS, make_brief
from tension.brief.recipe import (
    KIND_WORDS,
    MOST_LETTERS,
    Item,
    Recipe,
    list_recipes,
    pack_recipe,
    parse_recipe,
    write_recipe,
)
from tension.brief.recipe import read_recipe as read_recipe_file
from tension.errors import BadInput, TensionError
from tension.exports.pictures import INSTALL_HINT, find_browser
from tension.figures.registry import CHARTS
from tension.records.filters import EventFilter, parse_params
from tension.words import format_day

_FORMAT_WORDS = {"pptx": "Slides (PPTX)", "docx": "Document (DOCX)", "html": "Page (HTML)", "pdf": "PDF"}
_MIME_TYPES = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "pdf": "application/pdf",
}
_MOST_UPLOAD_MB = 20


def show_settings(recipe: Recipe, wanted: EventFilter) -> None:
    """The brief's title, and how far 'what changed' looks back."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"brief_title_{_mark(recipe)}"
        st.text_input(
            "Title of the brief",
            recipe.title,
            key=key,
            max_chars=MOST_LETTERS,
            on_change=_take_text,
            args=(recipe, key, _set_title),
        )
        days = f"brief_days_{_mark(recipe)}"
        st.number_input(
            "Days that 'what changed' looks back",
            1,
            3700,
            recipe.days,
            key=days,
            width=260,
            on_change=_take_text,
            args=(recipe, days, _set_days),
        )
    day = recipe.as_of or wanted.as_of
    st.caption(f"It speaks from {format_day(day)}." if day else "It speaks from the last day that was searched.")


def show_contents(recipe: Recipe) -> None:
    """Every item with its title and note to write, and buttons that move or remove it."""
    show_section(
        "Contents", "An item keeps the view that it was added with. A title or a note of yours is printed as it is."
    )
    for number, item in enumerate(recipe.items):
        with st.container(border=True, key=f"brief_item_{number}", gap="xsmall"):
            _show_item(recipe, number, item)


def _show_item(recipe: Recipe, number: int, item: Item) -> None:
    mark, last = f"{_mark(recipe)}_{number}", len(recipe.items) - 1
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{number + 1}. {escape_markdown(name_item(item))}**", width="stretch")
        for label, icon, target, is_off in (
            ("Up", "arrow_upward", number - 1, number == 0),
            ("Down", "arrow_downward", number + 1, number == last),
        ):
            st.button(
                label,
                key=f"brief_{label.lower()}_{mark}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=is_off,
                on_click=_move,
                args=(recipe, number, target),
            )
        st.button(
            "Remove",
            key=f"brief_remove_{mark}",
            icon=":material/close:",
            type="tertiary",
            on_click=_remove,
            args=(recipe, number),
        )
    st.caption(escape_markdown(_describe_view(item)))
    with st.container(horizontal=True):
        for field, label in (("title", "Title"), ("note", "Note")):
            key = f"brief_{field}_{mark}"
            st.text_input(
                label,
                getattr(item, field),
                key=key,
                max_chars=MOST_LETTERS,
                placeholder="as made by rule" if field == "title" else "",
                on_change=_take_text,
                args=(recipe, key, partial(_set_words, number=number, field=field)),
            )


def name_item(item: Item) -> str:
    """What an item is, in words: 'Chart: Events a month by quad class'."""
    names: dict[str, Callable[[str], str]] = {
        "chart": lambda key: CHARTS[key].title if key in CHARTS else key,
        "panel": _name_claim,
        "competing": _name_claim,
        "event": _name_event,
        "table": lambda key: {"events": "Events in view", "contacts": "US-China military contacts"}[key],
    }
    name = names[item.kind](item.key) if item.kind in names else ""
    options = ", ".join(value for value in item.options.values() if value)
    return f"{KIND_WORDS[item.kind]}{f': {name}' if name else ''}{f' ({options})' if options else ''}"


def show_files(recipe: Recipe, wanted: EventFilter) -> None:
    """The document in each format, made when it is asked for, on a template where one is given."""
    show_section(
        "Make it", "Charts are Office's own and can be edited; maps are pictures. Sources are numbered and listed last."
    )
    given = st.file_uploader(
        "Your own template (.pptx or .docx), if you have one",
        type=list(TEMPLATE_FORMATS),
        max_upload_size=_MOST_UPLOAD_MB,
        key="brief_template",
    )
    ending = given.name.rpartition(".")[2].lower() if given else ""
    fixed = recipe if recipe.as_of else recipe.model_copy(update={"as_of": wanted.as_of})
    fault = _find_fault(fixed)
    if fault:
        st.error(escape_markdown(fault))
    with st.container(horizontal=True):
        for name in BRIEF_FORMATS:
            template = given.getvalue() if given and ending == name else None
            st.download_button(
                _FORMAT_WORDS[name],
                partial(make_brief, get_desk(), fixed, name, template),
                f"{_name_file(recipe)}.{name}",
                _MIME_TYPES[name],
                key=f"brief_make_{name}",
                icon=":material/download:",
                on_click="ignore",
                disabled=bool(fault) or (name == "pdf" and not find_browser()),
            )
        st.download_button(
            "Recipe (YAML)",
            write_recipe(recipe),
            f"{_name_file(recipe)}.yaml",
            "application/yaml",
            key="brief_recipe",
            icon=":material/receipt_long:",
            on_click="ignore",
        )
    if not find_browser():
        st.caption(f"PDF, and pictures of maps: {escape_markdown(INSTALL_HINT)}.")


def show_start(recipe: Recipe) -> None:
    """Where a brief begins: a recipe that ships, a file of one's own, or nothing."""
    show_section("Begin with", "A recipe takes the place of what is above.")
    with st.container(horizontal=True):
        for path in list_recipes(get_desk().settings.data_dir):
            found = read_recipe_file(path)
            st.button(f"Recipe: {found.title}", key=f"brief_start_{path.stem}", on_click=set_recipe, args=(found,))
        changes = Item(kind="changes")
        st.button("Add what changed", key="brief_add_changes", on_click=add_item, args=(changes,))
        judged = Item(kind="judgements")
        st.button("Add the judgements", key="brief_add_judgements", on_click=add_item, args=(judged,))
        contacts = Item(kind="table", key="contacts")
        st.button("Add the contacts", key="brief_add_contacts", on_click=add_item, args=(contacts,))
        if recipe.items:
            st.button("Empty the brief", key="brief_clear", type="tertiary", on_click=set_recipe, args=(Recipe(),))
    if said := take_said():
        st.toast(said)
    # A new one each time, so that the file that was taken doesn't come back.
    key = f"brief_upload_{_mark(recipe)}"
    st.file_uploader(
        "A recipe of your own (.yaml)",
        type=["yaml", "yml"],
        max_upload_size=1,
        key=key,
        on_change=_take_file,
        args=(key,),
    )
    if fault := st.session_state.pop("brief_fault", ""):
        st.error(escape_markdown(fault))


def _take_file(key: str) -> None:
    given = st.session_state.get(key)
    if given is None:
        return
    try:
        set_recipe(parse_recipe(given.getvalue(), given.name))
    except BadInput as error:
        st.session_state.brief_fault = str(error)


def _take_text(recipe: Recipe, key: str, change: Callable[[Recipe, Any], Recipe]) -> None:
    set_recipe(change(recipe, st.session_state[key]))


def _set_title(recipe: Recipe, words: str) -> Recipe:
    return recipe.model_copy(update={"title": words.strip() or Recipe().title})


def _set_days(recipe: Recipe, days: int) -> Recipe:
    return recipe.model_copy(update={"days": int(days)})


def _set_words(recipe: Recipe, words: str, *, number: int, field: str) -> Recipe:
    items = list(recipe.items)
    items[number] = items[number].model_copy(update={field: words.strip()})
    return recipe.model_copy(update={"items": tuple(items)})


def _move(recipe: Recipe, number: int, target: int) -> None:
    items = list(recipe.items)
    items.insert(target, items.pop(number))
    set_recipe(recipe.model_copy(update={"items": tuple(items)}))


def _remove(recipe: Recipe, number: int) -> None:
    items = tuple(item for place, item in enumerate(recipe.items) if place != number)
    set_recipe(recipe.model_copy(update={"items": items}))


def _mark(recipe: Recipe) -> str:
    """What the controls' keys hang on: a brief that changed has new controls, filled with what it says now."""
    return pack_recipe(recipe)[-24:]


def _describe_view(item: Item) -> str:
    wanted, _ = parse_params(item.filter or {})
    return "No view of its own" if item.kind in ("panel", "event") else f"In view: {wanted.describe()}"


def _find_fault(recipe: Recipe) -> str:
    """What stands in the way of making the brief at all, in a line; charts are only looked up, not drawn."""
    try:
        recipe.find_since(recipe.as_of or date.max)
        for item in recipe.items:
            if item.kind in ("chart", "map") and item.key not in CHARTS:
                raise BadInput("chart of the brief", item.key, CHARTS)
    except TensionError as error:
        return str(error)
    return ""


def _name_claim(key: str) -> str:
    return next((claim.title for claim in load_record().article.claims if claim.claim_id == key), key)


def _name_event(key: str) -> str:
    event = load_event(key)
    return str(event["title"]) if event else key


def _name_file(recipe: Recipe) -> str:
    words = "".join(char if char.isascii() and char.isalnum() else "-" for char in recipe.title.lower())
    return "-".join(part for part in words.split("-") if part)[:80] or "brief"
