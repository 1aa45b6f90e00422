"""The numbers behind the daily-count charts: means, baseline, usual range, records, exercises. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from tension.readings import SeriesRule, build_daily_series, read_series_history
from tension.records.curated import DefinitionBreak
from tension.records.filters import EventFilter
from tension.records.vocab import Region

if TYPE_CHECKING:
    from tension.desk import Desk

RULE = SeriesRule()
BAND = (0.1, 0.9)
# A range of fewer 30-day means than this would be drawn from a single season.
_LEAST_BAND_MEANS = 90
# In a definition's first month nearly every day is a record.
_LEAST_RECORD_DAYS = 30


@dataclass(frozen=True)
class Count:
    """A column of Taiwan's daily counts: `slug` in keys and options, `title` with its unit, `noun` for a sentence."""

    slug: str
    column: str
    title: str
    noun: str
    note: str = ""

    @property
    def subject(self) -> str:
        """The title without its unit."""
        return self.title.rpartition(", ")[0]


@dataclass(frozen=True)
class DaySource:
    """Where a daily count comes from, in the words of its chart: `key` of the chart, `place` and `last_word` of its
    subtitle, whom the source line credits.
    """

    key: str
    place: str
    source_line: str
    last_word: str = "the last day in view"


class Break(Protocol):
    """A day from which a count means something else."""

    @property
    def date(self) -> date: ...

    @property
    def reason(self) -> str: ...


COUNTS = (
    Count("aircraft", "aircraft_count", "Chinese military aircraft around Taiwan, sorties a day", "sorties"),
    Count(
        "crossed",
        "crossed_median_count",
        "Chinese sorties across the median line or into Taiwan's zone, a day",
        "sorties",
        "As the bulletins word it: crossing the median line and entering the ADIZ are joined. On 15 Oct 2024 they say "
        "111; Reuters counts 28 across the line itself.",
    ),
    Count("vessels", "vessel_count", "Chinese naval vessels around Taiwan, vessels a day", "vessels"),
    Count("ships", "official_ship_count", "Chinese official ships around Taiwan, ships a day", "ships"),
    Count("balloons", "balloon_count", "Chinese balloons around Taiwan, balloons a day", "balloons"),
)
COUNTS_BY_SLUG = {count.slug: count for count in COUNTS}


@dataclass(frozen=True)
class Exercise:
    """A named exercise by China around Taiwan, from its first to its last day."""

    name: str
    first: date
    last: date


def select_breaks(breaks: Iterable[DefinitionBreak], column: str) -> list[DefinitionBreak]:
    """The definition breaks that apply to a column, oldest first."""
    return sorted((b for b in breaks if b.columns in ("all", column)), key=lambda b: b.date)


def build_day_frame(activity: pd.DataFrame, column: str, breaks: Sequence[Break]) -> pd.DataFrame:
    """One row for every calendar day from the column's first to the last bulletin, indexed by day.

    count: as stated, NaN where there is no bulletin or it doesn't say. mean_30d, baseline_365d: as tension/readings
    defines them, NaN unless 80% of the window is reported. band_low, band_high: the 10th and 90th percentile of the
    complete 30-day means that end on one of the 1,095 days before. regime_start: the day of the definition in force;
    nothing is counted across it.
    """
    stated = activity.dropna(subset=[column])
    activity = activity[activity.date >= stated.date.min()]
    if activity.empty:
        return pd.DataFrame(columns=list(_FRAME_COLUMNS), index=pd.DatetimeIndex([], name="date"), dtype=float)
    series = build_daily_series(activity.date, activity[column].astype(float), [b.date for b in breaks])
    days = pd.date_range(activity.date.min(), activity.date.max(), name="date")
    history = read_series_history(series, days, RULE)
    frame = pd.DataFrame(index=days)
    frame["count"] = activity.set_index("date")[column].astype(float).reindex(days)
    frame["mean_30d"] = history.recent.where(_is_covered(history.recent_day_count, RULE.window_days)).to_numpy()
    frame["baseline_365d"] = history.baseline.where(
        _is_covered(history.baseline_day_count, RULE.baseline_days)
    ).to_numpy()
    frame["regime_start"] = days[series.regime_starts]
    past = frame.groupby("regime_start").mean_30d.shift(1)
    windows = past.groupby(frame.regime_start).rolling(RULE.reference_days, min_periods=_LEAST_BAND_MEANS)
    for name, share in zip(("band_low", "band_high"), BAND, strict=True):
        frame[name] = windows.quantile(share).droplevel(0).reindex(days)
    return frame[list(_FRAME_COLUMNS)]


_FRAME_COLUMNS = ("count", "mean_30d", "baseline_365d", "band_low", "band_high", "regime_start")


def _is_covered(day_counts: pd.Series[int], window_days: int) -> pd.Series[bool]:
    return day_counts >= RULE.coverage * window_days


def select_days(days: pd.DataFrame, wanted: EventFilter) -> pd.DataFrame:
    """The days of a frame that lie within the filter's dates."""
    first = pd.Timestamp(wanted.since) if wanted.since else None
    last = pd.Timestamp(wanted.until) if wanted.until else None
    return days.loc[first:last]


def find_records(days: pd.DataFrame) -> pd.DataFrame:
    """Days whose count is above every earlier day under the same definition, from its 31st day on."""
    before = days.groupby("regime_start")["count"].transform(lambda counts: counts.cummax().shift(1).ffill())
    age = (days.index.to_series() - days.regime_start).dt.days
    return days[(days["count"] > before) & (age >= _LEAST_RECORD_DAYS)]


def rank_days(days: pd.DataFrame, records: pd.DataFrame, limit: int = 12) -> pd.DataFrame:
    """The highest days under one definition, highest first: the latest that has been in force for a year of reports,
    else the one with the most. `was_record`: among `records`, which `find_records` reads from all days, not only
    from those in view: the first high day in view is no record if an earlier one was higher."""
    reported = days.dropna(subset=["count"]).reset_index()
    sizes = reported.groupby("regime_start").size()
    long = sizes[sizes >= RULE.baseline_days]
    if sizes.empty:
        return reported[["date", "count", "regime_start"]].assign(was_record=False)
    chosen = reported[reported.regime_start == (long.index.max() if len(long) else sizes.idxmax())]
    ranked = chosen.sort_values(["count", "date"], ascending=[False, True]).head(limit).reset_index(drop=True)
    is_record = ranked.date.isin(records.index)
    return ranked[["date", "count", "regime_start"]].assign(was_record=is_record)


def load_exercises(desk: Desk, as_of: date | None = None) -> list[Exercise]:
    """Named exercises by China around Taiwan, oldest first, one for each episode of the record."""
    wanted = EventFilter(regions=(Region.TAIWAN_STRAIT,), actors=("CHN",), as_of=as_of)
    events = desk.queries.load_events(wanted)
    named = events[(events.initiator == "CHN") & events.tags.map(lambda tags: "named_exercise" in tags)]
    named = named.assign(last=named.end_date.fillna(named.occurred_date), episode=named.episode.fillna(named.event_id))
    return [
        Exercise(name_episode(str(episode)), part.occurred_date.min().date(), part["last"].max().date())
        for episode, part in sorted(named.groupby("episode"), key=lambda item: item[1].occurred_date.min())
    ]


def name_episode(slug: str) -> str:
    """An episode's slug as a name: joint-sword-2024a becomes Joint Sword 2024A."""
    return " ".join(word.upper() if word[0].isdigit() else word.capitalize() for word in slug.split("-") if word)
