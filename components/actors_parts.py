"""Profiles of states: what each says, does and is bound by, alone or side by side.

Draws; what it counts comes from one query for all states at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.actors_statements import (
    format_list,
    format_organization,
    format_person,
    format_statement,
    format_tie,
)
from components.loaders import count_naming, load, load_built, load_events_naming, load_record
from components.parts.charts import show_chart
from components.parts.event_lists import show_event_list
from components.parts.text import escape_markdown
from components.view.address import settle_choice
from components.view.controls import show_select
from tension.desk import Desk
from tension.figures.actors import find_reach
from tension.records.actors import Actor
from tension.records.filters import EventFilter
from tension.relations.act_counts import ACT_COLUMNS, ActCounts, build_act_counts
from tension.relations.profiles import select_known
from tension.store.queries import Queries
from tension.words import count, format_day, format_number, name_state, spell_days

_FIRST_STATE = "CHN"
Section = Callable[[Actor, EventFilter], None]
RED_LINES_NOTE = "Some are firm positions, not limits with a stated consequence."


def choose_states() -> tuple[str, ...]:
    """The controls for the state shown and for one beside it, both in the address (`state`, `versus`)."""
    names = {actor.iso3: actor.name for actor in sorted(load_record().actors, key=lambda actor: actor.name)}
    state = settle_choice("state", names, _FIRST_STATE)
    others = ["", *(iso3 for iso3 in names if iso3 != state)]
    versus = settle_choice("versus", others, "", ", ".join(others[1:]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for param, label, options in (("state", "State", list(names)), ("versus", "Beside it", others)):
            show_select(param, label, options, lambda iso3: names.get(iso3, "None"), width=220)
    return (state, versus) if versus else (state,)


def show_profile(iso3: str, wanted: EventFilter) -> None:
    """The profile of one state, two sections in a row."""
    actor = find_actor(iso3)
    if actor is None:
        st.markdown(f"The record holds no profile of {escape_markdown(name_state(iso3))}.")
        return
    for cells in _ROWS:
        for column, sections in zip(st.columns(len(cells), gap="medium"), cells, strict=True):
            with column:
                for section in sections:
                    section(actor, wanted)


def show_profiles(states: Sequence[str], wanted: EventFilter) -> None:
    """Profiles of several states side by side, section by section, so that each can be compared."""
    actors = [actor for actor in map(find_actor, states) if actor]
    reach = find_reach(load(Queries.count_dyads, wanted), states)
    for section in (section for cells in _ROWS for sections in cells for section in sections):
        for column, actor in zip(st.columns(len(actors), gap="medium"), actors, strict=True):
            with column:
                if section not in _NAMED_SECTIONS:
                    st.markdown(f":small[**{escape_markdown(actor.name)}**]")
                if section is _show_partners:
                    _show_partners(actor, wanted, reach)
                else:
                    section(actor, wanted)


def show_state_events(iso3: str, wanted: EventFilter) -> None:
    """The events in view that name a state."""
    total, name = count_naming(wanted, iso3), name_state(iso3)
    st.markdown(f"**{escape_markdown(name)}**: {count(total, 'event')}")
    if total:
        events = load_events_naming(wanted, iso3)
        show_event_list(iso3, events, f"Events in view that name {name}", total=total)
    else:
        st.caption(f"No event in view names {escape_markdown(name)}. Widen the filter to see more.")


def find_actor(iso3: str) -> Actor | None:
    """The profile of a state, None where the record has none."""
    return next((actor for actor in load_record().actors if actor.iso3 == iso3), None)


def _show_head(actor: Actor, wanted: EventFilter) -> None:
    st.header(escape_markdown(actor.name), anchor=False)
    st.markdown(escape_markdown(actor.role_in_theatre))
    article = load_record().article
    said = next((state.said for state in article.states if state.iso3 == actor.iso3), "")
    if said and (wanted.as_of is None or wanted.as_of >= article.published_date):
        st.markdown(f"The article of {format_day(article.published_date)}: {escape_markdown(said)}")
    st.caption(f"Profile as of {escape_markdown(spell_days(actor.as_of))}.{_warn_of_as_of(wanted)}")


def _show_acts(actor: Actor, wanted: EventFilter) -> None:
    counts = _load_act_counts(wanted).get(actor.iso3, ActCounts())
    share = counts.initiated_conflict_share
    figures = {
        "Events naming it": format_number(count_naming(wanted, actor.iso3)),
        "As initiator": format_number(counts.initiated_count),
        "As target": format_number(counts.targeted_count),
        "Force or coercion in its acts": "none in view" if share is None else f"{share:.0%}",
    }
    with st.grid(2, min_column_width=130, gap="xsmall"):
        for label, value in figures.items():
            st.metric(label, value)


def _show_partners(actor: Actor, wanted: EventFilter, reach: int = 0) -> None:
    options = {"state": actor.iso3} | ({"reach": str(reach)} if reach else {})
    show_chart("partners", wanted, options, select_key=f"partners_{actor.iso3}")


def _show_posture(actor: Actor, wanted: EventFilter) -> None:
    show_chart("posture", wanted, {"state": actor.iso3}, select_key=f"posture_{actor.iso3}")


def _show_positions(actor: Actor, wanted: EventFilter) -> None:
    lines = [format_statement(said) for said in select_known(actor.stated_positions, wanted.as_of)]
    _show_entries("Stated positions", lines, f"No position of {actor.name} is recorded.")


def _show_red_lines(actor: Actor, wanted: EventFilter) -> None:
    lines = [format_statement(said) for said in select_known(actor.red_lines, wanted.as_of)]
    _show_entries("Red lines", lines, f"No red line of {actor.name} is recorded.", RED_LINES_NOTE)


def _show_ties(actor: Actor, wanted: EventFilter) -> None:
    lines = [format_tie(tie) for tie in select_known(actor.treaty_ties, wanted.as_of)]
    _show_entries("Treaty ties", lines, f"No tie of {actor.name} is recorded.", "The day is that of the act cited.")


def _show_organizations(actor: Actor, _wanted: EventFilter) -> None:
    lines = [format_organization(body) for body in actor.key_organizations]
    _show_entries("Organizations", lines, f"No organization of {actor.name} is recorded.")


def _show_people(actor: Actor, _wanted: EventFilter) -> None:
    lines = [format_person(person) for person in actor.key_people]
    _show_entries("Office holders", lines, f"No office holder of {actor.name} is recorded.")


# They say whose they are; beside another state the others need the name.
_NAMED_SECTIONS = (_show_head, _show_posture, _show_partners)
# Two cells in a row for one state; side by side, each section has a row of its own.
_ROWS: tuple[tuple[tuple[Section, ...], ...], ...] = (
    ((_show_head, _show_acts), (_show_partners,)),
    ((_show_positions,), (_show_red_lines,)),
    ((_show_posture,), (_show_people,)),
    ((_show_ties,), (_show_organizations,)),
)


def _show_entries(title: str, lines: Sequence[str], empty: str, note: str = "") -> None:
    st.markdown(f"### {title}")
    if note and lines:
        st.caption(note)
    st.markdown(format_list(lines) if lines else escape_markdown(empty))


def _load_act_counts(wanted: EventFilter) -> dict[str, ActCounts]:
    return load_built(_count_acts, wanted)


def _count_acts(desk: Desk, wanted: EventFilter) -> dict[str, ActCounts]:
    return build_act_counts(desk.queries.count_events(wanted, ACT_COLUMNS))


def _warn_of_as_of(wanted: EventFilter) -> str:
    if wanted.as_of is None:
        return ""
    return (
        f" Dated statements, ties and changes are those of {format_day(wanted.as_of)} or before; role, organizations "
        "and people don't go back with the as-of date."
    )
