"""Recurring duties and the days on which they fall due.

A text gives a day (the 23rd of each month), or only a span in which a duty falls: each month, each
quarter, each year, the first quarter of each year. A span stays a span here; no day is made up.

From when and until when a duty recurs is mostly left open too. Unless told otherwise it does from
the day on which its plan was certainly issued (of a date known to a year only, the last day of that
year; of an undated plan, the first day of its period) to the end of the plan's period. A span
counts when the whole of it lies between these days.
"""

import calendar
import datetime
from collections.abc import Iterator
from typing import Any

import pandas as pd

from stdpolicy import dates
from stdpolicy.errors import UsageError
from stdpolicy.roadmap.checking import Tables, checked, day, ends

#: Months that the span of each frequency takes.
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
_NAMES = ["mechanism_id", "doc_id", "jurisdiction", "section", "kind", "name_zh", "name_en"]
_DUTIES = [
    *(*_NAMES, "run_by", "frequency", "reporting_day", "within", "deadline"),
    *("begins", "begins_from", "ends", "ends_from"),
]
_OCCURRENCES = [*_NAMES, "run_by", "frequency", "opens", "due", "stated"]

Times = list[tuple[datetime.date, datetime.date, bool]]


def duties(tables: Tables, begin: str = "", until: str = "") -> pd.DataFrame:
    """Mechanisms that recur at stated intervals or have a deadline.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``mechanisms`` and ``documents``.
    begin, until : str
        Days, months or years between which duties recur, in place of what the plan tells (see the
        module).

    Returns
    -------
    pandas.DataFrame
        One row per duty in the order of the mechanisms: ``mechanism_id``, ``doc_id``,
        ``jurisdiction``, ``section``, ``kind``, ``name_zh``, ``name_en``, ``run_by``,
        ``frequency`` (``monthly``, ``quarterly``, ``yearly``, ``regular`` where the interval is not
        given, ``once``), ``reporting_day`` (day of the month, Int64), ``within`` (quarter or month
        of the year), ``deadline``, ``begins`` and ``ends`` (ISO days between which it recurs,
        missing where nothing tells them) and ``begins_from`` and ``ends_from``: whether they were
        ``given``, or are the plan's ``issue``, ``period`` or the duty's own ``deadline``.

    Raises
    ------
    UsageError
        When ``begin`` or ``until`` is no date, they are the wrong way round, or a table is missing.
    DataError
        When the tables have faults.
    """
    checked(tables, "mechanisms", "documents")
    first = str(day(begin, "begin")) if begin else ""
    last = str(day(until, "until", last=True)) if until else ""
    if first and last and first > last:
        raise UsageError(f"begin ({begin}) is after until ({until})")
    every = tables["mechanisms"].astype("object")
    recurs = every["frequency"].isin([*MONTHS, "regular"])
    out = every[recurs | every["deadline"].notna()].copy()
    out["frequency"] = out["frequency"].where(recurs, "once")
    documents = tables["documents"].astype("object").set_index("doc_id")
    issued, opened, closed = (
        out["doc_id"].map(ends(documents[column], which))
        for column, which in (
            ("issued_on", "last"),
            ("period_start", "first"),
            ("period_end", "last"),
        )
    )
    # What was issued before its period begins to bind with the period.
    later = issued.notna() & (opened.isna() | (issued.fillna("") >= opened.fillna("")))
    begins, begins_from = opened.where(~later, issued), pd.Series("period", out.index)
    begins_from = begins_from.mask(later, "issue")
    own = ends(out["deadline"], "last")
    earlier = own.notna() & (closed.isna() | (own.fillna("") < closed.fillna("")))
    finish, ends_from = closed.where(~earlier, own), pd.Series("period", out.index)
    ends_from = ends_from.mask(earlier, "deadline")
    if first:
        begins, begins_from = pd.Series(first, out.index), pd.Series("given", out.index)
    if last:
        keep = earlier & (own.fillna("") < last)
        finish, ends_from = finish.where(keep, last), ends_from.where(keep, "given")
    for name, days, source in (
        ("begins", begins, begins_from),
        ("ends", finish, ends_from),
    ):
        out[name] = days.astype("object").where(days.notna(), None)
        out[f"{name}_from"] = source.astype("object").where(days.notna(), None)
    once = out["frequency"] == "once"
    out.loc[once, ["begins", "begins_from", "ends", "ends_from"]] = None
    return out[_DUTIES].reset_index(drop=True).astype({"reporting_day": "Int64"})


