"""Where each bound comes from: figure, relation, rule, baseline; and what contradicts what."""

import numpy as np
import pandas as pd

from stdpolicy.gap import combining, rules, words
from stdpolicy.gap.assessment import Assessment, conflict_items

_RELATIONS = ["same", "wider", "narrower", "other"]
_STAGES = ["same", "earlier", "later", "other"]


def trail(found: Assessment, everything: bool = False) -> pd.DataFrame:
    """Every figure held against every target, with what it says and why it says no more.

    Parameters
    ----------
    found : Assessment
        As :func:`stdpolicy.gap.evaluate` returns it.
    everything : bool
        Whether to list also figures whose time cannot overlap that of the target.

    Returns
    -------
    pandas.DataFrame
        One row per target, figure and baseline: ``target_id``, ``evidence_id``, ``baseline_id``;
        the relations ``scope``, ``role``, ``action`` (same, wider, narrower, other) and ``stage``
        (same, earlier, later, other) of the figure to the target; ``reported_low``,
        ``reported_high`` (in the unit of the target, the baseline not yet subtracted), ``basis``,
        ``since_date``, ``as_of_date``, ``quality``, ``confidence``; ``baseline_low``,
        ``baseline_high``, ``baseline_date``, ``baseline_quality``, ``baseline_confidence``;
        ``low`` and ``high`` (what it says of the amount at the deadline), ``lost_low`` and
        ``lost_high`` (rules by which an end is lost, joined by ``+``), ``low_as_read`` and
        ``high_as_read`` (up to the date of the figure), ``gives`` (``low``, ``high``, both or
        neither of the target's ends at the deadline), ``why_zh`` and ``why_en``, and the coder's
        ``reason_zh`` and ``reason_en``.
    """
    study, figures = found.study, found.figures
    parts = [_rows(found, block, everything) for block in combining.blocks(study)]
    # A coded baseline is one that would be found anyway.
    out = pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)
    columns = ["basis", "since_date", "as_of_date", "quality", "confidence"]
    figure, baseline = out.pop("_figure").to_numpy(), out.pop("_baseline").to_numpy()
    target = out.pop("_target").to_numpy()
    scale = study.figures.factor[figure] / study.targets.factor[target]
    facts: dict[str, object] = {
        "reported_low": study.figures.low[figure] * scale,
        "reported_high": study.figures.high[figure] * scale,
    }
    facts |= {c: figures[c].astype("object").to_numpy()[figure] for c in columns}
    has = baseline >= 0
    for end in ("low", "high"):
        values = getattr(study.figures, end)[baseline] * scale
        facts[f"baseline_{end}"] = np.where(has, values, np.nan)
    for name, column in (
        ("date", "as_of_date"),
        ("quality", "quality"),
        ("confidence", "confidence"),
    ):
        cells = figures[column].astype("object").to_numpy()[baseline]
        facts[f"baseline_{name}"] = pd.Series(cells, dtype="object").where(has, None)
    for place, (name, values) in enumerate(facts.items()):
        out.insert(7 + place, name, values)
    crosswalk = found.tables["crosswalk"].drop_duplicates(["target_id", "evidence_id"])
    reasons = crosswalk[["target_id", "evidence_id", "reason_zh", "reason_en"]].astype("object")
    return out.merge(reasons, on=["target_id", "evidence_id"], how="left")


def _rows(found: Assessment, block: combining.Block, everything: bool) -> pd.DataFrame:
    study, pairs = found.study, block.pairs
    keep = np.ones(len(pairs), dtype=bool) if everything else block.speaks
    at = np.flatnonzero(keep)
    ids = found.figures["evidence_id"].astype("object").to_numpy()
    names = found.targets["target_id"].astype("object").to_numpy()
    target, figure, baseline = pairs.target[at], pairs.figure[at], pairs.baseline[at]
    gives_low = (block.deadline.low[at] > 0) & (
        np.abs(block.deadline.low[at] - found.low[target]) < 1e-9
    )
    high, top = block.deadline.high[at], study.top[target]
    with np.errstate(invalid="ignore"):
        gives_high = (high < top) & (np.abs(high - found.high[target]) < 1e-9)
    lost_low, lost_high = block.deadline.lost_low[at], block.deadline.lost_high[at]
    frame = pd.DataFrame(
        {
            "target_id": names[target],
            "evidence_id": ids[figure],
            "baseline_id": pd.Series(ids[baseline], dtype="object").where(baseline >= 0, None),
            "scope": np.array(_RELATIONS)[pairs.scope[at]],
            "role": np.array(_RELATIONS)[pairs.role[at]],
            "action": np.array(_RELATIONS)[pairs.action[at]],
            "stage": np.array(_STAGES)[pairs.stage[at]],
            "low": block.deadline.low[at],
            "high": high,
            "lost_low": ["+".join(words.names(int(b))) for b in lost_low],
            "lost_high": ["+".join(words.names(int(b))) for b in lost_high],
            "low_as_read": block.own.low[at],
            "high_as_read": block.own.high[at],
            "gives": np.select(
                [gives_low & gives_high, gives_low, gives_high], ["both", "low", "high"], ""
            ),
            "_target": target,
            "_figure": figure,
            "_baseline": baseline,
        }
    )
    for language in ("zh", "en"):
        frame[f"why_{language}"] = [
            _why(int(low), int(high), language)
            for low, high in zip(lost_low, lost_high, strict=True)
        ]
    order = ["target_id", "evidence_id", "baseline_id"]
    return frame.sort_values(order, key=lambda c: c.fillna(""), kind="stable", ignore_index=True)


