"""The grade of an event's sources by rule (Admiralty code): a letter for who reports it, a figure for how many camps.

Who is relied on how far stands in data/publishers.yaml. NATO AJP-2.1 describes the code: A completely reliable to E
unreliable, F can't be judged; 1 confirmed by other sources to 5 improbable, 6 can't be judged. No rule here gives an A,
for no record of a source's past is kept; nor a 5, for reports that contradict an event aren't among its sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field

from tension.errors import CuratedDataError
from tension.records.checked_files import read_lists
from tension.records.events import Record
from tension.records.source_cards import CURATED
from tension.settings import DATA_DIR
from tension.words import count, join_words

PUBLISHERS_FILE = "publishers.yaml"
_COPIED = ("reprint", "aggregator")
_MACHINE = "coded by a machine from reports that nobody here read, so that neither can be judged"
_CREDIT = re.compile(r"\s*(?: \(| / | via | citing ).*")
_WORDS = re.compile(r"[a-z0-9]+")
_LEAST_TITLE_WORDS = 5
_FIGURE_WORDS = {
    1: "three camps or more tell of it",
    2: "two camps tell of it",
    3: "one camp tells of it",
    4: "one camp tells of it, which isn't usually relied on",
    6: "only copies tell of it, whose origin isn't shown",
}


class PublisherRule(Record):
    """How far a tier or a named publisher is relied on; `camp` is whose voice it is, `state` its home (ISO3)."""

    tier: Literal["official", "news", "state_media", "partisan", "reprint", "aggregator"] | None = None
    names: tuple[str, ...] = ()
    camp: str = ""
    state: str = ""
    letter: Literal["A", "B", "C", "D", "E", "F"] | None = None
    reason: Annotated[str, Field(max_length=300)] = ""


@dataclass(frozen=True)
class Report:
    """A report as it is graded: its letter with the reason, and its camp; '' for a copy without a known origin."""

    letter: str
    reason: str
    camp: str
    state: str


@dataclass(frozen=True)
class Grade:
    """`code` is letter and figure, such as B2; `reason` says both in words."""

    letter: str
    figure: int
    camps: tuple[str, ...]
    reason: str

    @property
    def code(self) -> str:
        return f"{self.letter}{self.figure}"

    @property
    def is_of_one_camp(self) -> bool:
        """Whether all that is known of the event comes from one voice."""
        return len(self.camps) == 1


@cache
def load_publisher_rules() -> tuple[PublisherRule, ...]:
    """The reviewed list, in its order; raises CuratedDataError with every fault."""
    path = DATA_DIR / PUBLISHERS_FILE
    rules, faults = read_lists(DATA_DIR, PublisherRule, [path], key="names", is_unique=False)
    if faults:
        raise CuratedDataError(faults)
    return tuple(rules)


def grade_event(sources: Iterable[Mapping[str, Any]] | None, source_key: str = CURATED) -> Grade:
    """The grade of an event from its sources (publisher, title, tier), F6 for one that a machine coded."""
    if source_key != CURATED:
        return Grade("F", 6, (), f"F6: {_MACHINE}.")
    listed = list(sources) if sources is not None else []
    reports = [read_report(str(source["publisher"] or ""), str(source["tier"] or "news")) for source in listed]
    camps = _find_camps(reports, [str(source["title"] or "") for source in listed])
    best = min(reports, key=lambda report: report.letter, default=Report("F", "no source is named", "", ""))
    figure = _find_figure(best.letter, len(camps))
    who = f" ({join_words(camps[:4])}{' and others' if len(camps) > 4 else ''})" if camps else ""
    reason = f"{best.letter}{figure}: {_FIGURE_WORDS[figure]}{who}; the best of its sources is {best.reason}."
    return Grade(best.letter, figure, camps, reason)


@cache
def read_report(publisher: str, tier: str) -> Report:
    """A report by its credit and tier: a named publisher's rule before that of its tier."""
    rules = load_publisher_rules()
    of_tier = next((rule for rule in rules if rule.tier == tier), PublisherRule(letter="F", reason="of no known tier"))
    named = next((rule for rule in rules if any(_is_named(name, publisher) for name in rule.names)), None)
    letter, reason = of_tier.letter or "F", of_tier.reason
    if named is not None and named.letter and tier != "aggregator":
        # A copy is no better than a copy, even of an agency: the letter is of who vouches for the text.
        letter, reason = (named.letter, named.reason) if tier not in _COPIED else ("C", f"a copy of {named.camp}")
    camp = named.camp if named else "" if tier in _COPIED else _CREDIT.sub("", publisher).strip()
    return Report(letter, reason, camp, named.state if named else "")


