"""The standards system: targets, figures and verdicts by tier, and the mix of tiers over the years.

An indicator of several tiers counts for each of those that the table ``tier_parts`` gives it, and
is marked so. Numbers make up a mix only where they count the same way.
"""

import dataclasses
import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import dates, schema
from stdpolicy.coherence import (
    ancestors,
    check_tolerance,
    number_intervals,
    require,
    spoken,
    unit_kinds,
)
from stdpolicy.compositions import Block, Statement, amounts, joined_blocks, shares
from stdpolicy.errors import UsageError
from stdpolicy.gap.headline import kept_share

Tables = dict[str, pd.DataFrame]

#: Tiers of the standards system, widest first.
TIERS = ["international", "national", "industry", "local", "group", "enterprise"]
#: The indicator that all counts of standards are part of.
STANDARDS = "standards_any_level"
#: The scope that leaves nothing out.
WHOLE = "whole_jurisdiction"

_SEVERAL = "mixed"
#: Tiers of which a jurisdiction below the centre issues no standards: its bodies take part in them.
_ELSEWHERE = {"central": ["international"]}
_BELOW = ["international", "national", "industry"]
#: Columns that all tables of numbers have here.
_COMMON = [
    *("jurisdiction", "indicator", "domain", "scope", "value_low", "value_high", "unit", "bound"),
    *("role", "stage", "action", "basis"),
]
_NEEDED = {
    "targets": [
        *("target_id", "doc_id", *_COMMON, "base_date", "due_date"),
        *("part_of", "part_relation", "supersedes"),
    ],
    "outcomes": ["outcome_id", "doc_id", *_COMMON, "since_date", "as_of_date"],
    "observations": [
        *("observation_id", "kind", *_COMMON, "since_date", "as_of_date", "due_date"),
        *("source_key", "conflict"),
    ],
    "indicators": ["key", "part_of", "measure", "tier"],
    "jurisdictions": ["key", "level"],
}
#: Stages at which there is no standard yet, and actions that are no making.
_BEGUN, _OTHER = ["proposed", "initiated"], ["other"]
#: What tells one mix from another.
_SET = [
    *("kind", "doc_id", "source_key", "jurisdiction", "basis", "first", "last", "making"),
    "counted",
]
#: Respects in which the numbers of one mix may still differ.
_RESPECTS = ["domain", "scope", "stage", "action"]
_EQUAL = 1e-9


# --- tiers ----------------------------------------------------------------------------------------


def tiers_of(tables: Tables) -> pd.DataFrame:
    """The tiers that each indicator can count.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``indicators``, and ``tier_parts`` where there is one. An indicator of several tiers
        that it does not have may count any of the six.

    Returns
    -------
    pandas.DataFrame
        By indicator in the order of its table, then by tier: ``indicator``, ``tier`` (of the six,
        or ``outside``), ``alone`` (bool: the indicator counts no other tier) and ``counts``
        (``every``: all standards of its tiers, ``some``: a kind of them). Indicators that count no
        standards are left out.

    Raises
    ------
    UsageError
        When a table or column is missing.
    DataError
        When an indicator is part of itself.
    """
    require(tables, {"indicators": ["key", "part_of", "tier"]})
    indicators = tables["indicators"].astype("object")
    coded: dict[str, list[tuple[str, str]]] = {}
    if "tier_parts" in tables:
        require(tables, {"tier_parts": ["indicator", "tier", "counts"]})
        parts = tables["tier_parts"][["indicator", "tier", "counts"]].astype("object")
        for key, tier, counts in parts.itertuples(index=False, name=None):
            coded.setdefault(key, []).append((tier, counts))
    tier_of = dict(zip(indicators["key"], indicators["tier"], strict=True))
    above = ancestors(indicators, "indicators")
    # What is part of a count of the same tier is a kind of its standards.
    kinds = {k for k, a in zip(above["key"], above["above"], strict=True)
             if tier_of.get(k) == tier_of.get(a)}  # fmt: skip
    rows = []
    for key, tier in tier_of.items():
        if tier in TIERS:
            rows.append((key, tier, True, "some" if key in kinds else "every"))
        elif tier == _SEVERAL:
            own = coded.get(key) or [(one, "some") for one in TIERS]
            rows += [(key, one, len(own) == 1, counts) for one, counts in own]
    out = pd.DataFrame(rows, columns=["indicator", "tier", "alone", "counts"])
    return out.astype({"alone": "bool"})


