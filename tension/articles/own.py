"""The record with a reader's own articles in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tension.assessments.kinds import check_rules, find_indicator_faults
from tension.records.article_files import FollowedArticle, load_own_articles
from tension.records.article_names import FOLDER
from tension.records.curated import CuratedRecord, load_curated
from tension.settings import Settings


def load_record(settings: Settings) -> tuple[CuratedRecord, tuple[str, ...]]:
    """The curated record with the reader's own articles, and the faults of those that are left out of it.

    Raises CuratedDataError for a fault of the bundled files.
    """
    return add_own_articles(load_bundled(settings.data_dir), settings.user_data_dir)


def load_bundled(folder: Path) -> CuratedRecord:
    """The curated record alone, with every rule checked by its kind; raises CuratedDataError."""
    record = load_curated(folder)
    for one in record.articles:
        check_rules(one.rules, record.series)
    return record


def add_own_articles(record: CuratedRecord, folder: Path) -> tuple[CuratedRecord, tuple[str, ...]]:
    """The record with the articles of a folder, those that are whole, and every fault of the others."""
    ids = [event.event_id for event in record.events]
    found, faults = load_own_articles(folder, record.articles, ids)
    whole: list[FollowedArticle] = []
    for one in found:
        told = [fault for built in one.article.built for fault in find_indicator_faults(built, record.series)]
        faults += [f"{folder.name}/{FOLDER}/{one.article.article_id}.yaml {fault}" for fault in told]
        whole += [] if told else [one]
    return replace(record, articles=(*record.articles, *whole)), tuple(faults)
