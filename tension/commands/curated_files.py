"""The command that checks the curated files and one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from tension.articles.own import load_record
from tension.articles.proposing import load_assessing_words
from tension.errors import CuratedDataError
from tension.records.curated import OwnRecord, join_own_record, load_own_record
from tension.records.measurements import Measurement, load_measurements, span_series
from tension.settings import Settings
from tension.sources.coding.gazetteer import load_gazetteer
from tension.sources.coding.lexicon import load_lexicon
from tension.sources.rss.adapter import load_feeds


def check_data() -> None:
    """Validate every file of the curated record and of your own; print the counts, or every fault and exit code 1."""
    settings = Settings.from_environment()
    faults: list[str] = []
    counts: dict[str, int] = {}
    own = OwnRecord()
    rows: list[Measurement] = []
    try:
        own = load_own_record(settings.user_data_dir)
    except CuratedDataError as error:
        faults += error.faults
    try:
        record, told = load_record(settings)
        faults += told
        counts = record.count()
        join_own_record(record, own)
        rows, unread = load_measurements(settings.data_dir, record.series)
        faults += unread
    except CuratedDataError as error:
        faults += error.faults
    faults += find_list_faults(settings.data_dir)
    if faults:
        for fault in faults:
            print(fault, file=sys.stderr)
        print(f"{len(faults)} fault{'s' if len(faults) > 1 else ''}; nothing was loaded.", file=sys.stderr)
        raise typer.Exit(1)
    counts |= own.count()
    for name, count in counts.items():
        print(f"{count:>6}  {name}")
    for series, first, last, count in span_series(rows):
        print(f"{count:>6}  values of {series}, {first} to {last}")


def find_list_faults(folder: Path) -> list[str]:
    """The faults of the lists that propose a coding; they are loaded when a feed is read, and checked here."""
    faults: list[str] = []
    loaders = (
        (load_feeds, "feeds.yaml"),
        (load_lexicon, "lexicon.yaml"),
        (load_gazetteer, "gazetteer.csv"),
        (load_assessing_words, "assessing.yaml"),
    )
    for load, name in loaders:
        try:
            load(folder / name)
        except CuratedDataError as error:
            faults += error.faults
        except OSError as error:
            faults.append(f"{folder.name}/{name}: {error.strerror}")
        except UnicodeDecodeError as error:
            faults.append(f"{folder.name}/{name}: not UTF-8 text ({error.reason})")
    return faults
