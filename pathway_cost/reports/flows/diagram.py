"""A pathway as Mermaid text: settings grouped by role, routes with their shares, ends."""

from __future__ import annotations

from collections.abc import Iterator

from pathway_cost.reports.words import title
from pathway_cost.specs.format import ByLevel, BySteps, Excess, Fixed, Formula, Named, Pathway, Route, Value

LONGEST = 60  # letters of a share's text


def mermaid_text(pathway: Pathway) -> str:
    """The diagram, the same text for the same pathway.

    >>> from pathway_cost.specs.format import Pathway
    >>> print(mermaid_text(Pathway.model_validate({
    ...     "pathway": "cataract", "roles": {"acute": {"kind": "acute"}}, "start": {"surgery": 1}, "ends": ["home"],
    ...     "settings": {"surgery": {"role": "acute", "title": "Cataract surgery"}},
    ...     "routes": {"surgery": {"surgery": 0.1, "home": "rest"}}})))
    ---
    title: "Cataract"
    ---
    flowchart LR
      START((Start)) -->|"100%"| n_surgery
      subgraph r_acute ["Acute"]
        n_surgery["Cataract surgery"]
      end
      n_home(["Home"])
      n_surgery -->|"10%"| n_surgery
      n_surgery -->|"rest"| n_home
    """
    heading = ["---", f'title: "{_safe(pathway.title or title(pathway.pathway))}"', "---", "flowchart LR"]
    return "\n".join([*heading, *_starts(pathway), *_settings(pathway), *_ends(pathway), *_routes(pathway)])


def _starts(pathway: Pathway) -> Iterator[str]:
    if pathway.start.column is not None:
        yield f'  START((Start)) -->|"by {_safe(pathway.start.column)}"| CHOICE{{{{"as the cohort says"}}}}'
    for name, share in pathway.start.shares.items():
        yield f'  START((Start)) -->|"{_safe(value_text(share))}"| n_{name}'


def _settings(pathway: Pathway) -> Iterator[str]:
    """One subgraph a role, in the pathway's order; settings without a role stand outside."""
    for role, given in pathway.roles.items():
        inside = [name for name, setting in pathway.settings.items() if setting.role == role]
        if inside:
            yield f'  subgraph r_{role} ["{_safe(given.title or title(role))}"]'
            yield from (f"  {_box(pathway, name)}" for name in inside)
            yield "  end"
    yield from (_box(pathway, name) for name, setting in pathway.settings.items() if setting.role not in pathway.roles)


def _box(pathway: Pathway, name: str) -> str:
    return f'  n_{name}["{_safe(pathway.settings[name].title or title(name))}"]'


def _ends(pathway: Pathway) -> Iterator[str]:
    for name, end in pathway.ends.items():
        yield f'  n_{name}(["{_safe(end.title or title(name))}"])'


def _routes(pathway: Pathway) -> Iterator[str]:
    for source, routes in pathway.routes.items():
        for name, route in routes.items():
            target = route.to or name
            yield f'  n_{source} -->|"{_safe(_way(route, name))}"| n_{target}'


def _way(route: Route, name: str) -> str:
    share = value_text(route.share)
    return share if route.to in (None, name) else f"{title(name)}: {share}"


def value_text(value: Value) -> str:
    """A share as a reader would say it.

    >>> value_text(Fixed(number=0.055)), value_text(Named(name="p_readmit"))
    ('5.5%', 'p_readmit')
    """
    match value:
        case Fixed():
            return f"{value.number * 100:.4g}%"
        case Named():
            return value.name
        case ByLevel():
            levels = ", ".join(f"{level} {value_text(inner)}" for level, inner in value.values.items())
            return _short(f"by {value.by}: {levels}")
        case BySteps():
            return f"by {value.by}"
        case Formula():
            return _short(value.formula)
        case Excess():
            return f"excess of {value.excess.of}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _safe(text: str) -> str:
    """Text that cannot end a label or begin markup: Mermaid reads #…; as a character."""
    plain = " ".join(text.split())
    marks = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "|": "#124;", "`": "#96;"}
    return "".join(marks.get(letter, letter) for letter in plain)
