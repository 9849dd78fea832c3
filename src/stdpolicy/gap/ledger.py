"""A monitoring ledger: what was told of each promise, when, and how much is left to do.

Reports come late and are corrected. Both dates stay: what was known *then*, on the day itself, and
what is known *now* of the same day.
"""

import datetime
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import progress, tables, validation
from stdpolicy.dates import bounds
from stdpolicy.errors import DataError, UsageError
from stdpolicy.gap import encoding as enc
from stdpolicy.gap import evidence, words
from stdpolicy.gap.assessment import Assessment, Data, as_coded, evaluate, read
from stdpolicy.gap.encoding import Flags, Floats, Ints, Objects
from stdpolicy.gap.readings import Readings

KNOWN = ["then", "now"]
STATUSES = ["on_time", "late", "missing", "revised"]
#: Months between two reports.
FREQUENCIES = {"monthly": 1, "quarterly": 3, "yearly": 12}

#: What tells one series of reports from another. Made-up reports never mix with real ones.
SERIES = [
    *("jurisdiction", "indicator", "domain", "scope", "unit", "role", "stage", "action", "basis"),
    *("since_date", "made_up"),
]
_DAYS_A_YEAR = 365.25
_EPS = 1e-9


def ledger(
    data: Data | None = None,
    dates: str | Iterable[str] = (),
    *,
    readings: Readings | None = None,
    made_up: bool = False,
) -> pd.DataFrame:
    """State of every target on some days, as known on each day and as known now.

    Columns that end in ``_as_of`` speak of the day that the latest figure describes, the others of
    the day asked for. What was made by the day of the figure is a lower bound for any later day;
    its upper bound holds for that day alone, so until a figure describes the very day, the upper
    end is open and ``pace_low`` is 0.

    Parameters
    ----------
    data : path or dict of pandas.DataFrame, optional
        As for :func:`stdpolicy.assess`, with ``progress_reports`` where there are any.
    dates : list of str
        Days asked for, as ISO dates; a month or a year stands for its last day.
    readings : Readings, optional
        How numbers are read; the default readings without it.
    made_up : bool
        Whether progress reports that are marked as made up count too.

    Returns
    -------
    pandas.DataFrame
        Two rows per day and target, days in the order given:

        ``date``, ``known`` (``then``: only what was reported by that day; ``now``: all that has
        been reported since, as far as it describes a day up to that one), ``target_id``, ``unit``
        (of all amounts), ``promised`` (least amount that keeps the promise; for a ceiling the
        most);
        ``as_of`` (date of the latest figure that says something), ``low_as_of`` and ``high_as_of``
        (amount up to that date), ``verdict_as_of``, ``path_as_of`` (the straight line from 0 at the
        base date to what was promised at the deadline, on that date), ``behind_as_of`` (whether
        the amount was below the line; missing where the interval does not say);
        ``low`` and ``high`` (amount up to ``date``, from the deadline on that at the deadline),
        ``left_low`` and ``left_high`` (promised less the amount, at least 0), ``years_left`` (from
        ``date``, or the base date if that is later, to the deadline; 0 when it is past),
        ``pace_low`` and ``pace_high`` (amount a year that is needed from then on; missing when the
        deadline has come), ``path`` and ``behind`` (as above, on ``date``; from the deadline on the
        line stays at what was promised);
        ``overdue`` (whether the deadline is past and the promise neither shown to be kept nor
        superseded), ``verdict`` (at the deadline), ``reason_zh`` and ``reason_en`` (why nothing
        can be told; else empty), ``made_up`` (whether made-up reports count in this table).

        Left, pace and path are missing for ceilings, for contradictory figures and before the plan
        was issued; the path also for what is no count in a window (stocks, rates, durations,
        all-time totals), whose value at the base date is not 0. Of partial dates the line shown is
        the highest that they allow; ``behind`` is told only where it holds for every day that they
        allow.

    Raises
    ------
    DataError
        When the tables have faults.
    UsageError
        When there is no date, a date is none, or a table or column is missing.
    """
    days = _days_of(dates)
    given = read(data)
    chosen = readings or Readings()
    figures = evidence.figures(as_coded(given, chosen.coder), made_up)
    counted = evidence.select(figures, chosen, None)
    # A figure describes a day that is not after its report.
    described = np.minimum(*(enc.days(counted[c])[1] for c in ("as_of_date", "reported_on")))
    ids = counted["evidence_id"].astype("object").to_numpy()
    every = frozenset(figures["evidence_id"].astype("object"))
    reports = given.get(evidence.REPORTS)
    invented = made_up and reports is not None and bool(reports["made_up"].any())
    parts = []
    for date in days:
        day = _number(date)
        then = evaluate(given, date, chosen, made_up)
        before = chosen.but(leave_out=chosen.leave_out | (every - set(ids[described <= day])))
        now = evaluate(given, None, before, made_up)
        parts += [_state(then, date, "then"), _state(now, date, "now")]
    return pd.concat(parts, ignore_index=True).assign(
        known=lambda t: pd.Categorical(t["known"], categories=KNOWN),
        verdict=lambda t: pd.Categorical(t["verdict"], categories=words.VERDICTS),
        verdict_as_of=lambda t: pd.Categorical(t["verdict_as_of"], categories=words.VERDICTS),
        made_up=invented,
    )


