"""Proposes a coding for a headline, with the words that led to it. Proposes only: a person decides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tension.records.candidates import Proposal, Reason
from tension.records.vocab import Region
from tension.sources.coding.gazetteer import Place, load_gazetteer
from tension.sources.coding.lexicon import Act, Lexicon, load_lexicon
from tension.sources.coding.phrases import Hit, fold_text

TITLE_FACTOR = 2.0
BACKDROP_FACTOR = 0.8
# A theme that is no act (sport, markets, weather) silences rules weaker than this.
STRONG_WEIGHT = 8
# A region needs this many votes to be proposed; below it the item is wide or says nothing.
MIN_REGION_VOTES = 2.0
# "Taipei, Sept. 12 (CNA)", "MANILA, Philippines -": where a report was written, not where the act was.
_DATELINE = re.compile(
    r"^(?:[A-Z][^()]{2,60}\((?:CNA|AP|AFP|Reuters|REUTERS|Yonhap|Xinhua|Kyodo|PNA|UPI|TASS|ANI|PTI)\)"
    r"|[A-Z][A-Z .,']{2,40}(?:, [A-Z][A-Za-z .]{2,30})?\s+-+\s)"
)
SUMMARY_LIMIT = 1_500
ACTOR_LIMIT = 8


@dataclass
class _Reading:
    """What was found in one title and summary; offsets below `title_end` are in the title."""

    title_end: int
    backdrop_start: int
    places: list[Hit[Place]] = field(default_factory=list)
    actors: list[Hit[str]] = field(default_factory=list)
    regions: list[Hit[tuple[Region, int]]] = field(default_factory=list)
    acts: list[Hit[Act]] = field(default_factory=list)
    observers: list[Hit[bool]] = field(default_factory=list)

    def factor(self, hit: Hit[object]) -> float:
        return TITLE_FACTOR if hit.start < self.title_end else 1.0

    def act_factor(self, hit: Hit[Act]) -> float:
        """As `factor`, with what a title tells as the act's backdrop ('after', 'amid') counting less than its lead."""
        return BACKDROP_FACTOR if self.backdrop_start <= hit.start < self.title_end else self.factor(hit)


def build_proposal(title: str, summary: str = "", region_hint: Region | None = None) -> Proposal | None:
    """The coding that the words of a title and summary (plain text) suggest; None where none is of the region.

    `region_hint` is used only where the words name no region. Votes: each rule's weight, doubled in the title.
    """
    lexicon = load_lexicon()
    title = fold_text(title)
    summary = fold_text(summary[:SUMMARY_LIMIT])
    dateline = _DATELINE.match(summary)
    body = summary[dateline.end() :] if dateline else summary
    text = f"{title} . {body}"
    named = lexicon.not_names.mask(text)
    places = load_gazetteer().find_longest(named)
    parties = lexicon.actors.find_longest(_mask_waters(named, places))
    reading = _Reading(len(title), _find_backdrop(lexicon, title), places, parties)
    is_in_scope = _is_of_region(reading, lexicon) or bool(lexicon.scope.find(text))
    if not (is_in_scope or (dateline and _is_region_named(dateline.group(), lexicon))):
        return None
    reading.regions = lexicon.regions.find(text)
    reading.observers = lexicon.observers.find(text)
    reading.acts = _find_acts(lexicon, text)
    reasons: list[Reason] = []
    actors = _propose_actors(reading, reasons)
    region = _propose_region(reading, lexicon, region_hint, reasons)
    category, best = _propose_category(reading, reasons)
    root = _propose_cameo_root(reading, category, reasons)
    initiator, target = _propose_roles(reading, actors, best, reasons)
    severity, tags = _propose_severity(reading, category, reasons), _propose_tags(reading, reasons)
    place = _propose_place(reading, reasons)
    return Proposal(
        is_likely_event=category is not None and bool(actors),
        region=region.value if region else None,
        actors=_order_actors(actors, initiator, target),
        initiator=initiator,
        target=target,
        category=category,
        cameo_root=root,
        severity=severity,
        tags=tags,
        location=place.place if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        geo_precision=place.geo_precision if place else None,
        reasons=tuple(reasons),
    )


