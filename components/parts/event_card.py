"""The card of one event: what is recorded of it, where it comes from, what lies near it. Shows no editor's note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from components.loaders import get_theme, load_built, load_event, load_record, load_related
from components.parts.text import escape_markdown, link_markdown
from components.view.filter_bar import select_event, show_page_link
from components.view.layout import has_page
from components.view.tray import show_add_button
from tension.brief.recipe import Item
from tension.figures.locator import build_locator
from tension.records.cover import is_beyond_search
from tension.records.grading import grade_event
from tension.records.source_cards import CURATED, describe_source
from tension.records.vocab import CAMEO_ROOTS, CATEGORY_LABELS, CONTACT_LEVELS, SEVERITY_LABELS, Category, QuadClass
from tension.words import format_day, name_state

# How a source's standing is said; a reader must see at once what is copied from elsewhere.
TIER_BADGES = {
    "official": ":blue-badge[official]",
    "news": ":gray-badge[news]",
    "state_media": ":violet-badge[state media]",
    "partisan": ":violet-badge[partisan]",
    "reprint": ":orange-badge[reprint]",
    "aggregator": ":orange-badge[aggregator]",
}
_COPIED_TIERS = {"reprint", "aggregator"}
_PRECISION_WORDS = {
    "exact": "exact place",
    "area": "within the area",
    "country": "by country only",
    "": "how exactly isn't stated",
}

# The card stands beside what was clicked, never below the fold: at the right, or on a phone over the lower part.
_STYLE = """<style>
.st-key-event_card {position: fixed; z-index: 50; background: PAPER; overflow-y: auto; top: 3.6rem; right: 0.8rem;
  bottom: 0.8rem; width: min(26rem, 94vw); box-shadow: 0 0.2rem 1.2rem rgba(0, 0, 0, 0.18)}
.st-key-event_card [data-testid="stHorizontalBlock"] {flex-direction: column; align-items: stretch}
.st-key-event_card [data-testid="stColumn"] {width: 100%; flex: none; min-width: 0}
.st-key-card_head [data-testid="stHorizontalBlock"] {flex-direction: row}
@media (min-width: 1100px) {
  [data-testid="stMain"]:has(.st-key-event_card) [data-testid="stMainBlockContainer"] {padding-right: 28.5rem}
}
@media (max-width: 640px) {
  .st-key-event_card {top: auto; left: 0; right: 0; bottom: 0; width: auto; max-height: 62vh}
}
</style>"""


def show_event_card(event_id: str) -> None:
    """The card of an event by its id; a line that says so when the record doesn't hold it."""
    st.html(_STYLE.replace("PAPER", get_theme().paper))
    event = load_event(event_id)
    if event is None:
        st.caption("The record no longer holds this event.")
        return
    with st.container(border=True, key="event_card"):
        _show_head(event)
        facts, place = st.columns([3, 2])
        with facts:
            st.table(list_facts(event), border="horizontal", alt="Facts of the event")
        with place:
            _show_place(event)
        sources, related = st.columns([3, 2])
        with sources:
            st.markdown("**Sources**")
            st.markdown("\n".join(list_sources(event)) or "Not stated.")
        with related:
            _show_related(event)


