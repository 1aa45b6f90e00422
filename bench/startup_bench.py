"""CPU time of the command line's start beside an earlier commit of it, round by round in one run.

Each takes turns in a process of its own, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tension.settings import PROJECT_DIR

# The last commit in which every command imported all that any of them needs.
BEFORE = "a4398b5"
ROUNDS = 9
COMMANDS = (("--help",), ("events", "--format", "json"))


def measure() -> list[tuple[str, str]]:
    """For each command the median over the rounds of now / before, and the CPU seconds of both."""
    with tempfile.TemporaryDirectory(prefix="tension-bench-") as folder:
        before = Path(folder) / "before"
        try:
            extract(BEFORE, before)
        except subprocess.CalledProcessError:
            return [(f"CPU time / that of {BEFORE} (aim 0.5)", "not measured: the commit isn't in this clone")]
        shown = []
        for words in COMMANDS:
            take_seconds(before, words, Path(folder) / "store-before")
            take_seconds(PROJECT_DIR, words, Path(folder) / "store")
            pairs = [
                (
                    take_seconds(PROJECT_DIR, words, Path(folder) / "store"),
                    take_seconds(before, words, Path(folder) / "store-before"),
                )
                for _ in range(ROUNDS)
            ]
            now, then = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
            ratio = statistics.median(one / other for one, other in pairs)
            name = f"{' '.join(words)}: CPU time / that of {BEFORE} (aim 0.5)"
            shown.append((name, f"{ratio:.2f} ({now:.2f} s, {then:.2f} s)"))
    return shown


def extract(commit: str, folder: Path) -> None:
    """The files of a commit in a folder of their own."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=PROJECT_DIR, capture_output=True, check=True)  # noqa: S607
    subprocess.run(["tar", "-x"], cwd=folder, input=packed.stdout, check=True)  # noqa: S607


def take_seconds(folder: Path, words: tuple[str, ...], store: Path) -> float:
    """CPU seconds, the system's included, that one command of the program in a folder takes."""
    environment = os.environ | {"TENSION_STORE": str(store), "TENSION_DATA": str(store.with_suffix(".own"))}
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "tension", *words]
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime - begun.ru_utime + ended.ru_stime - begun.ru_stime


if __name__ == "__main__":
    for what, value in measure():
        print(f"{what:<78} {value}")
