"""What the United States and China have said of their positions and red lines, in time, before and since the article.

So that 'neither side shifted position' can be judged. Lists; judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from tension.records.actors import Actor
from tension.records.article import Article

SIDES = ("USA", "CHN")
BEFORE, ON_THE_DAY, SINCE = "before the article", "on the article's day", "since the article"
COLUMNS = ["state", "kind", "topic", "date", "when", "statement", "source_url", "is_article"]
_ARTICLE_TOPIC = "as the article restates it"


def build_positions(
    actors: Iterable[Actor], article: Article, as_of: date, sides: Sequence[str] = SIDES
) -> pd.DataFrame:
    """One row a statement up to a day, oldest first; `kind` is 'position' or 'red line'.

    The article's own restatements of the meeting are among them, marked by `is_article`, with its address as source.
    """
    rows = []
    for actor in actors:
        if actor.iso3 in sides:
            said = [("position", s) for s in actor.stated_positions] + [("red line", s) for s in actor.red_lines]
            rows += [(actor.iso3, kind, s.topic, s.date, s.statement, s.source_url, False) for kind, s in said]
    rows += [
        (p.iso3, p.kind.replace("_", " "), _ARTICLE_TOPIC, article.published_date, p.statement, article.url, True)
        for p in article.positions
        if p.iso3 in sides
    ]
    frame = pd.DataFrame(rows, columns=[c for c in COLUMNS if c != "when"])
    frame["when"] = [_place(day, article.published_date) for day in frame["date"]]
    known = frame[[day <= as_of for day in frame["date"]]]
    return known.sort_values(["date", "state", "topic"], kind="stable").reset_index(drop=True)[COLUMNS]


def _place(day: date, article_day: date) -> str:
    return BEFORE if day < article_day else ON_THE_DAY if day == article_day else SINCE