def by_tier(tables: Tables) -> pd.DataFrame:
    """How many targets and reported figures each document and jurisdiction has, by tier.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``outcomes``, ``observations``, ``indicators`` and ``jurisdictions``.

    Returns
    -------
    pandas.DataFrame
        One row per document (empty for other pages), jurisdiction, kind (``target``, ``outcome``,
        or of other pages ``reported_target``, ``reported_outcome``, ``reported_baseline``) and
        tier that occur, in this order, rows of documents first: ``doc_id``, ``jurisdiction``,
        ``kind``, ``tier`` (of the six, ``outside``, or ``none`` for what counts no standards),
        ``alone`` (rows whose indicator counts that tier only), ``several`` (rows that count
        several, this one among them), and of both ``countable`` (numbers of things, no rates). A
        row of several tiers stands in each, so that tiers do not add up.

    Raises
    ------
    UsageError
        When a table or column is missing.
    DataError
        When an indicator is part of itself.
    """
    require(tables, _NEEDED)
    rows = _rows(tables)
    rows["kind"] = np.where(
        rows["table"] == "observations", "reported_" + rows["said"].astype("object"), rows["said"]
    )
    tiers = tiers_of(tables)
    rows = rows.merge(tiers, on="indicator", how="left")
    rows["tier"] = rows["tier"].fillna("none")
    rows["alone"] = rows["alone"].astype("object").where(rows["alone"].notna(), True).astype("bool")
    measure = dict(_pairs(tables["indicators"], "key", "measure"))
    rows["countable"] = rows["indicator"].map(measure).isin(["flow", "stock"])
    rows["several"] = ~rows["alone"]
    names = ["doc_id", "jurisdiction", "kind", "tier"]
    grouped = rows.groupby(names, dropna=False, sort=False)[["alone", "several", "countable"]]
    out = grouped.sum().reset_index()
    order = {key: place for place, key in enumerate([*TIERS, "outside", "none"])}
    documents = {key: place for place, key in enumerate(dict.fromkeys(rows["doc_id"].dropna()))}
    kinds = {key: n for n, key in enumerate(["target", "outcome", *_REPORTED])}
    out = out.assign(
        a=out["doc_id"].map(documents).fillna(len(documents)),
        b=out["kind"].map(kinds),
        c=out["tier"].map(order),
    ).sort_values(["a", "jurisdiction", "b", "c"], kind="stable", ignore_index=True)
    out = out[[*names, "alone", "several", "countable"]]
    return out.astype(dict.fromkeys(["alone", "several", "countable"], "int64"))


_REPORTED = ["reported_target", "reported_outcome", "reported_baseline"]