def occurrences(found: pd.DataFrame, first: str = "", last: str = "") -> pd.DataFrame:
    """Every time that duties fall due in a span of days.

    Parameters
    ----------
    found : pandas.DataFrame
        As :func:`duties` gives them.
    first, last : str
        Days, months or years between which they fall due. They may be empty where all recurring
        duties have a beginning and an end.

    Returns
    -------
    pandas.DataFrame
        One row per time, by day and then in the order of the duties: ``mechanism_id``, ``doc_id``,
        ``jurisdiction``, ``section``, ``kind``, ``name_zh``, ``name_en``, ``run_by``,
        ``frequency``, ``opens`` and ``due`` (ISO days: the first and the last on which it can be
        done; the same where the text gives the day) and ``stated`` (whether it does). Duties
        without an interval (``regular``) have none.

    Raises
    ------
    UsageError
        When ``first`` or ``last`` is no date, they are the wrong way round, or a duty has no
        beginning or end and none is given.
    """
    rows = [
        [*(getattr(duty, column) for column in _OCCURRENCES[:9]), str(opens), str(due), stated]
        for duty, when in each(found, first, last)
        for opens, due, stated in when
    ]
    out = pd.DataFrame(rows, columns=_OCCURRENCES, dtype="object").astype({"stated": "bool"})
    return out.sort_values(["due", "opens"], kind="stable", ignore_index=True)


def each(found: pd.DataFrame, first: str = "", last: str = "") -> Iterator[tuple[Any, Times]]:
    """Duties, each with the first and last day of every time, and whether the text gives the day.

    See :func:`occurrences`.
    """
    low = day(first, "first") if first else None
    high = day(last, "last", last=True) if last else None
    if low and high and low > high:
        raise UsageError(f"first ({first}) is after last ({last})")
    for duty in found.astype("object").itertuples():
        when = _times(duty, low, high)
        yield (
            duty,
            [
                time
                for time in when
                if (low is None or low <= time[1]) and (high is None or time[1] <= high)
            ],
        )


def _times(duty: Any, low: datetime.date | None, high: datetime.date | None) -> Times:
    """Every time of one duty; ``low`` and ``high`` stand in where it has no beginning or end."""
    at = 0 if pd.isna(duty.reporting_day) else int(duty.reporting_day)
    if duty.frequency == "once":
        opens, due = (day(duty.deadline, "deadline", last=which) for which in (False, True))
        if at and (opens.year, opens.month) == (due.year, due.month) and opens < due:
            opens = due = _on_day(opens, at)
        return [(opens, due, opens == due)]
    if duty.frequency == "regular":
        return []
    begin = datetime.date.fromisoformat(duty.begins) if duty.begins else low
    end = datetime.date.fromisoformat(duty.ends) if duty.ends else high
    if begin is None or end is None:
        what, lacks, cure = (
            ("a beginning", "date of issue and no period", "begin or first")
            if begin is None
            else ("an end", "end of its period", "until or last")
        )
        raise UsageError(
            f"{duty.mechanism_id} recurs without {what}: the document {duty.doc_id} "
            f"has no {lacks}; {cure} says it"
        )
    out: Times = []
    start, months = _first_span(duty)
    step = MONTHS[duty.frequency]
    month = begin.year * 12 + (begin.month - 1) // step * step + start
    while True:
        opens = datetime.date(month // 12, month % 12 + 1, 1)
        if opens > end:
            return out
        due = _month_end(month + months - 1)
        if at and months == 1:
            opens = due = _on_day(opens, at)
        if begin <= opens and due <= end:
            out.append((opens, due, bool(at and months == 1)))
        month += step


def _first_span(duty: Any) -> tuple[int, int]:
    """Months from the start of the interval to the span in which a duty falls, and its length."""
    step = MONTHS[duty.frequency]
    within = duty.within
    if step == 12 and isinstance(within, str):
        number = int(within[1:]) - 1
        return (3 * number, 3) if within[0] == "Q" else (number, 1)
    return 0, step


def _on_day(date: datetime.date, at: int) -> datetime.date:
    """A day of a month; its last day where it has fewer."""
    return date.replace(day=min(at, calendar.monthrange(date.year, date.month)[1]))


def _month_end(month: int) -> datetime.date:
    """Last day of a month that is counted from the year 0."""
    text = f"{month // 12:04d}-{month % 12 + 1:02d}"
    return datetime.date.fromisoformat(dates.bounds(text)[1])
