"""Leads: acts seen in digests, of which nobody opened the pages. They wait for a reviewer like the items of a feed.

A lead has the fields of an event, proposed; it enters no reading and is in view only when its source is asked for.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from tension.records.candidates import PROPOSED_FIELDS, Candidate, Proposal, Reason
from tension.records.events import Event, SourceKey
from tension.records.source_cards import LEADS


class Lead(Event):
    """An event as proposed by data/leads.yaml; `read_in` says where it was seen, its sources were not opened."""

    event_id: str = Field(pattern=r"^lead:\d{4}-\d{2}-\d{2}-[a-z0-9-]{1,80}$")
    source_key: SourceKey = LEADS
    read_in: tuple[str, ...] = Field(min_length=1)


def build_lead_candidate(lead: Lead, seen_utc: datetime) -> Candidate:
    """A lead as a candidate that waits, with the reasons to be shown beside it."""
    first = lead.sources[0]
    stated = {name: getattr(lead, name) for name in PROPOSED_FIELDS if name in lead.model_fields_set}
    return Candidate(
        candidate_id=lead.event_id,
        source_key=LEADS,
        feed=LEADS,
        title=lead.title,
        summary=lead.summary,
        url=str(first.url),
        published_date=first.published,
        seen_utc=seen_utc,
        publisher=first.publisher,
        tier=first.tier,
        proposal=Proposal(**stated, is_likely_event=True, reasons=tuple(_list_reasons(lead))),
    )


def _list_reasons(lead: Lead) -> list[Reason]:
    seen = [Reason("read in", "", words) for words in lead.read_in]
    pages = [Reason("page, not opened", page.publisher, str(page.url)) for page in lead.sources]
    doubt = [Reason("doubt", "", lead.coder_doubt)] if lead.coder_doubt else []
    return seen + pages + doubt
