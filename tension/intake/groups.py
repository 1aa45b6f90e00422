"""Groups of machine-coded events that may be one act, as candidates for review when a person asks. Never events.

One story gives many rows and its reprints more: a group is one day, initiator, target, CAMEO root and place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tension.intake.arrivals import write_candidates
from tension.intake.tally import Tally
from tension.records.candidates import Candidate, Proposal, Reason
from tension.records.filters import EventFilter
from tension.records.places import load_states
from tension.records.vocab import CAMEO_ROOTS
from tension.store.delta import Store, read_now_utc
from tension.store.queries import Queries
from tension.words import STATE_NAMES, count

SOURCE_KEY = "gdelt"
FEED = "GDELT clusters"
MIN_MENTIONS = 20


def propose_clusters(
    store: Store, queries: Queries, wanted: EventFilter, min_mentions: int = MIN_MENTIONS
) -> tuple[int, Tally]:
    """Put the groups in view with at least so many mentions into the inbox; (groups found, taken and known).

    The limits of `wanted` hold but for its sources. A group keeps its id, so that asking again asks nothing twice.
    Raises StoreError.
    """
    groups = queries.count_clusters(wanted, SOURCE_KEY, min_mentions)
    now = read_now_utc()
    candidates = tuple(build_candidate({str(k): v for k, v in row.items()}, now) for row in groups.to_dict("records"))
    with store.hold():
        return len(candidates), write_candidates(store, candidates, is_input_known=True)


def build_candidate(group: Mapping[str, Any], seen_utc: datetime) -> Candidate:
    """A group as a candidate: what GDELT codes is proposed; category and severity, which it doesn't state, are not."""
    root, initiator, target = group["cameo_root"], group["initiator"], group["target"]
    counts = f"{count(group['event_count'], 'event')} coded by machine, {count(group['mention_count'], 'mention')}"
    place = group["location"] or "no place stated"
    has_place = group["latitude"] is not None and group["latitude"] == group["latitude"]
    coded = {name: group[name] for name in ("cameo_root", "initiator", "target", "location", "region")}
    return Candidate(
        candidate_id=build_cluster_id(group),
        source_key=SOURCE_KEY,
        feed=FEED,
        title=f"{CAMEO_ROOTS[root]}: {_name(initiator)} towards {_name(target)}, {place}"[:300],
        summary=f"{counts}, from {count(group['page_count'], 'page')}; not reviewed.",
        url=group["url"],
        published_date=group["reported_date"].date(),
        seen_utc=seen_utc,
        publisher=(urlsplit(group["url"]).hostname or "unknown host").removeprefix("www."),
        tier="aggregator",
        proposal=Proposal(
            is_likely_event=True,
            occurred_date=group["occurred_date"].date(),
            region=group["region"],
            actors=(initiator, target),
            initiator=initiator,
            target=target,
            cameo_root=root,
            location=group["location"] or None,
            latitude=group["latitude"] if has_place else None,
            longitude=group["longitude"] if has_place else None,
            geo_precision=group["geo_precision"] if has_place and isinstance(group["geo_precision"], str) else None,
            reasons=tuple(
                Reason(name, str(value), f"as coded by GDELT in {counts}") for name, value in coded.items() if value
            ),
        ),
    )


def build_cluster_id(group: Mapping[str, Any]) -> str:
    """'cluster:' and a hash of what makes the group one."""
    parts = [str(group[name] or "") for name in ("initiator", "target", "cameo_root", "location")]
    text = "|".join([group["occurred_date"].date().isoformat(), *parts])
    return f"cluster:{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _name(code: str) -> str:
    state = load_states().get(code)
    return STATE_NAMES.get(code) or (state.name if state else code)
