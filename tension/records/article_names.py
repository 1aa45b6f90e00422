"""Which articles there are, by their names alone: what the filter needs of them, without reading one."""

from __future__ import annotations

from pathlib import Path

from tension.settings import Settings

FOLDER = "articles"
# The article that is in view where nobody chose another.
SEED_ARTICLE = "constructive-talks"


def list_article_files(folder: Path) -> list[Path]:
    """The files of articles of `data/`, or of a reader's data folder, by name."""
    return sorted((folder / FOLDER).glob("*.yaml"))


def list_article_ids() -> list[str]:
    """The articles that there are files of, the seed first."""
    settings = Settings.from_environment()
    found = [path.stem for folder in (settings.data_dir, settings.user_data_dir) for path in list_article_files(folder)]
    return sorted(dict.fromkeys(found), key=lambda name: name != SEED_ARTICLE)
