"""The command on judgements: list them with their scores, add or revise from a file, void, write down outcomes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tension.commands.failures import ends_in_one_line, fail
from tension.commands.text_tables import print_json, print_table
from tension.desk import Desk, open_desk
from tension.errors import BadInput
from tension.judgements.book import MARK_LETTERS
from tension.judgements.likelihood import load_likelihoods
from tension.judgements.listing import build_listing
from tension.judgements.standing import ALL_AUTHORS, Standing, read_standing
from tension.judgements.weighing import build_weighing
from tension.judgements.writing import make_judgement, read_fields, resolve_due, revise_judgement, void_judgement

_TABLE = ("question", "likelihood", "confidence", "author", "status", "brier", "judgement")
_RANKS = ("rank", "hypothesis", "inconsistent", "consistent")
_TOLD = ("event_id", "title", "tells_apart", "decisive")
_SCORES = ("author", "count", "brier", "brier_of_base_rate", "brier_of_persistence")


class JudgementFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


@ends_in_one_line
def print_judgements(
    add: Annotated[str, typer.Option("--add", help="A YAML file of judgements to make, or to revise by id.")] = "",
    resolve: Annotated[
        bool, typer.Option("--resolve", help="Write down what came of those whose day is past.")
    ] = False,
    void: Annotated[str, typer.Option("--void", help="Take a judgement out of the scores, with --reason.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why it is void.")] = "",
    author: Annotated[str, typer.Option("--author", help="Whose are shown, or who declares one void.")] = ALL_AUTHORS,
    competing: Annotated[str, typer.Option("--competing", help="The competing readings of a claim, ranked.")] = "",
    left_out: Annotated[str, typer.Option("--leave-out", help="With --competing: what this camp alone tells.")] = "",
    output: Annotated[JudgementFormat, typer.Option("--format", help="How to print.")] = JudgementFormat.TABLE,
) -> None:
    """Judgements on what the record will say, with their scores; and whether the book of them was changed."""
    desk = open_desk()
    if left_out and not competing:
        raise BadInput("leave-out", left_out, "together with --competing CLAIM")
    if competing:
        _print_competing(build_weighing(desk, competing, left_out), output)
        return
    if add:
        _add(desk, Path(add))
    if void:
        void_judgement(desk, void, "" if author == ALL_AUTHORS else author, reason)
    if resolve:
        resolve_due(desk)
    standing = read_standing(desk)
    if author not in (ALL_AUTHORS, *standing.authors):
        raise BadInput("author", author, (ALL_AUTHORS, *standing.authors))
    listing = build_listing(desk, standing, author)
    if output is JudgementFormat.JSON:
        print_json(listing)
    else:
        _print(desk, listing, standing)
    if standing.faults:
        fail(f"the book of judgements was changed after the fact: {'; '.join(standing.faults)}")


def _print_competing(weighed: dict[str, Any], output: JudgementFormat) -> None:
    if output is JudgementFormat.JSON:
        print_json(weighed)
        return
    print_table(weighed["hypotheses"], _RANKS)
    told = [row | {"decisive": "yes" if row["is_decisive"] else ""} for row in weighed["evidence"]]
    print_table(told, _TOLD, empty="No evidence is marked.")
    if weighed["left_out"]:
        print(f"Left out: {weighed['left_out_count']} of the evidence, told by {weighed['left_out']} alone.")


def _add(desk: Desk, path: Path) -> None:
    """An entry with a question is a new judgement, one without is what is now said of an old one."""
    for fields in read_fields(path):
        if "question" in fields:
            make_judgement(desk, fields)
        else:
            revise_judgement(desk, str(fields.get("judgement") or ""), fields)


def _print(desk: Desk, listing: dict[str, Any], standing: Standing) -> None:
    words = {one.likelihood: one.spoken for one in load_likelihoods(desk.settings.data_dir)}
    rows = [
        row | {"likelihood": words.get(row["likelihood"], row["likelihood"]), "brier": _round(row["brier"])}
        for row in listing["judgements"]
    ]
    print_table(rows, _TABLE, empty="No judgement was made yet; docs/judgements.md says how.")
    if any(row["count"] for row in listing["scores"]):
        scores = [
            {name: _round(row[name]) if name != "author" else row[name] for name in _SCORES}
            for row in listing["scores"]
        ]
        print_table(scores, _SCORES)
    if standing.line_count:
        print(f"The book holds {standing.line_count} lines; the last is {standing.mark[:MARK_LETTERS]}.")


def _round(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")
