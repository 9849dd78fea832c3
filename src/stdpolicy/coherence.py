"""Do the field targets of a plan add up to its overall target? By tier, with the remainder.

A target that others are coded as ``part_of`` is a whole. Sums and remainders are intervals, as the
wording of the numbers bounds them; an end that nothing bounds is empty.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import dates, schema
from stdpolicy.errors import DataError, UsageError
from stdpolicy.gap import encoding
from stdpolicy.validation import FAULT_COLUMNS

Tables = dict[str, pd.DataFrame]

#: Relations of parts that are added; what is promised twice (``overlapping``) is not.
ADDED = ["disjoint_exhaustive", "disjoint", "on_paper"]
#: Respects in which a part can differ from its whole.
RESPECTS = ["role", "stage", "action", "base_date", "due_date"]
#: Readings of wholes and parts, in the order of the results: in Chinese and in English.
READINGS = {
    "default": (
        "各数按措辞定界，“左右”按容差；重复承诺不计入",
        "numbers as worded, “about” within the tolerance; overlapping parts not added",
    ),
    "floors": ("各数均视为下限", "every number is a minimum"),
    "parts_floors": ("分目标均视为下限", "the parts are minima, the whole as worded"),
    "as_written": (
        "各数均视为恰好所写之数，不论“以上”“左右”",
        "every number is exactly the one written, without “or more” or “about”",
    ),
    "approx_exact": ("“左右”视为恰好该数", "“about” means exactly the number"),
    "range_low": ("区间取下端", "a range counts at its low end"),
    "range_high": ("区间取上端", "a range counts at its high end"),
    "same_action": (
        "只计编码的行为与总目标相同者",
        "only parts coded with the action of the whole",
    ),
    "same_role": ("只计编码的角色与总目标相同者", "only parts coded with the role of the whole"),
    "same_stage": ("只计编码的阶段与总目标相同者", "only parts coded with the stage of the whole"),
    "same_in_all": (
        "只计编码的行为、角色、阶段均与总目标相同者",
        "only parts coded with the action, role and stage of the whole",
    ),
    "overlapping_too": ("重复承诺的分目标也相加", "overlapping parts are added too"),
    "leaves": (
        "分目标另有下级分目标的，改计最末一级",
        "parts that have parts of their own are replaced by the last of these",
    ),
}

_TARGETS = [
    *("target_id", "doc_id", "jurisdiction", "indicator", "domain", "value_low", "value_high"),
    *("unit", "bound", "role", "stage", "action", "base_date", "due_date"),
    *("part_of", "part_relation"),
]
_SUMS = ["parts_low", "parts_high", "remainder_low", "remainder_high"]
#: Differences below this share of the numbers are those of binary fractions, not of promises.
_EQUAL = 1e-9


# --- what other modules use too -------------------------------------------------------------------


def require(tables: Tables, needed: Mapping[str, Iterable[str]]) -> None:
    """Make sure that tables and columns are there.

    Raises
    ------
    UsageError
        When a table or a column is missing; its name is in the message.
    """
    for name, columns in needed.items():
        if name not in tables:
            raise UsageError(f"the table {name!r} is missing; there are {', '.join(tables)}")
        for column in columns:
            if column not in tables[name]:
                known = ", ".join(map(str, tables[name].columns))
                raise UsageError(f"the table {name} has no column {column!r}; it has {known}")


def check_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that is not a share from 0 to below 1."""
    if not 0 <= tolerance < 1:
        raise UsageError(f"tolerance {tolerance} is a share: at least 0, less than 1")


def ancestors(frame: pd.DataFrame, table: str, key: str = "key") -> pd.DataFrame:
    """All that each row is part of, directly or through others.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``part_of`` and the column that ``key`` names.
    table : str
        Name of the table, for messages.
    key : str
        Column that ``part_of`` refers to.

    Returns
    -------
    pandas.DataFrame
        ``key``, ``above`` and ``steps`` (1 for what it is part of directly), nearest first.

    Raises
    ------
    DataError
        When a row is part of itself.
    """
    known = frame[frame["part_of"].notna()]
    parent = dict(zip(known[key], known["part_of"], strict=True))
    rows = []
    for start in parent:
        path: dict[Any, int] = {start: 0}
        step = parent[start]
        while step is not None:
            if step in path:
                raise _circle(table, step, parent)
            path[step] = len(path)
            step = parent.get(step)
        rows += [(start, above, steps) for above, steps in path.items() if steps]
    return pd.DataFrame(rows, columns=["key", "above", "steps"])


