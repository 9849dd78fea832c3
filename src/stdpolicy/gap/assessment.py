"""Every target held against every figure that can speak to it."""

import dataclasses
import os
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import dates, validation
from stdpolicy.errors import DataError, UsageError
from stdpolicy.gap import combining, evidence, parts, rules, words
from stdpolicy.gap import encoding as enc
from stdpolicy.gap.combining import Block, Coded, Side, Study
from stdpolicy.gap.encoding import Flags, Floats, Ints, Objects, Small
from stdpolicy.gap.parts import Conflict
from stdpolicy.gap.readings import Readings
from stdpolicy.gap.rules import Pairs

Tables = dict[str, pd.DataFrame]
Data = str | os.PathLike[str] | Tables

#: Tables that an assessment needs, and those that it uses where they are.
NEEDED = ["targets", "outcomes", "observations", "crosswalk", "indicators", "scopes", "domains"]
USED = ["documents", "jurisdictions", "codings", "progress_reports", "possible_bases"]

#: Numbers are equal when they differ by rounding only.
_EPS = 1e-9


def assess(
    data: Data | None = None,
    as_of: str | None = None,
    *,
    readings: Readings | None = None,
    made_up: bool = False,
    reasons: bool = True,
    **changes: Any,
) -> pd.DataFrame:
    """Say of every target what the reported figures allow to be said.

    Parameters
    ----------
    data : path or dict of pandas.DataFrame, optional
        Folder with tables, or the tables themselves as :func:`stdpolicy.load_all` returns them;
        the packaged ones without it. Needed are ``targets``, ``outcomes``, ``observations``,
        ``crosswalk``, ``indicators``, ``scopes`` and ``domains``; ``documents``,
        ``jurisdictions``, ``codings``, ``progress_reports`` and ``possible_bases`` are used where
        they are.
    as_of : str, optional
        ISO date; only figures reported by then count.
    readings : Readings, optional
        How numbers are read; the default readings without it.
    made_up : bool
        Whether progress reports that are marked as made up count too.
    reasons : bool
        Whether to put the reasons into words; without them a million targets take less time.
    **changes
        Single readings, for example ``tolerance=0.1``.

    Returns
    -------
    pandas.DataFrame
        One row per target, in the order of the table: ``target_id``, ``doc_id``,
        ``jurisdiction``, ``indicator``, ``domain``, ``value_low``, ``value_high``, ``unit``,
        ``bound``; ``low`` and ``high`` (interval of the amount at the deadline, in the target's
        unit; infinite where open above); ``ratio_low`` and ``ratio_high`` (by ``value_low``, for
        floors); ``verdict`` (met, not_met, undetermined, contradictory, no_evidence); ``as_of``
        (date of the latest figure that says something), ``low_as_of``, ``high_as_of`` and
        ``verdict_as_of`` (up to that date); ``naive_ratio`` and ``naive_evidence_id`` (the latest
        reported figure of the same jurisdiction and indicator by ``value_low``, whatever it
        counts); ``low_evidence`` and ``high_evidence`` (figures that give the ends: ``A-B`` is A
        less the baseline B, ``A+C`` are windows that follow each other, ``parts`` is another
        target through the parts and wholes); ``verdict_upper`` (at the upper end of a promised
        range); ``superseded_by``; ``reasons_zh`` and ``reasons_en``.

    Raises
    ------
    DataError
        When the tables have faults: negative counts, shares above 100 %, a deadline before its
        base date, a date after its report, values outside the schema, circles in ``part_of``,
        numbers that are missing or infinite.
    UsageError
        When a table or column is missing, a reading does not exist, or the date is none.
    """
    chosen = (readings or Readings()).but(**changes)
    return evaluate(data, as_of, chosen, made_up).table(reasons)