def _state(found: Assessment, date: str, known: str) -> pd.DataFrame:
    """What an assessment says of one day."""
    day, rows = _number(date), found.study.targets
    verdict, verdict_as_of = found.verdicts(), found.verdicts("as_of")
    begun, replaced = _in_force(found, day)
    floor = (found.ask_low > 0) & begun
    promised = np.where(found.ask_low > 0, found.ask_low, found.ask_high)
    promised = np.where(np.isinf(promised), np.nan, promised)

    read_first, read_last = enc.days(pd.Series(found.as_of_text, dtype="object"))
    read_last = np.minimum(read_last, day)
    flow = found.study.measure == enc.FLOW
    over = day >= rows.end_last
    that_day = found.has_day & (read_first >= day)
    low = np.where(found.has_day & (flow | that_day), found.low_as_of, 0.0)
    high = np.where(that_day, found.high_as_of, found.study.top)
    low, high = np.where(over, found.low, low), np.where(over, found.high, high)

    clash = np.where(over, verdict, verdict_as_of) == "contradictory"
    start = np.where(rows.start_first > enc.NEVER, rows.start_first, day)
    paces = [
        progress.required_pace(
            pd.DataFrame(
                {
                    "value": np.minimum(amount, np.nan_to_num(promised, nan=0.0)),
                    "target": np.where(floor & ~clash, promised, np.nan),
                    "year": np.maximum(day, start) / _DAYS_A_YEAR,
                    "target_year": rows.end_last / _DAYS_A_YEAR,
                }
            )
        )
        for amount in (high, low)
    ]
    counted = floor & flow & (rows.start_first > enc.NEVER)
    lines = [
        _line(found, promised, counted, d, soonest)
        for d, soonest in ((day, True), (day, False), (read_last, True), (read_first, False))
    ]
    path, path_as_of = (
        np.where(at >= rows.start_first, line, np.nan)
        for at, line in ((day, lines[0]), (read_last, lines[2]))
    )
    path_as_of = np.where(found.has_day, path_as_of, np.nan)
    asks = (found.ask_low > 0) | ~np.isinf(found.ask_high)
    zh, en = _why(found, verdict, date, known, begun)
    return pd.DataFrame(
        {
            "date": pd.array([date] * len(rows), dtype="string"),
            "known": known,
            "target_id": found.targets["target_id"].astype("string"),
            "unit": found.targets["unit"].astype("string"),
            "promised": promised,
            "as_of": pd.array(found.as_of_text, dtype="string"),
            "low_as_of": np.where(found.has_day, found.low_as_of, np.nan),
            "high_as_of": np.where(found.has_day, found.high_as_of, np.nan),
            "verdict_as_of": verdict_as_of,
            "path_as_of": path_as_of,
            "behind_as_of": _behind(
                found.low_as_of,
                found.high_as_of,
                (lines[3], lines[2]),
                found.has_day & ~np.isnan(path_as_of) & (verdict_as_of != "contradictory"),
            ),
            "low": low,
            "high": high,
            "left_low": paces[0]["left"],
            "left_high": paces[1]["left"],
            "years_left": paces[1]["years"],
            "pace_low": paces[0]["pace"],
            "pace_high": paces[1]["pace"],
            "path": path,
            "behind": _behind(low, high, (lines[1], lines[0]), ~np.isnan(path) & ~clash),
            "overdue": (day > rows.end_last) & (verdict != "met") & asks & ~replaced,
            "verdict": verdict,
            "reason_zh": pd.array(zh, dtype="string"),
            "reason_en": pd.array(en, dtype="string"),
        }
    )