def _circle(table: str, start: Any, parent: Mapping[Any, Any]) -> DataError:
    path = [start]
    while parent[path[-1]] != start:
        path.append(parent[path[-1]])
    round_trip = " → ".join(map(str, [*path, start]))
    rule = f"is part of itself ({round_trip})"
    fault = (f"{table}.csv", None, "part_of", str(start), rule, "Break the circle.")
    faults = pd.DataFrame([fault], columns=FAULT_COLUMNS)
    return DataError(faults.astype({"row": "Int64"}))


def number_intervals(frame: pd.DataFrame, tolerance: float = 0.05) -> pd.DataFrame:
    """Coded numbers as intervals, as their wording bounds them.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``value_low``, ``value_high`` and ``bound``.
    tolerance : float
        Share by which an ``approx`` number may be off.

    Returns
    -------
    pandas.DataFrame
        Same index: ``low`` (0 for ``at_most``) and ``high`` (infinite for ``at_least``), in the
        unit of the row.
    """
    low, high = encoding.ends(frame, tolerance)
    return pd.DataFrame({"low": low, "high": high}, index=frame.index)


def unit_kinds(units: pd.Series) -> pd.DataFrame:
    """What each unit measures, and how much of it.

    Returns
    -------
    pandas.DataFrame
        Same index: ``kind`` (text: things are counted alike in 项, 个 and 家) and ``factor``
        (float: that of 万元 is 10,000 times that of 元).
    """
    known = {unit: encoding.unit(str(unit)) for unit in units.unique()}
    rows = [known[unit] for unit in units]
    return pd.DataFrame(rows, index=units.index, columns=["kind", "factor"])


def spoken(low: float, high: float) -> tuple[str, str]:
    """An interval in Chinese and English words; an end that is missing or infinite is open."""
    first, last = (f"{x:.12g}" if np.isfinite(x) else "" for x in (low, high))
    if first and last:
        return (first, first) if first == last else (f"{first} 至 {last}", f"{first} to {last}")
    if first:
        return f"{first} 以上", f"{first} or more"
    return (f"{last} 以下", f"{last} or less") if last else ("不定", "any number")


def words(columns: str, language: str) -> str:
    """Titles of columns of targets joined by ``+``, as a list in a sentence."""
    fields = schema.tables()["targets"].fields
    titles = [
        fields[c].text("title", language) if c in fields else c for c in columns.split("+") if c
    ]
    if language == "zh":
        return "、".join(titles)
    return " and ".join(filter(None, [", ".join(titles[:-1]), *titles[-1:]]))


# --- results --------------------------------------------------------------------------------------


