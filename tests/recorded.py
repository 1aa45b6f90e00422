"""Recorded inputs: the small ones of tests/samples, and more where a fuller collection lies beside the checkout."""

from __future__ import annotations

from pathlib import Path

SMALL = Path(__file__).parent / "samples"
FULL = Path(__file__).parents[2] / "shared" / "samples"


def list_samples(pattern: str) -> list[Path]:
    """Recorded files by a pattern such as 'gdelt/*.CSV'; at least one, for the small ones always travel along."""
    small = sorted(SMALL.glob(pattern))
    assert small, f"tests/samples holds no {pattern}"
    return [*small, *sorted(FULL.glob(pattern))]


def name_sample(path: Path) -> str:
    """A sample's name for a test's title; those of the fuller collection are marked."""
    return path.name if path.is_relative_to(SMALL) else f"full-{path.name}"