@dataclasses.dataclass
class Assessment:
    """All that an assessment found; :meth:`table` shows it."""

    targets: pd.DataFrame
    figures: pd.DataFrame
    study: Study
    tables: Tables
    ask_low: Floats  # what is asked for, under the readings
    ask_high: Floats
    low: Floats
    high: Floats
    low_as_of: Floats
    high_as_of: Floats
    low_from: Objects
    high_from: Objects
    as_of_text: Objects
    has_day: Flags
    speaks: Flags
    closest: dict[str, Objects]  # the figure nearest to an answer, and what it lacks
    conflicts: list[tuple[str, Conflict]]
    as_of_from: tuple[Objects, Objects]

    def verdicts(self, at: str = "deadline") -> Objects:
        """Verdict on every target, at the deadline or ``as_of`` the date of its figures."""
        low, high = (self.low, self.high) if at == "deadline" else (self.low_as_of, self.high_as_of)
        conflicting = low > high + _EPS * np.maximum(1.0, np.abs(low))
        for which, conflict in self.conflicts:
            if which == at:
                conflicting[[target for target, _ in conflict.ends]] = True
        out = judge(low, high, self.ask_low, self.ask_high)
        empty = (self.ask_low <= 0) & np.isinf(self.ask_high)
        out[empty] = "undetermined"
        out[conflicting] = "contradictory"
        known = (low > 0) | (high < self.study.top)
        unseen = ~self.speaks & ~known
        out[unseen] = "no_evidence"
        if at != "deadline":
            out[~self.has_day & ~unseen] = "undetermined"
        return out

    def table(self, reasons: bool = True) -> pd.DataFrame:
        """The assessment as a table; see :func:`assess`."""
        t = self.targets
        value = t["value_low"].to_numpy(dtype="float64", na_value=np.nan)
        floor = ~np.isnan(value) & np.isinf(self.ask_high) & (self.ask_low > 0)
        by = np.where(floor, value, np.nan)
        naive, naive_id = naive_ratios(self)
        upper_low = t["value_high"].to_numpy(dtype="float64", na_value=np.nan)
        is_range = (t["bound"] == "range").to_numpy(dtype=bool)
        verdict, verdict_as_of = self.verdicts(), self.verdicts("as_of")
        at_upper = judge(self.low, self.high, upper_low, np.full(len(t), np.inf))
        settled = np.isin(verdict, ("met", "not_met", "undetermined")) & is_range
        out = t[
            [
                *("target_id", "doc_id", "jurisdiction", "indicator", "domain"),
                *("value_low", "value_high", "unit", "bound"),
            ]
        ].assign(
            low=self.low,
            high=self.high,
            ratio_low=self.low / by,
            ratio_high=self.high / by,
            verdict=_categories(verdict),
            as_of=pd.array(self.as_of_text, dtype="string"),
            low_as_of=np.where(self.has_day, self.low_as_of, np.nan),
            high_as_of=np.where(self.has_day, self.high_as_of, np.nan),
            verdict_as_of=_categories(verdict_as_of),
            naive_ratio=naive,
            naive_evidence_id=pd.array(naive_id, dtype="string"),
            low_evidence=pd.array(self.low_from, dtype="string"),
            high_evidence=pd.array(self.high_from, dtype="string"),
            verdict_upper=_categories(pd.Series(at_upper, dtype="object").where(settled, None)),
            superseded_by=superseded(t),
        )
        if reasons:
            for language in ("zh", "en"):
                texts = _reasons(self, verdict, verdict_as_of, language)
                out[f"reasons_{language}"] = pd.array(texts, dtype="string")
        return out.reset_index(drop=True)


def _categories(values: Objects | pd.Series) -> pd.Categorical:
    return pd.Categorical(values, categories=words.VERDICTS)


