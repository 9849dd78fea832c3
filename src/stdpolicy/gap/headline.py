"""The headline, honestly: shares of promises kept as bounds, and what is not reported at all."""

from typing import Any

import numpy as np
import pandas as pd

from stdpolicy.errors import UsageError
from stdpolicy.gap import combining, words
from stdpolicy.gap.assessment import Assessment

#: Attributes of targets by which results can be grouped, with the table that has them.
GROUPS = ["doc_id", "jurisdiction", "indicator", "tier", "domain", "role", "bound", "commitment"]

#: How much was reported on a target, from most to least.
REPORTING = ["settled", "bounded", "touched", "silent"]


def with_groups(found: Assessment, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """The assessment with the attributes of targets by which one may group it.

    Returns
    -------
    pandas.DataFrame
        As :func:`stdpolicy.assess` without reasons, and ``tier``, ``role``, ``commitment``;
        targets that a later version supersedes are left out.
    """
    table = found.table(reasons=False) if table is None else table
    targets = found.targets
    tier = found.tables["indicators"].set_index("key")["tier"].astype("object")
    out = table.assign(
        tier=targets["indicator"].astype("object").map(tier),
        role=targets["role"],
        commitment=targets["commitment"],
    )
    return out[out["superseded_by"].isna()].reset_index(drop=True)


def kept_share(
    assessed: pd.DataFrame, by: str | list[str] | None = None, weight: str | None = None
) -> pd.DataFrame:
    """Share of promises kept, as bounds, beside what a hurried reader would report.

    Over all promises, not only those with a figure: met / n is the share that was kept for sure,
    1 − not met / n the share that may have been (Manski 1990, worst-case bounds for outcomes that
    are missing).

    Parameters
    ----------
    assessed : pandas.DataFrame
        As :func:`with_groups` returns it.
    by : str or list of str, optional
        Attributes to group by, of :data:`GROUPS`; all targets together without it.
    weight : str, optional
        Column that weighs the targets, for example ``value_low``; each counts once without it.

    Returns
    -------
    pandas.DataFrame
        One row per group, in the order of first appearance: the attributes, ``targets`` (number),
        a number for each verdict, ``low`` and ``high`` (bounds of the share kept, 0 to 1),
        ``reported`` (targets with a figure of the same jurisdiction and indicator),
        ``naive_share`` (of those, the share whose naive ratio is 1 or more; missing without any).

    Raises
    ------
    UsageError
        When an attribute or the weight is no column, or a weight is missing or below 0.
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    for name in [*keys, *([weight] if weight else [])]:
        if name not in assessed:
            raise UsageError(f"there is no column {name!r}; group by {', '.join(GROUPS)}")
    heavy = pd.Series(1.0, index=assessed.index)
    if weight:
        heavy = pd.to_numeric(assessed[weight]).astype("float64")
        bad = assessed.loc[~(heavy >= 0), "target_id"]
        if len(bad):
            raise UsageError(f"the weight {weight} of {bad.iloc[0]} is missing or below 0")
    frame = assessed[keys].astype("object").assign(weight=heavy, targets=1)
    verdict = assessed["verdict"].astype("object")
    for name in words.VERDICTS:
        frame[name] = (verdict == name).astype("int64")
    reported = assessed["naive_ratio"].notna()
    frame["reported"] = reported.astype("int64")
    frame["_met"] = heavy * (verdict == "met")
    frame["_missed"] = heavy * (verdict == "not_met")
    frame["_seen"] = heavy * reported
    frame["_naive"] = heavy * (assessed["naive_ratio"] >= 1)
    grouped = frame.groupby(keys or (lambda _: 0), sort=False, dropna=False)
    columns = ["targets", *words.VERDICTS, "reported", "weight"]
    out = grouped[[*columns, "_met", "_missed", "_seen", "_naive"]].sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        out["low"] = out["_met"] / out["weight"]
        out["high"] = 1 - out["_missed"] / out["weight"]
        out["naive_share"] = (out["_naive"] / out["_seen"]).where(out["_seen"] > 0)
    out = out.reset_index(drop=not keys)
    return out[[*keys, "targets", *words.VERDICTS, "low", "high", "reported", "naive_share"]]


def silence(found: Assessment) -> pd.DataFrame:
    """Which targets got a figure, and how much it says.

    Returns
    -------
    pandas.DataFrame
        One row per target that is not superseded: ``target_id`` and the attributes of
        :data:`GROUPS`, and ``reporting``: ``settled`` (met or not, at the deadline or as of the
        date of the figures), ``bounded`` (a figure bounds the amount, which settles nothing),
        ``touched`` (figures exist and bound nothing) or ``silent``.
    """
    table = with_groups(found)
    status = pd.Series("touched", index=table.index)
    open_above = np.isinf(table["high"]) | ((table["unit"] == "%") & (table["high"] >= 100))
    known = (table["low"] > 0) | ~open_above | table["as_of"].notna()
    status[table["verdict"] == "no_evidence"] = "silent"
    status[known] = "bounded"
    decided = ["met", "not_met", "contradictory"]
    status[table["verdict"].isin(decided) | table["verdict_as_of"].isin(decided)] = "settled"
    return table[["target_id", *GROUPS]].assign(reporting=status)


def reporting_rate(silent: pd.DataFrame, by: str | list[str]) -> pd.DataFrame:
    """Shares of targets that are settled, bounded, touched by any figure, by group.

    Parameters
    ----------
    silent : pandas.DataFrame
        As :func:`silence` returns it.
    by : str or list of str
        Attributes to group by, of :data:`GROUPS`.

    Returns
    -------
    pandas.DataFrame
        The attributes, ``targets``, ``settled``, ``bounded``, ``touched``, ``silent`` (numbers),
        ``rate_settled``, ``rate_bounded`` (settled or bounded) and ``rate_any`` (any figure at
        all), each by all targets.
    """
    keys = [by] if isinstance(by, str) else list(by)
    for name in keys:
        if name not in silent:
            raise UsageError(f"there is no column {name!r}; group by {', '.join(GROUPS)}")
    frame = silent[keys].astype("object").assign(targets=1)
    for name in REPORTING:
        frame[name] = (silent["reporting"] == name).astype("int64")
    out = frame.groupby(keys, sort=False, dropna=False).sum().reset_index()
    out["rate_settled"] = out["settled"] / out["targets"]
    out["rate_bounded"] = (out["settled"] + out["bounded"]) / out["targets"]
    out["rate_any"] = 1 - out["silent"] / out["targets"]
    return out


def unanswering(found: Assessment) -> pd.DataFrame:
    """Which reported figures answer no target.

    Returns
    -------
    pandas.DataFrame
        One row per reported outcome: ``evidence_id``, ``jurisdiction``, ``indicator``, ``scope``,
        ``value_low``, ``unit``, ``basis``, ``as_of_date``, ``source``, ``targets`` (with which it
        was paired), ``bounds`` (targets of which it bounds the amount, at the deadline or at its
        own date) and ``answers``: ``bounds``, ``compared`` (paired, bounds nothing) or ``none``
        (no target of its jurisdiction and indicator in its time).
    """
    figures, size = found.figures, len(found.figures)
    whole = found.study.figures.whole
    compared, bounded = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    pairs_of: list[Any] = []
    for block in combining.blocks(found.study):
        pairs, top = block.pairs, found.study.top[block.pairs.target]
        told = np.zeros(len(pairs), dtype=bool)
        for ends in (block.deadline, block.as_of):
            told |= (ends.low > 0) | (ends.high < top)
        told &= block.speaks
        compared[whole[pairs.figure[block.speaks]]] = True
        bounded[whole[pairs.figure[told]]] = True
        speaking = pd.DataFrame(
            {"figure": whole[pairs.figure[block.speaks]], "target": pairs.target[block.speaks]}
        )
        told_pairs = pd.DataFrame(
            {"figure": whole[pairs.figure[told]], "target": pairs.target[told], "told": 1}
        )
        pairs_of.append(speaking.drop_duplicates().merge(told_pairs.drop_duplicates(), how="left"))
    columns = ["evidence_id", "jurisdiction", "indicator", "scope", "value_low", "unit", "basis"]
    out = figures[[*columns, "as_of_date", "source"]].astype("object")
    linked = pd.concat(pairs_of) if pairs_of else pd.DataFrame(columns=["figure", "told"])
    out["targets"] = linked.groupby("figure").size().reindex(range(size), fill_value=0).to_numpy()
    told_by = linked.groupby("figure")["told"].count()
    out["bounds"] = told_by.reindex(range(size), fill_value=0).to_numpy()
    out["answers"] = np.select([bounded, compared], ["bounds", "compared"], "none")
    own = (found.study.figures.kind == 0) & (whole == np.arange(size))
    return out[own].astype({"value_low": "float64"}).reset_index(drop=True)
