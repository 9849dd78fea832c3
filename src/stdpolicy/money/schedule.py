"""The subsidy schedule, and the targets to which it attaches money."""

import numpy as np
import pandas as pd

from stdpolicy.coherence import require, unit_kinds
from stdpolicy.errors import DataError
from stdpolicy.validation import FAULT_COLUMNS

Tables = dict[str, pd.DataFrame]
#: Row counted from 0, column, value, rule, cure.
Fault = tuple[int, str, str | None, str, str]

_INCENTIVES = [
    *("incentive_id", "doc_id", "section", "jurisdiction", "indicator", "domain", "scope"),
    *("recipient_zh", "recipient_en", "purpose_zh", "purpose_en", "role", "per", "payment"),
    *("payer", "value_low", "value_high", "unit", "bound"),
]
LINKS = [
    *("incentive_id", "promise_id", "relation", "conditions", "share_low", "share_high"),
    "counted_in",
]
#: Kinds of mechanisms that hand out money.
_AWARDS = ["award", "subsidy"]


def schedule(tables: Tables) -> pd.DataFrame:
    """What is paid for what, by whom, to whom.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``incentives``.

    Returns
    -------
    pandas.DataFrame
        One row per incentive, in the order of the table: ``incentive_id``, ``doc_id``,
        ``section``, ``jurisdiction``, ``purpose_zh``, ``purpose_en``, ``yuan_low``, ``yuan_high``
        (yuan for one thing; the high end empty where it is open), ``bound``, ``per``, ``payment``,
        ``role`` (that the recipient has to have had), ``payer`` (agency), ``recipient_zh``,
        ``recipient_en``, ``indicator``, ``domain``, ``scope``.

    Raises
    ------
    UsageError
        When the table or a column is missing.
    DataError
        When an amount is in no unit of money, or has no number.
    """
    require(tables, {"incentives": _INCENTIVES})
    frame = tables["incentives"][_INCENTIVES].astype("object")
    out = frame.join(yuan(tables["incentives"]))
    order = [
        *("incentive_id", "doc_id", "section", "jurisdiction", "purpose_zh", "purpose_en"),
        *("yuan_low", "yuan_high", "bound", "per", "payment", "role", "payer"),
        *("recipient_zh", "recipient_en", "indicator", "domain", "scope"),
    ]
    return out[order].reset_index(drop=True)


def for_promises(tables: Tables, every: Tables) -> Tables:
    """Selected tables with the incentives of other documents that are linked to their promises.

    A city's targets may be paid for by its province; a selection of the city's rows has lost the
    province's subsidies.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.promises.select` gives them.
    every : dict of pandas.DataFrame
        All tables, with ``incentives`` and ``eligibility``.

    Returns
    -------
    dict of pandas.DataFrame
        The selected tables with more rows in ``incentives``, in the order of the whole table.
    """
    promised = {*tables["targets"]["target_id"], *tables["deliverables"]["deliverable_id"]}
    links = every["eligibility"]
    linked = set(links.loc[links["promise_id"].isin(promised), "incentive_id"])
    wanted = linked | set(tables["incentives"]["incentive_id"])
    whole = every["incentives"]
    kept = whole[whole["incentive_id"].isin(wanted)].reset_index(drop=True)
    return dict(tables) | {"incentives": kept}


def yuan(incentives: pd.DataFrame) -> pd.DataFrame:
    """Amounts in yuan, low and high; a high end that is open is empty, a low one 0."""
    kinds = unit_kinds(incentives["unit"].astype("object"))
    money = unit_kinds(pd.Series(["元"])).iloc[0]
    low, high = (incentives[name].astype("float64") for name in ("value_low", "value_high"))
    faults: list[Fault] = []
    for place, row in enumerate(incentives.itertuples()):
        kind = kinds["kind"].iloc[place]
        if kind != money["kind"]:
            cure = "Write the amount in 元, 万元 or 亿元."
            faults.append((place, "unit", str(row.unit), "is no unit of money", cure))
        elif pd.isna(low.iloc[place]) and pd.isna(high.iloc[place]):
            cure = "Fill value_low; an award without an amount is a mechanism."
            faults.append((place, "value_low", None, "an incentive needs an amount", cure))
    refuse("incentives", faults)
    factor = (kinds["factor"] / money["factor"]).astype("float64")
    return pd.DataFrame({"yuan_low": low.fillna(0.0) * factor, "yuan_high": high * factor})