def judge(low: Floats, high: Floats, ask_low: Floats, ask_high: Floats) -> Objects:
    """Verdict on intervals: met if all of it lies in what is asked for, not met if none does."""
    small = _EPS * np.maximum(1.0, np.abs(np.where(np.isinf(ask_low), 0, ask_low)))
    large = _EPS * np.maximum(1.0, np.abs(np.where(np.isinf(ask_high), 0, ask_high)))
    met = (low >= ask_low - small) & (high <= ask_high + large)
    missed = (high < ask_low - small) | (low > ask_high + large)
    out = np.full(len(low), "undetermined", dtype="object")
    out[met], out[missed] = "met", "not_met"
    return out


def asked(targets: pd.DataFrame, tables: Tables, readings: Readings) -> tuple[Floats, Floats]:
    """What each target asks for, as an interval of amounts in its own unit."""
    low = targets["value_low"].to_numpy(dtype="float64", na_value=np.nan)
    high = targets["value_high"].to_numpy(dtype="float64", na_value=np.nan)
    bound = enc.codes(targets["bound"], enc.BOUNDS)
    exact, _, at_most, approx, range_ = (bound == i for i in range(len(enc.BOUNDS)))
    falling = tables["indicators"].set_index("key")["direction"].astype("object")
    down = (targets["indicator"].astype("object").map(falling) == "down").to_numpy(dtype=bool)
    if readings.number == "exact":
        low = np.where(approx, low * (1 - readings.tolerance), low)
        high = np.where(approx, high * (1 + readings.tolerance), high)
        return np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), np.inf, high)
    floor = np.where(approx, low * (1 - readings.tolerance), low)
    ceiling = np.where(approx, high * (1 + readings.tolerance), high)
    if readings.range_end == "high":
        floor, ceiling = np.where(range_, high, floor), np.where(range_, low, ceiling)
    # Where less is better, a plain number is a ceiling.
    falls = at_most | (down & (exact | approx | range_))
    return np.where(falls, 0.0, floor), np.where(falls, ceiling, np.inf)


def superseded(targets: pd.DataFrame) -> pd.Series:
    """Later version of each promise, empty where there is none."""
    later = targets.dropna(subset=["supersedes"]).drop_duplicates("supersedes", keep="last")
    by = later.set_index("supersedes")["target_id"].astype("object")
    return targets["target_id"].astype("object").map(by).astype("string")


# --- the work -----------------------------------------------------------------------------------


class Checked(dict[str, pd.DataFrame]):
    """Tables that have been checked, so that many assessments of them check once."""


def read(data: Data | None) -> Checked:
    """Tables for an assessment, checked: of a folder, the packaged ones, or the given ones."""
    from stdpolicy.tables import load_some

    if isinstance(data, Checked):
        return data
    if not isinstance(data, dict):
        return Checked(load_some(NEEDED, USED, data))
    for name in NEEDED:
        if name not in data:
            raise UsageError(f"the table {name!r} is missing; needed are {', '.join(NEEDED)}")
    faults = validation.frame_faults({n: data[n] for n in [*NEEDED, *USED] if n in data})
    if len(faults):
        raise DataError(faults)
    return Checked(data)


def evaluate(
    data: Data | None, as_of: str | None, readings: Readings, made_up: bool = False
) -> Assessment:
    """Assess; what :func:`assess` shows as a table, with everything behind it."""
    if as_of is not None:
        try:
            dates.bounds(as_of)
        except ValueError as error:
            raise UsageError(f"as of {as_of!r}: {error}") from None
    tables = as_coded(read(data), readings.coder)
    targets = tables["targets"].reset_index(drop=True)
    study, figures = prepare(targets, tables, readings, as_of, made_up)
    size = len(targets)
    found = Assessment(
        targets,
        figures,
        study,
        tables,
        *asked(targets, tables, readings),
        low=np.zeros(size),
        high=study.top.copy(),
        low_as_of=np.zeros(size),
        high_as_of=study.top.copy(),
        low_from=np.full(size, None, dtype="object"),
        high_from=np.full(size, None, dtype="object"),
        as_of_text=np.full(size, None, dtype="object"),
        has_day=np.zeros(size, dtype=bool),
        speaks=np.zeros(size, dtype=bool),
        closest={
            "figure": np.full(size, None, dtype="object"),
            "bits": np.zeros(size, dtype="object"),
            "end": np.full(size, None, dtype="object"),
            "coded": np.full(size, None, dtype="object"),
        },
        conflicts=[],
        as_of_from=(np.full(size, None, dtype="object"), np.full(size, None, dtype="object")),
    )
    day_first = study.targets.end_first.copy()
    day_last = study.targets.end_last.copy()
    for block in combining.blocks(study):
        _take(found, block, day_first, day_last)
    _through_parts(found, day_first, day_last)
    return found