def _in_force(found: Assessment, day: int) -> tuple[Flags, Flags]:
    """Whether each promise may have been made by a day, and whether a later one replaced it."""
    targets = found.targets
    documents = found.tables["documents"].set_index("doc_id")["issued_on"].astype("object")
    issued = enc.days(targets["doc_id"].astype("object").map(documents))
    ids = pd.Index(targets["target_id"].astype("object"))
    before = ids.get_indexer(targets["supersedes"].astype("object"))
    replaced = np.zeros(len(targets), dtype=bool)
    replaced[before[(before >= 0) & (issued[1] <= day)]] = True
    return issued[0] <= day, replaced


def _line(
    found: Assessment, promised: Floats, counted: Flags, day: int | Ints, upper: bool
) -> Floats:
    """The straight line of WHO on a day: the upper or the lower one that partial dates allow."""
    rows = found.study.targets
    start, end = (rows.start_first, rows.end_first) if upper else (rows.start_last, rows.end_last)
    series = pd.DataFrame(
        {
            "base_value": np.zeros(len(rows)),
            "base_year": np.where(counted, start / _DAYS_A_YEAR, np.nan),
            "target": promised,
            "target_year": np.where(counted, end / _DAYS_A_YEAR, np.nan),
        }
    )
    return progress.linear_path(series, np.clip(day, start, end) / _DAYS_A_YEAR).to_numpy()


def _behind(low: Floats, high: Floats, line: tuple[Floats, Floats], told: Flags) -> pd.Series:
    """Below the lower line for sure, at the upper one or above it for sure, or neither."""
    small = _EPS * np.maximum(1.0, np.nan_to_num(line[1]))
    with np.errstate(invalid="ignore"):
        below, above = high < line[0] - small, low >= line[1] - small
    return pd.Series(below).astype("boolean").where(told & (below | above))


def _why(
    found: Assessment, verdict: Objects, date: str, known: str, begun: Flags
) -> tuple[Objects, Objects]:
    """Why nothing can be told, in Chinese and English; nothing where something can."""
    told = found.has_day | (found.low > 0) | (found.high < found.study.top)
    silent = begun & (~told | (verdict == "contradictory"))
    nothing = silent & (verdict == "no_evidence")
    plain = {
        ("zh", "then"): f"截至{date}，没有已公布的数字涉及该目标。",
        ("en", "then"): f"No figure reported by {date} speaks to this target.",
        ("zh", "now"): f"没有描述{date}及以前情况的数字涉及该目标。",
        ("en", "now"): f"No figure that describes a day up to {date} speaks to this target.",
    }
    out = []
    table = found.table(reasons=bool(silent.any()))
    early = {"zh": f"规划在{date}之后发布。", "en": f"The plan was issued after {date}."}
    for language in ("zh", "en"):
        text = np.full(len(silent), None, dtype="object")
        if silent.any():
            text[silent] = table[f"reasons_{language}"].astype("object").to_numpy()[silent]
        text[nothing] = plain[language, known]
        text[~begun] = early[language]
        out.append(text)
    return out[0], out[1]