def verdicts_by_tier(
    assessed: pd.DataFrame, tables: Tables, by: str | list[str] | None = None
) -> pd.DataFrame:
    """Verdicts on the targets of each tier, those of several tiers counted in each.

    Parameters
    ----------
    assessed : pandas.DataFrame
        As :func:`stdpolicy.gap.with_groups` returns it.
    tables : dict of pandas.DataFrame
        With ``indicators``.
    by : str or list of str, optional
        Further attributes to group by, such as ``doc_id``; they come before the tier.

    Returns
    -------
    pandas.DataFrame
        As :func:`stdpolicy.gap.kept_share` returns it, by tier, widest first: the attributes,
        ``tier`` (of the six, ``outside``, or ``none`` for what counts no standards), ``several``
        (targets of several tiers among them), ``targets``, a number for each verdict, ``low`` and
        ``high`` (bounds of the share kept), ``reported``, ``naive_share``.

    Raises
    ------
    UsageError
        When a table or column is missing.
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    rows = assessed.drop(columns="tier", errors="ignore")
    rows = rows.merge(tiers_of(tables).drop(columns="counts"), on="indicator", how="left")
    rows["tier"] = rows["tier"].astype("object").fillna("none")
    rows["several"] = rows["alone"].eq(False)
    shares = kept_share(rows, [*keys, "tier"])
    several = rows.groupby([*keys, "tier"], sort=False, observed=True)["several"].sum()
    out = shares.join(several.astype("int64"), on=[*keys, "tier"])
    order = {key: place for place, key in enumerate([*TIERS, "outside", "none"])}
    firsts = {key: {v: n for n, v in enumerate(dict.fromkeys(rows[key]))} for key in keys}
    out = out.sort_values(
        [*keys, "tier"], key=lambda c: c.map(firsts.get(c.name, order)), kind="stable",
        ignore_index=True,
    )  # fmt: skip
    rest = [c for c in out if c not in (*keys, "tier", "several")]
    return out[[*keys, "tier", "several", *rest]]


# --- the mix --------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Mix:
    """Numbers that count the same way, as statements on the amounts of the tiers."""

    key: tuple[Any, ...]
    rows: pd.DataFrame
    #: Tiers, least and greatest amount of all of them together.
    statements: list[Statement]

    @property
    def told(self) -> list[str]:
        found = {tier for tiers, _, _ in self.statements for tier in tiers}
        return [tier for tier in [*TIERS, "outside"] if tier in found]

    def blocks(self) -> list[Block]:
        """Tiers that some number does not tell apart, together; the others by themselves."""
        return joined_blocks(self.told, (tiers for tiers, _, _ in self.statements))


def mix(
    tables: Tables,
    tolerance: float = 0.05,
    floors: bool = True,
    roles: str = "apart",
    root: str = STANDARDS,
) -> pd.DataFrame:
    """Make-up of the standards promised and reported, by source, date and way of counting.

    Numbers make up a mix where one source gives them for one jurisdiction, on one basis (since a
    date, in one year, all time, in force), for one window or date, and for one way of making: its
    own standards, or those of others that its bodies lead or take part in, each role by itself.
    Nothing is added across these. Targets whose window is not stated count from their base date.
    Of a plan without a target for all fields, its field targets are added.

    A number for several tiers together leaves the share of each open (Manski 1990, 2003). Given
    the statements l_s <= sum of x_t over the tiers of s <= u_s, the share of a tier is the least
    and greatest x_t / sum of all x, by the transformation of Charnes and Cooper (1962) two linear
    programmes. What the fields of a plan promise of one tier is a least amount of it.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``outcomes``, ``observations``, ``indicators`` and ``jurisdictions``;
        ``tier_parts`` where there is one.
    tolerance : float
        Share by which an ``approx`` number may be off.
    floors : bool
        Take ``at_least`` as the number that it sets; without it, it is open above.
    roles : str
        ``apart``, or ``together``: as if taking part in a standard were making one.
    root : str
        Indicator that counts of standards are part of; others (projects, reviews) do not count.
        Where the table has none of the default name, every indicator of a tier does.

    Returns
    -------
    pandas.DataFrame
        One row per mix and tier, also for tiers of which the source has no number on that basis
        (gaps): ``mix_id`` (number of the mix), ``kind`` (``promised`` or ``reported``),
        ``doc_id``, ``source_key``, ``jurisdiction``, ``basis`` (``during``, ``year``,
        ``cumulative``, ``stock``), ``since_date`` and ``date`` (of the window, or the date only),
        ``year`` (of the date, Int64), ``making`` (``own``, ``others``, ``several`` where one
        number counts both, ``together``), ``role`` (in those of others), ``counted`` (``made``;
        ``begun``: projects begun; ``declared`` or counted otherwise), ``tier``, ``told`` (bool),
        ``block`` (tiers that only one number tells together, joined by ``+``), ``low``, ``high``
        (standards), ``share_low``, ``share_high`` (of the tiers told; empty where a single number
        tells all), ``block_low``, ``block_high``, ``block_share_low``, ``block_share_high`` (of
        the block), ``differs`` (respects in which the numbers are not coded alike, joined by
        ``+``), ``keys`` (of the rows, joined by ``+``), ``reason_zh``, ``reason_en``.
        By jurisdiction, basis, date and source.

    Raises
    ------
    UsageError
        When a table or column is missing, the tolerance is no share, ``roles`` is another word, or
        there is no indicator ``root``.
    DataError
        When an indicator is part of itself.
    """
    rows = _numbers(tables, tolerance, floors, roles, root)
    level = dict(_pairs(tables["jurisdictions"], "key", "level"))
    out = []
    for number, one in enumerate(_mixes(rows), 1):
        out += _shown(number, one, str(level.get(one.key[3])))
    return _typed(pd.DataFrame(out, columns=_COLUMNS))


_COLUMNS = [
    *("mix_id", "kind", "doc_id", "source_key", "jurisdiction", "basis", "since_date", "date"),
    *("year", "making", "role", "counted", "tier", "told", "block", "low", "high"),
    *("share_low", "share_high", "block_low", "block_high"),
    *("block_share_low", "block_share_high", "differs", "keys", "reason_zh", "reason_en"),
]


def left_out(
    tables: Tables, tolerance: float = 0.05, roles: str = "apart", root: str = STANDARDS
) -> pd.DataFrame:
    """Numbers of some tier that are in no mix, and why.

    Parameters
    ----------
    tables, tolerance, roles, root
        As for :func:`mix`.

    Returns
    -------
    pandas.DataFrame
        In the order of the tables: ``key`` (of the target, outcome or observation), ``kind``,
        ``doc_id``, ``source_key``, ``jurisdiction``, ``indicator``, ``why`` (``not_counted``: a
        rate or time; ``no_standards``: projects, reviews and the like; ``unit``; ``repeated``;
        ``part``: counted in the total of its plan; ``field``: one field only; ``scope``: the same
        source has a wider number; ``kind_only``: a kind of standards; ``basis``: not stated;
        ``date``: not known; ``alone``: no other tier on that basis), ``reason_zh``, ``reason_en``.

    Raises
    ------
    UsageError, DataError
        As for :func:`mix`.
    """
    rows = _numbers(tables, tolerance, True, roles, root)
    kept = {key for one in _mixes(rows) if len(one.blocks()) > 1 for key in one.rows["key"]}
    rows.loc[(rows["why"] == "") & ~rows["key"].isin(kept), "why"] = "alone"
    out = rows[(rows["why"] != "") & (rows["tiers"].map(len) > 0)]
    for place, language in enumerate(("zh", "en")):
        out = out.assign(**{f"reason_{language}": [WHY[why][place] for why in out["why"]]})
    columns = ["key", "kind", "doc_id", "source_key", "jurisdiction", "indicator", "why"]
    return out[[*columns, "reason_zh", "reason_en"]].astype("string").reset_index(drop=True)


WHY = {
    "not_counted": ("比率或时长，不是数量", "a rate or a time, not a number of standards"),
    "no_standards": ("计项目、复审等，不计标准", "counts projects, reviews and the like"),
    "unit": ("单位不同", "in another unit"),
    "repeated": ("重复或已被取代的承诺", "promised again elsewhere, or superseded"),
    "part": ("已计入该规划的总目标", "within the total that the plan promises"),
    "field": ("仅一个领域", "of one field only"),
    "scope": ("同一来源另有更宽的数字", "the same source has a wider number"),
    "kind_only": ("仅某一类标准，不是某层级的全部", "a kind of standards, not all of a tier"),
    "basis": ("时间口径不明", "on an unknown basis"),
    "date": ("时点不明", "of an unknown date"),
    "alone": ("同口径下没有其他层级的数字", "no other tier is told on the same basis"),
}


def moves(
    tables: Tables,
    tolerance: float = 0.05,
    floors: bool = True,
    roles: str = "apart",
    root: str = STANDARDS,
) -> pd.DataFrame:
    """How the mix of a jurisdiction changes from one date to the next on the same basis.

    Two mixes are compared in the tiers that both tell; tiers that either does not tell apart are
    taken together, and shares are those of the common tiers.

    Parameters
    ----------
    tables, tolerance, floors, roles, root
        As for :func:`mix`.

    Returns
    -------
    pandas.DataFrame
        One row per pair and block of tiers; pairs are two promises, or two reports, that follow
        each other, and a promise with a report of its time: ``jurisdiction``,
        ``basis``, ``making``, ``before_mix``, ``after_mix`` (``mix_id``), ``before_kind``,
        ``after_kind``, ``before_date``, ``after_date``, ``block`` (tiers joined by ``+``),
        ``before_low``, ``before_high``, ``after_low``, ``after_high`` (shares), ``change_low``,
        ``change_high``, ``differs`` (what else differs, joined by ``+``), ``naive_move``
        (``rises``, ``falls``, ``same``, ``undetermined``: by the shares alone), ``move`` (the same,
        but ``undetermined`` where anything differs).

    Raises
    ------
    UsageError, DataError
        As for :func:`mix`.
    """
    found = list(enumerate(_mixes(_numbers(tables, tolerance, floors, roles, root)), 1))
    series: dict[tuple[Any, ...], list[tuple[int, _Mix]]] = {}
    for number, one in found:
        if len(one.blocks()) > 1:
            _, _, _, place, basis, _, _, making, counted = one.key
            key = (place, basis, _side(making)[0], counted)
            series.setdefault(key, []).append((number, one))
    rows = []
    for (place, basis, _, _), own in series.items():
        for (n, first), (m, second) in _following(own):
            rows += [(place, basis, *row) for row in _move(n, first, m, second)]
    columns = ["jurisdiction", "basis", "making", "before_mix", "after_mix", "before_kind"]
    columns += ["after_kind", "before_date", "after_date", "block", "before_low", "before_high"]
    columns += ["after_low", "after_high", "change_low", "change_high", "differs"]
    out = pd.DataFrame(rows, columns=[*columns, "naive_move"])
    out["move"] = out["naive_move"].where(out["differs"] == "", "undetermined")
    numbers = [c for c in columns if c.endswith(("_low", "_high"))]
    out[numbers] = out[numbers].astype("float64")
    return out.astype({"before_mix": "int64", "after_mix": "int64"})


# --- steps ----------------------------------------------------------------------------------------


def _pairs(frame: pd.DataFrame, *columns: str) -> Iterable[tuple[Any, ...]]:
    return frame[list(columns)].astype("object").itertuples(index=False, name=None)


def _rows(tables: Tables) -> pd.DataFrame:
    """All rows with a number: of documents first, then of other pages."""
    targets = tables["targets"].astype("object")
    outcomes = tables["outcomes"].astype("object")
    seen = tables["observations"].astype("object")
    later = seen["kind"] == "target"
    parts = [
        targets.assign(
            table="targets", said="target", key=targets["target_id"],
            since=targets["base_date"], date=targets["due_date"],
        ),
        outcomes.assign(
            table="outcomes", said="outcome", key=outcomes["outcome_id"],
            since=outcomes["since_date"], date=outcomes["as_of_date"],
        ),
        seen.assign(
            table="observations", said=seen["kind"], key=seen["observation_id"],
            since=seen["since_date"], date=seen["as_of_date"].where(~later, seen["due_date"]),
        ),
    ]  # fmt: skip
    columns = ["table", "said", "key", "doc_id", "source_key", *_COMMON, "since", "date"]
    columns += ["part_of", "part_relation", "supersedes", "conflict"]
    return pd.concat(
        [p.reindex(columns=columns).astype("object") for p in parts], ignore_index=True
    )


def _numbers(tables: Tables, tolerance: float, floors: bool, roles: str, root: str) -> pd.DataFrame:
    """Every number with its interval, tiers and way of counting; ``why`` it is in no mix."""
    require(tables, _NEEDED)
    check_tolerance(tolerance)
    if roles not in ("apart", "together"):
        raise UsageError(f"roles are apart or together, not {roles!r}")
    indicators = tables["indicators"].astype("object")
    if root != STANDARDS and root not in set(indicators["key"]):
        raise UsageError(
            f"there is no indicator {root!r}; name the one that counts of standards are part of"
        )
    out = _rows(tables)
    out = out.join(number_intervals(out, tolerance))
    out = out.join(unit_kinds(out["unit"]).rename(columns={"kind": "unit_kind"}))
    if floors:
        out["high"] = out["high"].where(out["bound"] != "at_least", out["low"])
    factor = out["factor"].astype("float64")
    out["low"], out["high"] = out["low"] * factor, out["high"] * factor
    promised = out["said"] == "target"
    out["kind"] = np.where(promised, "promised", "reported")
    out["basis"] = out["basis"].where(~(promised & (out["basis"] == "unstated")), "during")
    window = out["basis"].isin(["during", "year"])
    since, date = dates.intervals(out["since"]), dates.intervals(out["date"])
    out["first"] = since["first"].dt.strftime("%Y-%m-%d").astype("object").where(window, "")
    out["last"] = date["last"].dt.strftime("%Y-%m-%d").astype("object")
    tiers = tiers_of(tables)
    found = tiers.groupby("indicator")["tier"].agg(tuple).to_dict()
    some = set(tiers.loc[tiers["counts"] == "some", "indicator"])
    out["tiers"] = [found.get(key, ()) for key in out["indicator"]]
    out["some"] = out["indicator"].isin(some)
    level = dict(_pairs(tables["jurisdictions"], "key", "level"))
    out["making"] = [
        _making(tiers, role, str(level.get(place)), roles)
        for tiers, role, place in zip(out["tiers"], out["role"], out["jurisdiction"], strict=True)
    ]
    out["counted"] = np.select(
        [out["stage"].isin(_BEGUN), out["action"].isin(_OTHER)], ["begun", "declared"], "made"
    )
    out["why"] = _why(out, indicators, root)
    return _widest(out)


def _making(tiers: tuple[str, ...], role: str, level: str, roles: str) -> str:
    """Whether a jurisdiction issues the standards of some tiers itself, or which part it has."""
    if roles == "together":
        return "together"
    elsewhere = set(_ELSEWHERE.get(level, _BELOW))
    if set(tiers) <= elsewhere or role != "unstated":
        return role
    return "several" if set(tiers) & elsewhere else "own"


def _why(rows: pd.DataFrame, indicators: pd.DataFrame, root: str) -> pd.Series:
    """Why a number is in no mix; empty where nothing of its own hinders it."""
    measure = dict(zip(indicators["key"], indicators["measure"], strict=True))
    above = ancestors(indicators, "indicators")
    within = {root, *above.loc[above["above"] == root, "key"]}
    if root not in measure:
        within = set(measure)
    superseded = set(rows["supersedes"].dropna())
    window = rows["basis"].isin(["during", "year"])
    wholes = set(rows.loc[rows["domain"] == "all", "key"])
    field = rows["domain"] != "all"
    checks = {
        "not_counted": ~rows["indicator"].map(measure).isin(["flow", "stock"]),
        "no_standards": ~rows["indicator"].isin(within),
        "unit": rows["unit_kind"] != "count",
        "repeated": rows["key"].isin(superseded) | (rows["part_relation"] == "overlapping"),
        "basis": rows["basis"] == "unknown",
        "date": rows["last"].isna() | (window & rows["first"].isna()),
        "part": rows["part_of"].isin(wholes),
        "kind_only": rows["some"],
        "field": field & (rows["table"] != "targets"),
    }
    return pd.Series(np.select(list(checks.values()), list(checks), ""), rows.index, dtype="object")


def _widest(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the same source says more widely: of all fields, of the whole jurisdiction."""
    out = rows.copy()
    for column, value, why in (("domain", "all", "field"), ("scope", WHOLE, "scope")):
        free = out[out["why"] == ""]
        wide = free[column] == value
        groups = [free[name] for name in [*_SET, "indicator", "domain"]]
        beside = wide.groupby(groups[:-1] if column == "domain" else groups, dropna=False)
        out.loc[free.index[~wide & beside.transform("any")], "why"] = why
    return out