def prepare(
    targets: pd.DataFrame,
    tables: Tables,
    readings: Readings,
    as_of: str | None = None,
    made_up: bool = False,
) -> tuple[Study, pd.DataFrame]:
    """Arrays for the rules, and the table of figures that they stand for."""
    figures = evidence.select(evidence.figures(tables, made_up), readings, as_of)
    figures = evidence.with_possible_bases(figures, tables.get("possible_bases"), readings)
    rows, numbers, trees = enc.encode(targets, figures, tables, readings)
    coded = _coded(targets, figures, tables, rows, numbers)
    several = np.bincount(numbers.whole, minlength=len(figures))[numbers.whole] > 1
    measure = enc.measures(targets)
    return Study(rows, measure, numbers, trees, coded, readings, several), figures


def as_coded(tables: Tables, coder: str) -> Tables:
    """Tables with the values of one coder in place of the settled ones."""
    if coder == "settled":
        return tables
    if "codings" not in tables:
        raise UsageError(f"coder {coder!r}: there is no table of codings")
    codings = tables["codings"]
    out = dict(tables)
    keys = {
        "targets": ["target_id"],
        "outcomes": ["outcome_id"],
        "crosswalk": ["target_id", "evidence_id"],
    }
    for name, key in keys.items():
        frame = tables[name].copy()
        row_id = frame[key[0]].astype("object")
        for column in key[1:]:
            row_id = row_id + "~" + frame[column].astype("object")
        mine = codings[(codings["table"] == name) & (codings["coder"] == coder)]
        for field, values in mine.groupby("field", observed=True):
            value = row_id.map(values.set_index("row_id")["value"].astype("object"))
            new = value.where(value.notna(), frame[field].astype("object"))
            if frame[field].dtype == "boolean":
                new = new.map({"true": True, "false": False, True: True, False: False})
            frame[field] = new.astype(frame[field].dtype)
        out[name] = frame
    return out


def _coded(
    targets: pd.DataFrame,
    figures: pd.DataFrame,
    tables: Tables,
    rows: enc.Rows,
    numbers: enc.Evidence,
) -> Coded:
    """Rows of the crosswalk whose target and figure both count."""
    crosswalk = tables["crosswalk"]
    if crosswalk.empty or figures.empty:
        return Coded(_no_pairs(), np.zeros(0, dtype=bool))
    own = (figures["whole"] == np.arange(len(figures))).to_numpy(dtype=bool)
    ids = pd.Index(figures["evidence_id"].astype("object")[own])
    target = pd.Index(targets["target_id"].astype("object")).get_indexer(crosswalk["target_id"])
    figure = ids.get_indexer(crosswalk["evidence_id"])
    baseline = np.where(
        crosswalk["baseline_id"].isna(), -1, ids.get_indexer(crosswalk["baseline_id"])
    )
    # A coded baseline that does not count leaves the total by itself.
    keep = np.flatnonzero((target >= 0) & (figure >= 0))
    ids_of = crosswalk[["evidence_id", "baseline_id"]].astype("object").fillna("").iloc[keep]
    keep = keep[np.lexsort((ids_of["baseline_id"], ids_of["evidence_id"], target[keep]))]
    table = crosswalk.iloc[keep]

    def relation(name: str, known: dict[str, int]) -> Small:
        cells = table[f"{name}_relation"].astype("object")
        return np.array([known.get(cell, rules.OTHER) for cell in cells], dtype="int8")

    pairs = Pairs(
        target[keep],
        figure[keep],
        baseline[keep],
        relation("scope", rules.RELATION_CODES),
        relation("role", rules.RELATION_CODES),
        relation("action", rules.RELATION_CODES),
        relation("stage", rules.STAGE_CODES),
        table["coverage_low"].to_numpy(dtype="float64", na_value=np.nan),
        table["comparable"].to_numpy(dtype=bool),
    )
    default = rules.role_relation(numbers.role[pairs.figure], rows.role[pairs.target], Readings())
    by_rule = default == pairs.role
    # Every possible time basis of a figure stands in the same relations.
    variants = np.flatnonzero(numbers.whole != np.arange(len(figures)))
    if len(variants):
        of = pd.Series(variants).groupby(numbers.whole[variants]).agg(list)
        more = [(i, v) for i, f in enumerate(pairs.figure) for v in of.get(f, [])]
        if more:
            at, which = np.array(more).T
            extra = pairs.take(at)
            extra.figure = which
            pairs = combining.joined(pairs, extra)
            by_rule = np.concatenate([by_rule, by_rule[at]])
            order = np.argsort(pairs.target, kind="stable")
            pairs, by_rule = pairs.take(order), by_rule[order]
    return Coded(pairs, by_rule)


