"""Figures that may speak to targets: outcomes, observations and progress reports as one table."""

from typing import Any

import numpy as np
import pandas as pd

from stdpolicy.gap import encoding as enc
from stdpolicy.gap.encoding import Flags, Ints
from stdpolicy.gap.readings import Readings

Tables = dict[str, pd.DataFrame]

REPORTS = "progress_reports"
_ID = {"outcomes": "outcome_id", "observations": "observation_id", REPORTS: "report_id"}
_COLUMNS = [
    *("evidence_id", "kind", "jurisdiction", "indicator", "domain", "scope"),
    *("value_low", "value_high", "unit", "bound", "role", "stage", "action", "basis"),
    *("since_date", "as_of_date", "reported_on", "same_cohort", "quality", "confidence", "source"),
    *("revises", "known_on"),
]


def figures(tables: Tables, made_up: bool = False) -> pd.DataFrame:
    """Outcomes, observations that are no targets, and progress reports as one table.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``outcomes`` and ``observations``; ``progress_reports`` where there are any.
    made_up : bool
        Whether progress reports that are marked as made up count too.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``kind`` (``outcome`` or ``baseline``), the columns that outcomes and
        observations share, ``quality``, ``confidence``, ``source`` (document or collection it
        stems from), ``revises`` (report that it corrects) and ``known_on`` (when it was reported;
        where that is empty, the date of the source). Outcomes of coded documents and progress
        reports count as official and certain.
    """
    parts = []
    for name, key in _ID.items():
        frame = tables.get(name)
        if frame is None or frame.empty:
            continue
        if name == "observations":
            frame = frame[(frame["kind"] != "target").to_numpy(dtype=bool)]
        if name == REPORTS and not made_up:
            frame = frame[~frame["made_up"].to_numpy(dtype=bool)]
            if frame.empty:
                continue
        parts.append(_columns(name, key, frame, tables))
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in _COLUMNS})
    if len(parts) == 1:
        return parts[0].reset_index(drop=True)
    for name in _COLUMNS:
        columns = [part[name] for part in parts]
        if all(isinstance(c.dtype, pd.CategoricalDtype) for c in columns):
            every = columns[0].cat.categories
            for column in columns[1:]:
                every = every.union(column.cat.categories, sort=False)
            for part, column in zip(parts, columns, strict=True):
                part[name] = pd.Categorical(column, categories=every)
    return pd.concat(parts, ignore_index=True)