def _mixes(rows: pd.DataFrame) -> list[_Mix]:
    """Numbers that count the same way, together; by jurisdiction, basis, date and source."""
    free = rows[rows["why"] == ""].copy()
    parts = rows[rows["why"] == "part"].groupby("part_of")
    order = ["jurisdiction", "basis", "last", "first", "kind", "doc_id", "source_key", "making"]
    free = free.sort_values([*order, "counted", "key"], na_position="first", kind="stable")
    out = []
    for key, own in free.groupby(_SET, dropna=False, sort=False):
        statements = []
        for (tiers, _), same in own.groupby(["tiers", "indicator"], sort=False):
            low, high = _one_amount(same)
            statements.append((tiers, low, high))
            for whole in set(same["key"]) & set(parts.groups):
                statements += _least(parts.get_group(whole), tiers)
        out.append(_Mix(key, own, statements))
    return out


def _one_amount(same: pd.DataFrame) -> tuple[float, float]:
    """The amount that the rows of one indicator tell: fields add up, repeated totals span."""
    if (same["domain"] == "all").any():
        return float(same["low"].min()), float(same["high"].max())
    ends = same.groupby("domain")[["low", "high"]].sum().sum()
    return float(ends["low"]), float(ends["high"])


def _least(parts: pd.DataFrame, tiers: tuple[str, ...]) -> list[Statement]:
    """Least amounts of single tiers that the parts of a total tell."""
    narrower = parts[[set(own) < set(tiers) for own in parts["tiers"]]]
    return [
        (own, float(same["low"].sum()), np.inf)
        for own, same in narrower.groupby("tiers", sort=False)
    ]


