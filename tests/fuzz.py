"""Mutated inputs over every reader: `python -m tests.fuzz --count 100000 --seed 1` prints what it found.

A reader may refuse (FormatError, BadInput) or account for every row. Anything else is a fault: another exception, more
than two seconds of CPU time, rows that don't add up, a day out of reach. A fault found becomes one of SEEDS.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tension.errors import BadInput, FormatError, SourceError
from tension.records.source_cards import SOURCE_CARDS
from tension.sources import find_adapter
from tension.sources.base import AHEAD, ParseResult
from tension.sources.limits import Budget, run_limited
from tests.fuzz_seeds import SEEDS

SEEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
MAX_SECONDS = 2.0
MAX_MEMORY_BYTES = 8 << 30
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
# How often each form of input is tried: those that cost a hundred times more, seldom.
WEIGHTS = {"gpr.xls": 1, "gpr.dta": 1, "gdelt": 6} | dict.fromkeys(
    ("upload.xlsx", "gpr.xlsx", "ucdp.xlsx", "measurements.xlsx"), 10
)
USUAL_WEIGHT = 50
_BYTES = (
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1a", b"\x85", b"\xc2\xa0", b"\r", b"\r\n", b"\n\n", b"\t"),
    *(b",", b";", b'"', b'""', b"'", b"\\", b"{", b"[", b"}", b"]", b"null", b"NaN", b"Infinity", b"=1+1"),
)
_WORDS = (
    *("<![CDATA[", "]]>", "<!--", "<item>", "</item>", "<script>", "&", "&amp;", "&#0;", "&#x110000;"),
    *("-1", "0", "1e999", "9" * 30, "0.0000001", "1,5", "0,0", "180", "-180.1", "detected"),
    *("0001-01-01", "1899-12-31", "2821-05-04", "5808-01-01", "2026-02-30", "31/02/2026", "46000", "20260230"),
    *("2026-08-21/2026-08-23", "T25:99:99+99:99", "至今日", "迄至", "至", "民國", "１１５年", "偵獲", "共機", "架次"),
    *("\u3000", "\u202e", "\ud7ff", "𠮷"),
)
TOKENS = (*_BYTES, *(word.encode() for word in _WORDS))


@dataclass
class Findings:
    """What a run found: outcomes by form, and each fault with the input that shows it."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[tuple[str, str, bytes]] = field(default_factory=list)
    slowest_seconds: float = 0.0

    def add(self, form: str, outcome: str, seconds: float) -> None:
        self.outcomes[form, outcome] += 1
        self.slowest_seconds = max(self.slowest_seconds, seconds)


def mutate(raw: bytes, others: Sequence[bytes], dice: random.Random) -> bytes:
    """An input with one to six slips: bytes changed, cut, doubled, moved, or taken from another input or TOKENS."""
    if raw.startswith(b"PK") and dice.random() < 0.8:
        return _mutate_member(raw, others, dice)
    data = bytearray(raw)
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        _slip(data, others, dice)
    if dice.random() < 0.04:
        return _encode_otherwise(bytes(data), dice)
    return bytes(data[:400_000])


def _mutate_member(raw: bytes, others: Sequence[bytes], dice: random.Random) -> bytes:
    """A zip file one of whose parts has slips: slips in the packed bytes would hardly ever get past its check sums."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice(
        [*parts, *(name for name in parts if "sheet" in name), *(name for name in parts if "sheet" in name)]
    )
    parts[name] = mutate(parts[name], others, dice)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return packed.getvalue()


def _slip(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(data) + 1)
    end = min(len(data), at + dice.choice((1, 2, 4, 16, 200)))
    kind = dice.randrange(8)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << dice.randrange(8)
    elif kind == 1:
        data[at:at] = dice.choice(TOKENS) * dice.choice((1, 1, 1, 30, 500))
    elif kind == 2:
        data[at:end] = dice.choice(TOKENS)
    elif kind == 3:
        del data[at:end]
    elif kind == 4:
        data[at:at] = data[at:end] * dice.choice((1, 2, 50))
    elif kind == 5:
        del data[at:]
    elif kind == 6:
        other = dice.choice(others)
        start = dice.randrange(len(other) + 1)
        data[at:at] = other[start : start + dice.choice((8, 100, 2_000))]
    else:
        lines = bytes(data).split(b"\n")
        dice.shuffle(lines)
        data[:] = b"\n".join(lines)


def _encode_otherwise(raw: bytes, dice: random.Random) -> bytes:
    codec = dice.choice(("utf-16", "utf-16-le", "cp950", "gb18030", "cp949", "cp932", "cp1252", "utf-8-sig"))
    return raw.decode("utf-8", "replace").encode(codec, "replace")


def run(
    count: int, seed: int, forms: Sequence[str] = (), report: Callable[[int, Findings], None] | None = None
) -> Findings:
    """Try so many inputs; the same seed gives the same inputs."""
    dice = random.Random(seed)  # noqa: S311 (made to be repeated)
    names = [name for name in SEEDS if not forms or name in forms]
    weights = [WEIGHTS.get(name, USUAL_WEIGHT) for name in names]
    everything = [raw for seeds in SEEDS.values() for raw in seeds]
    findings = Findings()
    with _read_here():
        for number in range(1, count + 1):
            (name,) = dice.choices(names, weights)
            raw = mutate(dice.choice(SEEDS[name]), everything, dice)
            try_input(name, raw, findings)
            if report and number % 1_000 == 0:
                report(number, findings)
    return findings


def try_input(form: str, raw: bytes, findings: Findings) -> None:
    """Read one input by the reader of its form ('gpr.xlsx' is read by gpr), and keep what is wrong with the answer."""
    key, began = form.partition(".")[0], _read_clock()
    try:
        result = find_adapter(key).parse(raw, SEEN, f"fuzz.{form}")
        outcome = find_fault(key, result) or "read"
    except (SourceError, BadInput) as refusal:
        outcome = "refused" if "\n" not in str(refusal) else f"a refusal of several lines: {refusal}"
    except Exception as error:  # noqa: BLE001 (any other is what this looks for)
        outcome = f"{type(error).__name__}: {error}"[:200]
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        outcome = f"panic: {panic}"[:200]
    seconds = _read_clock() - began
    if outcome in ("read", "refused") and seconds > MAX_SECONDS:
        outcome = f"took {seconds:.1f} s of CPU time"
    findings.add(form, outcome if outcome in ("read", "refused") else "fault", seconds)
    if outcome not in ("read", "refused"):
        findings.faults.append((form, outcome, raw))


def find_fault(key: str, result: ParseResult) -> str:
    """What is wrong with a reader's answer, '' for nothing."""
    kept = result.events.num_rows + result.activity.num_rows + len(result.candidates) + len(result.withdrawn)
    kept += len(result.measurements) + (result.series.num_rows if result.series is not None else 0)
    found = kept + result.duplicate_count + result.out_of_scope_count + len(result.rejects)
    if found != result.read_count:
        return f"{result.read_count} rows read, {found} accounted for"
    if not all(reject.reason and "\n" not in reject.reason for reject in result.rejects):
        return "a reject without a reason of one line"
    for text in [*(reject.text for reject in result.rejects), *(reject.reason for reject in result.rejects)]:
        try:
            text.encode()
        except UnicodeEncodeError:
            return "a reject whose text can't be stored"
    far = [day for day in _list_days(result) if not _is_in_reach(key, day)]
    return f"a day out of reach: {far[0]}" if far else ""


