"""Leads: acts seen in digests, of which nobody opened the pages. They wait for a reviewer like the items of a feed.

A lead has the fields of an event, proposed; it enters no reading and is in view only when its source is asked for.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import Field

from tension.records.events import Event, SourceKey
from tension.records.source_cards import LEADS

WAITING = "waiting"
_PROPOSED = (
    "occurred_date end_date region location latitude longitude geo_precision actors initiator target organizations "
    "people category cameo_root severity tags episode us_china_military_contact figures figures_other confidence "
    "coder_doubt"
).split()


class Lead(Event):
    """An event as proposed by data/leads.yaml; `read_in` says where it was seen, its sources were not opened."""

    event_id: str = Field(pattern=r"^lead:\d{4}-\d{2}-\d{2}-[a-z0-9-]{1,80}$")
    source_key: SourceKey = LEADS
    read_in: tuple[str, ...] = Field(min_length=1)


def build_lead_candidate(lead: Lead, seen_utc: datetime) -> dict[str, Any]:
    """A lead as a row of CANDIDATE_SCHEMA that waits, with the reasons to be shown beside it."""
    fields = lead.model_dump(mode="json", exclude_defaults=True)
    first = lead.sources[0]
    proposal = {f"proposed_{name}": fields[name] for name in _PROPOSED if name in fields}
    proposal |= {
        "publisher": first.publisher,
        "tier": first.tier,
        "is_likely_event": True,
        "reasons": _list_reasons(lead),
    }
    return {
        "candidate_id": lead.event_id,
        "source_key": LEADS,
        "feed": LEADS,
        "title": lead.title,
        "summary": lead.summary,
        "url": first.url,
        "published_date": first.published,
        "seen_utc": seen_utc,
        "proposal": json.dumps(proposal, ensure_ascii=False),
        "status": WAITING,
        "reviewer": None,
        "reviewed_utc": None,
        "event_id": None,
        "note": None,
    }


def _list_reasons(lead: Lead) -> list[dict[str, str]]:
    seen = [{"field": "read in", "value": "", "words": words} for words in lead.read_in]
    pages = [{"field": "page, not opened", "value": page.publisher, "words": page.url} for page in lead.sources]
    doubt = [{"field": "doubt", "value": "", "words": lead.coder_doubt}] if lead.coder_doubt else []
    return seen + pages + doubt