def coherence(tables: Tables, tolerance: float = 0.05) -> pd.DataFrame:
    """Whether the parts of each plan add up to their wholes, for every plan and tier.

    Parts that are ``overlapping`` promise the same things again and are not added; where a whole
    has no others, the largest of them stands for the parts. Numbers of another unit, rates and
    durations are not added either.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets`` and ``indicators``.
    tolerance : float
        Share by which an ``approx`` number may be off.

    Returns
    -------
    pandas.DataFrame
        One row per whole; per overall target without parts; and per plan, indicator and deadline
        of the field targets that are part of nothing (then without ``target_id`` and whole, the
        sum taken as if nothing were counted twice). By document, tier, indicator and target:
        ``target_id``, ``doc_id``, ``jurisdiction``, ``indicator``, ``tier``, ``due_date``,
        ``unit``, ``whole_low``, ``whole_high``, ``parts`` (how many), ``overlapping`` (how many of
        them are), ``parts_low``, ``parts_high``, ``remainder_low``, ``remainder_high`` (whole less
        parts; numbers in ``unit``, empty where open or not added), ``relation`` (of the parts,
        joined by ``+``), ``differs`` (respects in which some part differs from the whole, joined by
        ``+``), ``adds_up`` (``exact``, ``remainder``, ``excess``, ``undetermined``,
        ``overlapping_only``, ``no_parts`` or ``no_whole``), ``reason_zh`` and ``reason_en``.

    Raises
    ------
    UsageError
        When a table or column is missing or the tolerance is no share.
    DataError
        When a target is part of itself.
    """
    targets = _targets(tables, tolerance)
    links = _links(targets)
    numbers = number_intervals(targets, tolerance)
    wholes = targets[targets.index.isin(links["whole"])]
    loose = ~targets.index.isin(links["part"]) & ~targets.index.isin(links["whole"])
    overall = targets["domain"] == "all"
    lone = targets[loose & overall]
    fields = _fields(targets[loose & ~overall], numbers)

    out = pd.concat([wholes, lone]).drop(columns="relation")
    out = out.join(_add_up(numbers.loc[out.index], numbers, links))
    relations = schema.tables()["targets"].fields["part_relation"].enum or []
    tiers = schema.tables()["indicators"].fields["tier"].enum or []
    by_whole = links.groupby("whole")
    out["relation"] = by_whole["relation"].agg(_joined, order=relations).reindex(out.index)
    out["part_tiers"] = by_whole["tier"].agg(_joined, order=tiers).reindex(out.index)
    differing = [
        links[f"same_{name}"].groupby(links["whole"]).all().reindex(out.index).eq(False)
        for name in RESPECTS
    ]
    out["differs"] = [
        "+".join(name for name, yes in zip(RESPECTS, row, strict=True) if yes)
        for row in zip(*differing, strict=True)
    ]
    out = pd.concat([out.reset_index(), fields], ignore_index=True)
    reasons = [_reason(row) for row in out.itertuples()]
    out["reason_zh"] = [zh for zh, _ in reasons]
    out["reason_en"] = [en for _, en in reasons]

    columns = ["target_id", "doc_id", "jurisdiction", "indicator", "tier", "due_date", "unit"]
    columns += ["whole_low", "whole_high", "parts", "overlapping", *_SUMS]
    columns += ["part_tiers", "relation", "differs", "adds_up", "reason_zh", "reason_en"]
    out["tier_rank"] = pd.Categorical(out["tier"], categories=tiers).codes
    order = ["doc_id", "tier_rank", "indicator", "target_id", "due_date"]
    return _shown(out.sort_values(order, ignore_index=True)[columns])


def coherence_readings(tables: Tables, tolerance: float = 0.05) -> pd.DataFrame:
    """How parts and wholes stand under other readings of the same words.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets`` and ``indicators``.
    tolerance : float
        Share by which an ``approx`` number may be off.

    Returns
    -------
    pandas.DataFrame
        A row per whole and reading, in the order of :data:`READINGS`: ``target_id``, ``doc_id``,
        ``indicator``, ``unit``, ``reading``, ``zh`` and ``en`` (what it means), ``parts`` (how
        many it leaves), ``whole_low``, ``whole_high``, ``parts_low``, ``parts_high``,
        ``remainder_low``, ``remainder_high`` (in ``unit``, empty where open or not added),
        ``adds_up`` (as in :func:`coherence`; ``no_parts`` where the reading leaves none) and
        ``differs`` (whether any of these is other than under ``default``).

    Raises
    ------
    UsageError
        When a table or column is missing or the tolerance is no share.
    DataError
        When a target is part of itself.
    """
    targets = _targets(tables, tolerance)
    links = _links(targets)
    wholes = targets[targets.index.isin(links["whole"])].sort_index()
    frames = []
    for reading, (zh, en) in READINGS.items():
        whole, part = _numbers(targets, reading, tolerance)
        sums = _add_up(whole.loc[wholes.index], part, _kept(links, targets, reading), reading)
        frame = wholes[["doc_id", "indicator", "unit"]].assign(reading=reading, zh=zh, en=en)
        frames.append(frame.join(sums).reset_index())
    out = _shown(pd.concat(frames, ignore_index=True))
    compared = ["parts", "whole_low", "whole_high", *_SUMS, "adds_up"]
    plain = out[compared].astype("object").where(out[compared].notna(), None)
    usual = pd.concat([plain.head(len(wholes))] * len(READINGS), ignore_index=True)
    rows = zip(plain.to_numpy().tolist(), usual.to_numpy().tolist(), strict=True)
    out["differs"] = np.array([a != b for a, b in rows], dtype=bool)  # where there are none, too
    ids = list(wholes.index)
    out["place"] = out["target_id"].map({one: place for place, one in enumerate(ids)})
    out = out.sort_values("place", kind="stable", ignore_index=True)
    columns = ["target_id", "doc_id", "indicator", "unit", "reading", "zh", "en", "parts"]
    columns += ["whole_low", "whole_high", *_SUMS, "adds_up", "differs"]
    return out[columns]


