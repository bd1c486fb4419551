"""The level a price was read at, as text: `` or `attribute=level|attribute=level`."""

from __future__ import annotations

from collections.abc import Sequence

from pathway_cost.errors import Form, may_show


def level_text(by: Sequence[str], levels: Sequence[str]) -> str:
    """Attributes and their levels as one text; nothing for the parent price.

    >>> level_text(("complexity", "frail"), ("high", "no"))
    'complexity=high|frail=no'
    >>> level_text(("complexity",), ())
    ''
    """
    return "|".join(f"{name}={level}" for name, level in zip(by, levels, strict=False))


def read_level(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Attributes and levels out of the text.

    Raises:
        ValueError: a part of the text has no `attribute=level`, or names an attribute twice.

    >>> read_level("complexity=high|frail=no")
    (('complexity', 'frail'), ('high', 'no'))
    >>> read_level("")
    ((), ())
    """
    if not text:
        return (), ()
    parts = [part.partition("=") for part in text.split("|")]
    if any(not (name and equals and level) for name, equals, level in parts):
        raise ValueError(f"{text!r} is not a level such as `complexity=high` or `complexity=high|frail=no`")
    names = tuple(name for name, _, _ in parts)
    if len(set(names)) != len(names):
        raise ValueError(f"{text!r} names an attribute twice")
    return names, tuple(level for _, _, level in parts)


def level_wrong(text: str) -> str | None:
    """Why a cell is no level, as a message may say it; None where it is one.

    >>> level_wrong("complexity=high|complexity=low"), level_wrong("john_smith")
    ("'complexity=high|complexity=low' ...", 'not a level such as `complexity=high`, each attribute once')
    """
    try:
        read_level(text)
    except ValueError as error:
        return (
            str(error) if may_show(text, Form.LEVELS) else "not a level such as `complexity=high`, each attribute once"
        )
    return None