def _is_region_named(text: str, lexicon: Lexicon) -> bool:
    found = _Reading(0, 0, load_gazetteer().find_longest(text), lexicon.actors.find_longest(text))
    return _is_of_region(found, lexicon)


def _is_of_region(reading: _Reading, lexicon: Lexicon) -> bool:
    return any(hit.meaning.weight for hit in reading.places) or any(
        lexicon.actor_words[hit.meaning].weight for hit in reading.actors
    )


def _mask_waters(text: str, places: Iterable[Hit[Place]]) -> str:
    # A ship in the South China Sea doesn't make China, nor one in the Taiwan Strait Taiwan, a party.
    for hit in places:
        if hit.meaning.kind in ("sea", "strait"):
            text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return text


def _find_backdrop(lexicon: Lexicon, title: str) -> int:
    # A word at the very start ("After talks, China ...") opens the sentence; the lead is still to come.
    starts = (hit.start for hit in lexicon.backdrop.find(title) if hit.start > 0)
    return next(starts, len(title))


def _find_acts(lexicon: Lexicon, text: str) -> list[Hit[Act]]:
    hits = lexicon.acts.find(text)
    if lexicon.not_acts.find(text):
        return [hit for hit in hits if hit.meaning.weight >= STRONG_WEIGHT]
    return hits


def _propose_actors(reading: _Reading, reasons: list[Reason]) -> list[str]:
    words: dict[str, str] = {}
    for hit in reading.actors:
        words.setdefault(hit.meaning, hit.words)
    codes = list(words)[:ACTOR_LIMIT]
    reasons.extend(Reason("actors", code, words[code]) for code in codes)
    return codes


def _order_actors(actors: Iterable[str], initiator: str | None, target: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in (initiator, target, *actors) if code))


def _propose_region(reading: _Reading, lexicon: Lexicon, hint: Region | None, reasons: list[Reason]) -> Region | None:
    votes: dict[Region, dict[str, float]] = defaultdict(dict)

    def vote(region: Region | None, weight: int, hit: Hit[object]) -> None:
        if region and weight:
            found = votes[region]
            found[hit.words.lower()] = max(found.get(hit.words.lower(), 0.0), weight * reading.factor(hit))

    for place in reading.places:
        vote(place.meaning.region, place.meaning.weight, place)
    for word in reading.regions:
        vote(*word.meaning, word)
    for actor in reading.actors:
        entry = lexicon.actor_words[actor.meaning]
        vote(entry.region, entry.weight, actor)
    totals = {region: sum(words.values()) for region, words in votes.items()}
    best = max(totals, key=lambda region: totals[region], default=None)
    if best is None or totals[best] < MIN_REGION_VOTES:
        if hint:
            reasons.append(Reason("region", hint.value, "the feed's own region"))
        elif reading.actors:
            reasons.append(Reason("region", Region.INDO_PACIFIC.value, "no narrower region is named"))
            return Region.INDO_PACIFIC
        return hint
    strongest = sorted(votes[best], key=lambda words: -votes[best][words])[:4]
    reasons.append(Reason("region", best.value, ", ".join(strongest)))
    return best


def _propose_category(reading: _Reading, reasons: list[Reason]) -> tuple[str | None, Act | None]:
    scores, words = _count_votes(reading, (hit for hit in reading.acts if hit.meaning.category), "category")
    if not scores:
        return None, None
    best = max(scores, key=lambda key: scores[key])
    hits = [hit for hit in reading.acts if hit.meaning.category == best]
    lead = max(hits, key=lambda hit: hit.meaning.weight * reading.act_factor(hit))
    reasons.append(Reason("category", best, ", ".join(words[best])))
    return best, lead.meaning


