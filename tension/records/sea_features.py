"""Events gathered at the features of the South China Sea: which event belongs to which, and the table of features.

Occupiers are what a source said; what rests on inference or on few sources is marked as doubtful. Knows frames and
geography, no store.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from tension.records.geography import Geography, GeoJson
from tension.records.vocab import Region

Floats = npt.NDArray[np.float64]

# Twice the 12 nautical miles of a territorial sea, rounded up: encounters are reported at a shoal, not to the mile.
RADIUS_KM = 45.0
EARTH_KM = 6371.0088
HOLDERS = ("China", "Vietnam", "Philippines", "Malaysia", "Taiwan")
UNOCCUPIED, DISPUTED, NOT_STATED = "unoccupied", "disputed", "not stated"
# Lists of occupied features repeat one another: one alone says little.
LEAST_LISTS = 2
# A place that is named as a feature of its own, such as 'Luconia Shoals, off Sarawak'.
_OWN_NAME = re.compile(r"[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,2} (?:Shoals?|Reefs?|Cay|Banks?|Atoll)\b")


@dataclass(frozen=True)
class SeaFeature:
    """A reef, shoal or island.

    `occupier` in short: one of HOLDERS, or UNOCCUPIED, DISPUTED, NOT_STATED; `occupier_text` is all that was said.
    `is_doubtful`: who holds it, or where it lies, is inferred, reported once or told differently by the sources read.
    `names` are by language (en, zh, vi, fil, ms), as far as they were read.
    """

    key: str
    name: str
    longitude: float
    latitude: float
    group: str
    occupier: str
    occupier_text: str
    source: str
    note: str
    is_doubtful: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_names(self) -> str:
        """Every name that was read, the listed one first: 'Thitu Island (Pag-asa) · Đảo Thị Tứ · 中业岛'."""
        others = (name for name in dict.fromkeys(self.names.values()) if name not in self.name)
        return " · ".join((self.name, *others))


def list_features(geography: Geography) -> list[SeaFeature]:
    """The listed features in file order."""
    return [build_feature(feature) for feature in geography.of_kind("scs_feature")]


def build_feature(feature: GeoJson) -> SeaFeature:
    """A feature from its GeoJSON (WGS 84, a point)."""
    properties = feature["properties"]
    longitude, latitude = feature["geometry"]["coordinates"]
    stated, status = properties.get("occupier", ""), properties.get("status", "")
    notes = [properties.get("note"), properties.get("conflict") and f"Sources differ: {properties['conflict']}"]
    return SeaFeature(
        key=properties["id"],
        name=properties["name"],
        longitude=longitude,
        latitude=latitude,
        group=properties.get("group", ""),
        occupier=judge_occupier(stated, status),
        occupier_text=_describe_occupier(stated, status),
        source=properties.get("occupier_source") or properties.get("coord_source", ""),
        note=" ".join(filter(None, notes)),
        is_doubtful=judge_doubt(stated, status, properties.get("confidence", ""), properties.get("n_occupier_sources")),
        names=properties.get("names", {}),
    )


def judge_occupier(stated: str, status: str) -> str:
    """Who holds a feature, in short.

    DISPUTED where several states hold parts of it, or one controls it without having built there.
    """
    if not stated:
        return NOT_STATED
    if stated.startswith("mixed") or status == "controlled, nothing built":
        return DISPUTED
    return next((holder for holder in HOLDERS if stated.startswith(holder)), UNOCCUPIED)


def judge_doubt(stated: str, status: str, confidence: str, list_count: int | None) -> bool:
    """True where sources leave doubt: nobody's by inference, control only reported, few lists, low confidence."""
    is_thin = list_count is not None and list_count < LEAST_LISTS and confidence != "high"
    return "(inferred)" in status or "reported" in stated or confidence.startswith("low") or is_thin


def _describe_occupier(stated: str, status: str) -> str:
    if not stated:
        return NOT_STATED
    return status if stated == UNOCCUPIED and status else stated


