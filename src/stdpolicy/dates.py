"""Dates that are known to a day, a month or a year only."""

import calendar
import re

import pandas as pd

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def bounds(date: str) -> tuple[str, str]:
    """First and last day that a partial date allows, as ISO dates.

    >>> bounds("2018-02")
    ('2018-02-01', '2018-02-28')

    Raises
    ------
    ValueError
        When the text is not ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, or names a day that the
        calendar does not have.
    """
    match = _PARTIAL.fullmatch(date)
    if not match:
        raise ValueError(f"{date!r} is not a date of the form 2018, 2018-02 or 2018-02-28")
    year, month, day = (int(part) if part else None for part in match.groups())
    if year == 0 or (month is not None and not 1 <= month <= 12):
        raise ValueError(f"{date!r} is not in the calendar")
    if month is None:
        return f"{date}-01-01", f"{date}-12-31"
    last = calendar.monthrange(year or 1, month)[1]
    if day is None:
        return f"{date}-01", f"{date}-{last:02d}"
    if not 1 <= day <= last:
        raise ValueError(f"{date!r} is not in the calendar")
    return date, date


def intervals(dates: pd.Series) -> pd.DataFrame:
    """Partial dates as intervals of days.

    Parameters
    ----------
    dates : pandas.Series of str
        ISO dates known to the day, the month or the year; empty where unknown.

    Returns
    -------
    pandas.DataFrame
        ``first`` and ``last`` (datetime64), same index; NaT where the date is empty.
    """
    known = dates.dropna()
    pairs = [bounds(date) for date in known]
    out = pd.DataFrame(pairs, index=known.index, columns=["first", "last"])
    return out.reindex(dates.index).astype("datetime64[ns]")
