"""Every reader takes time in proportion to its input, on the text that is worst for it: a ratio of two sizes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tension.errors import BadInput, FormatError
from tension.sources import find_adapter
from tension.sources.rss.feed import read_feed
from tests.growth import measure_growth
from tests.test_sources_ucdp import BASE, build_csv

SEEN = datetime(2026, 11, 24, tzinfo=UTC)
# Four times the input in less than twice that: quadratic time would be sixteen.
MOST_GROWTH = 8
_UPLOAD = "occurred_date,title,region,category,cameo_root,severity,source_url,latitude,longitude\n"
# The ministry's own worst words are in test_sources_mnd.py.
# Reader, what stands before, the piece that is repeated, and how often at the smaller size.
WORST = [
    ("mnd", "", "<", 50_000),
    ("mnd", "", "民國115年8月7日", 2_000),
    ("mnd", "", "\ufffd7日", 6_000),
    ("upload", _UPLOAD, '2026-08-01,"Patrol', 4_000),
    ("upload", _UPLOAD, "2026-08-01,Patrol,Taiwan Strait,incident,19,1,x," + "1" * 40 + "°\n", 200),
    ("upload", _UPLOAD, '"', 60_000),
    ("ucdp", build_csv(BASE).decode(), '"a,\n', 3_000),
    ("gpr", "month,GPR\n", '2024-01,"1\n', 2_000),
    ("measurements", "date_from,measure,value,unit,publisher\n", '2024-01-01,"a\n', 2_000),
    ("gdelt", "", "\t" * 59 + "\n", 4_000),
]  # fmt: skip


@pytest.mark.parametrize(("key", "head", "piece", "size"), WORST, ids=lambda value: repr(value)[:20])
def test_time_is_in_proportion_to_the_input(key: str, head: str, piece: str, size: int) -> None:
    adapter = find_adapter(key)

    def read(count: int) -> None:
        try:
            adapter.parse((head + piece * count).encode(), SEEN, "worst")
        except (FormatError, BadInput):
            return

    assert measure_growth(read, size) < MOST_GROWTH


@pytest.mark.parametrize("piece", ["<![CDATA[", "<item>", "<!--", "&amp;lt;", "<item><title>&"])
def test_a_feed_that_never_closes_costs_time_in_proportion(piece: str) -> None:
    def read(count: int) -> None:
        try:
            read_feed(("<rss><channel>" + piece * count).encode())
        except FormatError:
            return

    assert measure_growth(read, 300 if "title" in piece else 1_200) < MOST_GROWTH
