"""One refresh at a time in the background of this process, so that whoever began it may go on. Draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from threading import Lock, Thread

from tension.errors import TensionError
from tension.intake.ingest import IngestReport
from tension.intake.refresh import RefreshStep


@dataclass(frozen=True)
class JobState:
    """How far a refresh is: the last step, the reports so far, and what ended it early ('' where nothing did).

    `number` counts the refreshes of this process; 0 before the first.
    """

    number: int = 0
    is_running: bool = False
    step: RefreshStep | None = None
    reports: tuple[IngestReport, ...] = field(default_factory=tuple)
    error: str = ""

    @property
    def share_done(self) -> float:
        """Sources that are behind, as a fraction of all."""
        if self.step is None:
            return 0.0
        return (self.step.number - 1) / self.step.source_count if self.is_running else 1.0


class RefreshJob:
    """Runs the steps of a refresh in a thread of its own; safe to ask from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._state = JobState()
        self._thread: Thread | None = None
        self._is_asked_to_end = False

    def read(self) -> JobState:
        """How it stands now."""
        with self._lock:
            return self._state

    def start(self, open_steps: Callable[[], Iterator[RefreshStep]]) -> bool:
        """Begin, unless a refresh is under way; True when this one began."""
        with self._lock:
            if self._state.is_running:
                return False
            self._state = JobState(self._state.number + 1, is_running=True)
            self._is_asked_to_end = False
            self._thread = Thread(target=self._run, args=(open_steps,), name="refresh", daemon=True)
        self._thread.start()
        return True

    def end(self, within_seconds: float) -> bool:
        """Let a refresh end with the step that it is at; True when none is under way any more."""
        with self._lock:
            self._is_asked_to_end = True
        if self._thread:
            self._thread.join(within_seconds)
        return not self.read().is_running

    def _run(self, open_steps: Callable[[], Iterator[RefreshStep]]) -> None:
        error = "the refresh ended unexpectedly; the log of the server says why"
        try:
            for step in open_steps():
                with self._lock:
                    reports = (*self._state.reports, step.report) if step.report else self._state.reports
                    self._state = replace(self._state, step=step, reports=reports)
                    is_asked_to_end = self._is_asked_to_end
                if is_asked_to_end:
                    error = "the server stopped; what was taken in stands, and the next refresh goes on"
                    return
            error = ""
        except TensionError as problem:
            error = str(problem)
        finally:
            with self._lock:
                self._state = replace(self._state, is_running=False, error=error)
