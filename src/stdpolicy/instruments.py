"""By what means plans work: the policy instrument of every task and mechanism.

Instruments form a tree (``instruments.part_of``): sides (supply, environment, demand), and types
within them. The rules by which they were coded are in ``docs/coding.md``.
"""

import math

import numpy as np
import pandas as pd

from stdpolicy import dates
from stdpolicy.agreement import agreement
from stdpolicy.errors import UsageError

Tables = dict[str, pd.DataFrame]

#: What a result can be counted by, besides the agency: columns of :func:`coded`.
GROUPS = ["doc_id", "jurisdiction", "domain", "unit_kind"]
LEVELS = ["side", "instrument", "reason"]
_KEYS = {"task": ("tasks", "task_id"), "mechanism": ("mechanisms", "mechanism_id")}


def coded(
    tables: Tables, doc_id: str = "", first_year: int = 0, last_year: int = 9999
) -> pd.DataFrame:
    """Every task and mechanism with its instrument.

    A mechanism belongs to the task in whose section it stands, or else to that of the nearest
    section above; of several tasks there, to the last one that begins before it. It has the domain
    of that task.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``tasks``, ``mechanisms``, ``means`` and ``instruments``.
    doc_id : str
        Key of a document; all of them when empty.
    first_year, last_year : int
        Years that the period of a document has to meet; without a period, the date of issue, and
        without either it is kept.

    Returns
    -------
    pandas.DataFrame
        One row per unit that has an instrument, tasks before mechanisms, each in the order of its
        table: ``unit_id``, ``unit_kind`` (``task`` or ``mechanism``), ``doc_id``, ``jurisdiction``,
        ``section``, ``task_id`` and ``domain`` (missing where no task is near), ``name_zh``,
        ``name_en``, ``side`` (key of the instrument's top), ``instrument``, ``reason``,
        ``taken_from``.

    Raises
    ------
    UsageError
        When no coded document has that key, or the years are the wrong way round.
    """
    if first_year > last_year:
        raise UsageError(f"the first year {first_year} is after the last year {last_year}")
    columns = ["doc_id", "jurisdiction", "section", "name_zh", "name_en"]
    tasks = tables["tasks"]
    parts = []
    for kind, (name, key) in _KEYS.items():
        frame = tables[name]
        part = frame[[key, *columns]].rename(columns={key: "unit_id"}).astype("object")
        part.insert(1, "unit_kind", kind)
        own = frame["task_id"] if kind == "task" else _task_near(frame, tasks)
        part.insert(5, "task_id", own.astype("object"))
        parts.append(part)
    out = pd.concat(parts, ignore_index=True)
    if doc_id:
        documents = tables["documents"]
        known = sorted(documents.loc[documents["coded"].fillna(False), "doc_id"])
        if doc_id not in known:
            raise UsageError(f"no coded document {doc_id!r}; there are {', '.join(known)}")
        out = out[out["doc_id"] == doc_id]
    out = out[out["doc_id"].isin(_within(tables["documents"], first_year, last_year))]
    domains = dict(zip(tasks["task_id"], tasks["domain"], strict=True))
    out.insert(6, "domain", out["task_id"].map(domains).astype("object"))
    means = tables["means"][["unit_id", "instrument", "reason", "taken_from"]].astype("object")
    out = out.merge(means, on="unit_id")
    out.insert(9, "side", out["instrument"].map(sides(tables["instruments"])))
    return out


def _within(documents: pd.DataFrame, first_year: int, last_year: int) -> set[str]:
    """Keys of the documents whose period meets a span of years."""
    issued = documents["issued_on"]
    start = dates.intervals(documents["period_start"].fillna(issued))["first"].dt.year
    end = dates.intervals(documents["period_end"].fillna(issued))["last"].dt.year
    meets = (start.isna() | (start <= last_year)) & (end.isna() | (end >= first_year))
    return set(documents.loc[meets, "doc_id"])


def sides(instruments: pd.DataFrame) -> dict[str, str]:
    """The top of each instrument: the one above it that is part of no other.

    Parameters
    ----------
    instruments : pandas.DataFrame
        ``key`` and ``part_of``.
    """
    above = instruments.dropna(subset=["part_of"]).set_index("key")["part_of"].to_dict()
    out = {}
    for key in instruments["key"]:
        top, seen = key, {key}
        while top in above and above[top] not in seen:
            top = above[top]
            seen.add(top)
        out[key] = top
    return out


