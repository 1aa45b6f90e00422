"""How often states act, are acted on and meet, from events already counted. Pure: reads no store."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tension.records.vocab import QuadClass

# The columns to count events by, so that one query serves every state.
ACT_COLUMNS = ("initiator", "target", "quad_class")


@dataclass(frozen=True)
class ActCounts:
    """Events in which a state acted and in which it was acted on.

    Of its own acts, how many were material conflict, and how many have a class at all (`initiated_classed_count`).
    """

    initiated_count: int = 0
    targeted_count: int = 0
    initiated_conflict_count: int = 0
    initiated_classed_count: int = 0

    @property
    def event_count(self) -> int:
        """Events in which the state acts or is acted on."""
        return self.initiated_count + self.targeted_count

    @property
    def initiated_conflict_share(self) -> float | None:
        """Material conflict as a share (0 to 1) of the state's own acts that have a class; None where none has."""
        return self.initiated_conflict_count / self.initiated_classed_count if self.initiated_classed_count else None


def build_act_counts(acts: pd.DataFrame) -> dict[str, ActCounts]:
    """ActCounts per state from events counted by ACT_COLUMNS; an act without a target is its initiator's alone."""
    sums: dict[str, list[int]] = {}
    for row in acts.to_dict("records"):
        count, is_classed = int(row["event_count"]), not pd.isna(row["quad_class"])
        is_conflict = is_classed and row["quad_class"] == QuadClass.MATERIAL_CONFLICT
        for place, state in enumerate((row["initiator"], row["target"])):
            if isinstance(state, str):
                counts = sums.setdefault(state, [0] * 4)
                counts[place] += count
                counts[2] += count if is_conflict and place == 0 else 0
                counts[3] += count if is_classed and place == 0 else 0
    return {state: ActCounts(*counts) for state, counts in sorted(sums.items())}


def build_partner_counts(dyads: pd.DataFrame, iso3: str) -> pd.DataFrame:
    """Events between a state and each counterpart, from `Queries.count_dyads`.

    Columns: `counterpart` (ISO3), `role` of the state ('initiator' or 'target'), `quad_class`, `event_count`,
    `max_severity`. Ordered by all events with a counterpart, most first.
    """
    other = {"initiator": "target", "target": "initiator"}
    columns = ["counterpart", "role", "quad_class", "event_count", "max_severity"]
    parts = [
        dyads[(dyads[role] == iso3) & (dyads[other[role]] != iso3)]
        .rename(columns={other[role]: "counterpart"})
        .assign(role=role)[columns]
        for role in other
    ]
    found = parts[0] if parts[1].empty else parts[1] if parts[0].empty else pd.concat(parts, ignore_index=True)
    totals = found.groupby("counterpart").event_count.sum()
    return (
        found.assign(total=found.counterpart.map(totals))
        .sort_values(["total", "counterpart", "role", "quad_class"], ascending=[False, True, True, True])
        .drop(columns="total")
        .reset_index(drop=True)
    )


def rank_states(dyads: pd.DataFrame, limit: int | None = None) -> list[str]:
    """States (ISO3) by events as initiator or target, most first."""
    totals = dyads.groupby("initiator").event_count.sum().add(dyads.groupby("target").event_count.sum(), fill_value=0)
    ranked = sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [str(state) for state, _ in ranked[:limit]]
