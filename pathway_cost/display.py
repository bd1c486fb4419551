"""How a result shows itself in a notebook: it asks here, and knows nothing of who draws.

Results stand below reports, so that no number hangs on how it is shown. The package names the wing that shows them, which is
imported when something is first shown.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Protocol

_BY = {"wing": ""}


def shown_by(wing: str) -> None:
    """Name the wing that shows results: its `card.card` gives HTML, its `plots.Plots` the drawings."""
    _BY["wing"] = wing


def _from(file: str) -> Any:
    return importlib.import_module(f"{_BY['wing']}.{file}")


class Picture(Protocol):
    """A drawing that a notebook shows; its text is SVG."""

    def save(self, path: str | Path, *, replace: bool = False) -> Path:
        """Write it as an SVG file that stands alone."""


class Plots(Protocol):
    """The drawings of a result; a scenario that is left out means every one that there is a drawing of."""

    def bridge(self, scenario: str | None = None) -> Picture:
        """Why a scenario differs from the first: a waterfall of the factors, one-off costs apart."""

    def sankey(self, scenario: str | None = None, *, by: str = "pounds") -> Picture:
        """Where pounds or patients flow, from setting to setting."""

    def tornado(self, scenario: str | None = None) -> Picture:
        """The modelled change when each number is read low and high, where the study asks for it."""

    def cost_by(self, cut: str) -> Picture:
        """Total cost by setting or organisation, a bar a scenario."""

    def change_by(self, cut: str, scenario: str | None = None) -> Picture:
        """The change in total cost by setting, organisation, component, …, or by an attribute of the patients."""


class ShowsItself:
    """What a notebook shows as a card instead of as text."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(_from("card").card(self))


class DrawsItself(ShowsItself):
    """What also has drawings of its own."""

    __slots__ = ()

    @property
    def plot(self) -> Plots:
        """Its drawings: `bridge`, `sankey`, `tornado`, `cost_by`, `change_by`, each shown by a notebook and saved as SVG."""
        plots: Plots = _from("plots").Plots(self)
        return plots