def _why(lost_low: int, lost_high: int, language: str) -> str:
    """Which ends a figure leaves, and by which rules the others are lost."""
    en = language == "en"
    both = lost_low & lost_high
    only_low, only_high = lost_low & ~both, lost_high & ~both
    if not (lost_low or lost_high):
        return "bounds the amount on both sides" if en else "给出上下两端"
    texts = []
    if lost_low and lost_high:
        texts.append("bounds nothing" if en else "不能给出任何一端")
    elif lost_low:
        texts.append("bounds the amount above only" if en else "只给出上端")
    else:
        texts.append("bounds the amount below only" if en else "只给出下端")
    if both:
        texts.append(words.phrases(both, words.LOST, language))
    for bits, name_en, name_zh in (
        (only_low, "no lower end", "无下端"),
        (only_high, "no upper end", "无上端"),
    ):
        if bits:
            said = words.phrases(bits, words.LOST, language)
            texts.append(f"{name_en}: {said}" if en else f"{name_zh}：{said}")
    return ("; " if en else "；").join(texts)


def contradictions(found: Assessment) -> pd.DataFrame:
    """Sets of statements that cannot all be true, none of which can be spared.

    Returns
    -------
    pandas.DataFrame
        One row per statement: ``set`` (running number), ``at`` (``deadline`` or ``as_of``),
        ``target_id`` (empty for a statement on parts), ``end`` (``low``, ``high`` or ``parts``),
        ``value``, ``evidence`` (figures, with a baseline after ``-``) and ``statement`` (in signs).
    """
    rows = []
    number = 0
    for at, low, high, sources in (
        ("deadline", found.low, found.high, (found.low_from, found.high_from)),
        ("as_of", found.low_as_of, found.high_as_of, found.as_of_from),
    ):
        ids = found.targets["target_id"].astype("object").to_numpy()
        own = low > high + 1e-9 * np.maximum(1.0, np.abs(low))
        for target in np.flatnonzero(own):
            number += 1
            for end, sign, value, source in (
                ("low", "≥", low[target], sources[0][target]),
                ("high", "≤", high[target], sources[1][target]),
            ):
                if value > 0 or end == "high":
                    said = f"{ids[target]} {sign} {words.number(value)}"
                    rows.append((number, at, ids[target], end, value, source, said))
        for which, conflict in found.conflicts:
            if which != at:
                continue
            number += 1
            items = conflict_items(found, which, conflict)
            ends = [
                (ids[t], end, (low if end == "low" else high)[t], sources[end == "high"][t])
                for t, end in conflict.ends
            ]
            ends += [(None, "parts", np.nan, None) for _ in conflict.sums]
            rows += [
                (number, at, target, end, value, source, said)
                for (target, end, value, source), said in zip(ends, items, strict=True)
            ]
    columns = ["set", "at", "target_id", "end", "value", "evidence", "statement"]
    return pd.DataFrame(rows, columns=columns)


def settling_facts(found: Assessment) -> pd.DataFrame:
    """For each undetermined target, the smallest fact that would settle it.

    Of all figures that speak to the target, the one that lacks least; where its number is at or
    above what was promised, it lacks what would keep its lower end, otherwise what would keep its
    upper end.

    Returns
    -------
    pandas.DataFrame
        One row per undetermined target: ``target_id``, ``evidence`` (``A-B`` is A less the
        baseline B), ``facts`` (number of facts wanted), ``wanted`` (their names, joined by ``+``),
        ``would_show`` (``met``, ``not_met``, or ``either`` where the fact brings a number of its
        own), ``fact_zh`` and ``fact_en``.
    """
    verdicts = found.verdicts()
    rows = []
    study = found.study
    place = {name: i for i, name in enumerate(found.figures["evidence_id"].astype("object"))}
    for target in np.flatnonzero(verdicts == "undetermined"):
        name = found.targets["target_id"].iloc[target]
        bits = int(found.closest["bits"][target])
        figure = found.closest["figure"][target]
        if figure is None:
            continue
        due = str(found.targets["due_date"].iloc[target])
        base = str(found.targets["base_date"].iloc[target])
        at = place[found.closest["coded"][target]]
        late = study.figures.end_last[at] > study.targets.end_first[target]
        texts = {}
        for which, language in enumerate(("en", "zh")):
            said = []
            for reason in words.names(bits):
                said.append(_fact(reason, due, base, bool(late), which))
            texts[language] = ("; " if language == "en" else "；").join(said)
        brings = bits & (rules.BASELINE | rules.TOTAL | rules.END | rules.SCOPE | rules.ROLE)
        floor = np.isinf(found.ask_high[target])
        shows = "met" if (found.closest["end"][target] == "low") == floor else "not_met"
        rows.append(
            (
                name,
                figure,
                bits.bit_count(),
                "+".join(words.names(bits)),
                "either" if brings else shows,
                texts["zh"],
                texts["en"],
            )
        )
    columns = ["target_id", "evidence", "facts", "wanted", "would_show", "fact_zh", "fact_en"]
    return pd.DataFrame(rows, columns=columns)


def _fact(reason: str, due: str, base: str, late: bool, which: int) -> str:
    """A fact that is wanted, with the date where one belongs to it."""
    if reason == "end":
        if late:
            return (f"a reading by {due}", f"不晚于{due}的读数")[which]
        return (f"a reading on {due} or later", f"{due}当日或其后的读数")[which]
    if reason in ("total", "start"):
        return (f"a baseline at {base}", f"{base}的基线")[which]
    return words.WANTED[reason][which]