def _task_near(mechanisms: pd.DataFrame, tasks: pd.DataFrame) -> pd.Series:
    """The task that each mechanism belongs to; see :func:`coded`."""
    there: dict[tuple[str, str], list[tuple[int, str]]] = {}
    columns = ["doc_id", "section", "start", "task_id"]
    for doc, section, start, task in tasks[columns].sort_values("start").itertuples(index=False):
        there.setdefault((doc, section), []).append((start, task))
    found = []
    for doc, section, start in mechanisms[["doc_id", "section", "start"]].itertuples(index=False):
        while section and (doc, section) not in there:
            section = section.rpartition(".")[0]
        near = there.get((doc, section), [])
        before = [task for begin, task in near if begin <= start]
        found.append(before[-1] if before else near[0][1] if near else None)
    return pd.Series(found, index=mechanisms.index, dtype="object")


# --- distributions --------------------------------------------------------------------------------


def distribution(units: pd.DataFrame, by: str = "doc_id", level: str = "side") -> pd.DataFrame:
    """How many units of each group use each instrument.

    Parameters
    ----------
    units : pandas.DataFrame
        As :func:`coded` or :func:`by_agency` gives them.
    by : str
        ``doc_id``, ``jurisdiction``, ``domain``, ``unit_kind`` or, of :func:`by_agency`,
        ``agency``.
    level : str
        ``side``, ``instrument`` or ``reason``.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``level``, ``units`` (count) and ``share`` (of the units of the group); groups, and
        instruments within each, in the order in which they come first among all units, no rows for
        what is not used. Units without a group are left out.

    Raises
    ------
    UsageError
        When there is no such group or level.
    """
    _know(units, by, level)
    held = units.dropna(subset=[by])
    counts = held.groupby([by, level], observed=True).size().reset_index(name="units")
    counts["share"] = counts["units"] / counts.groupby(by)["units"].transform("sum")
    first = {name: {key: n for n, key in enumerate(held[name].unique())} for name in (by, level)}
    return counts.sort_values([by, level], key=lambda k: k.map(first[k.name]), ignore_index=True)