def _show_head(event: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top"):
        st.markdown(f"## {escape_markdown(event['title'])}", width="stretch")
        show_add_button(Item(kind="event", key=event["event_id"]), f"event_{event['event_id']}")
        st.button(
            "Close", key="card_close", icon=":material/close:", type="tertiary", on_click=select_event, args=(None,)
        )
    if event["source_key"] != CURATED:
        st.markdown(f":orange-badge[{escape_markdown(describe_source(event['source_key']))}]")
    if is_beyond_search(load_record().cover, event["region"], event["occurred_date"].date()):
        st.markdown(":orange-badge[beyond the searched span: enters no reading]")
    if _is_text(event["summary"]):
        st.markdown(escape_markdown(event["summary"]))


def list_facts(event: Mapping[str, Any]) -> dict[str, str]:
    """Label and Markdown of each fact that the record states."""
    facts = _list_dates(event) | _list_parties(event) | _list_codes(event)
    for label, column in (("Figures", "figures"), ("In the text", "figures_other")):
        facts[label] = escape_markdown(_join_figures(event[column]))
    confidence = event["confidence"] if _is_text(event["confidence"]) else ""
    facts["Confidence"] = escape_markdown(confidence) + _warn_of_copies(event)
    facts["Grade of sources"] = escape_markdown(grade_event(_as_list(event["sources"]), event["source_key"]).reason)
    return {label: words for label, words in facts.items() if words}


def _list_dates(event: Mapping[str, Any]) -> dict[str, str]:
    occurred = format_day(event["occurred_date"])
    if not pd.isna(event["end_date"]):
        occurred += f" to {format_day(event['end_date'])}"
    reported = format_day(event["reported_date"])
    if _is_so(event["is_reported_date_assumed"]):
        reported += " (assumed: no source is dated)"
    return {"Occurred": occurred, "Reported": reported, "In this store since": format_day(event["recorded_utc"])}


def _list_parties(event: Mapping[str, Any]) -> dict[str, str]:
    roles = {event["initiator"]: "initiator", event["target"]: "target"}
    actors = [
        name_state(code) + (f" ({roles[code]})" if code in roles else "") for code in _as_list(event["actors"]) if code
    ]
    return {
        "Actors": escape_markdown(", ".join(actors)),
        "Organizations": escape_markdown(", ".join(_as_list(event["organizations"]))),
        "People": escape_markdown(", ".join(_as_list(event["people"]))),
    }


def _list_codes(event: Mapping[str, Any]) -> dict[str, str]:
    root, severity, category = event["cameo_root"], event["severity"], event["category"]
    quad = QuadClass(int(event["quad_class"])) if not pd.isna(event["quad_class"]) else None
    facts = {"Category": CATEGORY_LABELS[Category(category)] if _is_text(category) else ""}
    if _is_text(root):
        facts["Act"] = f"{root} {CAMEO_ROOTS[root]}" + (f" ({quad.plain.lower()})" if quad else "")
    elif quad:
        facts["Act"] = quad.plain
    if not pd.isna(severity):
        facts["Severity"] = f"{int(severity)} of 5: {SEVERITY_LABELS[int(severity)].lower()}"
    if _is_text(event["us_china_military_contact"]):
        facts["US-China military contact"] = CONTACT_LEVELS[event["us_china_military_contact"]]
    return {label: escape_markdown(words) for label, words in facts.items()}


def _show_place(event: Mapping[str, Any]) -> None:
    if pd.isna(event["latitude"]) or pd.isna(event["longitude"]):
        return
    latitude, longitude = float(event["latitude"]), float(event["longitude"])
    precision = event["geo_precision"] if _is_text(event["geo_precision"]) else ""
    words = ", ".join(part for part in (event["location"], event["region"]) if _is_text(part))
    picture = load_built(build_locator, latitude, longitude, precision, get_theme())
    if picture:
        st.image(picture, alt=f"Locator map: {words}", width="stretch")
    where = (
        f"{abs(latitude):.2f} {'N' if latitude >= 0 else 'S'}, {abs(longitude):.2f} {'E' if longitude >= 0 else 'W'}"
    )
    st.caption(escape_markdown(f"{words} · {where} · {_PRECISION_WORDS[precision]}"))


def list_sources(event: Mapping[str, Any]) -> list[str]:
    """A Markdown line for each source; titles may be shortened, so they are no quotations."""
    lines = []
    for source in _as_list(event["sources"]):
        title = f": {escape_markdown(source['title'])}" if _is_text(source["title"]) else ""
        day = f", {format_day(source['published'])}" if not pd.isna(source["published"]) else ", undated"
        badge = TIER_BADGES.get(source["tier"], "")
        lines.append(f"- {link_markdown(source['publisher'], source['url'])}{title}{day} {badge}")
    return lines


def _warn_of_copies(event: Mapping[str, Any]) -> str:
    tiers = {source["tier"] for source in _as_list(event["sources"])}
    return " · rests on reprints or aggregators alone" if tiers and tiers <= _COPIED_TIERS else ""


def _show_related(event: Mapping[str, Any]) -> None:
    related = load_related(event["event_id"])
    if not related.empty:
        st.markdown("**Related**: same episode, place or pair of states within 30 days")
        with st.container(key="related", gap=None):
            for row in related.sort_values("occurred_date", ascending=False, kind="stable").to_dict("records"):
                label = f"{format_day(row['occurred_date'])} · {escape_markdown(row['title'])}"
                st.button(
                    label,
                    key=f"related_{row['event_id']}",
                    type="tertiary",
                    wrap=True,
                    on_click=select_event,
                    args=(row["event_id"],),
                )
    if has_page("evidence"):
        show_page_link("evidence", "What this event is evidence for", event=event["event_id"])


def _join_figures(figures: Any) -> str:
    return ", ".join(f"{item['key'].replace('_', ' ')} {item['value']:,.10g}" for item in _as_list(figures))


def _as_list(value: Any) -> list[Any]:
    """The items of a list column; none where the store holds nothing."""
    return [] if value is None or (isinstance(value, float) and pd.isna(value)) else list(value)


def _is_so(value: Any) -> bool:
    """True where a mark is set; a source that doesn't set it says neither yes nor no."""
    return not pd.isna(value) and bool(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


__all__ = ["TIER_BADGES", "escape_markdown", "show_event_card"]