# --- rows of results ------------------------------------------------------------------------------


def _shown(number: int, one: _Mix, level: str) -> list[tuple[Any, ...]]:
    """Rows of one mix: tiers with numbers, then those of the same making without."""
    kind, doc_id, source, place, basis, first, last, making, counted = one.key
    blocks = one.blocks()
    of_tier = {tier: block for block in blocks for tier in block}
    # Each tier by itself, and those told together.
    every = list(dict.fromkeys([*((tier,) for tier in one.told), *blocks]))
    nothing = (np.nan, np.nan)
    ends = dict(zip(every, amounts(one.statements, every), strict=True))
    parts = dict.fromkeys(every, nothing)
    if len(blocks) > 1:
        parts = dict(zip(every, shares(one.statements, every), strict=True))
    elsewhere = _ELSEWHERE.get(level, _BELOW)
    possible = elsewhere if _side(making)[0] == "others" else TIERS
    if making == "own":
        possible = [tier for tier in TIERS if tier not in elsewhere]
    untold = [tier for tier in possible if tier not in of_tier]
    told_by = {
        tier: "+".join(one.rows.loc[[tier in t for t in one.rows["tiers"]], "key"])
        for tier in one.told
    }
    head = (
        number,
        kind,
        doc_id,
        source,
        place,
        basis,
        first,
        last,
        last[:4],
        *_side(making),
        counted,
    )
    differs = _differing(one)
    rows = []
    for tier in [*one.told, *untold]:
        told = tier in of_tier
        block = of_tier.get(tier, (tier,))
        low, high = ends.get((tier,), nothing)
        whole = (*ends.get(block, nothing), *parts.get(block, nothing))
        numbers = (low, high, *parts.get((tier,), nothing), *whole)
        why = _reason(tier, told, block, len(blocks), (low, high))
        row = (*head, tier, told, "+".join(block), *numbers, differs, told_by.get(tier, ""), *why)
        rows.append(row)
    return rows