def _list_days(result: ParseResult) -> Iterator[date]:
    for column in ("occurred_date", "end_date", "reported_date"):
        yield from (day for day in result.events[column].to_pylist() if day)
    yield from result.activity["date"].to_pylist()
    yield from (row.date_from for row in result.measurements)
    yield from (row.published_date for row in result.candidates if row.published_date)
    if result.series is not None:
        yield from result.series["month"].to_pylist()


def _is_in_reach(key: str, day: date) -> bool:
    """By hand and not by the readers' own rule: no source tells of a day before 1900; a person may plan ahead."""
    last = date(2099, 12, 31) if key in ("upload", "measurements") else (SEEN + AHEAD).date()
    first = date(1900, 1, 1) if key in ("gpr", "upload", "measurements") else SOURCE_CARDS[key].first_day
    return first <= day <= last


def _read_clock() -> float:
    """CPU seconds of this process and the children that it waited for: a busy machine doesn't slow them."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@contextmanager
def _read_here() -> Iterator[None]:
    """Workbooks and feeds are read in this process, a hundred times faster; their errors are told as in another.

    Old workbooks and Stata's files aren't: a slip in one can ask for all the memory there is.
    """
    with ExitStack() as stack:
        for module in ("tension.sources.rows", "tension.sources.rss.feed"):
            stack.enter_context(patch(f"{module}.run_limited", _run_here))
        yield


def _limit_memory() -> None:
    if sys.platform != "linux":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, hard))


def _run_here(function: Callable[..., Any], budget: Budget | None = None, *args: Any, **kwargs: Any) -> Any:
    if args[0].startswith(_OLD_WORKBOOK):
        return run_limited(function, budget, *args, **kwargs)
    try:
        return function(*args, **kwargs)
    except FormatError:
        raise
    except Exception as error:
        raise FormatError(f"can't be read ({type(error).__name__})") from error


def write_report(findings: Findings) -> str:
    """The figures as lines of text."""
    forms = sorted({form for form, _ in findings.outcomes})
    lines = [f"{'form':20}{'tried':>9}{'read':>9}{'refused':>9}{'faults':>9}"]
    for form in forms:
        counts = [findings.outcomes[form, outcome] for outcome in ("read", "refused", "fault")]
        lines.append(f"{form:20}{sum(counts):>9,}" + "".join(f"{count:>9,}" for count in counts))
    lines.append(
        f"{'all':20}{sum(findings.outcomes.values()):>9,}; slowest {findings.slowest_seconds:.2f} s of CPU time"
    )
    return "\n".join(lines)


def main() -> int:
    """Run and print; the inputs that show a fault are kept in --keep. The exit code is 1 where there was one."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--count", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--form", action="append", default=[], choices=list(SEEDS))
    options.add_argument("--keep", type=Path, help="folder for the inputs that show a fault")
    asked = options.parse_args()
    _limit_memory()

    def report(number: int, findings: Findings) -> None:
        sys.stderr.write(f"{number:,} tried, {len(findings.faults)} faults, slowest {findings.slowest_seconds:.2f} s\n")
        sys.stderr.flush()

    findings = run(asked.count, asked.seed, asked.form, report)
    sys.stdout.write(write_report(findings) + "\n")
    for number, (form, outcome, raw) in enumerate(findings.faults):
        sys.stdout.write(f"{form}: {outcome} ({len(raw):,} bytes)\n")
        if asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
            (asked.keep / f"{number:03}-{form}").write_bytes(raw)
    return 1 if findings.faults else 0


if __name__ == "__main__":
    sys.exit(main())
