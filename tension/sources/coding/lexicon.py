"""Words that lead to a proposed coding, read from data/lexicon.yaml and checked. Owns the words, never the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from tension.errors import CuratedDataError
from tension.records.events import CameoRoot, Iso3, Record, Tag
from tension.records.vocab import Category, Region
from tension.settings import DATA_DIR
from tension.sources.coding.phrases import PhraseIndex

LEXICON_FILE = DATA_DIR / "lexicon.yaml"


class ActorWords(Record):
    """What a state is called; `weight` 0 means that its name alone brings nothing into scope."""

    region: Region | None = None
    weight: int = Field(ge=0, le=6)
    names: tuple[str, ...] = Field(min_length=1)
    people: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()


class RegionWords(Record):
    """Words that speak for a region, and how strongly."""

    weight: int = Field(ge=1, le=9)
    words: tuple[str, ...] = Field(min_length=1)


class Act(Record):
    """One rule: words that vote for a category, a CAMEO root, a severity and tags with `weight`."""

    key: str = Field(pattern=r"^[a-z][a-z_]*$")
    category: Category | None = None
    cameo_root: CameoRoot | None = None
    severity: int | None = Field(default=None, ge=1, le=5)
    tags: tuple[Tag, ...] = ()
    initiator: Iso3 | None = None
    target: Iso3 | None = None
    weight: int = Field(ge=1, le=20)
    words: tuple[str, ...] = Field(min_length=1)


class LexiconFile(Record):
    """The file as it is written."""

    actors: dict[Iso3, ActorWords]
    not_names: tuple[str, ...]
    regions: dict[Region, RegionWords]
    scope: tuple[str, ...]
    backdrop: tuple[str, ...]
    observers: tuple[str, ...]
    not_acts: tuple[str, ...]
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Lexicon:
    """The words as indexes that find them in a text."""

    actor_words: Mapping[str, ActorWords]
    actors: PhraseIndex[str]
    not_names: PhraseIndex[bool]
    regions: PhraseIndex[tuple[Region, int]]
    scope: PhraseIndex[bool]
    backdrop: PhraseIndex[bool]
    observers: PhraseIndex[bool]
    not_acts: PhraseIndex[bool]
    acts: PhraseIndex[Act]


@lru_cache(maxsize=4)
def load_lexicon(path: Path = LEXICON_FILE) -> Lexicon:
    """The checked lexicon; CuratedDataError lists every fault with its place in the file."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        words = LexiconFile.model_validate(raw)
    except yaml.YAMLError as error:
        raise CuratedDataError([f"{shown}: not YAML: {' '.join(str(error).split())}"]) from error
    except ValidationError as error:
        faults = [f"{shown}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise CuratedDataError(faults) from error
    try:
        return _build_lexicon(words)
    except ValueError as error:
        raise CuratedDataError([f"{shown}: {error}"]) from error


def _build_lexicon(words: LexiconFile) -> Lexicon:
    actors: PhraseIndex[str] = PhraseIndex()
    for code, entry in words.actors.items():
        actors.add_all((*entry.names, *entry.people, *entry.forces), code)
    regions: PhraseIndex[tuple[Region, int]] = PhraseIndex()
    for region, region_words in words.regions.items():
        regions.add_all(region_words.words, (region, region_words.weight))
    acts: PhraseIndex[Act] = PhraseIndex()
    for act in words.acts:
        acts.add_all(act.words, act)
    return Lexicon(
        actor_words=words.actors,
        actors=actors,
        not_names=_build_set(words.not_names),
        regions=regions,
        scope=_build_set(words.scope),
        backdrop=_build_set(words.backdrop),
        observers=_build_set(words.observers),
        not_acts=_build_set(words.not_acts),
        acts=acts,
    )


def _build_set(phrases: Sequence[str]) -> PhraseIndex[bool]:
    index: PhraseIndex[bool] = PhraseIndex()
    index.add_all(phrases, True)
    return index
