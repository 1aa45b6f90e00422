"""Other names of places, for searching: 仁爱礁, Ayungin and Bãi Cỏ Mây all mean Second Thomas Shoal."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tension.records.geography import PlaceLabel, load_labels
from tension.records.sea_features import SeaFeature, build_feature, shorten_name
from tension.settings import DATA_DIR

# Words that a hundred names share: alone they name nothing.
_COMMON = frozenset(
    "shoal shoals reef reefs island islands cay bank banks sand rock atoll north south east west northeast southwest "
    "middle central dao da bai con cat hon dong tay nam bac jiao tan yu zhou shazhou ansha pulau terumbu beting kecil "
    "barat bahura ng sea strait gulf channel great small".split()
)
_PARTS = re.compile(r"[/;()（）]")
_LEAST_LETTERS = 3
_LEAST_SIGNS = 2


def fold_name(text: str) -> str:
    """Lower case without accents, quotation marks and hyphens, so that Ren’ai is renai and Đảo is dao."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’ʼ`\"“”")
    return " ".join(kept.replace("-", " ").split())


def build_name_index(features: Iterable[SeaFeature], labels: Iterable[PlaceLabel]) -> list[tuple[str, str]]:
    """Pairs of a folded other name and the name by which the record calls the place, lower case."""
    pairs = []
    for feature in features:
        pairs += _pair_names(shorten_name(feature.name), (feature.name, *feature.names.values()))
    for label in labels:
        pairs += _pair_names(shorten_name(label.name), (*label.aliases, *label.search_names))
    return list(dict.fromkeys(pairs))


def _pair_names(own: str, names: Iterable[str]) -> list[tuple[str, str]]:
    parts = (fold_name(part) for name in names for part in _PARTS.split(name))
    return [(part, own.lower()) for part in parts if part and part != fold_name(own)]


def find_own_names(text: str, index: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The record's names, lower case, of the places that `text` names otherwise; none for a word that many share.

    Latin names match by whole words, signs of other scripts anywhere in a name.
    """
    wanted = fold_name(text)
    if not _says_enough(wanted):
        return ()
    is_latin = wanted.isascii()
    found = [own for name, own in index if (f" {wanted} " in f" {name} " if is_latin else wanted in name)]
    return tuple(dict.fromkeys(found))


def _says_enough(wanted: str) -> bool:
    if wanted.isascii():
        words = wanted.split()
        return any(len(word) >= _LEAST_LETTERS and word not in _COMMON for word in words)
    return len(wanted) >= _LEAST_SIGNS


@cache
def load_name_index(folder: Path = DATA_DIR / "geo") -> tuple[tuple[str, str], ...]:
    """The index of the bundled features and labels; their faults are told by `check-data`, not by a search."""
    collection = json.loads((folder / "scs_features.geojson").read_text(encoding="utf-8"))
    features = [build_feature(feature) for feature in collection["features"]]
    labels, _ = load_labels(folder / "labels.csv", "data/geo/labels.csv")
    return tuple(build_name_index(features, labels))