def _no_pairs() -> Pairs:
    place, share = np.zeros(0, dtype="int64"), np.zeros(0)
    code, flags = np.zeros(0, dtype="int8"), np.zeros(0, dtype=bool)
    return Pairs(place, place, place, code, code, code, code, share, flags)


def _take(found: Assessment, block: Block, day_first: Small, day_last: Small) -> None:
    """Put what a block of pairs says into the assessment."""
    study, first, last = found.study, block.first, block.last
    here = slice(first, last)
    for ends, low, high, sources in (
        (block.deadline, found.low, found.high, (found.low_from, found.high_from)),
        (block.as_of, found.low_as_of, found.high_as_of, found.as_of_from),
    ):
        lower, upper = combining.together(study, block, ends)
        low[here], high[here] = lower.value, upper.value
        sources[0][here] = _named(found, block, lower)
        sources[1][here] = _named(found, block, upper)
    mine = block.pairs.target - first
    speaks = np.zeros(last - first, dtype=bool)
    speaks[mine[block.reports]] = True
    found.speaks[here] = speaks
    has = block.giver >= 0
    found.has_day[here] = has
    where = np.flatnonzero(has)
    giver = block.giver[where]
    late = block.bounds.end_last[giver] > study.targets.end_last[first + where]
    text = found.figures["as_of_date"].iloc[block.pairs.figure[giver]].astype("object").to_numpy()
    due = found.targets["due_date"].iloc[first + where].astype("object").to_numpy()
    found.as_of_text[first + where] = np.where(late | pd.isna(text), due, text)
    day_first[first + where] = np.where(
        late, study.targets.end_first[first + where], block.bounds.end_first[giver]
    )
    day_last[first + where] = np.where(
        late, study.targets.end_last[first + where], block.bounds.end_last[giver]
    )
    _closest(found, block)


def _named(found: Assessment, block: Block, side: Side) -> Objects:
    """Figures that give an end: ``A-B`` is less a baseline, ``A+C`` follow each other."""
    ids = found.study.names
    out = np.full(len(side.pair), None, dtype="object")
    where = np.flatnonzero(side.pair >= 0)
    pair = side.pair[where]
    out[where] = _names(ids, block.pairs, pair)
    if side.chain:
        links = _names(ids, block.pairs, np.concatenate(list(side.chain.values())))
        stop = 0
        for target, chain in side.chain.items():
            start, stop = stop, stop + len(chain)
            out[target] = "+".join(links[start:stop])
    return out


