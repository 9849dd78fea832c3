"""Targets beside what was reported: which figure speaks to which promise, and how far."""

import pandas as pd

from stdpolicy import dates

Tables = dict[str, pd.DataFrame]

#: Respects in which evidence can differ from a target, in the order in which tables list them.
RELATIONS = ["scope", "role", "stage", "action"]


def evidence(tables: Tables) -> pd.DataFrame:
    """Outcomes and observations as one table.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id`` and the columns that both tables have, in the order of the tables.
    """
    outcomes = tables["outcomes"].rename(columns={"outcome_id": "evidence_id"})
    observations = tables["observations"].rename(columns={"observation_id": "evidence_id"})
    shared = [c for c in outcomes if c in observations]
    parts = [frame[shared].astype("object") for frame in (outcomes, observations)]
    out = pd.concat(parts, ignore_index=True)
    return out.astype({"value_low": "float64", "value_high": "float64"})


def pairs(tables: Tables) -> pd.DataFrame:
    """Coded pairs of target and evidence with the ratio that a hurried reader would take.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``outcomes``, ``observations`` and ``crosswalk``. Pairs whose target is
        not among the targets are left out.

    Returns
    -------
    pandas.DataFrame
        ``target_id``, ``evidence_id``, ``doc_id``, ``indicator``, ``domain``, ``promised`` and
        ``reported`` (lower ends of the numbers, in ``unit``), ``as_of_date``, ``basis`` (time
        basis of the evidence), ``naive_ratio`` (reported ÷ promised, whatever differs), ``differs``
        (respects in which the evidence differs or is unknown, joined by ``+``; empty where it is
        the same in all), ``window`` (``same``, ``all_time``, ``unknown``, ``stock``,
        ``read_early``, ``read_late`` or ``other_start``, computed from the dates), ``comparable``,
        ``reason_zh`` and ``reason_en``.
    """
    left = tables["targets"][
        [
            *("target_id", "doc_id", "indicator", "domain", "value_low", "unit"),
            *("basis", "base_date", "due_date"),
        ]
    ].rename(columns={"value_low": "promised", "basis": "target_basis"})
    right = evidence(tables)[["evidence_id", "value_low", "since_date", "as_of_date", "basis"]]
    right = right.rename(columns={"value_low": "reported"})
    # A pair with two baselines stands twice in the crosswalk.
    coded = tables["crosswalk"].drop_duplicates(["target_id", "evidence_id"])
    out = coded.merge(left, on="target_id").merge(right, on="evidence_id")
    out["naive_ratio"] = out["reported"] / out["promised"]
    relations = out[[f"{name}_relation" for name in RELATIONS]].astype("object")
    out["differs"] = [
        "+".join(n for n, v in zip(RELATIONS, row, strict=True) if v != "same")
        for row in relations.itertuples(index=False)
    ]
    out["window"] = [
        _window(
            row.basis, row.since_date, row.as_of_date, row.target_basis, row.base_date, row.due_date
        )
        for row in out.astype("object").where(out.notna(), None).itertuples()
    ]
    out["differs"] = [
        "+".join(filter(None, [differs, "" if window == "same" else "window"]))
        for differs, window in zip(out["differs"], out["window"], strict=True)
    ]
    columns = ["target_id", "evidence_id", "doc_id", "indicator", "domain", "promised"]
    columns += ["reported", "unit", "as_of_date", "basis", "naive_ratio", "differs", "window"]
    return out[[*columns, "comparable", "reason_zh", "reason_en"]]


def _window(
    basis: str,
    since: str | None,
    as_of: str | None,
    target_basis: str,
    base: str,
    due: str,
) -> str:
    """How the window of a figure stands to the window of its target."""
    if basis in ("cumulative", "unknown"):
        return "all_time" if basis == "cumulative" else "unknown"
    if basis == "stock" and target_basis != "stock":
        return "stock"
    if as_of is None:
        return "unknown"
    if dates.bounds(as_of)[1] < dates.bounds(due)[1]:
        return "read_early"
    if dates.bounds(as_of)[0] > dates.bounds(due)[1]:
        return "read_late"
    if basis != "stock" and (since is None or dates.bounds(since) != dates.bounds(base)):
        return "other_start"
    return "same"
