"""Makes segments.csv: what share of the referred patients is alike in place, age, frailty, deprivation, complexity.

    python examples/elective_knee/make_segments.py

Every number here is an assumption, chosen to look like two English towns: a town that is younger and more deprived, a
coast that is older. Frailty rises with age and deprivation, complexity with age and frailty.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

AGES: Final = ("under_60", "60_69", "70_79", "80_plus")
FIFTHS: Final = ("1", "2", "3", "4", "5")
PLACES: Final = {"town": 0.6, "coast": 0.4}
AGE_SHARES: Final = {"town": (0.27, 0.32, 0.29, 0.12), "coast": (0.18, 0.28, 0.34, 0.20)}
FIFTH_SHARES: Final = {"town": (0.30, 0.24, 0.19, 0.15, 0.12), "coast": (0.14, 0.20, 0.24, 0.23, 0.19)}
FRAIL_BY_AGE: Final = (0.035, 0.07, 0.165, 0.37)
FRAIL_BY_FIFTH: Final = (1.4, 1.2, 1.0, 0.9, 0.75)
MEDIUM: Final = {"no": (0.10, 0.13, 0.16, 0.19), "yes": (0.24, 0.25, 0.26, 0.27)}
HIGH: Final = {"no": (0.04, 0.05, 0.07, 0.10), "yes": (0.22, 0.25, 0.28, 0.32)}


def segments() -> Iterator[tuple[str, str, str, str, str, float]]:
    """Place, age band, frail, deprivation fifth, complexity, share of all patients."""
    for (place, of_all), age, fifth in product(PLACES.items(), range(4), range(5)):
        here = of_all * AGE_SHARES[place][age] * FIFTH_SHARES[place][fifth]
        frail = FRAIL_BY_AGE[age] * FRAIL_BY_FIFTH[fifth]
        for word, share in (("no", 1 - frail), ("yes", frail)):
            medium, high = MEDIUM[word][age], HIGH[word][age]
            for complexity, part in (("low", 1 - medium - high), ("medium", medium), ("high", high)):
                yield place, AGES[age], word, FIFTHS[fifth], complexity, here * share * part


def main() -> None:
    """Write the table beside this file."""
    with Path(__file__).with_name("segments.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("place", "age_band", "frail", "imd", "complexity", "share"))
        writer.writerows((*names, f"{share:.9f}") for *names, share in segments())


if __name__ == "__main__":
    main()