def by_agency(units: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The units once for each agency that has a part in their task.

    Parameters
    ----------
    units : pandas.DataFrame
        As :func:`coded` gives them.
    tables : dict of pandas.DataFrame
        With ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``units`` behind ``agency`` (key); units whose task names no agency are left
        out, so that counts over all agencies are more than the units.
    """
    duties = tables["responsibilities"][["agency", "task_id"]].astype("object").drop_duplicates()
    return duties.merge(units, on="task_id")[["agency", *units.columns]]


def _know(units: pd.DataFrame, *columns: str) -> None:
    known = [c for c in ("agency", *GROUPS, *LEVELS) if c in units]
    for column in columns:
        if column not in known:
            raise UsageError(f"units cannot be counted by {column!r}, but by {', '.join(known)}")


# --- cross tables ---------------------------------------------------------------------------------


def cross(units: pd.DataFrame, x: str = "side", y: str = "doc_id", z: str = "") -> pd.DataFrame:
    """Cross table of two dimensions, or of three (X-Y-Z).

    Parameters
    ----------
    units : pandas.DataFrame
        As :func:`coded` or :func:`by_agency` gives them.
    x, y, z : str
        Columns of it, such as ``side``, ``domain`` and ``unit_kind``; ``z`` may be empty.

    Returns
    -------
    pandas.DataFrame
        One row per combination of values that occur, those that do not occur together with 0: the
        dimensions and ``units``. Units that lack one of the dimensions are left out.

    Raises
    ------
    UsageError
        When there is no such column, or one is named twice.
    """
    names = [z, x, y] if z else [x, y]
    _know(units, *names)
    if len(set(names)) < len(names):
        raise UsageError(f"the dimensions of a cross table differ, unlike {', '.join(names)}")
    held = units.dropna(subset=names).astype(dict.fromkeys(names, "object"))
    every = pd.MultiIndex.from_product([held[name].unique() for name in names], names=names)
    counts = held.groupby(names).size().reindex(every, fill_value=0)
    return counts.rename("units").astype("int64").reset_index()


def association(
    table: pd.DataFrame, x: str = "side", y: str = "doc_id", z: str = ""
) -> pd.DataFrame:
    """Pearson's chi-square test of each layer of a cross table, with Cramér's V.

    Empty rows and columns are left out. The test is given only where the counts allow it: no
    expected count below 1, and at most a fifth of them below 5 (Cochran 1954). A plan's units are
    all that it has, and those of a paragraph hang together: a small p says that a difference is
    large for its counts, not that a sample stands for more.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`cross` gives it.
    x, y, z : str
        Its dimensions.

    Returns
    -------
    pandas.DataFrame
        One row per value of ``z``, or one: ``units``, ``chi_square``, ``degrees`` (of freedom),
        ``p``, ``cramers_v``, ``least_expected``, ``share_below_5`` (of the expected counts) and
        ``allowed``. The test is missing where it is not allowed, and everything but ``units`` where
        there are not two rows and two columns.
    """
    layers = table.groupby(z, sort=False) if z else [("", table)]
    rows = []
    for layer, own in layers:
        counts = own.pivot(index=x, columns=y, values="units").to_numpy()
        counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
        rows.append(({z: layer} if z else {}) | _chi_square(counts))
    columns = [*([z] if z else []), *_chi_square(np.zeros((0, 0)))]
    return pd.DataFrame(rows, columns=columns)


def _chi_square(counts: np.ndarray) -> dict[str, float | bool]:
    # scipy.stats is slow to load, and only this function needs it.
    from scipy.stats import chi2_contingency

    out: dict[str, float | bool] = {"units": int(counts.sum())}
    out |= dict.fromkeys(["chi_square", "degrees", "p", "cramers_v"], math.nan)
    out |= dict.fromkeys(["least_expected", "share_below_5"], math.nan) | {"allowed": False}
    if min(counts.shape) < 2:
        return out
    test = chi2_contingency(counts, correction=False)
    out["cramers_v"] = math.sqrt(test.statistic / (out["units"] * (min(counts.shape) - 1)))
    out["least_expected"] = float(test.expected_freq.min())
    out["share_below_5"] = float(np.mean(test.expected_freq < 5))
    out["allowed"] = bool(out["least_expected"] >= 1 and out["share_below_5"] <= 0.2)
    if out["allowed"]:
        out |= {"chi_square": test.statistic, "degrees": float(test.dof), "p": test.pvalue}
    return out


# --- the two codings ------------------------------------------------------------------------------


def agreement_by_level(tables: Tables) -> pd.DataFrame:
    """How far the two codings agree on sides, instruments and cues.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``codings`` and ``instruments``.

    Returns
    -------
    pandas.DataFrame
        As :func:`stdpolicy.agreement.agreement` gives it, for ``tasks``, ``mechanisms`` and
        ``both`` of them, with the column ``level`` (``side``, ``instrument``, ``reason``) in place
        of ``field``.
    """
    codings = tables["codings"].astype("object")
    names = [name for name, _ in _KEYS.values()]
    own = codings[codings["table"].isin(names) & codings["field"].isin(LEVELS)]
    top = own[own["field"] == "instrument"].copy()
    # A coder's value that is no instrument any more stays a value of its own.
    top["value"] = top["value"].map(sides(tables["instruments"])).fillna(top["value"])
    every = pd.concat([top.assign(field="side"), own])
    every = pd.concat([every, every.assign(table="both")])
    out = agreement(every).rename(columns={"field": "level"})
    order = {key: place for place, key in enumerate([*names, "both", *LEVELS])}
    return out.sort_values(
        ["table", "level"], key=lambda c: c.map(order), kind="stable", ignore_index=True
    )


def differences(units: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Units whose two codings differ, with what was taken and why.

    Parameters
    ----------
    units : pandas.DataFrame
        As :func:`coded` gives them.
    tables : dict of pandas.DataFrame
        With ``codings`` and ``means``.

    Returns
    -------
    pandas.DataFrame
        One row per unit, in the order of ``units``: ``unit_id``, ``name_zh``, ``name_en``,
        ``first`` and ``second`` (instruments of coder A and B), ``first_reason`` and
        ``second_reason``, ``taken_from``, ``why_zh``, ``why_en``.
    """
    codings = tables["codings"].astype("object")
    own = codings[codings["row_id"].isin(units["unit_id"]) & codings["coder"].isin(["A", "B"])]
    wide = {
        field: own[own["field"] == field]
        .pivot(index="row_id", columns="coder", values="value")
        .reindex(columns=["A", "B"])
        .dropna()
        for field in ("instrument", "reason")
    }
    out = units[["unit_id", "name_zh", "name_en"]].copy()
    for suffix, field in (("", "instrument"), ("_reason", "reason")):
        for name, coder in (("first", "A"), ("second", "B")):
            out[name + suffix] = out["unit_id"].map(wide[field][coder])
    apart = out["first"].ne(out["second"]) & out["first"].notna()
    apart |= out["first_reason"].ne(out["second_reason"]) & out["first_reason"].notna()
    means = tables["means"][["unit_id", "taken_from", "why_zh", "why_en"]].astype("object")
    return out[apart].merge(means, on="unit_id")