def _names(ids: Objects, pairs: Pairs, which: Ints) -> Objects:
    names = ids[pairs.figure[which]]
    baseline = pairs.baseline[which]
    less = np.flatnonzero(baseline >= 0)
    if len(less):
        names = names.copy()
        names[less] = names[less] + "-" + ids[baseline[less]]
    return names


def _closest(found: Assessment, block: Block) -> None:
    """The figure that lacks least to settle a target, and what it lacks.

    A figure at or above a floor would show that it was met, had it kept its lower end; one below
    it would show the contrary, had it kept its upper end.
    """
    study, pairs = found.study, block.pairs
    t = pairs.target
    ask_low, ask_high = found.ask_low[t], found.ask_high[t]
    would_meet = (block.bounds.low >= ask_low) & (block.bounds.high <= ask_high)
    floor = np.isinf(ask_high)
    would_meet |= floor & (block.bounds.low >= ask_low)
    would_miss = (block.bounds.high < ask_low) | (block.bounds.low > ask_high)
    low_end = np.where(floor, would_meet, would_miss)
    bits = np.where(low_end, block.deadline.lost_low, block.deadline.lost_high)
    few = np.bitwise_count(bits).astype("int64")
    # Of equally near figures, one whose number itself decides comes first; a baseline that is not
    # there would change the number.
    sure = (would_meet | would_miss) & (bits & rules.TOTAL == 0)
    distance = np.where(block.reports, few * 2 + ~sure, 2**30)
    best = np.full(block.last - block.first, 2**30)
    np.minimum.at(best, t - block.first, distance)
    near = (distance == best[t - block.first]) & block.reports
    pick = combining.chosen(study, pairs, block.first, block.last, near)
    where = np.flatnonzero(pick >= 0)
    pair = pick[where]
    ids = found.study.names
    at = block.first + where
    found.closest["figure"][at] = _names(ids, pairs, pair)
    found.closest["bits"][at] = bits[pair]
    found.closest["end"][at] = np.where(low_end[pair], "low", "high")
    found.closest["coded"][at] = ids[pairs.figure[pair]]


def _through_parts(found: Assessment, day_first: Small, day_last: Small) -> None:
    """Tighten the ends through parts and wholes, at the deadline and at common earlier dates."""
    targets, study = found.targets, found.study
    if targets["part_of"].isna().all():
        return
    due = (study.targets.end_first, study.targets.end_last)
    everyone = np.ones(len(targets), dtype=bool)
    for which, low, high, days, known, sources in (
        ("deadline", "low", "high", due, everyone, (found.low_from, found.high_from)),
        (
            "as_of",
            "low_as_of",
            "high_as_of",
            (day_first, day_last),
            found.has_day,
            found.as_of_from,
        ),
    ):
        statements = parts.sums(targets, study.targets, study.measure, *days, known, study.readings)
        before = getattr(found, low), getattr(found, high)
        after = parts.tighten(*before, statements)
        for old, new, source in zip(before, after[:2], sources, strict=True):
            moved = np.abs(np.where(np.isinf(new), 0, new) - np.where(np.isinf(old), 0, old))
            source[
                (moved > _EPS * np.maximum(1, np.abs(new))) | (np.isinf(old) & ~np.isinf(new))
            ] = "parts"
        setattr(found, low, after[0])
        setattr(found, high, after[1])
        found.conflicts += [(which, conflict) for conflict in after[2]]


# --- the hurried reader -------------------------------------------------------------------------


