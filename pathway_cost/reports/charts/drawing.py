"""A drawing with what is said around it, the same on the page and wherever else it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from pathway_cost.reports.words import Html, tag


@dataclass(frozen=True)
class Drawing:
    """An SVG drawing, what stands above and below it, and what its colours mean where they need a key.

    >>> Drawing("Hub, against Baseline", Html("<svg/>"), "Whole pounds.").figure()
    '<figure><svg/><figcaption>Whole pounds.</figcaption></figure>'
    """

    heading: str
    svg: Html
    caption: str
    keys: tuple[tuple[str, str], ...] = ()
    """Name and colour."""

    def figure(self) -> Html:
        """The drawing over its caption."""
        return tag("figure", self.svg, tag("figcaption", self.caption))