def _side(making: str) -> tuple[str, str]:
    """Whose standards they are, and the role in those of others."""
    return (making, "") if making in ("own", "several", "together") else ("others", making)


def _differing(one: _Mix) -> str:
    return "+".join(name for name in _RESPECTS if one.rows[name].nunique(dropna=False) > 1)


def _reason(
    tier: str, told: bool, block: tuple[str, ...], blocks: int, ends: tuple[float, float]
) -> tuple[str, str]:
    """What is known of a tier in a mix, in words."""
    labels = {lang: tier_labels(lang) for lang in ("zh", "en")}
    if not told:
        return (
            "该来源同口径下没有这一层级的数字",
            "the source has no number of this tier on that basis",
        )
    if np.isnan(ends[0]):
        return "数字互相矛盾", "the numbers contradict each other"
    zh, en = spoken(*ends)
    if len(block) > 1:
        others = [t for t in block if t != tier]
        zh += f"；与{'、'.join(labels['zh'][t] for t in others)}合计，未分列"
        en += f"; told together with {', '.join(labels['en'][t] for t in others)}"
    if blocks < 2:
        zh += "；没有可与之比较的层级"
        en += "; no other tier to compare it with"
    return zh, en


def tier_labels(language: str) -> dict[str, str]:
    """Labels of the tiers in ``en`` or ``zh``."""
    parts = schema.tables()["tier_parts"].fields["tier"].labels(language)
    return schema.tables()["indicators"].fields["tier"].labels(language) | parts