def _propose_cameo_root(reading: _Reading, category: str | None, reasons: list[Reason]) -> str | None:
    fitting = [hit for hit in reading.acts if hit.meaning.cameo_root and hit.meaning.category in (category, None)]
    scores, words = _count_votes(reading, fitting, "cameo_root")
    if not scores or category is None:
        return None
    best = max(scores, key=lambda key: scores[key])
    reasons.append(Reason("cameo_root", best, ", ".join(words[best])))
    return best


def _count_votes(
    reading: _Reading, hits: Iterable[Hit[Act]], name: str
) -> tuple[dict[str, float], dict[str, list[str]]]:
    # One rule votes once, with its best hit: a word said three times is not three acts.
    best_hits: dict[str, Hit[Act]] = {}
    for hit in hits:
        known = best_hits.get(hit.meaning.key)
        if known is None or reading.act_factor(hit) > reading.act_factor(known):
            best_hits[hit.meaning.key] = hit
    scores: dict[str, float] = defaultdict(float)
    words: dict[str, list[str]] = defaultdict(list)
    for hit in best_hits.values():
        value = str(getattr(hit.meaning, name))
        scores[value] += hit.meaning.weight * reading.act_factor(hit)
        words[value].append(hit.words)
    return scores, words


def _propose_roles(
    reading: _Reading, actors: list[str], act: Act | None, reasons: list[Reason]
) -> tuple[str | None, str | None]:
    in_title = [hit for hit in reading.actors if hit.start < reading.title_end]
    order = list(dict.fromkeys(hit.meaning for hit in in_title))
    if act is None or not order:
        return None, None
    if act.initiator:
        initiator, others = act.initiator, [code for code in order if code != act.initiator]
    elif len(order) > 1 and _is_observed(reading, in_title, order):
        initiator, others = order[1], [order[0]]
    else:
        initiator, others = order[0], order[1:]
    target = others[0] if others else None
    if target is None and act.target and act.target != initiator:
        target = act.target
    names = {hit.meaning: hit.words for hit in reversed(reading.actors)}
    reasons.append(Reason("initiator", initiator, names.get(initiator, act.key)))
    if target:
        reasons.append(Reason("target", target, names.get(target, act.key)))
    return initiator, target


def _is_observed(reading: _Reading, in_title: list[Hit[str]], order: list[str]) -> bool:
    first = next(hit.end for hit in in_title if hit.meaning == order[0])
    second = next(hit.start for hit in in_title if hit.meaning == order[1])
    return any(first <= hit.start and hit.end <= second for hit in reading.observers)


def _propose_severity(reading: _Reading, category: str | None, reasons: list[Reason]) -> int | None:
    rated = [hit for hit in reading.acts if hit.meaning.severity]
    fitting = [hit for hit in rated if hit.meaning.category in (category, None) and hit.meaning.key != "statement"]
    if category is None or not fitting:
        return None
    top = max(fitting, key=lambda hit: hit.meaning.severity or 0)
    reasons.append(Reason("severity", str(top.meaning.severity), top.words))
    return top.meaning.severity


def _propose_tags(reading: _Reading, reasons: list[Reason]) -> tuple[str, ...]:
    words: dict[str, str] = {}
    for hit in reading.acts:
        for tag in hit.meaning.tags:
            words.setdefault(tag, hit.words)
    reasons.extend(Reason("tags", tag, said) for tag, said in words.items())
    return tuple(words)


def _propose_place(reading: _Reading, reasons: list[Reason]) -> Place | None:
    if not reading.places:
        return None
    best = max(
        reading.places,
        key=lambda hit: (hit.meaning.is_specific, hit.meaning.weight * reading.factor(hit), -hit.start),
    )
    reasons.append(Reason("location", best.meaning.place, best.words))
    return best.meaning
