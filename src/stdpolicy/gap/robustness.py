"""How much of a verdict hangs on one reading, one coder or one source."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy.gap import readings as reading
from stdpolicy.gap.assessment import Assessment, Data, evaluate, read
from stdpolicy.gap.readings import Readings


def sensitivity(
    data: Data | None = None,
    as_of: str | None = None,
    *,
    readings: Readings | None = None,
    alternatives: Iterable[tuple[dict[str, Any], str, str]] | None = None,
) -> pd.DataFrame:
    """Verdicts under every reading, one changed at a time.

    Parameters
    ----------
    data, as_of
        As for :func:`stdpolicy.assess`.
    readings : Readings, optional
        The readings from which one at a time is changed; the default ones without it.
    alternatives : list, optional
        Changed readings as a dictionary, with words in English and Chinese; those of
        :data:`stdpolicy.gap.readings.ALTERNATIVES` without it.

    Returns
    -------
    pandas.DataFrame
        One row per reading and target, the unchanged reading first: ``reading`` (for example
        ``tolerance=0.1``; ``default``), ``words_zh``, ``words_en``, ``target_id``, ``low``,
        ``high``, ``verdict``, ``as_of``, ``low_as_of``, ``high_as_of``, ``verdict_as_of`` and
        ``changed`` (whether a verdict differs from that of the default).
    """
    tables = read(data)
    base = readings or Readings()
    every = list(reading.ALTERNATIVES if alternatives is None else alternatives)
    columns = ["target_id", "low", "high", "verdict", "as_of", "low_as_of", "high_as_of"]
    columns.append("verdict_as_of")
    parts: list[pd.DataFrame] = []
    for changes, words_en, words_zh in [({}, "default reading", "默认读法"), *every]:
        if all(getattr(base, name) == value for name, value in changes.items()) and changes:
            continue
        if "coder" in changes and "codings" not in tables:
            continue
        name = ", ".join(f"{key}={_text(value)}" for key, value in changes.items()) or "default"
        table = evaluate(tables, as_of, base.but(**changes)).table(reasons=False)[columns]
        part = table.assign(reading=name, words_zh=words_zh, words_en=words_en)
        first = parts[0] if parts else part
        part["changed"] = [
            (a, b) != (c, d)
            for a, b, c, d in zip(
                part["verdict"],
                part["verdict_as_of"],
                first["verdict"],
                first["verdict_as_of"],
                strict=True,
            )
        ]
        parts.append(part)
    out = pd.concat(parts, ignore_index=True)
    return out[["reading", "words_zh", "words_en", *columns, "changed"]]


def _text(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, tuple) else str(value)


def leave_one_out(
    data: Data | None = None,
    as_of: str | None = None,
    *,
    readings: Readings | None = None,
    by: str = "evidence",
) -> pd.DataFrame:
    """Verdicts that change when one figure, or all of one source, is taken away.

    Parameters
    ----------
    data, as_of, readings
        As for :func:`stdpolicy.assess`.
    by : str
        ``evidence`` leaves out one figure at a time, ``source`` all figures of one source.

    Returns
    -------
    pandas.DataFrame
        One row per change: ``left_out`` (figure or source), ``target_id``, ``verdict`` and
        ``verdict_without``, ``verdict_as_of`` and ``verdict_as_of_without``, ``low`` and ``high``,
        ``low_without`` and ``high_without`` (at the deadline).
    """
    tables = read(data)
    base = readings or Readings()
    found = evaluate(tables, as_of, base)
    rows = []
    for name, ids in _sources(found, by):
        without = evaluate(tables, as_of, base.but(leave_out=base.leave_out | ids))
        for row in _changes(found, without):
            rows.append((name, *row))
    columns = ["left_out", "target_id", "verdict", "verdict_without", "verdict_as_of"]
    columns += ["verdict_as_of_without", "low", "high", "low_without", "high_without"]
    return pd.DataFrame(rows, columns=columns)


def _sources(found: Assessment, by: str) -> list[tuple[str, frozenset[str]]]:
    """Figures that some interval rests on, alone or by source; others change nothing."""
    named = [
        found.low_from,
        found.high_from,
        found.as_of_from[0],
        found.as_of_from[1],
        found.closest["figure"],
    ]
    figures = found.figures.drop_duplicates("evidence_id")
    known = list(figures["evidence_id"].astype("object"))
    used = {part for column in named for text in column if text for part in _split(text)}
    ids = [name for name in known if name in used]
    if by == "evidence":
        return [(name, frozenset([name])) for name in sorted(set(ids))]
    source = figures.set_index("evidence_id")["source"].astype("object")
    wanted = {source[name] for name in ids if not pd.isna(source[name])}
    return [(s, frozenset(source.index[source == s])) for s in sorted(wanted)]


def _split(text: str) -> set[str]:
    """All runs of a text that may be ids: ids themselves may hold the signs that join them."""
    joined = text.split("+")
    pieces = set(joined)
    for piece in joined:
        marks = [i for i, char in enumerate(piece) if char == "-"]
        pieces |= {piece[:i] for i in marks} | {piece[i + 1 :] for i in marks}
    return pieces


def _changes(found: Assessment, without: Assessment) -> Iterable[tuple[Any, ...]]:
    before, after = found.verdicts(), without.verdicts()
    then, then_after = found.verdicts("as_of"), without.verdicts("as_of")
    ids = found.targets["target_id"]
    for i in np.flatnonzero((before != after) | (then != then_after)):
        yield (
            *(ids.iloc[i], before[i], after[i], then[i], then_after[i]),
            *(found.low[i], found.high[i], without.low[i], without.high[i]),
        )
