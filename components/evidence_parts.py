"""The walk from a claim to its indicators, events or days and sources, and back from an event. Draws; finds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from components.loaders import get_theme, load_built, load_record
from components.parts.charts import show_chart
from components.parts.indicator_strips import ALL_CLAIMS
from components.parts.reading_signs import build_state, build_strip
from components.parts.risk_panels import get_as_of
from components.parts.source_grades import load_grades, name_grade
from components.parts.tables import DAY_FORMAT, ROW_OR_CELL, find_clicked_row, fit_height
from components.parts.templates import render, show_markup
from components.view.address import set_choice, settle_choice
from components.view.controls import show_select
from components.view.filter_bar import select_event
from tension.assessments.evidence import ITEM_NONE
from tension.assessments.noticing import judge
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.assessments.wording import describe_effort, describe_reading, describe_rule
from tension.desk import Desk
from tension.exports.csv_text import to_csv
from tension.figures.palette import Palette
from tension.readings import State
from tension.records.claims import ClaimRule, Part
from tension.records.filters import EventFilter
from tension.records.grading import Grade
from tension.words import count, format_day

_TABLE_PX = 420


def choose_walk() -> tuple[str, str]:
    """The claim and the indicator that the walk is at, in the address under those names; an indicator decides."""
    rules = load_record().claim_rules
    titles = {claim.claim_id: claim.title for claim in load_record().article.claims}
    of_claim = {i.indicator_id: rule.claim_id for rule in rules for i in rule.indicators}
    names = {i.indicator_id: i.title for rule in rules for i in rule.indicators}
    claim_id = settle_choice("claim", (ALL_CLAIMS, *titles), ALL_CLAIMS)
    indicator_id = settle_choice("indicator", ("", *of_claim), "", ", ".join(of_claim))
    if indicator_id and of_claim[indicator_id] != claim_id:
        set_choice("claim", of_claim[indicator_id])
        claim_id = settle_choice("claim", (ALL_CLAIMS, *titles), ALL_CLAIMS)
    offered = ["", *(i for i, owner in of_claim.items() if claim_id in (ALL_CLAIMS, owner))]
    with st.container(horizontal=True):
        show_select(
            "claim",
            "Claim",
            (ALL_CLAIMS, *titles),
            lambda value: titles.get(value, "All claims"),
            on_change=lambda: set_choice("indicator", ""),
        )
        show_select("indicator", "Indicator", offered, lambda value: names.get(value, "All indicators"))
    return claim_id, indicator_id


def show_claim_tree(wanted: EventFilter, claim_id: str) -> None:
    """Each claim with its parts, and each part with its indicators and what they read; an indicator is a link on."""
    palette = get_theme()
    titles = {claim.claim_id: claim.title for claim in load_record().article.claims}
    claims = [
        {
            "claim_id": reading.rule.claim_id,
            "title": titles[reading.rule.claim_id],
            "strip": build_strip(reading, palette),
            "parts": [
                {"title": part.title, "rows": _build_tree_rows(part, reading, palette)} for part in reading.rule.parts
            ],
        }
        for reading in load_built(_load_readings, get_as_of(wanted), claim_id)
    ]
    show_markup(render("claim_tree.html", palette=palette, query=wanted.to_query(), claims=claims))


def _build_tree_rows(part: Part, reading: ClaimReading, palette: Palette) -> list[dict[str, object]]:
    return [
        {
            "indicator_id": found.indicator.indicator_id,
            "title": found.indicator.title,
            "sign": build_state(found, palette),
            "said": describe_reading(found),
            "verdict": judge(part, found),
            "behind": _count_items(found),
        }
        for found in reading.indicators
        if found.part_id == part.part_id
    ]


def show_indicator(wanted: EventFilter, indicator_id: str) -> None:
    """One indicator: where it stands, its sentence and rule, what it reads, its curve, and what it can't see."""
    rule, part, reading = load_built(_load_indicator, get_as_of(wanted), indicator_id)
    palette = get_theme()
    head = render(
        "indicator_head.html",
        palette=palette,
        query=wanted.to_query(),
        claim=next(claim for claim in load_record().article.claims if claim.claim_id == rule.claim_id),
        part=part,
        indicator=reading.indicator,
        sign=build_state(reading, palette),
        said=f"{describe_reading(reading)}. {describe_effort(reading)}",
        rule=describe_rule(reading.indicator),
        robustness=reading.robustness,
        windows=_describe_windows(reading),
    )
    show_markup(head)
    if reading.state != State.CANNOT_SEE:
        show_chart("indicator", wanted, {"indicator": indicator_id})