def _move(first_id: int, first: _Mix, second_id: int, second: _Mix) -> Iterable[tuple[Any, ...]]:
    """Shares of the blocks that two mixes have in common, and how they change."""
    common = [tier for tier in first.told if tier in second.told]
    told = [s for one in (first, second) for s, _, _ in one.statements]
    blocks = [b for b in joined_blocks(first.told, told) if set(b) <= set(common)]
    if len(blocks) < 2:
        return
    ends = [shares(one.statements, blocks) for one in (first, second)]
    differs = _apart(first, second)
    for block, before, after in zip(blocks, *ends, strict=True):
        low, high = after[0] - before[1], after[1] - before[0]
        move = "undetermined"
        if low > _EQUAL or high < -_EQUAL:
            move = "rises" if low > 0 else "falls"
        elif abs(low) <= _EQUAL and abs(high) <= _EQUAL:
            move = "same"
        yield (
            _side(first.key[7])[0], first_id, second_id, first.key[0], second.key[0],
            first.key[6], second.key[6], "+".join(block), *before, *after,
            round(low, 9) + 0.0, round(high, 9) + 0.0, differs, move,
        )  # fmt: skip


def _following(own: list[tuple[int, _Mix]]) -> Iterable[tuple[tuple[int, _Mix], ...]]:
    """Mixes of one kind, each with the next; and each promise with the reports of its time."""
    own = sorted(own, key=lambda pair: (pair[1].key[6], pair[1].key[5]))
    for kind in ("promised", "reported"):
        yield from itertools.pairwise([pair for pair in own if pair[1].key[0] == kind])
    for one, other in itertools.permutations(own, 2):
        promised, reported = one[1].key, other[1].key
        if (promised[0], reported[0]) == ("promised", "reported"):
            meet = promised[5] <= reported[6] and reported[5] <= promised[6]
            if meet and promised[4] in ("during", "year"):
                yield one, other


def _apart(first: _Mix, second: _Mix) -> str:
    """Respects in which two mixes are not coded alike."""
    found = {"kind"} if first.key[0] != second.key[0] else set()
    for name in ("role", *_RESPECTS):
        if set(first.rows[name]) != set(second.rows[name]):
            found.add(name)
    marks = [set(one.rows["conflict"].dropna()) for one in (first, second)]
    if marks[0] & marks[1]:
        found.add("conflict")
    return "+".join(n for n in ("kind", "role", *_RESPECTS, "conflict") if n in found)


def _typed(out: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers with open ends empty, the rest as text."""
    out = out.replace("", pd.NA) if len(out) else out
    for name in out.columns:
        if name in ("low", "high") or name.endswith(("_low", "_high")):
            out[name] = out[name].astype("float64").replace(np.inf, np.nan)
        elif name in ("mix_id", "year"):
            out[name] = pd.to_numeric(out[name]).astype("Int64")
        elif name == "told":
            out[name] = out[name].astype("bool")
        else:
            out[name] = out[name].astype("string")
    return out
