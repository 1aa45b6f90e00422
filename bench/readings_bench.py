"""Times a full recomputation of the readings: about 20 indicators on every day of 2022-01-01 to 2026-08-21.

Run: python bench/readings_bench.py. The inputs are plainly synthetic, of the record's size. Each time is also given as
a ratio to a plain pandas rolling mean over the same days in the same run, so that runs on other machines compare.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from tension.readings import (
    Cover,
    DailySeries,
    EventDays,
    RateRule,
    build_daily_series,
    build_event_days,
    read_claim_states,
    read_distinct_history,
    read_marks,
    read_occurrence_history,
    read_rate_history,
    read_recency_history,
    read_series,
    read_series_history,
    read_series_robustness,
    read_share_history,
)

SOURCE_DAYS = pd.date_range("2020-09-16", "2026-08-21")
AS_OF_DAYS = pd.date_range("2022-01-01", "2026-08-21")
COVER = Cover(date(2022, 1, 1), date(2026, 8, 21))
SERIES_COUNT, RATE_COUNT, EVENT_COUNT = 4, 10, 550
REPEATS = 5


def build_inputs() -> tuple[list[DailySeries], EventDays, list[EventDays]]:
    generator = np.random.default_rng(1)
    regimes = ["2022-08-06", "2022-11-15", "2026-08-09"]
    series = [
        build_daily_series(SOURCE_DAYS, generator.poisson(12, len(SOURCE_DAYS)), regimes) for _ in range(SERIES_COUNT)
    ]
    occurred = AS_OF_DAYS[np.sort(generator.integers(0, len(AS_OF_DAYS), EVENT_COUNT))]
    reported = occurred + pd.to_timedelta(generator.geometric(0.4, EVENT_COUNT) - 1, unit="D")
    keys = generator.integers(0, EVENT_COUNT * 3 // 4, EVENT_COUNT)
    groups = [np.flatnonzero(generator.random(EVENT_COUNT) < 0.15) for _ in range(RATE_COUNT)]
    parts = [build_event_days(occurred[rows], reported[rows], keys[rows]) for rows in groups]
    return series, build_event_days(occurred, reported, keys), parts


def read_everything(series: list[DailySeries], everything: EventDays, parts: list[EventDays]) -> pd.DataFrame:
    """Every indicator on every day, and the claim that they make up."""
    rule = RateRule(180, 730)
    histories = [read_series_history(one, AS_OF_DAYS) for one in series]
    histories += [read_rate_history(part, AS_OF_DAYS, COVER, rule, everything) for part in parts]
    histories += [read_share_history(part, everything, AS_OF_DAYS, COVER, rule) for part in parts[:2]]
    histories += [read_occurrence_history(part, AS_OF_DAYS, COVER, window_days=90) for part in parts[:2]]
    histories += [read_recency_history(part, AS_OF_DAYS, COVER) for part in parts[:2]]
    histories.append(read_distinct_history(everything, AS_OF_DAYS, COVER))
    states = pd.DataFrame({f"indicator {number}": frame["state"] for number, frame in enumerate(histories)})
    read_claim_states(states.apply(read_marks))
    return states


def read_all_robustness(series: list[DailySeries]) -> None:
    """27 settings of every series, on every day."""
    for one in series:
        read_series_robustness(one, AS_OF_DAYS)


def measure(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the fastest of some runs."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def main() -> None:
    series, everything, parts = build_inputs()
    plain = pd.Series(np.random.default_rng(2).poisson(12, len(SOURCE_DAYS)), index=SOURCE_DAYS)
    floor = measure(lambda: plain.rolling(30, min_periods=24).mean(), 50)
    states = read_everything(series, everything, parts)
    rows = {
        f"{states.shape[1]} indicators, {len(AS_OF_DAYS)} days": measure(
            lambda: read_everything(series, everything, parts)
        ),
        "robustness of the series, 27 settings, every day": measure(lambda: read_all_robustness(series), 1),
        "one day of one series with its interval": measure(lambda: read_series(series[0], "2025-10-31")),
    }
    print(f"{'plain pandas rolling mean of one series':50s} {floor * 1000:9.2f} ms")
    for name, seconds in rows.items():
        print(f"{name:50s} {seconds * 1000:9.2f} ms  {seconds / floor:8.0f} x")


if __name__ == "__main__":
    main()