def _columns(name: str, key: str, frame: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    out: dict[str, Any] = {}
    for column in _COLUMNS:
        if column in frame:
            out[column] = frame[column]
        elif column == "evidence_id":
            out[column] = frame[key]
        elif column == "kind":
            out[column] = _constant("outcome", ["outcome", "baseline"], frame)
        elif column == "quality":
            out[column] = _constant("official", enc.QUALITIES, frame)
        elif column == "confidence":
            out[column] = _constant("high", enc.CONFIDENCES, frame)
        elif column == "source" and name == REPORTS:
            out[column] = pd.array([REPORTS] * len(frame), dtype="string")
        elif column == "source":
            out[column] = frame["doc_id" if "doc_id" in frame else "source_key"]
        elif column == "revises":
            out[column] = pd.array([pd.NA] * len(frame), dtype="string")
        elif column == "known_on":
            out[column] = frame["reported_on"]
    table = pd.DataFrame(out, index=frame.index)
    silent = table["reported_on"].isna()
    if silent.any():
        told = frame.loc[silent, "source_date"] if "source_date" in frame else None
        if told is None and name == "outcomes" and "documents" in tables:
            issued = tables["documents"].set_index("doc_id")["issued_on"]
            told = frame.loc[silent, "doc_id"].map(issued)
        if told is not None:
            table["known_on"] = table["known_on"].astype("object")
            table.loc[silent, "known_on"] = told.astype("object")
    return table


def _constant(value: str, categories: list[str], frame: pd.DataFrame) -> pd.Categorical:
    place = [categories.index(value)] * len(frame)
    return pd.Categorical.from_codes(place, categories)


def select(frame: pd.DataFrame, readings: Readings, as_of: str | None) -> pd.DataFrame:
    """Figures that count under the readings and were reported by a day.

    Of the versions of one report that count, only the last does: what another one revises,
    directly or through others, is left out, and of several that revise the same, all but the one
    that arrived last.
    """
    keep = pd.Series(True, index=frame.index)
    for name in ("quality", "confidence"):
        if getattr(readings, name) != getattr(Readings(), name):
            keep &= frame[name].isin(enc.lowest(name, readings))
    if readings.all_time_totals == "ignore":
        keep &= (frame["basis"] != "cumulative").fillna(True)
    if readings.leave_out:
        keep &= ~frame["evidence_id"].isin(readings.leave_out)
    if as_of is not None:
        by = enc.days(pd.Series([as_of]))[1][0]
        keep &= enc.days(frame["known_on"])[1] <= by
        keep &= enc.days(frame["as_of_date"])[0] <= by
    keep &= ~replaced(frame, keep.to_numpy(dtype=bool))
    return frame if keep.all() else frame[keep].reset_index(drop=True)


def replaced(frame: pd.DataFrame, known: Flags) -> Flags:
    """Figures that a later version replaces, of those that are known; see :func:`outdated`."""
    out = np.zeros(len(frame), dtype=bool)
    if frame["revises"].notna().any():
        rows = np.flatnonzero(frame["source"].isin([REPORTS]))
        reports = frame.iloc[rows]
        arrived = enc.days(reports["reported_on"])[1]
        out[rows] = outdated(reports["evidence_id"], reports["revises"], arrived, known[rows])
    return out


def outdated(ids: pd.Series, revises: pd.Series, arrived: Ints, known: Flags) -> Flags:
    """Reports that another one revises, directly or through others, of those that are known.

    Of several that revise the same report, the ones before the last to arrive are outdated too.
    """
    above, first = versions(ids, revises)
    old = np.zeros(len(above), dtype=bool)
    step = above[known]
    for _ in range(len(above)):
        step = step[step >= 0]
        if not len(step):
            break
        old[step] = True
        step = above[step]
    left = known & ~old
    last = np.full(len(above), -enc.UNKNOWN)
    np.maximum.at(last, first[left], arrived[left])
    return old | (left & (arrived < last[first]))


def versions(ids: pd.Series, revises: pd.Series) -> tuple[Ints, Ints]:
    """Place of the report that each report revises (-1: none), and of the first version of it."""
    above = pd.Index(ids.astype("object")).get_indexer(revises.astype("object"))
    first = np.arange(len(above))
    step = above
    for _ in range(len(above)):
        if not (step >= 0).any():
            break
        first = np.where(step >= 0, step, first)
        step = np.where(step >= 0, above[step], -1)
    return above, first


def with_possible_bases(
    frame: pd.DataFrame, listed: pd.DataFrame | None, readings: Readings
) -> pd.DataFrame:
    """Add a row for each time basis that a figure without one may have.

    Parameters
    ----------
    frame : pandas.DataFrame
        Figures, as :func:`figures` returns them.
    listed : pandas.DataFrame, optional
        The table ``possible_bases``: ``evidence_id``, ``basis``, ``since_date``.
    readings : Readings
        Its ``unknown_basis`` holds for figures that are not listed.

    Returns
    -------
    pandas.DataFrame
        The same columns with ``whole`` (place of the row that stands for the figure itself) and
        ``from_base`` (whether it is read as counted since the base date of a target).
    """
    frame = frame.assign(whole=range(len(frame)), from_base=False)
    unknown = frame[(frame["basis"] == "unknown").to_numpy(dtype=bool)]
    if not readings.unknown_basis:
        known = [] if listed is None else listed["evidence_id"]
        unknown = unknown[unknown["evidence_id"].isin(known)]
    named = {} if listed is None else dict(list(listed.groupby("evidence_id", observed=True)))
    rows: list[dict[str, Any]] = []
    for place, row in unknown.astype("object").iterrows():
        if row["evidence_id"] in named:
            ways = named[row["evidence_id"]][["basis", "since_date"]].itertuples(index=False)
            read = [(basis, since, False) for basis, since in ways]
        else:
            read = [
                (basis, _start_of_year(basis, row["as_of_date"]), basis == "during")
                for basis in readings.unknown_basis
            ]
        rows += [
            row.to_dict() | {"basis": b, "since_date": since, "from_base": base, "whole": place}
            for b, since, base in read
        ]
    if not rows:
        return frame
    more = pd.DataFrame(rows, columns=frame.columns)
    # The first way takes the place of the row, so that the places of other rows stay as they are.
    first = more.drop_duplicates("whole").set_index("whole", drop=False)
    out = frame.astype({"basis": "object", "since_date": "object"})
    for column in ("basis", "since_date", "from_base"):
        out.loc[first.index, column] = first[column]
    return pd.concat([out, more[more["whole"].duplicated()]], ignore_index=True)


def _start_of_year(basis: str, as_of: object) -> str | None:
    return f"{str(as_of)[:4]}-01-01" if basis == "year" and not pd.isna(as_of) else None
