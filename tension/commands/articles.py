"""The command that lists the articles that are followed."""

from __future__ import annotations

import sys

from tension.articles.own import load_record
from tension.commands.assessments import FormatOption, ReadingFormat
from tension.commands.failures import ends_in_one_line
from tension.commands.text_tables import print_json, print_table
from tension.exports.articles import build_article_json
from tension.settings import Settings


@ends_in_one_line
def print_articles(output: FormatOption = ReadingFormat.TABLE) -> None:
    """The articles that are followed, with their claims; one of your own with a fault is told and left out."""
    record, faults = load_record(Settings.from_environment())
    for fault in faults:
        print(fault, file=sys.stderr)
    told = [build_article_json(one) for one in record.articles]
    if output is ReadingFormat.JSON:
        print_json(told)
        return
    rows = [
        {
            "article": article["article_id"],
            "claim": claim["claim_id"],
            "stated": claim["stated_date"],
            "trend": claim["trend"],
            "indicators": len(claim["indicators"]),
            "publisher": article["publisher"],
            "whose": "your own" if article["is_own"] else "bundled",
        }
        for article in told
        for claim in article["claims"]
    ]
    print_table(rows, tuple(rows[0]))