def reports_due(
    data: Data | None = None,
    upto: str = "",
    frequency: str = "monthly",
    day: int = 23,
    *,
    start: str | None = None,
    months_later: int = 0,
    made_up: bool = False,
) -> pd.DataFrame:
    """Which reports were due under a regime, and when they came, if they came.

    A report answers the due day that its ``due_on`` names; where that is empty, the first due day
    on or after the day that it describes. Of several, the one that describes the latest day
    answers, and of those the first to arrive. What arrived after ``upto`` is not known yet.

    Parameters
    ----------
    data : path or dict of pandas.DataFrame, optional
        Folder with tables, or tables of which ``progress_reports`` is used; the packaged ones
        without it.
    upto : str
        ISO date: last day on which a report may be due, and on which it may have come. A month or
        a year stands for its last day.
    frequency : str
        ``monthly``, ``quarterly`` (in March, June, September and December) or ``yearly`` (in
        December).
    day : int
        Day of the month by which a report is due, 23 in Tai'an; the last one of shorter months.
    start : str, optional
        First day on which a report may be due (of a month or a year the first day). Without it the
        day from which each series counts, or, where that is not known, the day that its first
        report describes.
    months_later : int
        How many months after the end of its period a report is due: with 1, quarterly reports
        are due in January, April, July and October.
    made_up : bool
        Whether to show reports that are marked as made up.

    Returns
    -------
    pandas.DataFrame
        One row per series and due day: the columns of :data:`SERIES`; ``due_on``, ``status``
        (``on_time``, ``late``, ``missing``, or ``revised`` where a correction has come, be the
        report late or not), ``days_late`` (0 when on time; a partial date is read as its first
        day), ``report_id``, ``as_of_date`` and ``reported_on`` of the report as first told,
        ``revised_by`` and ``revised_on`` (latest correction).

    Raises
    ------
    DataError
        When the table has faults.
    UsageError
        When a date is none, the frequency or the day does not exist, or the table is missing.
    """
    if frequency not in FREQUENCIES:
        raise UsageError(f"frequency {frequency!r} is none of {', '.join(FREQUENCIES)}")
    if not 1 <= day <= 31:
        raise UsageError(f"day {day} is no day of a month: 1 to 31")
    if months_later < 0:
        raise UsageError(f"months_later {months_later} is a number of months, 0 or more")
    last = _number(_day(upto, "upto"))
    begin = None if start is None else _number(_day(start, "start", 0))
    known = _told(_table(data, made_up))
    known = known[known["arrived"] <= last].reset_index(drop=True)
    if known.empty:
        return _due_frame(known)
    known["series"] = known.groupby(SERIES, dropna=False, sort=True).ngroup()
    series = known.drop_duplicates("series").set_index("series")[SERIES].sort_index()
    first = known.groupby("series")[["since", "describes"]].min()
    from_day = np.where(first["since"] > -enc.UNKNOWN, first["since"], first["describes"])
    from_day = from_day if begin is None else np.full(len(series), begin)
    calendar = _calendar(int(from_day.min()), last, FREQUENCIES[frequency], day, months_later)
    grid = pd.DataFrame(
        {
            "series": np.repeat(np.arange(len(series)), len(calendar)),
            "due": np.tile(calendar, len(series)),
        }
    )
    grid = grid[grid["due"].to_numpy() >= np.repeat(from_day, len(calendar))]

    own = known[known["revises"].isna()].assign(due=lambda t: _answers(t, calendar))
    own = own[own["due"] >= 0].sort_values(
        ["series", "due", "describes", "arrived", "report_id"],
        ascending=[True, True, False, True, True],
    )
    own = own.drop_duplicates(["series", "due"])
    corrected = _corrections(known)
    own["revised_by"] = own["report_id"].map(corrected["report_id"])
    own["revised_on"] = own["report_id"].map(corrected["reported_on"])
    columns = ["report_id", "as_of_date", "reported_on", "arrived_first", "revised_by"]
    grid = grid.merge(
        own[["series", "due", *columns, "revised_on"]], on=["series", "due"], how="left"
    )
    return _due_frame(grid.join(series, on="series"))


def _due_frame(grid: pd.DataFrame) -> pd.DataFrame:
    """Rows of due days with their status, typed."""
    if "due" not in grid:
        grid = grid.iloc[:0].assign(due=0, revised_by=None, revised_on=None)
    late = np.maximum(grid["arrived_first"] - grid["due"], 0).astype("Int64")
    status = np.select(
        [grid["report_id"].isna(), grid["revised_by"].notna(), late.fillna(0) > 0],
        ["missing", "revised", "late"],
        "on_time",
    )
    out = grid[SERIES].astype("string").assign(made_up=grid["made_up"].astype("boolean"))
    out["due_on"] = pd.array([_text(d) for d in grid["due"]], dtype="string")
    out["status"] = pd.Categorical(status, categories=STATUSES)
    out["days_late"] = late
    for name in ("report_id", "as_of_date", "reported_on", "revised_by", "revised_on"):
        out[name] = grid[name].astype("string")
    return out.reset_index(drop=True)


def _calendar(first: int, last: int, step: int, day: int, later: int) -> Ints:
    """Due days of a regime from one day to another, in order."""
    begin, end = (np.datetime64(d, "D").astype("datetime64[M]").astype(int) for d in (first, last))
    months = np.arange(begin, end + 1)
    # Periods end with the year's last months; the report comes so many months later.
    months = months[(months + 1 - later) % step == 0].astype("datetime64[M]")
    opens, closes = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    due = np.minimum(opens + np.timedelta64(day - 1, "D"), closes - np.timedelta64(1, "D"))
    days = due.astype("int64")
    return days[(days >= first) & (days <= last)]


def _answers(reports: pd.DataFrame, calendar: Ints) -> Ints:
    """Due day that each report answers; -1 where it answers none."""
    named = reports["due_first"].to_numpy() > -enc.UNKNOWN
    wanted = np.where(named, reports["due_first"], reports["describes"])
    place = np.searchsorted(calendar, wanted)
    found = np.append(calendar, enc.UNKNOWN)[place]
    latest = np.where(named, reports["due_last"], enc.UNKNOWN - 1)
    return np.where(found <= latest, found, -1)


