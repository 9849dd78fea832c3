"""Errors that speak to a researcher: what was found, where, what was expected, what to do."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Faults shown in the message of an error; the exception carries all of them.
_SHOWN = 20


class StdpolicyError(Exception):
    """Anything stdpolicy refuses to do, with a message for the person who asked."""


class UsageError(StdpolicyError, ValueError):
    """A name or an option that does not exist: table, notebook, parameter, column."""


class DataError(StdpolicyError, ValueError):
    """Faults in tables. Nothing is loaded when it is raised.

    Attributes
    ----------
    faults : pandas.DataFrame
        One row per fault: ``file``, ``row`` (line of the file, the header is 1; empty for the
        whole file), ``column``, ``value``, ``rule`` and ``cure``.
    """

    def __init__(self, faults: "pd.DataFrame"):
        self.faults = faults
        super().__init__(describe(faults))


def describe(faults: "pd.DataFrame", shown: int = _SHOWN) -> str:
    """Faults as lines of text: file, row, column, value, rule and cure."""
    known = faults.notna()
    lines = [f"{len(faults)} fault{'s' if len(faults) != 1 else ''} found"]
    rows = zip(faults.head(shown).itertuples(), known.head(shown).itertuples(), strict=True)
    for fault, has in rows:
        place = str(fault.file)
        if has.row:
            place += f", row {fault.row}"
        if has.column:
            place += f", column {fault.column}"
        found = f": found {fault.value!r}" if has.value else ""
        lines.append(f"  {place}{found}: {fault.rule}. {fault.cure}")
    if len(faults) > shown:
        lines.append(f"  ... and {len(faults) - shown} more")
    return "\n".join(lines)
