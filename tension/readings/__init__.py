"""The tracker's statistics: pure functions from days and numbers to readings. No I/O, no store, no Streamlit."""

from tension.readings.claims import (
    DEFAULT_MARKS,
    MOVED,
    ClaimState,
    Mark,
    find_since,
    find_turns,
    read_claim_states,
    read_marks,
)
from tension.readings.day_counts import Cover, EventDays, build_event_days, count_in_windows, select_in_windows
from tension.readings.distinct import read_distinct_history
from tension.readings.monthly import find_month_to_read, read_zscores
from tension.readings.occurrence import read_in_force_history, read_occurrence_history, read_recency_history
from tension.readings.rates import RateRule, read_rate_history, read_rates
from tension.readings.robustness import read_series_robustness
from tension.readings.series import DailySeries, SeriesRule, build_daily_series, read_series_history
from tension.readings.series_intervals import (
    SeriesReading,
    bootstrap_ratio_interval,
    read_series,
)
from tension.readings.shares import read_share_history
from tension.readings.states import DIRECTIONS, State, read_state_runs
from tension.readings.surges import Surge, SurgeRule, find_surge, read_surge_bounds

__all__ = [
    "DEFAULT_MARKS",
    "DIRECTIONS",
    "MOVED",
    "ClaimState",
    "Cover",
    "DailySeries",
    "EventDays",
    "Mark",
    "RateRule",
    "SeriesReading",
    "SeriesRule",
    "State",
    "Surge",
    "SurgeRule",
    "bootstrap_ratio_interval",
    "build_daily_series",
    "build_event_days",
    "count_in_windows",
    "find_month_to_read",
    "find_since",
    "find_surge",
    "find_turns",
    "read_claim_states",
    "read_distinct_history",
    "read_in_force_history",
    "read_marks",
    "read_occurrence_history",
    "read_rate_history",
    "read_rates",
    "read_recency_history",
    "read_series",
    "read_series_history",
    "read_series_robustness",
    "read_share_history",
    "read_state_runs",
    "read_surge_bounds",
    "read_zscores",
    "select_in_windows",
]
