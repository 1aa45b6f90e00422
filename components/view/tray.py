"""The tray: what a reader put into the brief so far. It stands in the Brief page's address and in files."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.view.address import read_control, set_choice, settle_choice
from tension.brief.recipe import KIND_WORDS, MOST_ITEMS, Item, Recipe, pack_recipe, unpack_recipe
from tension.errors import BadInput
from tension.records.filters import EventFilter

PARAM = "brief"
_SAID = "tray_said"
_ALLOWED = "the word that this page writes, or none"


def get_recipe() -> Recipe:
    """The brief as it is now, empty where nothing was added."""
    word = read_control(PARAM)
    return unpack_recipe(word) if isinstance(word, str) and word else Recipe()


def settle_recipe() -> Recipe:
    """The brief of this run of its page: of the address where that brings one."""
    settle_choice(PARAM, (), "", _ALLOWED, check=_is_recipe)
    return get_recipe()


def set_recipe(recipe: Recipe) -> None:
    """Replace the brief; in a callback."""
    set_choice(PARAM, pack_recipe(recipe) if recipe != Recipe() else "")


def add_item(item: Item) -> None:
    """Put something at the end of the brief; in a callback. What came of it is said beside the next button."""
    recipe = get_recipe()
    if len(recipe.items) == MOST_ITEMS:
        st.session_state[_SAID] = f"The brief is full: it holds {MOST_ITEMS} items."
        return
    set_recipe(recipe.model_copy(update={"items": (*recipe.items, item)}))
    st.session_state[_SAID] = f"{KIND_WORDS[item.kind]} added: item {len(recipe.items) + 1} of the brief."


def build_item(kind: str, key: str, wanted: EventFilter, options: Mapping[str, str] | None = None) -> Item:
    """What is shown, as an item: with the view as it is, but for the as-of day, which is the whole brief's."""
    params = {name: value for name, value in wanted.to_params().items() if name != "asof"}
    return Item.model_validate({"kind": kind, "key": key, "options": dict(options or {}), "filter": params})


def show_add_button(item: Item, place: str, *, is_wide: bool = False) -> None:
    """A quiet button that puts something into the brief; `place` tells two of them on a page apart."""
    st.button(
        "Add to brief",
        key=f"tray_{place}",
        icon=":material/add_notes:",
        type="tertiary",
        width="stretch" if is_wide else "content",
        on_click=add_item,
        args=(item,),
    )
    # Not in the callback: within a fragment it would take the place of what stands at the top of the page.
    if said := take_said():
        st.toast(said)


def take_said() -> str:
    """What came of the last click on one of these buttons, once; '' where nothing is to be said."""
    return str(st.session_state.pop(_SAID, ""))


def _is_recipe(word: str) -> bool:
    if not word:
        return True
    try:
        unpack_recipe(word)
    except BadInput:
        return False
    return True