def naive_ratios(found: Assessment) -> tuple[Floats, Objects]:
    """What a hurried reader would compute, and from which figure.

    The latest figure of the same jurisdiction and indicator within the period of the target (after
    it, where there is none within), the largest of that day, divided by ``value_low``; scope, role,
    stage, action and basis are ignored.
    """
    rows, figures = found.study.targets, found.study.figures
    ratio = np.full(len(rows), np.nan)
    name = np.full(len(rows), None, dtype="object")
    own = (figures.kind == 0) & (figures.whole == np.arange(len(figures)))
    date = np.where(figures.end_last >= enc.UNKNOWN, figures.reported, figures.end_last)
    which = np.flatnonzero(own & (date < enc.UNKNOWN))
    if not len(which):
        return ratio, name
    value = np.where(figures.low > 0, figures.low, figures.high) * figures.factor
    key = figures.group[which] * 2**31 + date[which] + 2**29
    order = np.lexsort((value[which], key))
    which, key = which[order], key[order]
    least = rows.group * 2**31 + 2**29

    def last_by(day: Small | int) -> Ints:
        return np.searchsorted(key, least + np.minimum(day, 2**28), "right") - 1

    within, before, ever = (last_by(d) for d in (rows.end_last, rows.start_first, enc.UNKNOWN))
    begin = np.searchsorted(figures.group[which], rows.group, "left")
    has = within > np.maximum(before, begin - 1)
    place = np.where(has, within, ever)
    exists = place > np.maximum(before, begin - 1)
    at = np.flatnonzero(exists)
    figure = which[_first_of_equals(found.study, which, value, key, place[at])]
    raw = found.figures["value_low"].to_numpy(dtype="float64", na_value=np.nan)[figure]
    other = found.figures["value_high"].to_numpy(dtype="float64", na_value=np.nan)[figure]
    promised = found.targets["value_low"].to_numpy(dtype="float64", na_value=np.nan)[at]
    scale = figures.factor[figure] / rows.factor[at]
    same = figures.dimension[figure] == rows.dimension[at]
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.where(np.isnan(raw), other, raw) * scale / promised
    quotient = np.where(same & (promised > 0), quotient, np.nan)
    ratio[at] = quotient
    ids = found.study.names[figure]
    name[at] = pd.Series(ids, dtype="object").where(~np.isnan(quotient), None)
    return ratio, name


def _first_of_equals(study: Study, which: Ints, value: Floats, key: Ints, place: Ints) -> Ints:
    """Of figures of one day and value, the one whose id comes first."""
    values = value[which]
    new = np.append(True, (key[1:] != key[:-1]) | (values[1:] != values[:-1]))
    run = np.cumsum(new) - 1
    length = np.bincount(run)
    out = place.copy()
    tied = np.flatnonzero(length[run[place]] > 1)
    if len(tied):
        members = np.flatnonzero(np.isin(run, np.unique(run[place[tied]])))
        order = np.lexsort((combining.by_id(study, which[members]), run[members]))
        first = np.unique(run[members][order], return_index=True)
        best = dict(zip(first[0], members[order][first[1]], strict=True))
        out[tied] = [best[r] for r in run[place[tied]]]
    return out


# --- reasons ------------------------------------------------------------------------------------


