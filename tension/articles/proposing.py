"""Which sentences of a text look like assessments, with the words that led to it, and what they could be looked at by.

Words in data/assessing.yaml and data/lexicon.yaml; no model, no network. A proposal is for an analyst to take or leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from tension.articles.sentences import ArticleText, Sentence
from tension.errors import CuratedDataError
from tension.records.claims import ClaimRule, Indicator
from tension.records.events import Record
from tension.records.vocab import Region
from tension.settings import DATA_DIR
from tension.sources.coding.gazetteer import load_gazetteer
from tension.sources.coding.lexicon import load_lexicon
from tension.sources.coding.phrases import PhraseIndex, fold_text
from tension.words import name_state

WORDS_FILE = DATA_DIR / "assessing.yaml"
Trend = Literal["rising", "steady", "falling"]
_WORD = re.compile(r"[a-z]{4,}")
# Beginnings of words by which a sentence and an indicator are held against each other.
_STEM_LETTERS = 6
_SUGGESTED = 5
_MOST_WORDS = 8


class AssessingWords(Record):
    """The file as it is written."""

    modal: tuple[str, ...] = Field(min_length=1)
    judging: tuple[str, ...] = Field(min_length=1)
    rising: tuple[str, ...] = Field(min_length=1)
    falling: tuple[str, ...] = Field(min_length=1)
    steady: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Proposal:
    """A sentence that looks like an assessment. `reasons`: what kind of word, and the word as it stands there."""

    sentence: Sentence
    reasons: tuple[tuple[str, str], ...]
    trend: Trend
    regions: tuple[Region, ...]
    actors: tuple[str, ...]


@lru_cache(maxsize=2)
def load_assessing_words(path: Path = WORDS_FILE) -> PhraseIndex[str]:
    """The words with their kinds; CuratedDataError lists every fault."""
    shown = f"{path.parent.name}/{path.name}"
    index: PhraseIndex[str] = PhraseIndex()
    try:
        words = AssessingWords.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for kind in AssessingWords.model_fields:
            index.add_all(getattr(words, kind), kind)
    except yaml.YAMLError as error:
        raise CuratedDataError([f"{shown}: not YAML: {' '.join(str(error).split())}"]) from error
    except ValidationError as error:
        faults = [f"{shown}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise CuratedDataError(faults) from error
    except ValueError as error:
        raise CuratedDataError([f"{shown}: {error}"]) from error
    return index


def propose(text: ArticleText) -> tuple[Proposal, ...]:
    """The sentences that look like assessments, in the order of the text."""
    found = (build_proposal(sentence) for sentence in text.sentences)
    return tuple(proposal for proposal in found if proposal is not None)


def build_proposal(sentence: Sentence, *, is_asked: bool = False) -> Proposal | None:
    """What a sentence is proposed with; None where it doesn't look like an assessment and nobody asked for it.

    It does where it judges, says a likelihood or a direction, and names a state or a region, or two kinds of the first.
    """
    folded = fold_text(sentence.words)
    hits = [(hit.meaning, hit.words) for hit in load_assessing_words().find(folded)]
    lexicon = load_lexicon()
    regions = [hit.meaning[0] for hit in lexicon.regions.find_longest(folded)]
    actors = [(hit.meaning, hit.words) for hit in lexicon.actors.find_longest(folded)]
    regions += [
        p.meaning.region for p in load_gazetteer().find_longest(folded) if p.meaning.region and p.meaning.weight
    ]
    for code, _ in actors:
        home = lexicon.actor_words[code].region
        regions += [home] if home else []
    kinds = {kind for kind, _ in hits}
    # A hint of a direction alone, as in 'rose to its feet', is too little.
    if not is_asked and not (kinds and (actors or regions)) and len(kinds) < 2:
        return None
    named = [(name_state(code), words) for code, words in actors]
    reasons = tuple(dict.fromkeys([*hits, *named]))[:_MOST_WORDS]
    codes = tuple(dict.fromkeys(code for code, _ in actors))
    return Proposal(sentence, reasons, _choose_trend(kinds), tuple(dict.fromkeys(regions)), codes)


def suggest_indicators(
    proposal: Proposal, library: Mapping[str, Indicator], rules: Iterable[ClaimRule]
) -> tuple[str, ...]:
    """The indicators of the library that a sentence may be looked at by, the likeliest first."""
    said = _stem(proposal.sentence.words)
    about = {
        i.indicator_id: f"{part.title} {rule.state_means}"
        for rule in rules
        for part in rule.parts
        for i in part.indicators
    }
    scores = {name: _score(one, about.get(name, ""), said, proposal) for name, one in library.items()}
    likely = [name for name in sorted(scores, key=lambda name: -scores[name]) if scores[name] >= 2]
    return tuple(likely[:_SUGGESTED])


def _score(indicator: Indicator, about: str, said: set[str], proposal: Proposal) -> int:
    words = _stem(f"{indicator.title} {indicator.subject} {indicator.sentence} {about}")
    named = {region for selector in indicator.events for region in selector.regions}
    states = {s for e in indicator.events for s in (*e.initiators, *e.parties, *e.actors, *e.pair)}
    return len(said & words) + 2 * len(named & set(proposal.regions)) + len(states & set(proposal.actors))


def _stem(text: str) -> set[str]:
    return {word[:_STEM_LETTERS] for word in _WORD.findall(text.lower())}


def _choose_trend(kinds: set[str]) -> Trend:
    if "rising" in kinds and "falling" not in kinds:
        return "rising"
    return "falling" if "falling" in kinds and "rising" not in kinds else "steady"
