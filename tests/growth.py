"""Measures how the work of a reader grows with its input: a ratio of CPU times, steady on a busy machine."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import thread_time


def measure_growth(work: Callable[[int], object], size: int, factor: int = 4) -> float:
    """CPU time at `factor` times `size` over that at `size`, the best of three: `factor` where it is linear.

    `size` should cost some hundredths of a second, or the clock is too coarse to tell.
    """
    times = {one: min(_time(work, one) for _ in range(3)) for one in (size, size * factor)}
    return times[size * factor] / max(times[size], 1e-3)


def _time(work: Callable[[int], object], size: int) -> float:
    gc.collect()
    began = thread_time()
    work(size)
    return thread_time() - began
