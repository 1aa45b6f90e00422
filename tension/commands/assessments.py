"""Commands that print what the article's claims read on a day, and what an event feeds."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from tension.assessments.counts import SeaRow, list_sea_rows
from tension.assessments.headlines import (
    describe_judgement,
    describe_surge,
    describe_visible,
    write_desk_headline,
    write_headline,
)
from tension.assessments.kinds import check_rules, find_kind
from tension.assessments.notes import build_notes
from tension.assessments.noticing import ClaimNotice, Judgement, read_notices
from tension.assessments.reading import ClaimReading, IndicatorReading
from tension.assessments.wording import name_reading, pick_sign
from tension.commands.failures import ends_in_one_line
from tension.commands.options import takes_filter
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.errors import BadInput
from tension.exports.csv_text import to_csv
from tension.exports.records import to_plain, to_records
from tension.readings import Mark
from tension.records.curated import load_curated
from tension.records.filters import EventFilter
from tension.records.vocab import Region
from tension.settings import Settings


class ReadingFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


class EvidenceFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


_FEED_TABLE = "claim_id claim_state part_id indicator_id state role".split()
_EVIDENCE_TABLE = "claim_id indicator_id indicator_state role occurred_date what publisher url".split()

FormatOption = Annotated[ReadingFormat, typer.Option("--format", help="How to print.")]


@ends_in_one_line
@takes_filter("as_of")
def print_assessments(wanted: EventFilter, output: FormatOption = ReadingFormat.TABLE) -> None:
    """The article's claims on a day, by what had been reported then; the last day covered unless said otherwise."""
    desk = open_desk()
    day = wanted.as_of or desk.find_last_day()
    notices = read_notices(desk.assessor, desk.record.article.claims, day)
    seas = list_sea_rows(desk.series, desk.queries.load_measurements, day)
    if output is ReadingFormat.JSON:
        claims = []
        for notice in notices:
            regions = notice.claim.regions or tuple(Region)
            counts = [build_sea_json(row) for row in seas if row.region in regions or Region.INDO_PACIFIC in regions]
            reading = desk.assessor.read_claim(notice.claim.claim_id, day)
            claims.append(build_claim_json(notice, reading) | {"official_counts": counts})
        print_json(claims)
        return
    print(f"As of {day}, by what had been reported then. No forecast.")
    print(write_desk_headline(notices).text)
    rows = [
        {
            "claim": notice.claim.claim_id,
            "state": str(notice.reading.state),
            "sign": pick_sign(found),
            "indicator": found.indicator.title,
            "reads": name_reading(found),
            "why": found.reason,
            "holds in": found.robustness,
        }
        for notice in notices
        for found in desk.assessor.read_claim(notice.claim.claim_id, day).indicators
    ]
    print_table(rows, ("claim", "state", "sign", "indicator", "reads", "why", "holds in"))
    print("Official counts by sea, read as far as they had been published by then.")
    print_table([build_sea_json(row) for row in seas], ("region", "state", "words"))


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


@ends_in_one_line
@takes_filter("as_of")
def print_evidence(
    wanted: EventFilter,
    event_id: Annotated[str, typer.Argument(help="An event_id, as `events` prints it; all evidence without one.")] = "",
    claim: Annotated[str, typer.Option("--claim", help="The evidence of one claim, by its claim_id.")] = "",
    output: Annotated[EvidenceFormat, typer.Option("--format", help="How to print.")] = EvidenceFormat.TABLE,
) -> None:
    """Every indicator and claim that an event feeds; without an event, what stands behind every claim on a day."""
    desk = open_desk()
    day = wanted.as_of or desk.find_last_day()
    if event_id:
        if desk.queries.load_event(event_id) is None:
            raise BadInput("event", event_id, "an event_id of the record; see the command events")
        frame = desk.build_feeds(event_id, day)
        shown, empty = _FEED_TABLE, "This event feeds no indicator."
    else:
        frame = desk.load_evidence(day, [claim] if claim else ())
        shown, empty = _EVIDENCE_TABLE, "No evidence."
    if output is EvidenceFormat.JSON:
        print_json(to_records(frame))
    elif output is EvidenceFormat.CSV:
        sys.stdout.buffer.write(to_csv(frame))
    else:
        print_table(to_records(frame), shown, empty=empty)


@ends_in_one_line
def print_indicators() -> None:
    """Every indicator in a sentence that an editor can print, with its rule and its limits, as Markdown."""
    record = load_curated(Settings.from_environment().data_dir)
    check_rules(record.claim_rules, record.series)
    print(build_notes(record.claim_rules, record.article.claims), end="")
