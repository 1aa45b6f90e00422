"""The sentences that lead: of one claim, and of all of them. Written from the readings by fixed rules, never by hand.

docs/method.md tells the rules with a worked example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tension.assessments.kinds import find_kind
from tension.assessments.kinds.base import name_subject
from tension.assessments.noticing import ClaimNotice, Judgement, Mover, SurgeNotice, Turn, rank_ratio
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.readings import ClaimState, Mark, State
from tension.words import count, format_day, format_number, join_words, spell_number, spell_times, upper_first

# How many movers a headline names; the rest are counted.
NAMED_MOVERS = 2


@dataclass(frozen=True)
class DeskHeadline:
    """The sentence over all claims, and what it was made from. `lead` is None where nothing moved."""

    text: str
    lead: ClaimNotice | None
    bottom_line: ClaimNotice | None
    rest: tuple[ClaimNotice, ...]


def write_headline(notice: ClaimNotice) -> str:
    """What moved in a claim, at most two by name, then how many of the rest; or why nothing can be said."""
    reading, movers = notice.reading, notice.movers
    if reading.state == ClaimState.UNREAD:
        return _explain_unread(reading)
    if not movers:
        return _tell_level(reading)
    rest = _count_rest(reading, movers[NAMED_MOVERS:])
    return f"{upper_first(name_movers(movers[:NAMED_MOVERS]))}{f'; {rest}' if rest else ''}."


def write_desk_headline(notices: Sequence[ClaimNotice]) -> DeskHeadline:
    """The claim with the greatest move first, then the article's bottom line, then how many of the rest did what.

    Moves of official counts go before those of curated events, which also measure how hard was searched.
    """
    bottom = next((notice for notice in notices if notice.claim.is_bottom_line), None)
    others = [notice for notice in notices if notice is not bottom]
    lead = min((notice for notice in others if notice.movers), key=_rank_notice, default=None)
    rest = tuple(notice for notice in others if notice is not lead)
    parts = []
    if lead:
        parts.append(f"{lead.claim.title}: {name_movers(lead.movers[:NAMED_MOVERS])}")
    if bottom:
        parts.append(f"“{bottom.claim.title}”, the article's bottom line, {bottom.today.verdict}")
    counts = _count_states(rest)
    if counts:
        parts.append(f"of {'the other' if lead or bottom else 'all'} {spell_number(len(rest))}, {counts}")
    return DeskHeadline(f"{upper_first('; '.join(parts))}." if parts else "", lead, bottom, rest)


def name_movers(movers: Sequence[Mover]) -> str:
    """'official ships 4.5 times their past year, aircraft about half': a past that is the same is said once."""
    words: list[str] = []
    past = ""
    for mover in movers:
        is_said = mover.past != "" and mover.past == past
        words.append(mover.start.removesuffix(" of") if is_said else mover.words)
        past = mover.past
    return ", ".join(words)


def describe_turn(turn: Turn) -> str:
    """'Aircraft a day: down from 29 Jan 2026 (157 days ago)'."""
    word = turn.indicator.words.get(str(turn.mark), str(turn.mark))
    return f"{turn.indicator.title}: {word} from {format_day(turn.day)} ({count(turn.days_ago, 'day')} ago)"


def describe_surge(notice: SurgeNotice) -> str:
    """'76 aircraft on 2 Apr 2025, the most since 15 Oct 2024', the last day before that was as high."""
    surge = notice.surge
    figure = f"{format_number(surge.value)} {name_subject(notice.indicator)} on {format_day(surge.day)}"
    if surge.last_as_high is None:
        return f"{figure}, the most since the count as it is now began ({format_day(surge.first_date)})"
    return f"{figure}, the most since {format_day(surge.last_as_high)}"


def describe_visible(reading: IndicatorReading) -> str:
    """'8 would read up; 1 seen, 3.5 usual': what a count could have shown; '' where it isn't read by counts."""
    visible = reading.visible
    if visible is None:
        return ""
    total = reading.recent_total if reading.indicator.among else None
    seen = reading.recent if total is None else round((reading.recent_share or 0) * total)
    span = f" of {total}" if total is not None else ""
    down = f"{visible.down_count} or fewer down" if visible.down_count is not None else "not even none down"
    usual = format_number(round(visible.usual, 1))
    return f"{visible.up_count}{span} would read up, {down}; {format_number(seen)} seen, {usual} usual"


def describe_judgement(found: Judgement, reading: ClaimReading) -> str:
    """The verdict in a sentence or two, with the figures of what speaks against the wording."""
    titles = {part.part_id: part.title for part in reading.rule.parts}
    said = [upper_first(found.verdict)]
    for against in found.speak_against:
        moved = " ".join(find_kind(against.indicator).describe_move(against)).rstrip()
        said.append(f"Against “{titles[against.part_id]}”: {moved}")
    return f"{'. '.join(said)}."


def _explain_unread(reading: ClaimReading) -> str:
    """Why nothing can be said, and what was looked for and not found."""
    counts: dict[State, int] = {}
    for found in reading.marked:
        if found.mark == Mark.UNREAD:
            counts[found.state] = counts.get(found.state, 0) + 1
    reasons = [f"{spell_number(number)} {_WHY_UNREAD[state]}" for state, number in counts.items()]
    absent = [name_subject(found.indicator) for found in reading.marked if found.mark == Mark.ABSENT]
    reasons += [f"not found: {join_words(absent)}"] * bool(absent)
    return f"Can't be read: {'; '.join(reasons) or 'it has no indicator with a mark'}."


_WHY_UNREAD = {
    State.TOO_FEW: "with too few events in the past",
    State.INSUFFICIENT: "with too few days yet",
    State.NOT_LOOKED: "beyond the last day that was searched",
    State.NOT_LOADED: "not loaded",
}


def _tell_level(reading: ClaimReading) -> str:
    level = [found for found in reading.marked if found.mark == Mark.LEVEL]
    many = "both" if len(level) == 2 else f"all {spell_number(len(level))}"
    who = f"{many} that can be read are level" if len(level) > 1 else "the one that can be read is level"
    if all(found.is_hollow for found in level):
        least = min(found.visible.times for found in level if found.visible)
        return (
            f"Can't be read as quiet: {who}, but on counts so low that only {spell_times(least)} the usual or more "
            "would have shown."
        )
    return f"No indicator moved: {who}."


def _count_rest(reading: ClaimReading, unnamed: Sequence[Mover]) -> str:
    marks = [mover.reading.mark for mover in unnamed]
    parts = [
        f"{spell_number(number)}{' more' if is_first else ''} {mark}"
        for mark, is_first in ((Mark.UP, True), (Mark.DOWN, Mark.UP not in marks))
        if (number := marks.count(mark))
    ]
    level = reading.count(Mark.LEVEL)
    if level:
        parts.append(f"the other {spell_number(level)} level" if level > 1 else "the other one level")
    return join_words(parts)


def _count_states(notices: Sequence[ClaimNotice]) -> str:
    words = [str(notice.reading.state) for notice in notices]
    return ", ".join(f"{spell_number(words.count(state))} {state}" for state in ClaimState if state in words)


def _rank_notice(notice: ClaimNotice) -> tuple[bool, tuple[int, float]]:
    """Official counts first, then the greatest move."""
    official = [m for m in notice.movers if find_kind(m.reading.indicator).source_key != "curated"]
    first = official or notice.movers
    return not official, min(rank_ratio(mover.ratio) for mover in first)