def _is_named(name: str, publisher: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", publisher, re.IGNORECASE) is not None


def _find_camps(reports: list[Report], titles: list[str]) -> tuple[str, ...]:
    """The camps of an event, in the order of its sources; reports under one title are copies of the first."""
    camps: dict[str, None] = {}
    seen: set[tuple[str, ...]] = set()
    for report, title in zip(reports, titles, strict=True):
        words = tuple(_WORDS.findall(title.lower()))
        if len(words) >= _LEAST_TITLE_WORDS and words in seen:
            continue
        seen.add(words)
        if report.camp:
            camps[report.camp] = None
    return tuple(camps)


def _find_figure(letter: str, camp_count: int) -> int:
    if camp_count == 0:
        return 6
    if camp_count == 1:
        return 3 if letter <= "C" else 4
    return 2 if camp_count == 2 else 1


@dataclass(frozen=True)
class SourceSummary:
    """What a selection of events rests on (after ICD 206): reports, those of public bodies, camps, states left out."""

    event_count: int
    report_count: int
    official_count: int
    camp_count: int
    one_camp_count: int
    thin_on: tuple[str, ...]

    @property
    def words(self) -> str:
        """'14 reports, 9 official, 3 camps; 4 of 9 events of one camp; thin on Vietnam'."""
        said = [
            f"{count(self.report_count, 'report')}, {self.official_count:,} official, {count(self.camp_count, 'camp')}"
        ]
        if self.one_camp_count:
            said.append(f"{self.one_camp_count:,} of {count(self.event_count, 'event')} of one camp")
        if self.thin_on:
            said.append(f"thin on {join_words(self.thin_on)}")
        return "; ".join(said)


# A state is left out where it is a party to so many events, and outlets of its own tell of fewer than this share.
THIN_EVENTS, THIN_SHARE, _MOST_THIN = 3, 0.1, 3


def summarise_sources(rows: Iterable[Mapping[Any, Any]], name_state: Mapping[str, str]) -> SourceSummary:
    """The source summary of curated events (sources, initiator, target); others are left out of it."""
    curated = [row for row in rows if row.get("source_key", CURATED) == CURATED]
    reports = official = one_camp = 0
    camps: set[str] = set()
    told: dict[str, list[bool]] = {}
    for row in curated:
        listed = list(row["sources"])
        grade = grade_event(listed)
        camps.update(grade.camps)
        one_camp += grade.is_of_one_camp
        reports += len(listed)
        official += sum(source["tier"] == "official" for source in listed)
        homes = {read_report(str(s["publisher"] or ""), str(s["tier"] or "news")).state for s in listed}
        for party in {row["initiator"], row["target"]}:
            if isinstance(party, str):
                told.setdefault(party, []).append(party in homes)
    thin = [s for s, own in told.items() if len(own) >= THIN_EVENTS and sum(own) / len(own) < THIN_SHARE]
    thin.sort(key=lambda state: (-len(told[state]), state))
    names = tuple(name_state.get(state, state) for state in thin[:_MOST_THIN])
    return SourceSummary(len(curated), reports, official, len(camps), one_camp, names)
