"""The form in which a reviewer completes a proposed event: every field of the record, each fault under its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from components.parts.text import escape_markdown
from components.view.address import FIRST_DAY, LAST_DAY
from tension.records.places import load_states
from tension.records.vocab import (
    CAMEO_ROOTS,
    CONFIDENCES,
    CONTACT_LEVELS,
    GEO_PRECISIONS,
    SEVERITY_LABELS,
    SOURCE_TIERS,
    TAGS,
    Category,
    Region,
)
from tension.words import STATE_NAMES, name_state

_SOURCE_FIELDS = ("publisher", "title", "url", "published", "tier")
_LIST_FIELDS = ("organizations", "people")
_FIGURE_FIELDS = ("figures", "figures_other")


def show_draft(place: str, draft: Mapping[str, Any], faults: Mapping[str, str], on_submit: Callable[[], None]) -> None:
    """The form, filled with what is proposed; its values are read by `read_draft` under the same place."""
    form = _Form(place, draft, faults)
    with st.form(f"{place}_form", border=False):
        form.show_head()
        form.show_parties()
        form.show_coding()
        form.show_place()
        form.show_more()
        form.show_source()
        st.form_submit_button("Accept as event", type="primary", icon=":material/check:", on_click=on_submit)


class _Form:
    """Draws the fields of one draft; holds no state but what it was given."""

    def __init__(self, place: str, draft: Mapping[str, Any], faults: Mapping[str, str]) -> None:
        self._place, self._draft, self._faults = place, draft, faults
        self._states = sorted({*STATE_NAMES, *load_states(), *draft.get("actors", ())}, key=name_state)

    def show_head(self) -> None:
        self._text("title", "Title")
        self._text("summary", "Summary, one or two sentences of your own", is_long=True)
        first, second, third = st.columns([1, 1, 2])
        with first:
            self._day("occurred_date", "Occurred")
        with second:
            self._day("end_date", "Until, if longer")
        with third:
            self._text("event_id", "Id")

    def show_parties(self) -> None:
        first, second, third = st.columns(3)
        with first:
            self._states_of("actors", "Actors, most active first")
        with second:
            self._choice("initiator", "Initiator", self._states, name_state)
        with third:
            self._choice("target", "Target", self._states, name_state)

    def show_coding(self) -> None:
        first, second = st.columns(2)
        with first:
            self._choice("region", "Region", [region.value for region in Region])
            self._choice(
                "cameo_root", "Act (CAMEO root)", list(CAMEO_ROOTS), lambda root: f"{root} {CAMEO_ROOTS[root]}"
            )
        with second:
            self._choice("category", "Category", [c.value for c in Category], lambda value: Category(value).label)
            levels = list(SEVERITY_LABELS)
            self._choice("severity", "Severity", levels, lambda level: f"{level} {SEVERITY_LABELS[level].lower()}")
        st.multiselect("Tags", sorted(TAGS), default=self._get("tags", []), key=self._key("tags"))
        self._show_fault("tags")

    def show_place(self) -> None:
        first, second, third, fourth = st.columns([3, 2, 2, 2])
        with first:
            self._text("location", "Place")
        with second:
            self._number("latitude", "Latitude", 90.0)
        with third:
            self._number("longitude", "Longitude", 180.0)
        with fourth:
            self._choice("geo_precision", "Precision", list(GEO_PRECISIONS))

    def show_more(self) -> None:
        with st.expander("More fields"):
            first, second = st.columns(2)
            with first:
                self._text("organizations", "Organizations, joined by semicolons")
                self._text("episode", "Episode: one name for the events of a drill, incident or visit")
                self._text("figures", "Figures that may be charted: name = number; ...")
                self._text("cameo_code", "CAMEO code in full")
            with second:
                self._text("people", "People, joined by semicolons")
                levels = list(CONTACT_LEVELS)
                self._choice("us_china_military_contact", "US-China military contact", levels, CONTACT_LEVELS.get)
                self._text("figures_other", "Figures for the text only: name = number; ...")
                self._text("coder_doubt", "Doubt, for editors only")

    def show_source(self) -> None:
        source = (self._draft.get("sources") or [{}])[0]
        st.markdown("**Source**")
        first, second, third = st.columns(3)
        with first:
            st.text_input("Publisher", source.get("publisher", ""), key=self._key("source_publisher"))
            st.date_input("Published", **self._day_options(source.get("published"), "source_published"))
        with second:
            st.text_input("Its title", source.get("title", ""), key=self._key("source_title"))
            tiers = list(SOURCE_TIERS)
            tier = source.get("tier")
            st.selectbox(
                "Tier", tiers, index=tiers.index(tier) if tier in tiers else None, key=self._key("source_tier")
            )
        with third:
            st.text_input("Address", source.get("url", ""), key=self._key("source_url"))
            self._choice("confidence", "Confidence", list(CONFIDENCES))
        self._show_fault("sources")

    def _key(self, field: str) -> str:
        return f"{self._place}_{field}"

    def _get(self, field: str, default: Any = None) -> Any:
        return self._draft.get(field, default)

    def _text(self, field: str, label: str, *, is_long: bool = False) -> None:
        show = st.text_area if is_long else st.text_input
        value = self._get(field, "")
        show(label, value if isinstance(value, str) else "; ".join(value), key=self._key(field))
        self._show_fault(field)

    def _day(self, field: str, label: str) -> None:
        st.date_input(label, **self._day_options(self._get(field), field))
        self._show_fault(field)

    def _day_options(self, value: date | None, field: str) -> dict[str, Any]:
        is_shown = value is not None and FIRST_DAY <= value <= LAST_DAY
        limits = {"min_value": FIRST_DAY, "max_value": LAST_DAY, "format": "YYYY-MM-DD"}
        return limits | {"value": value if is_shown else None, "key": self._key(field)}

    def _number(self, field: str, label: str, bound: float) -> None:
        value = self._get(field)
        st.number_input(label, -bound, bound, value=value, format="%.4f", key=self._key(field))
        self._show_fault(field)

    def _states_of(self, field: str, label: str) -> None:
        known = [code for code in self._get(field, []) if code in self._states]
        st.multiselect(label, self._states, default=known, format_func=name_state, key=self._key(field))
        self._show_fault(field)

    def _choice(self, field: str, label: str, options: list[Any], name: Callable[[Any], Any] = str) -> None:
        # The first choice is none at all, so that what was proposed can be taken back.
        value = self._get(field)
        index = options.index(value) + 1 if value in options else 0
        words = {"": ""} | {option: str(name(option)) for option in options}
        st.selectbox(label, list(words), index=index, format_func=words.__getitem__, key=self._key(field))
        self._show_fault(field)

    def _show_fault(self, field: str) -> None:
        if field in self._faults:
            st.markdown(f":red[:material/error: {escape_markdown(self._faults[field])}]")


def read_draft(place: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of an event from the form's values, blank ones left out, and what can't be read, by field."""
    prefix = f"{place}_"
    given = {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}
    source = {name: given.pop(f"source_{name}", None) for name in _SOURCE_FIELDS}
    given.pop("form", None)
    fields = {name: value for name, value in given.items() if value not in (None, "", [])}
    for name in _LIST_FIELDS:
        if name in fields:
            fields[name] = [part.strip() for part in fields[name].split(";") if part.strip()]
    faults = {}
    for name in _FIGURE_FIELDS:
        try:
            fields |= {name: _read_figures(fields[name])} if name in fields else {}
        except ValueError:
            faults[name] = f"{name}: {fields.pop(name)[:80]!r} is not allowed; allowed: name = number; name = number"
    return fields | {"sources": [{name: value for name, value in source.items() if value}]}, faults


def _read_figures(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if not all(name.strip() for name, _, _ in pairs):
        raise ValueError(text)
    return {name.strip().replace(" ", "_"): float(number) for name, _, number in pairs}
