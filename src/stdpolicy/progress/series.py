"""Series for the published methods from a study's tables: a baseline and a current figure."""

import numpy as np
import pandas as pd

from stdpolicy import dates, schema
from stdpolicy.crosswalk import evidence
from stdpolicy.errors import UsageError
from stdpolicy.gap import encoding
from stdpolicy.gap.readings import Readings
from stdpolicy.gap.rules import SAME, role_relation
from stdpolicy.progress.comparison import WHY

Tables = dict[str, pd.DataFrame]

_SAME = ["domain", "scope", "role", "stage", "action", "unit"]
#: Bases of targets that name a level to be reached; evidence of the same basis measures it.
_LEVELS = ["stock", "cumulative", "year"]

#: Why a target has no trend, in Chinese and English.
_WHY_UNPAIRED = {
    "no_direction": WHY["no_direction"],
    "no_figure": (
        "没有公布该地区该指标的数字",
        "no figure is reported for this jurisdiction and indicator",
    ),
    "differs": ("最接近的公布数字口径不同：{}", "the nearest figure reported differs in {}"),
    "other_basis": (
        "公布的数字时间口径不同，量不出该目标",
        "the figures reported have another time basis, which does not measure the target",
    ),
    "not_exact": (
        "公布的数字只是约数或界限",
        "the figures reported are bounds or approximations only",
    ),
    "no_current": (
        "起始日之后、截止日之前没有数字",
        "no figure is dated after the base date and by the deadline",
    ),
    "contradictory": ("同日的数字互相矛盾", "figures of the same date contradict each other"),
    "no_baseline": (
        "没有可比的基线，谈不上趋势",
        "there is no comparable baseline, so no trend can be told",
    ),
}


def paired(tables: Tables, near_days: int = 366) -> pd.DataFrame:
    """Series for :func:`methods` from the study: for each target a baseline and a current figure.

    A target whose basis is ``stock``, ``cumulative`` or ``year``, and a rate or a duration of any
    basis but unknown, names a level (``reading`` is ``level``): figures of the same basis measure
    it, those of a stock for a rate. Any other target says how many are to be made from its base
    date on; all-time totals measure it, and it is *read* as reaching the total at the baseline plus
    the number promised (``reading`` is ``total``). That takes the baseline for the total at the
    base date, so it must lie within ``near_days`` of it.

    Baseline, current figure and target agree in jurisdiction, indicator, domain, scope, role,
    stage, action and unit, and the two figures in basis; no relation of wider or narrower is used
    here, and no figure that is a bound or an approximation. The current figure is the latest one
    after the base date and by the deadline. The baseline is the last one by the base date, else
    the first one after it. A date that is known to a month or a year is read as its last day.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``outcomes``, ``observations`` and ``indicators``.
    near_days : int
        How many days the baseline of a total may lie from the base date. SDSN takes the closest
        value within one year where that of a year is missing (*Africa SDG Index*, question 13).

    Returns
    -------
    pandas.DataFrame
        One row per target, in their order: ``target_id``, ``jurisdiction``, ``indicator``,
        ``series_unit``, ``reading``, ``base_id``, ``base_date``, ``value_id`` (ids of the
        evidence), ``why_no_trend_zh``, ``why_no_trend_en``, and the columns of :func:`methods`:
        ``base_value``, ``value``, ``target`` (in the unit; the low end of a range, the high end of
        a ceiling), ``base_year``, ``year``, ``target_year`` (dates as decimal years, since two
        figures of one year are not a year apart; 2020-12-31 is 2020.997), ``direction`` (1 up,
        -1 down, missing where the indicator has none), ``as_of`` and ``due_date``. Where there is
        no trend, what is known stands nevertheless, and the reason beside it.

    Raises
    ------
    UsageError
        When a table is missing.
    """
    for name in ("targets", "outcomes", "observations", "indicators"):
        if name not in tables:
            raise UsageError(f"there is no table {name!r}; there are {', '.join(tables)}")
    aims = _aims(tables)
    pool = _figures_of(aims, tables)
    chosen = _chosen(pool, near_days)
    unclear = [part.index[part["contradicted"].astype(bool)] for part in chosen]
    clash = aims.index.isin(unclear[0].union(unclear[1]))
    current, first = (part.reindex(aims.index[~clash]).reindex(aims.index) for part in chosen)
    base_value = first["value_low"].astype("float64")
    holds = {
        "no_direction": aims["direction"].isna(),
        "no_figure": ~aims.index.isin(pool["row"]),
        "differs": ~aims.index.isin(pool.loc[pool["same"], "row"]),
        "other_basis": ~aims.index.isin(pool.loc[pool["measures"], "row"]),
        "not_exact": ~aims.index.isin(pool.loc[pool["exact"], "row"]),
        "contradictory": clash,
        "no_current": current["evidence_id"].isna(),
        "no_baseline": base_value.isna(),
    }
    why = np.select(list(holds.values()), list(holds), "")
    texts = {
        f"why_no_trend_{language}": [
            _WHY_UNPAIRED[key][column].format(_respects(pool[pool["row"] == row], language))
            if key
            else pd.NA
            for row, key in enumerate(why)
        ]
        for column, language in enumerate(("zh", "en"))
    }
    out = aims[["target_id", "jurisdiction", "indicator"]].assign(
        series_unit=aims["unit"],
        reading=np.where(aims["level"], "level", "total"),
        base_id=first["evidence_id"],
        base_date=first["as_of_date"],
        value_id=current["evidence_id"],
        **texts,
    )
    return out.astype("string").assign(
        base_value=base_value,
        base_year=_decimal_years(first["when"]),
        value=current["value_low"].astype("float64"),
        year=_decimal_years(current["when"]),
        target=aims["promised"].where(aims["level"], aims["promised"] + base_value),
        target_year=_decimal_years(aims["due"]),
        direction=aims["direction"],
        as_of=current["as_of_date"].astype("string"),
        due_date=aims["due_date"].astype("string"),
    )


