"""Signals that ask the command to stop: its work unwinds, its folders go, and its exit code names the signal."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pathway_cost.privacy.leftovers import folders_of_ours, remove_ours

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

T = TypeVar("T")

ASK_TO_STOP: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
BY_SIGNAL: Final = 128  # an exit code above this names the signal that ended the process
PATIENCE: Final = 1.0  # seconds in which the work may unwind before a signal is heard again
INTERRUPTED: Final = BY_SIGNAL + signal.SIGINT


class Stopped(BaseException):
    """A signal asked for an end; like KeyboardInterrupt it is no error that anything should handle."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.code = BY_SIGNAL + number


def stoppable(work: Callable[[], T]) -> T:
    """What the work gives; the folders that it worked in are removed, however it ends.

    Raises:
        Stopped: a signal asked for an end, and nothing is left of the work.
    """
    asked, before = _Asked(), folders_of_ours()
    handlers = asked.listen()
    try:
        try:
            return work()
        finally:
            asked.tidying = True
            remove_ours(before)
    except BaseException:
        if asked.number is None:
            raise
        asked.tidying = True
        remove_ours(before)  # once more: the signal may have broken the first off
        raise Stopped(asked.number) from None
    finally:
        sys.unraisablehook = asked.hook
        for number, handler in handlers.items():  # the process of one that was asked ends now, and hears no more
            signal.signal(number, handler if asked.number is None else signal.SIG_IGN)


class _Asked:
    """Which signal asked first: kept, for a library may turn what it raises into an error of its own, or swallow it."""

    def __init__(self) -> None:
        self.number: int | None = None
        self.tidying = False
        self.hook = sys.unraisablehook
        self._raised = float("-inf")

    def listen(self) -> dict[int, Any]:
        """Signal → who heard it before; those that whoever started the process has it ignore (`nohup`) stay ignored."""
        if threading.current_thread() is not threading.main_thread():
            return {}
        sys.unraisablehook = self._swallowed
        heard = [each for each in ASK_TO_STOP if signal.getsignal(each) is not signal.SIG_IGN]
        return {each: signal.signal(each, self._heard) for each in heard}

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        """Unwind the work; while that is under way, and while its folders are being removed, nothing more is heard."""
        self.number = self.number or number
        if not self.tidying and time.monotonic() > self._raised + PATIENCE:
            self._raised = time.monotonic()
            raise Stopped(number)

    def _swallowed(self, lost: UnraisableHookArgs) -> None:
        """Ask again where Python had to swallow the first: in the end of an object, say, from which nothing is raised."""
        if isinstance(lost.exc_value, Stopped):
            self._raised = float("-inf")
            threading.Timer(0.01, signal.raise_signal, [lost.exc_value.number]).start()
        else:
            self.hook(lost)
