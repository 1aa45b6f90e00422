"""Large GDELT exports for the benches: the recorded samples repeated with new ids, or plainly synthetic rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tension.settings import PROJECT_DIR
from tension.sources.gdelt.adapter import COLUMN_COUNT

SAMPLES = PROJECT_DIR.parent / "shared" / "samples" / "gdelt"
SYNTHETIC_ROWS = 4_000
# A tenth of the rows touches the theatre, as in the recorded files.
_INSIDE = [("CHN", "PHL", "RP"), ("CHN", "TWN", "TW"), ("USA", "CHN", "CH"), ("PRK", "KOR", "KS"), ("JPN", "CHN", "JA")]
_OUTSIDE = [("USA", "", "US"), ("BRA", "ARG", "BR"), ("FRA", "DEU", "FR"), ("NGA", "", "NI"), ("GBR", "IRL", "UK")]


def load_rows() -> tuple[list[bytes], str]:
    """Rows to repeat, and where they come from."""
    if SAMPLES.is_dir():
        lines = (line for path in sorted(SAMPLES.iterdir()) for line in path.read_bytes().split(b"\n"))
        return [line for line in lines if line.count(b"\t") == COLUMN_COUNT - 1], "recorded samples"
    return list(build_rows()), "synthetic rows"


def build_rows() -> Iterator[bytes]:
    """Synthetic rows in the shape of an export."""
    dice = np.random.default_rng(1)
    for number in range(SYNTHETIC_ROWS):
        pairs = _INSIDE if number % 10 == 0 else _OUTSIDE
        first, second, place = pairs[dice.integers(len(pairs))]
        root = f"{dice.integers(1, 21):02d}"
        cells = [""] * COLUMN_COUNT
        cells[0:5] = str(number), "20240617", "202406", "2024", "2024.4603"
        cells[5:8] = first, f"NAME OF {first}", first
        cells[15:18] = second, f"NAME OF {second}" if second else "", second
        quad = 1 + (int(root) > 5) + (int(root) > 9) + (int(root) > 14)
        cells[25:30] = "1", f"{root}0", f"{root}0", root, str(quad)
        cells[30:35] = (
            str(round(dice.uniform(-10, 10), 1)),
            str(dice.integers(1, 91)),
            "1",
            "5",
            str(dice.uniform(-9, 9)),
        )
        latitude, longitude = str(round(dice.uniform(-30, 60), 4)), str(round(dice.uniform(60, 150), 4))
        cells[51:58] = "4", f"Town {number % 97}, {place}", place, f"{place}01", "", latitude, longitude
        cells[58:61] = str(-number), "20240617120000", f"https://example.org/{number % 700}/a-page-of-some-length.html"
        yield "\t".join(cells).encode()


def write_export(path: Path, row_count: int) -> str:
    """Write so many rows with ids of their own; returns where the rows come from."""
    rows, origin = load_rows()
    tails = [row[row.index(b"\t") :] + b"\n" for row in rows]
    with path.open("wb") as file:
        for number in range(row_count):
            file.write(b"%d" % (900_000_000 + number) + tails[number % len(tails)])
    return origin
