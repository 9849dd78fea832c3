"""Tables and days as they are given, checked before anything is told from them."""

import datetime

import pandas as pd

from stdpolicy import dates, validation
from stdpolicy.coherence import require
from stdpolicy.errors import DataError, UsageError

Tables = dict[str, pd.DataFrame]


def checked(tables: Tables, *names: str) -> Tables:
    """The tables, once those that are needed are as the schema has them.

    Raises
    ------
    UsageError
        When one of them is missing.
    DataError
        When they have faults; all of them are listed.
    """
    require(tables, {name: [] for name in names})
    faults = validation.frame_faults({name: tables[name] for name in names})
    if len(faults):
        raise DataError(faults)
    return tables


def day(text: str, which: str, last: bool = False) -> datetime.date:
    """First or last day of a date that may be known to a month or a year only.

    Raises
    ------
    UsageError
        When it is no date; ``which`` says what it was meant for.
    """
    try:
        return datetime.date.fromisoformat(dates.bounds(str(text))[last])
    except ValueError as error:
        raise UsageError(f"{which}: {error}; write 2019, 2019-03 or 2019-03-31") from None


def ends(cells: pd.Series, which: str) -> pd.Series:
    """The ``first`` or ``last`` day of partial dates as ISO text, missing where there is none."""
    days = dates.intervals(cells.astype("object"))[which]
    return days.dt.strftime("%Y-%m-%d").astype("object").where(days.notna(), None)


def of_plan(tables: Tables, plan: str = "") -> Tables:
    """The tables with the promises of one document; all of them when ``plan`` is empty.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``deliverables``, ``targets``, ``mechanisms`` and ``fulfilments``.
    plan : str
        Key of the document.

    Raises
    ------
    UsageError
        When the document promises nothing, or a table is missing.
    """
    own = ("deliverables", "targets", "mechanisms")
    needed = {name: ["doc_id"] for name in ("documents", *own)}
    require(tables, needed | {"fulfilments": ["deliverable_id"]})
    if not plan:
        return tables
    known = sorted({doc for name in own for doc in tables[name]["doc_id"]})
    if plan not in known:
        there = f"those that do are {', '.join(known)}" if known else "no document does"
        raise UsageError(f"the document {plan!r} promises nothing; {there}")
    out = tables | {name: tables[name][tables[name]["doc_id"] == plan] for name in needed}
    told = tables["fulfilments"]
    out["fulfilments"] = told[told["deliverable_id"].isin(out["deliverables"]["deliverable_id"])]
    return out | {name: out[name].reset_index(drop=True) for name in (*needed, "fulfilments")}
