"""Requests made of right and wrong parts, by a seed: for a test of a few, or `python -m tests.fuzz_requests 10000`."""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
from starlette.applications import Starlette

from tension.api.parameters import FILTERS
from tension.api.resources import RESOURCES
from tension.api.routes import build_routes
from tension.desk import Desk, open_desk
from tension.figures.registry import CHARTS
from tension.settings import PROJECT_DIR, Settings
from tests.interface import run_apart

_VALUES = (
    *(
        "",
        "1",
        "0",
        "-1",
        "99999999999999999999",
        "1e9",
        "²",
        "NaN",
        "null",
        "true",
        "5",
        "4",
        " ",
        ",",
        ",,,",
        "%",
        "_",
    ),
    *("2024-06-17", "2024-02-30", "0001-01-01", "9999-12-31", "2026-07-05", "taiwan-strait", "mars", "CHN", "CHN,USA"),
    *(
        "south-china-sea,taiwan-strait",
        "XXX",
        "curated",
        "acled",
        "gdelt,acled",
        "coast_guard",
        "material-conflict",
        "*",
    ),
    *("'; DROP TABLE events; --", "\\", "<script>", "🙂", "\u202e", "\x01", "\r\nX: y", "../../etc/passwd", "a" * 3000),
    *("Second Thomas", "臺灣", "\ud7ff"),
)
_NAMES = (
    "since",
    "until",
    "as_of",
    "asof",
    "limit",
    "offset",
    "claim",
    "region",
    "lane",
    "view",
    "layers",
    "indicator",
    "count",
)
_HEADERS = ({}, {"If-None-Match": '"x"'}, {"If-None-Match": "*"}, {"Accept": "text/html"}, {"Range": "bytes=0-1"})


def list_requests(count: int, seed: int = 1) -> Iterator[tuple[str, dict[str, str]]]:
    """`count` addresses under /api/v1 and the headers that go with each."""
    chance = random.Random(seed)  # noqa: S311
    names = (*_NAMES, *(parameter.name for parameter in FILTERS), "colour", "")
    known = {
        "{event_id}": ["2024-06-17-chinese-coast-guard-boards-philippine-boats-at-s"],
        "{iso3}": ["PHL", "chn"],
        "{key}": list(CHARTS),
        "{series}": ["japan-senkaku", "taiwan-mnd"],
        "{claim_id}": ["taiwan", "south-china-sea"],
    }
    for _ in range(count):
        resource = chance.choice(RESOURCES)
        path = resource.path
        for name, values in known.items():
            path = path.replace(name, quote(chance.choice([*values * 3, *_VALUES[:-1]]), safe=""))
        path += chance.choice(["", "", *(f".{suffix}" for suffix in resource.suffixes), ".json", ".exe", "/"])
        asked = [(chance.choice(names), chance.choice(_VALUES)) for _ in range(chance.randint(0, 4))]
        yield f"/api/v1{path}{'?' if asked else ''}{urlencode(asked)}", dict(chance.choice(_HEADERS))


async def _ask_all(app: Starlette, requests: Iterator[tuple[str, dict[str, str]]]) -> Counter[int]:
    answers: Counter[int] = Counter()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120) as client:
        for path, headers in requests:
            answer = await client.get(path, headers=headers)
            if answer.status_code >= 500:
                raise AssertionError(f"{answer.status_code} for {path}: {answer.text[:200]}")
            answers[answer.status_code] += 1
    return answers


def ask_all(desk: Desk, count: int, seed: int = 1) -> Counter[int]:
    """How many answers of each status; AssertionError at the first that is a fault of the service."""
    app = Starlette(routes=build_routes(lambda: desk))
    return run_apart(_ask_all, app, list_requests(count, seed))


def main() -> None:
    """Ask for as many as the command line says, of a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Settings(PROJECT_DIR / "data", Path(folder) / "own", str(Path(folder) / "store")))
        print(dict(sorted(ask_all(desk, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000).items())))


if __name__ == "__main__":
    main()