def _aims(tables: Tables) -> pd.DataFrame:
    """Targets with what they name: a level or a number to be made, and what measures that."""
    kinds = tables["indicators"].set_index("key").astype("object")
    aims = tables["targets"].astype("object").reset_index(drop=True)
    named = aims["basis"].isin(_LEVELS)
    known = aims["basis"] != "unknown"
    scaled = aims["indicator"].map(kinds["measure"]).isin(["rate", "duration"])
    low, high = (aims[name].astype("float64") for name in ("value_low", "value_high"))
    return aims.assign(
        level=named | (scaled & known),
        wanted=np.select([named, ~known, scaled], [aims["basis"], "none", "stock"], "cumulative"),
        base=dates.intervals(aims["base_date"])["first"],
        due=dates.intervals(aims["due_date"])["last"],
        promised=low.fillna(high).mask(aims["bound"] == "at_most", high),
        direction=aims["indicator"].map(kinds["direction"]).map({"up": 1.0, "down": -1.0}),
    )


def _figures_of(aims: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Figures of the jurisdiction and indicator of each target, and how far they measure it."""
    said = tables["observations"]
    figures = evidence({**tables, "observations": said[said["kind"] != "target"]})
    figures["when"] = dates.intervals(figures["as_of_date"])["last"]
    left = aims[["jurisdiction", "indicator", "wanted", "level", "base", "due", *_SAME]]
    pool = left.assign(row=aims.index).merge(
        figures, on=["jurisdiction", "indicator"], suffixes=("", "_found")
    )
    for name in _SAME:
        pool[f"{name}_differs"] = pool[name].ne(pool[f"{name}_found"]).astype(bool)
    # 参与 is read as covering those who lead, and 个 and 家 count alike.
    found, asked = (encoding.codes(pool[name], encoding.ROLES) for name in ("role_found", "role"))
    pool["role_differs"] = role_relation(found, asked, Readings()) != SAME
    found_unit, asked_unit = (pool[name].map(encoding.unit) for name in ("unit_found", "unit"))
    pool["unit_differs"] = found_unit.ne(asked_unit).astype(bool)
    pool["differences"] = pool[[f"{name}_differs" for name in _SAME]].sum(axis=1)
    pool["same"] = pool["differences"] == 0
    pool["measures"] = pool["same"] & (pool["basis"] == pool["wanted"])
    pool["exact"] = pool["measures"] & (pool["bound"] == "exact") & pool["value_low"].notna()
    return pool


def _chosen(pool: pd.DataFrame, near_days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Current figure and baseline of each target that has one, by its row.

    Of several reports of one figure the first in the tables is taken; where reports of one date
    differ, the figure is ``contradicted``.
    """
    usable = pool[pool["exact"] & (pool["when"] <= pool["due"])]
    reports = usable.groupby(["row", "when"])["value_low"].transform("nunique")
    usable = usable.assign(contradicted=reports > 1)
    after = usable[usable["when"] > usable["base"]]
    last = after["when"] == after.groupby("row")["when"].transform("max")
    current = after[last].drop_duplicates("row").set_index("row")
    off = (usable["when"] - usable["base"]).dt.days
    earlier = usable["when"] < current["when"].reindex(usable["row"]).to_numpy()
    near = usable["level"] | (off.abs() <= near_days)
    before = usable.assign(late=off > 0, off=off.abs())[earlier & near]
    first = before.sort_values(["late", "off"], kind="stable").drop_duplicates("row")
    return current, first.set_index("row")


def _respects(figures: pd.DataFrame, language: str) -> str:
    """Titles of the columns in which the nearest of some figures differs."""
    if figures.empty:
        return ""
    nearest = figures.loc[figures["differences"].idxmin()]
    fields = schema.tables()["targets"].fields
    titles = [fields[n].text("title", language) for n in _SAME if nearest[f"{n}_differs"]]
    return ("、" if language == "zh" else ", ").join(titles)


def _decimal_years(days: pd.Series) -> pd.Series:
    """Days as years with a fraction: 1 January 2018 is 2018.0."""
    moment = days.astype("datetime64[ns]").dt
    length = 365.0 + moment.is_leap_year.astype("float64")
    return moment.year + (moment.day_of_year - 1) / length