# --- steps ----------------------------------------------------------------------------------------


def _targets(tables: Tables, tolerance: float) -> pd.DataFrame:
    """Targets by their id, in its order, with tier, kind of unit and whether they can be added."""
    require(tables, {"targets": _TARGETS, "indicators": ["key", "tier", "measure"]})
    check_tolerance(tolerance)
    out = tables["targets"][_TARGETS].astype("object").set_index("target_id").sort_index()
    kinds = tables["indicators"].astype("object").set_index("key")
    out["tier"] = out["indicator"].map(kinds["tier"])
    out = out.join(unit_kinds(out["unit"]))
    measure = out["indicator"].map(kinds["measure"])
    out["addable"] = ~measure.isin(["rate", "duration"]) & (out["kind"] != "share")
    # Dates known to different precision may be the same day.
    out["base_date"] = dates.intervals(out["base_date"])["first"].dt.strftime("%Y-%m-%d")
    out["due_date"] = dates.intervals(out["due_date"])["last"].dt.strftime("%Y-%m-%d")
    return out.rename(columns={"part_relation": "relation"})


def _links(targets: pd.DataFrame) -> pd.DataFrame:
    """Parts beside their wholes: ids, relation, factor between the units, what is the same."""
    ancestors(targets.reset_index(), "targets", "target_id")
    parts = targets[targets["part_of"].isin(targets.index)]
    wholes = targets.loc[parts["part_of"]].set_index(parts.index)
    out = pd.DataFrame({"part": parts.index, "whole": parts["part_of"].to_numpy()})
    out["relation"] = parts["relation"].to_numpy()
    out["tier"] = parts["tier"].to_numpy()
    return _compared(out, parts, wholes)


def _compared(links: pd.DataFrame, parts: pd.DataFrame, wholes: pd.DataFrame) -> pd.DataFrame:
    out = links.copy()
    out["factor"] = (parts["factor"] / wholes["factor"]).to_numpy(dtype="float64")
    out["alike"] = (parts["kind"] == wholes["kind"]).to_numpy(dtype=bool)
    out["addable"] = (parts["addable"] & wholes["addable"]).to_numpy(dtype=bool)
    for name in RESPECTS:
        same = parts[name].astype("object").fillna("") == wholes[name].astype("object").fillna("")
        out[f"same_{name}"] = same.to_numpy(dtype=bool)
    return out


