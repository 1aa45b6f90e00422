"""Runs a pure reader in a process of its own, within bounds of CPU time and memory. For bytes that strangers wrote.

Owns the process and its limits, never a format. Where the system knows no limits (Windows), the clock stands for them.
"""

from __future__ import annotations

import logging
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import orjson

from tension.errors import FormatError
from tension.settings import PROJECT_DIR

_LOG = logging.getLogger(__name__)
_CHILD = "from tension.sources.limits import answer; answer()"
# A pure reader never waits: only a machine that is far too busy needs longer on the clock than this.
_CLOCK_FACTOR = 20
Args = ParamSpec("Args")
Plain = TypeVar("Plain")


@dataclass(frozen=True)
class Budget:
    """What one reading may cost."""

    cpu_seconds: int = 20
    memory_bytes: int = 1 << 30


def run_limited(
    function: Callable[Args, Plain], budget: Budget | None = None, *args: Args.args, **kwargs: Args.kwargs
) -> Plain:
    """What a module's function gives for these arguments; its result must be plain data, as JSON holds it.

    Raises FormatError: the function's own, or one that says that the budget was used up or what else ended it.
    """
    budget = budget or Budget()
    task = pickle.dumps(budget) + pickle.dumps((function, args, kwargs))
    try:
        done = subprocess.run(  # noqa: S603 (this program's own interpreter and code)
            [sys.executable, "-c", _CHILD],
            input=task,
            capture_output=True,
            cwd=PROJECT_DIR,
            timeout=budget.cpu_seconds * (_CLOCK_FACTOR if sys.platform != "win32" else 1),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FormatError(_describe_end(None, budget)) from None
    if done.stderr:
        _LOG.debug("%s: %s", function.__qualname__, done.stderr[-4_000:].decode("utf-8", "replace"))
    if done.returncode or not done.stdout:
        raise FormatError(_describe_end(done.returncode, budget))
    # JSON and not a pickle: what comes back was made from a stranger's bytes.
    answered = orjson.loads(done.stdout)
    if "error" in answered:
        raise FormatError(answered["error"])
    result: Plain = answered["result"]
    return result


def _describe_end(code: int | None, budget: Budget) -> str:
    """What a process that gave no answer died of; `code` is None where the clock ended it."""
    if sys.platform == "win32" or code in (None, -signal.SIGXCPU, -signal.SIGKILL):
        return f"needs more time than allowed; allowed: {budget.cpu_seconds} s of CPU time"
    if code == -signal.SIGABRT:
        # How a library in Rust or C++ ends that can't have the memory it asks for.
        return _describe_memory(budget)
    return f"can't be read: it breaks its reader ({code})"


def _describe_memory(budget: Budget) -> str:
    return f"needs more memory than allowed; allowed: {budget.memory_bytes >> 20} MB"


def answer() -> None:
    """What the process of its own does: take one task from standard input, answer on standard output."""
    budget = pickle.load(sys.stdin.buffer)  # noqa: S301 (written by run_limited)
    _limit(budget)
    function, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        answered = orjson.dumps({"result": function(*args, **kwargs)})
    except FormatError as error:
        answered = orjson.dumps({"error": str(error)})
    except MemoryError:
        answered = orjson.dumps({"error": _describe_memory(budget)})
    except Exception as error:  # noqa: BLE001 (whatever a hostile file makes a library raise is told in one line)
        traceback.print_exc()
        answered = orjson.dumps({"error": f"can't be read ({type(error).__name__})"})
    sys.stdout.buffer.write(answered)


def _limit(budget: Budget) -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (budget.cpu_seconds, budget.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Elsewhere the system takes the bound and doesn't hold it.
        resource.setrlimit(resource.RLIMIT_AS, (budget.memory_bytes, budget.memory_bytes))
