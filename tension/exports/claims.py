"""The article's claims on a day as plain data, for the command line and the interface. Writes nothing."""

from __future__ import annotations

from typing import Any

from tension.assessments.counts import SeaRow
from tension.assessments.headlines import describe_judgement, describe_surge, describe_visible, write_headline
from tension.assessments.kinds import find_kind
from tension.assessments.noticing import ClaimNotice, Judgement
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.assessments.wording import name_reading
from tension.exports.records import to_plain
from tension.readings import Mark


def build_sea_json(row: SeaRow) -> dict[str, Any]:
    """What the official counts of a sea say, as plain data; `words` alone where there is none that can be read."""
    found = row.reading
    fields = {
        "region": row.region.value,
        "series_count": row.series_count,
        "series": found.card.series if found else None,
        "measure": found.measure.measure if found else None,
        "unit": found.measure.unit if found else None,
        "publisher": found.card.publisher if found else None,
        "until": found.as_of if found else None,
        "state": str(found.state) if found else "no count",
        "recent": found.recent if found else None,
        "baseline": found.baseline if found else None,
        "ratio": found.ratio if found else None,
        "interval": found.interval if found else None,
        "words": row.words,
    }
    return {name: to_plain(value) for name, value in fields.items()}


def build_claim_json(notice: ClaimNotice, reading: ClaimReading) -> dict[str, Any]:
    """A claim on a day as plain data: what is noticed of it, and its full reading."""
    claim = notice.claim
    return {
        "claim_id": claim.claim_id,
        "title": claim.title,
        "statement": claim.statement,
        "quote": claim.quote,
        "core_risk": claim.core_risk,
        "stated_date": claim.stated_date.isoformat(),
        "trend": claim.trend,
        "as_of": reading.as_of.isoformat(),
        "state": str(reading.state),
        "state_means": reading.rule.state_means,
        "headline": write_headline(notice),
        "strip": notice.strip,
        **{f"{mark}_count": reading.count(mark) for mark in Mark},
        "movers": [
            {
                "indicator": mover.reading.indicator.indicator_id,
                "title": mover.reading.indicator.title,
                "mark": str(mover.reading.mark),
                "ratio": mover.ratio,
                "words": mover.words,
                "since": to_plain(mover.since),
            }
            for mover in notice.movers
        ],
        "turns": [
            {
                "indicator": turn.indicator.indicator_id,
                "title": turn.indicator.title,
                "date": turn.day.isoformat(),
                "mark": str(turn.mark),
                "from": str(turn.from_mark),
                "days_ago": turn.days_ago,
            }
            for turn in notice.turns
        ],
        "surges": [
            {
                "indicator": found.indicator.indicator_id,
                "title": found.indicator.title,
                "date": found.surge.day.isoformat(),
                "figure": found.surge.value,
                "bound": found.surge.bound,
                "last_as_high": to_plain(found.surge.last_as_high),
                "words": describe_surge(found),
            }
            for found in notice.surges
        ],
        "today": build_judgement_json(notice.today, notice.reading),
        "own_day": build_judgement_json(notice.own_day, notice.then) if notice.own_day and notice.then else None,
        "parts": [
            {
                "part_id": part.part_id,
                "title": part.title,
                "supports": list(part.supports),
                "indicators": [build_indicator_json(i) for i in reading.indicators if i.part_id == part.part_id],
            }
            for part in reading.rule.parts
        ],
    }


def build_judgement_json(found: Judgement, reading: ClaimReading) -> dict[str, Any]:
    """Whether the wording held on a day, and by which indicators."""
    return {
        "date": found.day.isoformat(),
        "verdict": str(found.verdict),
        "speak_for": [r.indicator.indicator_id for r in found.speak_for],
        "speak_against": [r.indicator.indicator_id for r in found.speak_against],
        "words": describe_judgement(found, reading),
    }


def build_indicator_json(reading: IndicatorReading) -> dict[str, Any]:
    """An indicator's reading as plain data; an interval that is open above ends in null."""
    indicator = reading.indicator
    window_days, baseline_days = find_kind(indicator).find_spans(indicator)
    fields = {
        "indicator_id": indicator.indicator_id,
        "title": indicator.title,
        "kind": indicator.kind,
        "sentence": indicator.sentence,
        "blind_spot": indicator.blind_spot,
        "unit": indicator.unit,
        "count": indicator.count.model_dump() if indicator.count else None,
        "window_days": window_days,
        "baseline_days": baseline_days,
        "window_since": indicator.window_since,
        "since": indicator.since,
        "recent": reading.recent,
        "baseline": reading.baseline,
        "ratio": reading.ratio,
        "interval": None
        if reading.interval is None
        else [edge if edge != float("inf") else None for edge in reading.interval],
        "percentile": reading.percentile,
        "recent_total": reading.recent_total,
        "baseline_total": reading.baseline_total,
        "recent_share": reading.recent_share,
        "baseline_share": reading.baseline_share,
        "days_since": reading.days_since,
        "typical_gap_days": reading.typical_gap_days,
        "last_date": reading.last_date,
        "state": str(reading.state),
        "word": name_reading(reading),
        "mark": None if reading.mark is None else str(reading.mark),
        "is_hollow": reading.is_hollow,
        "visible": None
        if reading.visible is None
        else {
            "up_count": reading.visible.up_count,
            "down_count": reading.visible.down_count,
            "usual": reading.visible.usual,
            "words": describe_visible(reading),
        },
        "reason": reading.reason,
        "robustness": reading.robustness or None,
        "source_end_date": reading.source_end_date,
        "event_ids": reading.event_ids,
        "baseline_event_ids": reading.baseline_event_ids,
        "days": reading.days,
        "periods": reading.periods,
        "baseline_periods": reading.baseline_periods,
        "recent_window": reading.windows.recent,
        "baseline_window": reading.windows.baseline,
    }
    return {name: to_plain(value) for name, value in fields.items()}