def _leaves(links: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Links with every part that has added parts of its own replaced by the last of these."""
    added = links[links["relation"].isin(ADDED)]
    below = added.groupby("whole")["part"].agg(list).to_dict()
    rows = []
    for part, whole, relation in zip(links["part"], links["whole"], links["relation"], strict=True):
        waiting = [part]
        while waiting:
            one = waiting.pop()
            waiting += below.get(one, [])
            if one not in below:
                rows.append((one, whole, relation))
    out = pd.DataFrame(rows, columns=["part", "whole", "relation"]).sort_values(["whole", "part"])
    wholes = targets.loc[out["whole"]].set_index(out["part"])
    return _compared(out, targets.loc[out["part"]], wholes)


def _numbers(
    targets: pd.DataFrame, reading: str, tolerance: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Numbers of the targets as wholes and as parts under a reading, in their units."""
    worded = number_intervals(targets, 0.0 if reading == "approx_exact" else tolerance)
    low, high = (targets[name].astype("float64") for name in ("value_low", "value_high"))
    minima = pd.DataFrame({"low": low.fillna(0.0), "high": np.inf})
    if reading == "floors":
        return minima, minima
    if reading == "parts_floors":
        return worded, minima
    if reading == "as_written":
        worded = pd.DataFrame({"low": low.fillna(high), "high": high.fillna(low)})
    elif reading in ("range_low", "range_high"):
        end = low if reading == "range_low" else high
        ranges = targets["bound"] == "range"
        worded = worded.mask(ranges, pd.DataFrame({"low": end, "high": end}))
    return worded, worded


def _kept(links: pd.DataFrame, targets: pd.DataFrame, reading: str) -> pd.DataFrame:
    """Links that a reading leaves."""
    if reading == "leaves":
        return _leaves(links, targets)
    if reading == "same_in_all":
        return links[links[["same_action", "same_role", "same_stage"]].all(axis=1)]
    return links[links[reading]] if reading.startswith("same_") else links


def _add_up(
    whole: pd.DataFrame, part: pd.DataFrame, links: pd.DataFrame, reading: str = "default"
) -> pd.DataFrame:
    """Number of parts, their sum, what it leaves of the whole, and the verdict, by whole."""
    rows = links[["whole", "alike", "addable"]].assign(
        low=part["low"].reindex(links["part"]).to_numpy() * links["factor"],
        high=part["high"].reindex(links["part"]).to_numpy() * links["factor"],
        overlapping=~links["relation"].isin(ADDED),
    )
    rows["added"] = ~rows["overlapping"] | (reading == "overlapping_too")
    groups = rows.groupby("whole")
    ids = whole.index
    out = pd.DataFrame({"whole_low": whole["low"], "whole_high": whole["high"]})
    out["parts"] = groups.size().reindex(ids, fill_value=0)
    out["overlapping"] = groups["overlapping"].sum().reindex(ids, fill_value=0)
    # What is not added may be a rate, and needs no common unit unless it stands for the parts.
    only = ~groups["added"].any().reindex(ids, fill_value=False)
    relevant = rows[rows["added"] | rows["whole"].map(only)]
    fits = relevant["alike"] & (relevant["addable"] | ~relevant["added"])
    alike = fits.groupby(relevant["whole"]).all().reindex(ids, fill_value=False)
    sums = rows[rows["added"]].groupby("whole")[["low", "high"]].sum().reindex(ids)
    tops = groups[["low", "high"]].max().reindex(ids)
    counted = sums.where(~only, tops).where(alike)
    out["parts_low"], out["parts_high"] = counted["low"], counted["high"]
    low = out["remainder_low"] = _difference(whole["low"], counted["high"])
    high = out["remainder_high"] = _difference(whole["high"], counted["low"])
    out["adds_up"] = np.select(
        [out["parts"] == 0, ~alike, only, (low == 0) & (high == 0), low > 0, high < 0],
        ["no_parts", "undetermined", "overlapping_only", "exact", "remainder", "excess"],
        "undetermined",
    )
    return out


def _difference(left: pd.Series, right: pd.Series) -> pd.Series:
    """Left less right: infinite where open, 0 where only binary fractions tell them apart."""
    out = left - right
    return out.mask(np.isfinite(out) & (out.abs() <= _EQUAL * left.abs()), 0.0)


def _fields(targets: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Field targets that are part of nothing, summed by plan, indicator and deadline."""
    rows = targets.join(numbers)
    names = ["doc_id", "jurisdiction", "indicator", "tier", "due_date"]
    grouped = rows.groupby(names, sort=False, dropna=False)
    # The unit of the first target is that of the sum.
    first = grouped["factor"].transform("first")
    rows["alike"] = rows["addable"] & (rows["kind"] == grouped["kind"].transform("first"))
    for end in ("low", "high"):
        rows[f"parts_{end}"] = rows[end] * (rows["factor"] / first).astype("float64")
    grouped = rows.groupby(names, sort=False, dropna=False)
    ends = ["parts_low", "parts_high"]
    out = grouped[ends].sum().join(grouped["unit"].first())
    out = out.join(grouped[["alike", "addable"]].all())
    out["parts"] = grouped.size()
    out[ends] = out[ends].where(out["alike"].astype(bool))
    out = out.drop(columns="alike").reset_index()
    return out.assign(overlapping=0, part_tiers=out["tier"], differs="", adds_up="no_whole")


def _joined(values: pd.Series, order: list[str]) -> str:
    found = set(values)
    return "+".join(name for name in order if name in found)


def _reason(row: Any) -> tuple[str, str]:
    """Verdict of one row in words."""
    n = row.parts
    parts = f"{n} part" if n == 1 else f"{n} parts"
    sum_zh, sum_en = spoken(row.parts_low, row.parts_high)
    whole_zh, whole_en = spoken(row.whole_low, row.whole_high)
    left_zh, left_en = spoken(row.remainder_low, row.remainder_high)
    over_zh, over_en = spoken(-row.remainder_high, -row.remainder_low)
    told = pd.notna(row.parts_low)
    if row.adds_up == "no_parts":
        return "总目标没有编码的分目标", "an overall target without coded parts"
    if row.adds_up == "no_whole":
        fields = f"{n} field target" if n == 1 else f"{n} field targets"
        zh = f"{n} 个领域目标，" + (f"合计 {sum_zh}" if told else "比率、时长或单位不同，不相加")
        en = f"{fields}, {sum_en} in all" if told else f"{fields} of rates or different units"
        return f"{zh}，没有编码的总目标", f"{en}, with no overall target coded"
    if row.adds_up == "overlapping_only":
        zh = f"分目标均为重复承诺，不相加，最大者为 {sum_zh}"
        en = f"the parts promise the same things again and are not added; the largest is {sum_en}"
    elif not row.addable:
        zh, en = "比率和时长不能相加", "rates and durations are not added"
    elif not told:
        zh = f"分目标的单位与总目标（{row.unit}）不同，不能相加"
        en = f"parts in other units than that of the whole ({row.unit}) are not added"
    else:
        zh, en = f"{n} 个分目标，总目标为 {whole_zh}", f"{parts}, the whole is {whole_en}"
        if row.overlapping:
            zh += f"，其中 {row.overlapping} 个为重复承诺，不计入"
            en += f", {row.overlapping} of them overlapping and not added"
        zh, en = f"{zh}；合计 {sum_zh}", f"{en}; the sum is {sum_en}"
        ends = {
            "exact": ("，与总目标相等", ", the same as the whole"),
            "remainder": (f"，余 {left_zh} 未列入分目标", f", which leaves {left_en} to no part"),
            "excess": (f"，超出总目标 {over_zh}", f", more than the whole by {over_en}"),
            "undetermined": ("，措辞不足以判断是否相等", ", and the wording does not tell more"),
        }
        zh, en = zh + ends[row.adds_up][0], en + ends[row.adds_up][1]
        if row.relation == "disjoint_exhaustive" and row.adds_up in ("remainder", "excess"):
            zh += "，与“恰好相加”的编码不符"
            en += ", although the parts are coded as adding up exactly"
    if row.differs:
        zh += f"；并非各分目标的{words(row.differs, 'zh')}都与总目标相同"
        en += f"; not all parts have the {words(row.differs, 'en')} of the whole"
    return zh, en


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers with open ends empty, counts whole, everything else text."""
    out = frame.copy()
    for name in out.columns:
        if name in ("parts", "overlapping"):
            out[name] = out[name].astype("int64")
        elif name.endswith(("_low", "_high")):
            out[name] = out[name].astype("float64").replace([np.inf, -np.inf], np.nan)
        else:
            out[name] = out[name].astype("string")
    return out
