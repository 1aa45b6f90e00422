"""The pages of judgements: what is asked, what was said and how it stands, nine a page. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from tension.brief.citing import cite_events, cite_record
from tension.brief.document import Page, Table
from tension.brief.event_pages import PAGE_ROWS, Bench
from tension.brief.recipe import Item
from tension.judgements.book import MARK_LETTERS
from tension.judgements.likelihood import load_likelihoods
from tension.judgements.standing import Judgement, Standing, read_standing
from tension.judgements.telling import describe_question, tell_score
from tension.records.filters import EventFilter

if TYPE_CHECKING:
    from tension.desk import Desk

_MOST = 4 * PAGE_ROWS
_HEADER = ("Question", "Likelihood", "Confidence", "By", "Stands")


def build_judgement_pages(bench: Bench, item: Item, _wanted: EventFilter) -> Sequence[Page]:
    """Every judgement of the reader's book as it stands today, or one of them, with its reason and events."""
    desk = bench.desk
    standing = read_standing(desk)
    shown = [standing.find(item.key)] if item.key else list(standing.judgements)[:_MOST]
    frame = _build_frame(desk, standing, shown)
    refs = (cite_record(desk, bench.sources), *_cite(bench, shown))
    lines = tuple(f"Reason: {judgement.standing.reason}" for judgement in shown) if item.key else ()
    rows = [_build_row(desk, judgement) for judgement in shown]
    return [
        Page(
            title="Judgements",
            finding=tell_score(standing.score()) if not start else "",
            frame=frame,
            subtitle=_describe_book(standing),
            lines=lines,
            table=Table(_HEADER, tuple(rows[start : start + PAGE_ROWS])) if rows else None,
            source_line="Source: the analysts' own book; each question is answered by the record as known on its day.",
            refs=refs if not start else (),
        )
        for start in range(0, max(len(rows), 1), PAGE_ROWS)
    ]


def _build_row(desk: Desk, judgement: Judgement) -> tuple[str, ...]:
    said = judgement.standing
    words = {one.likelihood: one.spoken for one in load_likelihoods(desk.settings.data_dir)}
    stands = judgement.status + (f": {judgement.reason}" if judgement.reason else "")
    spoken = words.get(said.likelihood, said.likelihood)
    return describe_question(desk, judgement.question), spoken, str(said.confidence), said.author, stands


def _describe_book(standing: Standing) -> str:
    if standing.faults:
        return f"The book was changed after the fact: {'; '.join(standing.faults[:2])}"
    mark = f"; its last line is {standing.mark[:MARK_LETTERS]}" if standing.mark else ""
    return f"The book shows no change after the fact{mark}"


def _cite(bench: Bench, shown: Sequence[Judgement]) -> list[int]:
    """The sources of the events that a single judgement rests on; of many they would fill pages."""
    ids = shown[0].standing.event_ids if len(shown) == 1 else ()
    rows = [row for event_id in ids if (row := bench.desk.queries.load_event(event_id))]
    return [number for refs in cite_events(bench.sources, pd.DataFrame(rows)) for number in refs] if rows else []


def _build_frame(desk: Desk, standing: Standing, shown: Sequence[Judgement]) -> pd.DataFrame:
    """One row a judgement with every figure that the pages say, and the mean scores."""
    bands = {one.likelihood: one for one in load_likelihoods(desk.settings.data_dir)}
    score = standing.score()
    rows = [
        {
            "judgement": judgement.judgement_id,
            "question": describe_question(desk, judgement.question),
            "day": judgement.question.day,
            "threshold": judgement.question.threshold,
            "low_pct": bands[judgement.standing.likelihood].low_pct,
            "high_pct": bands[judgement.standing.likelihood].high_pct,
            "probability_pct": judgement.standing.probability_pct,
            "status": judgement.status,
            "value": judgement.answer.value if judgement.answer else None,
            "scored": score.count,
            "brier": score.brier,
            "brier_of_base_rate": score.base_rate,
            "brier_of_persistence": score.persistence,
        }
        for judgement in shown
    ]
    return pd.DataFrame(rows)
