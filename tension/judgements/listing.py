"""Judgements, scores and the state of the book as plain data, for the command line and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tension.judgements.book import Line
from tension.judgements.scores import Band, Score, score_brier
from tension.judgements.standing import ALL_AUTHORS, Judgement, Standing, build_calibration
from tension.judgements.telling import describe_question

if TYPE_CHECKING:
    from tension.desk import Desk


def build_listing(desk: Desk, standing: Standing, author: str = ALL_AUTHORS) -> dict[str, Any]:
    """What `judgements --format json` prints: judgements with all that was said, scores, bands, the book."""
    shown = [j for j in standing.judgements if author in (ALL_AUTHORS, j.author)]
    authors = [ALL_AUTHORS, *standing.authors] if author == ALL_AUTHORS else [author]
    return {
        "judgements": [build_judgement_json(desk, judgement) for judgement in shown],
        "scores": [{"author": name} | build_score_json(standing.score(name)) for name in authors],
        "calibration": [_build_band(band) for band in build_calibration(desk, standing.list_scored(author))],
        "book": {"lines": standing.line_count, "mark": standing.mark, "faults": list(standing.faults)},
    }


def build_judgement_json(desk: Desk, judgement: Judgement) -> dict[str, Any]:
    """One judgement; numbers are null where there are none yet. How likely and how confident stand apart."""
    scored = judgement.build_scored()
    answer = judgement.answer
    return {
        "judgement": judgement.judgement_id,
        "author": judgement.author,
        "question": describe_question(desk, judgement.question),
        "day": judgement.question.day.isoformat(),
        "asks": judgement.question.model_dump(mode="json", exclude_defaults=True),
        "likelihood": judgement.standing.likelihood,
        "probability_pct": judgement.standing.probability_pct,
        "confidence": judgement.standing.confidence,
        "status": judgement.status,
        "status_reason": judgement.reason or None,
        "outcome": judgement.outcome,
        "value": answer.value if answer else None,
        "is_written_down": judgement.written is not None,
        "base_rate": judgement.known.base_rate,
        "persistence": float(judgement.known.held),
        "known": judgement.known.model_dump(mode="json"),
        "brier": score_brier(scored) if scored else None,
        "forecasts": [_build_forecast(line) for line in judgement.forecasts],
    }


def build_score_json(score: Score) -> dict[str, Any]:
    """Mean Brier scores: of what was said, of the base rate, of persistence."""
    return {
        "count": score.count,
        "brier": score.brier,
        "brier_of_base_rate": score.base_rate,
        "brier_of_persistence": score.persistence,
    }


def _build_forecast(line: Line) -> dict[str, Any]:
    return {
        "entry": line.entry,
        "written_utc": line.written_utc.isoformat(),
        "author": line.author,
        "likelihood": line.likelihood,
        "probability_pct": line.probability_pct,
        "confidence": line.confidence,
        "reason": line.reason,
        "event_ids": list(line.event_ids),
    }


def _build_band(band: Band) -> dict[str, Any]:
    return {
        "from": band.low,
        "to": band.high,
        "count": band.count,
        "said": band.said,
        "came_true": band.came_true,
        "share": band.share,
        "low": band.interval[0],
        "high": band.interval[1],
    }