def refuse(table: str, faults: list[Fault]) -> None:
    """Raise DataError for faults of rows (counted from 0), if there are any."""
    if not faults:
        return
    rows = [(f"{table}.csv", place + 2, *rest) for place, *rest in faults]
    raise DataError(pd.DataFrame(rows, columns=FAULT_COLUMNS).astype({"row": "Int64"}))


def attached(tables: Tables) -> pd.DataFrame:
    """Every target with the money that is attached to it, or none.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``indicators``, ``incentives``, ``eligibility`` and ``mechanisms``.

    Returns
    -------
    pandas.DataFrame
        One row per target, in the order of the table: ``target_id``, ``doc_id``, ``jurisdiction``,
        ``indicator``, ``tier``, ``domain``, ``value_low``, ``value_high``, ``unit``, ``bound``,
        ``money`` (``own_plan``: an incentive of the same document may pay for it; ``other_plan``:
        only one of another document; ``none``), ``incentives`` (ids joined by ``+``), ``yuan_low``
        and ``yuan_high`` (least and greatest amount for one thing; empty without incentive), and
        ``awards_without_amount``: mechanisms of the document that award or subsidise and state no
        amount, whichever targets they are for.

    Raises
    ------
    UsageError
        When a table or column is missing.
    DataError
        When an amount is in no unit of money.
    """
    columns = [
        *("target_id", "doc_id", "jurisdiction", "indicator", "domain"),
        *("value_low", "value_high", "unit", "bound"),
    ]
    require(
        tables,
        {
            "targets": columns,
            "indicators": ["key", "tier"],
            "eligibility": LINKS,
            "mechanisms": ["doc_id", "section", "kind"],
        },
    )
    paid = schedule(tables).set_index("incentive_id")
    out = tables["targets"][columns].reset_index(drop=True)
    tiers = tables["indicators"].astype("object").set_index("key")["tier"]
    out.insert(4, "tier", out["indicator"].astype("object").map(tiers))
    links = tables["eligibility"][LINKS].astype("object")
    links = links[(links["share_high"] > 0) & links["incentive_id"].isin(paid.index)]
    by_target = {name: own["incentive_id"].unique() for name, own in links.groupby("promise_id")}
    found = [sorted(by_target.get(target, [])) for target in out["target_id"]]
    own = [
        any(paid.loc[one, "doc_id"] == doc for one in ids)
        for ids, doc in zip(found, out["doc_id"], strict=True)
    ]
    none = np.array([not ids for ids in found], dtype=bool)
    out["money"] = np.where(none, "none", np.where(own, "own_plan", "other_plan"))
    out["incentives"] = ["+".join(ids) for ids in found]
    out["yuan_low"] = [paid.loc[ids, "yuan_low"].min() if ids else np.nan for ids in found]
    # An open amount leaves the greatest one open.
    out["yuan_high"] = [
        paid.loc[ids, "yuan_high"].max(skipna=False) if ids else np.nan for ids in found
    ]
    out["awards_without_amount"] = out["doc_id"].map(_unpriced(tables)).fillna(0).astype("int64")
    return out


def _unpriced(tables: Tables) -> pd.Series:
    """Mechanisms that award or subsidise by document, without those whose section has amounts."""
    frame = tables["mechanisms"][["doc_id", "section", "kind"]].astype("object")
    priced = set(tables["incentives"][["doc_id", "section"]].itertuples(index=False, name=None))
    places = frame[["doc_id", "section"]].itertuples(index=False, name=None)
    left = frame["kind"].isin(_AWARDS) & ~pd.Series(
        [place in priced for place in places], index=frame.index, dtype=bool
    )
    return frame[left].groupby("doc_id").size()