def _reasons(
    found: Assessment, verdicts: Objects, verdicts_as_of: Objects, language: str
) -> list[str]:
    """Why each verdict is what it is, in one or two sentences."""
    en = language == "en"
    units = found.targets["unit"].astype("object").to_numpy()
    coded = _coder_reasons(found, language)
    ids = found.targets["target_id"].astype("object").to_numpy()
    clashes = _clash_words(found, language)
    cache: dict[int, str] = {}
    out = []
    top = found.study.top
    rows = zip(
        *(ids, units, verdicts, verdicts_as_of, found.low, found.high),
        *(found.low_as_of, found.high_as_of, found.ask_low, found.ask_high),
        *(found.low_from, found.high_from, found.closest["figure"], found.closest["bits"]),
        *(found.closest["coded"], found.as_of_text, top),
        strict=True,
    )
    for i, row in enumerate(rows):
        (target, unit, verdict, then, low, high, low_then, high_then, ask_low, ask_high) = row[:10]
        (low_from, high_from, near, bits, near_id, day, most) = row[10:]
        if verdict == "no_evidence":
            out.append(
                "No reported figure of this jurisdiction and indicator speaks to the period."
                if en
                else "没有同一辖区、同一指标的数字涉及该时期。"
            )
            continue
        if verdict == "contradictory":
            out.append(
                clashes.get(
                    i,
                    ("The figures contradict each other: " if en else "数字相互矛盾：")
                    + f"{low_from} ({words.number(low)}), {high_from} ({words.number(high)}).",
                )
            )
            continue
        wanted = words.promise(ask_low, ask_high, unit, language)
        interval = words.span(low, min(high, most), unit, language)
        sources = ", ".join(dict.fromkeys(s for s in (low_from, high_from) if s))
        if not en:
            sources = sources.replace(", ", "、")
        known = low > 0 or high < most
        if ask_low <= 0 and np.isinf(ask_high):
            out.append("A target of zero asks for nothing." if en else "目标为零，无可评估。")
            continue
        if en:
            text = f"The amount is {interval}" if known else "Nothing bounds the amount"
            text += f" ({sources}); " if sources and known else "; "
            text += f"{wanted} was promised."
        else:
            text = f"数量{interval}" if known else "数量无从界定"
            text += f"（依据{sources}）；" if sources and known else "；"
            text += f"目标为{wanted}。"
        if verdict == "undetermined" and near:
            if bits not in cache:
                cache[bits] = words.phrases(bits, words.LOST, language)
            if bits:
                text += f" {near}: {cache[bits]}." if en else f"{near}：{cache[bits]}。"
            note = coded.get((target, near), coded.get((target, near_id)))
            if note:
                text += f" Coder: {note}." if en else f"编码者：{note}。"
        if day is not None and not pd.isna(day) and then in ("met", "not_met") and then != verdict:
            interval = words.span(low_then, high_then, unit, language)
            said = words.VERDICT_WORDS[then][0 if en else 1]
            text += (
                f" As of {day} it was {interval}: {said} as of that date."
                if en
                else f"截至{day}，数量{interval}：截至该日{said}。"
            )
        out.append(text)
    return out


def _coder_reasons(found: Assessment, language: str) -> dict[tuple[str, str], str]:
    table = found.tables["crosswalk"]
    if f"reason_{language}" not in table:
        return {}
    columns = ["target_id", "evidence_id", "baseline_id", f"reason_{language}"]
    out: dict[tuple[str, str], str] = {}
    rows = table[columns].astype("object").sort_values(columns[:3])
    for target, figure, baseline, reason in rows.itertuples(index=False):
        if not pd.isna(reason):
            out.setdefault((target, figure), reason)
            out[target, f"{figure}-{baseline}"] = reason
    return out


def _clash_words(found: Assessment, language: str) -> dict[int, str]:
    out: dict[int, str] = {}
    for which, conflict in found.conflicts:
        if which == "deadline":
            items = ", ".join(conflict_items(found, which, conflict))
            text = (
                f"These cannot all be true: {items}."
                if language == "en"
                else f"以下各项不能同时成立：{items.replace(', ', '、')}。"
            )
            out |= {target: text for target, _ in conflict.ends}
    return out


def conflict_items(found: Assessment, which: str, conflict: Conflict) -> list[str]:
    """Rows of an irreducible set: figures, and targets whose parts are meant."""
    ids = found.targets["target_id"].astype("object").to_numpy()
    low_from, high_from = (
        (found.low_from, found.high_from) if which == "deadline" else found.as_of_from
    )
    low, high = (
        (found.low, found.high) if which == "deadline" else (found.low_as_of, found.high_as_of)
    )
    items = []
    for target, end in conflict.ends:
        sign, value, source = ("≥", low, low_from) if end == "low" else ("≤", high, high_from)
        items.append(f"{ids[target]} {sign} {words.number(value[target])} ({source[target]})")
    for statement in conflict.sums:
        sign = "≤" if statement.at_most else "≥"
        items.append(f"{' + '.join(ids[p] for p in statement.parts)} {sign} {ids[statement.whole]}")
    return items