def revisions(data: Data | None = None, *, made_up: bool = False) -> pd.DataFrame:
    """Reports that were corrected: what was first told, and what is told now.

    Parameters
    ----------
    data : path or dict of pandas.DataFrame, optional
        As for :func:`reports_due`.
    made_up : bool
        Whether to show reports that are marked as made up.

    Returns
    -------
    pandas.DataFrame
        One row per corrected report, in the order of the table: the columns of :data:`SERIES`;
        ``report_id`` (as first told), ``as_of_date`` (day that it describes), ``first_reported_on``
        with ``first_low`` and ``first_high``, ``last_report_id``, ``last_reported_on`` with
        ``last_low`` and ``last_high`` (the correction that arrived last), ``corrections`` (how many
        there are) and ``change`` (last less first, in the unit; missing where one of them is not a
        single number or the units differ).

    Raises
    ------
    DataError
        When the table has faults.
    UsageError
        When the table is missing.
    """
    told = _told(_table(data, made_up))
    last = _corrections(told)
    number = told[told["revises"].notna()].groupby("first").size()
    out = told[told["report_id"].isin(last.index)].reset_index(drop=True)
    last = last.reindex(out["report_id"]).reset_index(drop=True)
    single = (out["value_low"] == out["value_high"]) & (last["value_low"] == last["value_high"])
    single &= (out["unit"] == last["unit"]).astype(bool)
    change = (last["value_low"] - out["value_low"]).where(single)
    return out[SERIES].assign(
        report_id=out["report_id"],
        as_of_date=out["as_of_date"],
        first_reported_on=out["reported_on"],
        first_low=out["value_low"],
        first_high=out["value_high"],
        last_report_id=last["report_id"],
        last_reported_on=last["reported_on"],
        last_low=last["value_low"],
        last_high=last["value_high"],
        corrections=out["report_id"].map(number).astype("Int64"),
        change=change.astype("float64"),
    )


# --- reports and dates --------------------------------------------------------------------------


def _table(data: Data | None, made_up: bool) -> pd.DataFrame:
    """The progress reports, checked; made-up ones only when asked for."""
    if isinstance(data, dict):
        if evidence.REPORTS not in data:
            raise UsageError(f"the table {evidence.REPORTS!r} is missing")
        frame = data[evidence.REPORTS]
        faults = validation.frame_faults({evidence.REPORTS: frame})
        if len(faults):
            raise DataError(faults)
    else:
        frame = tables.load(evidence.REPORTS, data)
    return frame if made_up else frame[~frame["made_up"].to_numpy(dtype=bool)]


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    """Reports with their days as numbers and the first version of each."""
    out = frame.reset_index(drop=True)
    texts = [c for c in out if not pd.api.types.is_numeric_dtype(out[c])]
    out = out.astype({c: "string" for c in texts if c != "made_up"})
    above, first = evidence.versions(out["report_id"], out["revises"])
    due = enc.days(out["due_on"])
    reported = enc.days(out["reported_on"])
    return out.assign(
        # A correction of what is not in the table stands for itself.
        revises=out["revises"].where(above >= 0),
        first=out["report_id"].to_numpy()[first],
        arrived=reported[1],
        arrived_first=reported[0],
        describes=np.minimum(enc.days(out["as_of_date"])[1], reported[1]),
        since=enc.days(out["since_date"])[0],
        due_first=due[0],
        due_last=due[1],
    )


def _corrections(told: pd.DataFrame) -> pd.DataFrame:
    """Latest correction of each report that has any, by the id of the report."""
    old = evidence.outdated(
        told["report_id"],
        told["revises"],
        told["arrived"].to_numpy(),
        np.ones(len(told), dtype=bool),
    )
    left = told[~old & told["revises"].notna().to_numpy()].sort_values("report_id")
    return left.drop_duplicates("first", keep="last").set_index("first")


def _days_of(dates: str | Iterable[str]) -> list[str]:
    given = [dates] if isinstance(dates, str) else list(dates)
    if not given:
        raise UsageError("name at least one date, for example dates=['2019-06-30']")
    return list(dict.fromkeys(_day(date, "date") for date in given))


def _day(date: Any, what: str, which: int = 1) -> str:
    """The last day that a date allows, or the first one."""
    try:
        return bounds(str(date))[which]
    except ValueError as error:
        raise UsageError(f"{what} {date!r}: {error}") from None


def _number(date: str) -> int:
    return (datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)).days


def _text(day: int) -> str:
    return str(np.datetime64(int(day), "D"))
