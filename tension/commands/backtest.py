"""The command that prints how often the indicators noticed what is known, and how often they fired for nothing."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tension.assessments.backtest import ClaimResult
from tension.assessments.backtest_words import describe_backtest, tell_fraction
from tension.commands.assessments import ReadingFormat
from tension.commands.failures import ends_in_one_line
from tension.commands.options import takes_filter
from tension.commands.text_tables import print_json, print_table
from tension.desk import open_desk
from tension.records.claims import ClaimRule
from tension.records.filters import EventFilter
from tension.words import format_percent


@ends_in_one_line
@takes_filter("as_of", "article")
def print_backtest(
    wanted: EventFilter,
    output: Annotated[ReadingFormat, typer.Option("--format", help="How to print.")] = ReadingFormat.TABLE,
) -> None:
    """Each claim against its known escalations (data/backtest.yaml), beside calm days, luck and a naive rule."""
    desk = open_desk().choose_article(wanted.article)
    results = desk.read_backtests(wanted.as_of)
    rules = [desk.assessor.find_rule(result.claim_id) for result in results]
    if output is ReadingFormat.JSON:
        print_json([build_result_json(result, rule) for result, rule in zip(results, rules, strict=True)])
        return
    print("Noticed: a turn towards escalation or a surge within a fortnight. Not a forecast: it comes late by days.")
    rows = [
        {
            "claim": result.claim_id,
            "listed": result.listed,
            "noticed": tell_fraction(result.noticed, result.readable),
            "by luck": format_percent(result.random_share),
            "naive rule": tell_fraction(result.naive_noticed, result.readable),
            "calm fortnights": format_percent(result.calm_day_share),
            "naive, calm": format_percent(result.naive_calm_day_share),
            "turns a year": None if result.turns_per_year is None else f"{result.turns_per_year:.1f}",
        }
        for result in results
    ]
    print_table(rows, tuple(rows[0]) if rows else ())


def build_result_json(result: ClaimResult, rule: ClaimRule) -> dict[str, Any]:
    """A claim's back-test as plain data; a share without a day to take it of is null."""
    sets = {"large_exercises": result.select(is_large=True)}
    sets |= {use: result.select(use=use) for use in ("tune", "judge")}
    return {
        "claim_id": result.claim_id,
        "listed": result.listed,
        "readable": result.readable,
        "noticed": result.noticed,
        "calm_day_share": result.calm_day_share,
        "calm_day_count": result.calm_day_count,
        "random_share": result.random_share,
        "turns_per_year": result.turns_per_year,
        "naive_noticed": result.naive_noticed,
        "naive_calm_day_share": result.naive_calm_day_share,
        "word_shares": result.word_shares,
        "readable_day_count": result.readable_day_count,
        "reason": result.reason or None,
        "words": describe_backtest(result, rule),
        **{
            name: {"noticed": noticed, "readable": readable, "listed": listed}
            for name, (noticed, readable, listed) in sets.items()
        },
        "indicators": [vars(found) for found in result.indicators],
        "escalations": [
            {
                "date": hit.escalation.date.isoformat(),
                "title": hit.escalation.title,
                "use": hit.escalation.use,
                "large_exercise": hit.escalation.large_exercise,
                "event_ids": list(hit.escalation.events),
                "publisher": hit.escalation.publisher,
                "url": hit.escalation.url,
                "is_readable": hit.is_readable,
                "noticed_by": list(hit.noticed_by),
                "days_after": hit.days_after,
                "is_naively_noticed": hit.is_naively_noticed,
            }
            for hit in result.hits
        ],
    }