def assign_features(events: pd.DataFrame, features: Sequence[SeaFeature]) -> pd.Series[str]:
    """The key of the feature that each event belongs to, by event_id; events that belong to none are left out.

    Only events of the South China Sea. One whose place names a feature belongs to it when its point is exact or within
    RADIUS_KM of it. A place named as a feature that the list doesn't hold (`Luconia Shoals`) stands for itself, under
    its own name. What names no feature belongs to the nearest within RADIUS_KM if its point is exact.
    """
    sea = events[(events.region == Region.SOUTH_CHINA_SEA.value) & events.latitude.notna()]
    if sea.empty or not features:
        return pd.Series(dtype="str", index=pd.Index([], name="event_id"))
    distances = measure_km(
        sea.latitude.to_numpy()[:, None],
        sea.longitude.to_numpy()[:, None],
        np.array([f.latitude for f in features]),
        np.array([f.longitude for f in features]),
    )
    names = [_build_pattern(feature.name) for feature in features]
    found = {}
    for row, away in zip(sea.to_dict("records"), distances, strict=True):
        is_exact, place = row["geo_precision"] == "exact", row["location"]
        key = _find_named(place, names, features, away, is_exact)
        own = _OWN_NAME.match(place)
        nearest = int(np.argmin(away))
        if not key and own:
            key = own.group()
        elif not key and is_exact and away[nearest] <= RADIUS_KM:
            key = features[nearest].key
        if key:
            found[row["event_id"]] = key
    return pd.Series(found, dtype="str").rename_axis("event_id")


def _find_named(
    place: str, names: Sequence[re.Pattern[str]], features: Sequence[SeaFeature], away: Floats, is_exact: bool
) -> str:
    for pattern, feature, distance in zip(names, features, away, strict=True):
        if pattern.search(place) and (is_exact or distance <= RADIUS_KM):
            return feature.key
    return ""


def shorten_name(name: str) -> str:
    """A feature's first name: 'Thitu Island' of 'Thitu Island (Pag-asa / Zhongye)', 'Pratas' of 'Pratas / Dongsha'."""
    return re.split(r" [(/]", name, maxsplit=1)[0]


def _build_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(shorten_name(name))}\b", re.IGNORECASE)


def build_feature_table(places: pd.DataFrame, features: Sequence[SeaFeature]) -> pd.DataFrame:
    """One row a feature that has events, most incidents first: counts, highest severity, last day.

    `places` as `Queries.count_places` gives them. An incident is an event coded material conflict; several of one
    episode count once.
    """
    homes = assign_features(places, features)
    known = {feature.key: feature for feature in features}
    rows = []
    for key, ids in homes.groupby(homes):
        at = places[places.event_id.isin(ids.index)]
        conflict = at[at.conflict_count > 0]
        alone_count = conflict.conflict_count[conflict.episode.isna()].sum()
        feature = known.get(str(key))
        rows.append(
            {
                "feature_key": key,
                "feature": feature.name if feature else key,
                "group": feature.group if feature else "",
                "occupier": feature.occupier_text if feature else NOT_STATED,
                "event_count": int(at.event_count.sum()),
                "incident_count": int(conflict.episode.nunique() + alone_count),
                "max_severity": at.max_severity.max(),
                "last_date": at.last_date.max(),
                "longitude": feature.longitude if feature else float(at.longitude.iloc[0]),
                "latitude": feature.latitude if feature else float(at.latitude.iloc[0]),
                "is_listed": feature is not None,
            }
        )
    columns = ["feature_key", "feature", "group", "occupier", "event_count", "incident_count", "max_severity"]
    table = pd.DataFrame(rows, columns=[*columns, "last_date", "longitude", "latitude", "is_listed"])
    return table.sort_values(["incident_count", "event_count", "feature"], ascending=[False, False, True]).reset_index(
        drop=True
    )


def measure_km(latitude: Floats, longitude: Floats, to_latitude: Floats, to_longitude: Floats) -> Floats:
    """Great-circle distances in km (haversine on a sphere of EARTH_KM); arrays broadcast against each other."""
    p1, l1, p2, l2 = (np.radians(a) for a in (latitude, longitude, to_latitude, to_longitude))
    h = np.sin((p2 - p1) / 2) ** 2 + np.cos(p1) * np.cos(p2) * np.sin((l2 - l1) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(h)))
