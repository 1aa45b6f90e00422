"""Times a full recomputation of every claim of the article for every day since 2022, on the real record.

Run: python bench/assessments_bench.py. Each time is also given as a ratio to a plain pandas rolling mean over the same
days in the same run, so that runs on other machines compare. Nothing is kept between the repeats.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.readings_bench import measure
from tension.assessments.assessor import Assessor
from tension.assessments.backtest import read_backtests
from tension.assessments.noticing import read_notices
from tension.assessments.watch import find_state_changes
from tension.desk import Desk, open_desk
from tension.settings import PROJECT_DIR, Settings

REPEATS = 3


def recompute(desk: Desk) -> Assessor:
    """Every indicator and every claim on every day, from nothing."""
    assessor = Assessor(desk.record.claim_rules, desk.assessor.observed.frames)
    for rule in assessor.rules:
        assessor.read_claim_history(rule.claim_id)
    return assessor


def main() -> None:
    with TemporaryDirectory() as folder:
        desk = open_desk(Settings(PROJECT_DIR / "data", Path(folder) / "own", str(Path(folder) / "store")))
        assessor = recompute(desk)
        days, indicators = len(assessor.days), sum(len(rule.indicators) for rule in assessor.rules)
        plain = pd.Series(np.random.default_rng(2).poisson(12, days))
        floor = measure(lambda: plain.rolling(30, min_periods=24).mean(), 50)
        last = assessor.observed.events.occurred_date.max().date()
        # Each repeat reads another day, since a day that was read is kept.
        other_days = count(1)
        claims = desk.record.article.claims
        rows = {
            f"6 claims, {indicators} indicators, {days} days": measure(lambda: recompute(desk), REPEATS),
            "every change of state and what moved it": measure(
                lambda: [find_state_changes(assessor, rule.claim_id) for rule in assessor.rules], REPEATS
            ),
            "one day of all claims, in full": measure(
                lambda: assessor.read(last - timedelta(days=next(other_days))), REPEATS
            ),
            "another day, brief, as Overview tells it": measure(
                lambda: read_notices(assessor, claims, last - timedelta(days=next(other_days))), REPEATS
            ),
            "every claim against its known escalations": measure(
                lambda: read_backtests(assessor, desk.record.escalations), REPEATS
            ),
        }
    print(f"{'plain pandas rolling mean of one series':50s} {floor * 1000:9.2f} ms")
    for name, seconds in rows.items():
        print(f"{name:50s} {seconds * 1000:9.2f} ms  {seconds / floor:8.0f} x")


if __name__ == "__main__":
    main()
