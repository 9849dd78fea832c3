"""How decisions meet what stands in the tables: a three-way merge, cell by cell.

``base`` is what the last acceptance put in, ``current`` what stands there now, perhaps changed by
hand, ``new`` what was decided now. A cell that only one side changed takes that side's value; rows
that no acceptance put in stay as they are.
"""

from collections.abc import Collection, Hashable, Mapping
from typing import NamedTuple

Row = dict[str, str]
Rows = Mapping[Hashable, Row]


class Conflict(NamedTuple):
    """A cell (or, without a column, a row) that was changed by hand and decided otherwise too."""

    key: Hashable
    column: str
    by_hand: str
    decided: str


def merge(
    base: Rows, current: Rows, new: Rows, given: Collection[str] = ()
) -> tuple[dict[Hashable, Row], list[Conflict]]:
    """Merge rows by their keys; ``given`` names columns that stay as they stand now."""
    conflicts: list[Conflict] = []
    merged = {key: dict(row) for key, row in current.items() if key not in base or key in new}
    for key, row in new.items():
        if key not in current:
            merged[key] = dict(row)
        elif key in base:
            merged[key], found = _cells(key, base[key], current[key], row, given)
            conflicts += found
    for key in base.keys() & current.keys() - new.keys():
        for column, cell in current[key].items():
            if column not in given and cell != base[key].get(column):
                conflicts.append(Conflict(key, column, cell, ""))
    return merged, conflicts


def _cells(
    key: Hashable, base: Row, current: Row, new: Row, given: Collection[str]
) -> tuple[Row, list[Conflict]]:
    row = dict(current)
    conflicts = []
    for column, value in new.items():
        if column in given or value in (base.get(column), current[column]):
            continue
        if current[column] != base.get(column):
            conflicts.append(Conflict(key, column, current[column], value))
        row[column] = value
    return row, conflicts
