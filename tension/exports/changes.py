"""What changed between two days as plain data, for the command line and the interface. Writes nothing."""

from __future__ import annotations

from typing import Any

from tension.assessments.changes import Changes


def build_changes_json(found: Changes) -> dict[str, Any]:
    """What changed as plain data, ISO days."""
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "summary": found.summary,
        "claims": [{"claim_id": c.claim.claim_id, "then": c.then, "now": c.now} for c in found.claims],
        "changes": [
            {
                "date": change.day.isoformat(),
                "kind": str(change.kind),
                "words": change.words,
                "claim_id": change.claim_id or None,
                "indicator": change.indicator_id or None,
                "event_id": change.event_id or None,
            }
            for change in found.changes
        ],
    }
