"""The tracker's statistics: pure functions from days and numbers to readings. No I/O, no store, no Streamlit."""

from tension.readings.day_counts import Cover, EventDays, build_event_days, count_in_windows, select_in_windows
from tension.readings.rates import RateReading, RateRule, read_rate, read_rate_history, read_rates
from tension.readings.series import DailySeries, SeriesRule, build_daily_series, read_series_history
from tension.readings.series_intervals import (
    SeriesReading,
    bootstrap_ratio_interval,
    read_series,
    read_series_intervals,
)
from tension.readings.states import DIRECTIONS, State, read_state_runs

__all__ = [
    "DIRECTIONS",
    "Cover",
    "DailySeries",
    "EventDays",
    "RateReading",
    "RateRule",
    "SeriesReading",
    "SeriesRule",
    "State",
    "bootstrap_ratio_interval",
    "build_daily_series",
    "build_event_days",
    "count_in_windows",
    "read_rate",
    "read_rate_history",
    "read_rates",
    "read_series",
    "read_series_history",
    "read_series_intervals",
    "read_state_runs",
    "select_in_windows",
]
