"""Who is told how far the work has come: a function of (stage, done, total), or nobody."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float, float], None]


def silent(_stage: str, _done: float, _total: float) -> None:
    """Tells nobody."""