def show_items(wanted: EventFilter, claim_id: str, indicator_id: str) -> None:
    """What stands behind the chosen indicators, one row a source; a click on a row selects its event."""
    table = load_built(_load_table, get_as_of(wanted), claim_id)
    shown = table[table.indicator_id == indicator_id] if indicator_id else table
    shown = shown[shown["item"] != ITEM_NONE].reset_index(drop=True)
    if shown.empty:
        st.caption("Nothing stands behind it on this day: no event, day or statement.")
    else:
        key = f"items_{claim_id}_{indicator_id}_{get_as_of(wanted)}"
        st.dataframe(
            _build_item_rows(shown, load_grades(EventFilter()), has_indicator=not indicator_id),
            key=key,
            hide_index=True,
            height=fit_height(len(shown), _TABLE_PX),
            on_select=partial(_take_row, key, tuple(e if isinstance(e, str) else "" for e in shown.event_id)),
            selection_mode=ROW_OR_CELL,
            alt="Items behind the indicators, one row for each source",
            column_config={
                "Day": st.column_config.DateColumn(format=DAY_FORMAT, width=95),
                "Reported": st.column_config.DateColumn(format=DAY_FORMAT, width=95),
                "What": st.column_config.TextColumn(width="large"),
                "Link": st.column_config.LinkColumn(display_text="open", width=60),
            },
        )
    with st.container(horizontal=True):
        name = indicator_id or claim_id
        st.download_button(
            "This table as CSV",
            partial(to_csv, shown),
            f"evidence-{name}-{get_as_of(wanted)}.csv",
            "text/csv",
            key="evidence_csv",
            on_click="ignore",
            icon=":material/download:",
        )
        if name != ALL_CLAIMS:
            st.download_button(
                "All claims as CSV",
                lambda: to_csv(load_built(_load_table, get_as_of(wanted), ALL_CLAIMS)),
                f"evidence-all-{get_as_of(wanted)}.csv",
                "text/csv",
                key="evidence_all_csv",
                on_click="ignore",
                icon=":material/download:",
            )


def show_feeds(wanted: EventFilter, event_id: str) -> None:
    """The way back: every indicator and claim that an event feeds, and its part in each on the as-of day."""
    feeds = load_built(Desk.build_feeds, event_id, get_as_of(wanted))
    if feeds.empty:
        st.caption("This event feeds no indicator.")
        return
    titles = {claim.claim_id: claim.title for claim in load_record().article.claims}
    rows = feeds.to_dict("records")
    show_markup(
        render("event_feeds.html", palette=get_theme(), query=wanted.to_query(), titles=titles, rows=rows),
    )


def _load_readings(desk: Desk, as_of: date, claim_id: str) -> tuple[ClaimReading, ...]:
    ids = [rule.claim_id for rule in desk.assessor.rules if claim_id in (ALL_CLAIMS, rule.claim_id)]
    return tuple(desk.assessor.read_claim(i, as_of) for i in ids)


def _load_indicator(desk: Desk, as_of: date, indicator_id: str) -> tuple[ClaimRule, Part, IndicatorReading]:
    rule, part_id, indicator = desk.assessor.find_indicator(indicator_id)
    part = next(part for part in rule.parts if part.part_id == part_id)
    return rule, part, desk.assessor.read_indicator(rule.claim_id, part_id, indicator, as_of)


def _load_table(desk: Desk, as_of: date, claim_id: str) -> pd.DataFrame:
    return desk.load_evidence(as_of, () if claim_id == ALL_CLAIMS else (claim_id,))


def _build_item_rows(items: pd.DataFrame, grades: Mapping[str, Grade], *, has_indicator: bool) -> pd.DataFrame:
    rows = {"Indicator": items.indicator} if has_indicator else {}
    return pd.DataFrame(
        rows
        | {
            "Window": items.role,
            "Day": items.occurred_date,
            "Reported": items.reported_date,
            "What": items.what,
            "Severity": ["" if pd.isna(level) else str(int(level)) for level in items.severity],
            "Grade": [name_grade(grades.get(event_id)) for event_id in items.event_id],
            "Publisher": items.publisher,
            "Tier": items.tier,
            "Link": items.url,
        }
    )


def _take_row(key: str, event_ids: tuple[str, ...]) -> None:
    row = find_clicked_row(key)
    select_event(event_ids[row] or None if row is not None and row < len(event_ids) else None)


def _count_items(reading: IndicatorReading) -> str:
    if reading.days:
        return count(len(reading.days), "day")
    if reading.periods and reading.indicator.count:
        said = count(len(reading.periods), reading.indicator.count.cadence)
        return f"{said}, {len(reading.baseline_periods)} before"
    recent, baseline = len(reading.event_ids), len(reading.baseline_event_ids)
    if not recent and not baseline:
        return ""
    return count(recent, "event") + (f", {baseline} before" if reading.windows.baseline else "")


def _describe_windows(reading: IndicatorReading) -> str:
    """The days that the reading looks at, and where its source ends."""
    parts = [
        f"{name}: {format_day(span[0])} to {format_day(span[1])}"
        for name, span in (("Window", reading.windows.recent), ("baseline", reading.windows.baseline))
        if span
    ]
    end = f"Its source ends on {format_day(reading.source_end_date)}." if reading.source_end_date else ""
    return f"{'; '.join(parts)}. {end}" if parts else end
