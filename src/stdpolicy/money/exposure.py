"""What it costs when targets are met: intervals of money by incentive, tier, field and promise."""

import math
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import schema
from stdpolicy.coherence import require
from stdpolicy.errors import UsageError
from stdpolicy.money.assumptions import ALTERNATIVES, SEEN, SETTINGS, WORDS, Assumptions
from stdpolicy.money.schedule import Tables
from stdpolicy.money.worlds import Row, Worlds, times, worlds

#: What amounts are grouped by, besides the total.
GROUPS = ["incentive", "tier", "domain", "payer"]
_AMOUNTS = ["things_low", "things_high", "yuan_low", "yuan_high"]


def exposure(tables: Tables, assumptions: Assumptions | None = None) -> pd.DataFrame:
    """Money that the schedule promises if the targets are met.

    Each amount is the number promised × the share that is paid for × the amount for one thing, as
    an interval; its ends are reached by some world that fits the text and the assumptions. Ends of
    groups need not add up to those of the total, since not all are reached at once. Standards that
    several targets count are paid for once: parts are inside their whole, and what is
    ``counted_in`` other promises is not added again.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``incentives``, ``eligibility``, ``targets``, ``deliverables``, ``indicators`` and
        ``domains``; with ``agencies``, payers have words.
    assumptions : Assumptions, optional
        What the amounts rest on; the default ones without it.

    Returns
    -------
    pandas.DataFrame
        The total first, then incentives, tiers (of the standards paid for), fields (those right
        below all; ``all`` where a promise names none) and payers: ``by`` (``all``, ``incentive``,
        ``tier``, ``domain``, ``payer``), ``which``, ``label_zh``, ``label_en``, ``things_low``,
        ``things_high``
        (paid for), ``yuan_low``, ``yuan_high`` (yuan; the high end empty where open), ``status``
        (``bounded``, ``open`` above, or ``no_number`` where no promise that counts is linked).

    Raises
    ------
    UsageError
        When a table or column is missing.
    DataError
        When an amount is no money, a linked promise is no count of things, rows of one promise
        could pay for one thing twice, promises are counted in each other, or a condition or share
        is none.
    """
    found = worlds(tables, assumptions or Assumptions())
    rows = found.paying
    incentives = list(tables["incentives"]["incentive_id"].astype("object"))
    out = [{"by": "all", "which": "all"} | _amounts(found, rows)]
    for by in GROUPS:
        held = sorted({getattr(row, by) for row in rows} - {""})
        for key in incentives if by == "incentive" else _ordered(held, by, tables):
            own = [row for row in rows if getattr(row, by) == key]
            out.append({"by": by, "which": key} | _amounts(found, own))
    frame = _rounded(pd.DataFrame(out, columns=["by", "which", *_AMOUNTS, "status"]))
    labels = _labels(tables)
    for place, language in enumerate(("zh", "en")):
        pairs = zip(frame["by"], frame["which"], strict=True)
        told = [labels[by].get(key, (key, key))[place] for by, key in pairs]
        frame.insert(2 + place, f"label_{language}", told)
    return frame


def _labels(tables: Tables) -> dict[str, dict[str, tuple[str, str]]]:
    """Words in Chinese and English for the keys of each group."""
    tier = schema.tables()["indicators"].fields["tier"]
    tiers = zip(tier.enum or (), *(tier.labels(x).values() for x in ("zh", "en")), strict=True)
    out = {
        "all": {"all": ("全部资助", "all subsidies")},
        "tier": {key: (zh, en) for key, zh, en in tiers}
        | {"none": ("机构、基地与平台", "bodies and sites")},
    }
    columns = {
        "incentive": ("incentives", "incentive_id", "purpose_zh", "purpose_en"),
        "domain": ("domains", "key", "zh", "en"),
        "payer": ("agencies", "key", "zh", "en"),
    }
    for by, (name, *needed) in columns.items():
        frame = tables[name][needed].astype("object") if name in tables else pd.DataFrame()
        out[by] = {key: (zh, en) for key, zh, en in frame.itertuples(index=False)}
    out["domain"]["all"] = ("未指明领域", "no field named")
    return out


def links(tables: Tables, assumptions: Assumptions | None = None) -> pd.DataFrame:
    """Every link of a promise to an incentive, with the numbers that its money is made of.

    Parameters
    ----------
    tables, assumptions
        As :func:`exposure` takes them.

    Returns
    -------
    pandas.DataFrame
        One row per row of ``eligibility`` that the assumptions let count: ``incentive_id``,
        ``promise_id``, ``conditions``, ``number_low``, ``number_high`` (things that the promise
        counts and no linked part of it does), ``share_low``, ``share_high`` (of them paid for),
        ``yuan_low``, ``yuan_high`` (taken alone; the high end empty where open), ``in_total``
        (false where other promises count the same things), ``reason_zh``, ``reason_en``.

    Raises
    ------
    UsageError, DataError
        As :func:`exposure` does.
    """
    found = worlds(tables, assumptions or Assumptions())
    texts = tables["eligibility"].astype("object").reset_index(drop=True)
    out = []
    for row in sorted((r for own in found.rows.values() for r in own), key=lambda r: r.place):
        number = found.rest(row.promise)
        share = [found.share(row, end) for end in (0, 1)]
        text = texts.loc[row.place]
        # Number, share and amount know nothing of each other here, so products of ends are ends.
        low, high = (times(number[e], times(share[e], row.yuan[e])) for e in (0, 1))
        out.append(
            {
                "incentive_id": row.incentive,
                "promise_id": row.promise,
                "conditions": text["conditions"],
                "number_low": number[0],
                "number_high": number[1],
                "share_low": share[0],
                "share_high": share[1],
                "yuan_low": low,
                "yuan_high": high,
                "in_total": row.promise not in found.counted,
                "reason_zh": text["reason_zh"],
                "reason_en": text["reason_en"],
            }
        )
    names = [
        *("incentive_id", "promise_id", "conditions", "number_low", "number_high"),
        *("share_low", "share_high", "yuan_low", "yuan_high", "in_total"),
        *("reason_zh", "reason_en"),
    ]
    return _rounded(pd.DataFrame(out, columns=names)).astype({"in_total": bool})


def _amounts(found: Worlds, rows: list[Row]) -> dict[str, Any]:
    """Things and money of some rows, over all promises of the total."""
    if not rows:
        return dict.fromkeys(_AMOUNTS, np.nan) | {"status": "no_number"}
    places = {row.place for row in rows}
    things = found.ends(lambda row, end: float(row.place in places))
    yuan = found.ends(lambda row, end: row.yuan[end] if row.place in places else 0.0)
    status = "open" if math.isinf(yuan[1]) else "bounded"
    return dict(zip(_AMOUNTS, [*things, *yuan], strict=True)) | {"status": status}


def _ordered(keys: list[str], by: str, tables: Tables) -> list[str]:
    """Keys in the order of their vocabulary."""
    if by == "tier":
        order = list(tables["indicators"]["tier"].astype("object").unique())
    else:
        order = list(tables["domains"]["key"]) if by == "domain" else []
    place = {key: n for n, key in enumerate(order)}
    return sorted(keys, key=lambda key: (place.get(key, len(place)), key))


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Without the last digits, in which a solver may vary; open ends empty."""
    out = frame.copy()
    for name in out.columns:
        if name.endswith(("_low", "_high")):
            digits = 2 if name.startswith("yuan") else 6
            values = out[name].astype("float64").replace([np.inf, -np.inf], np.nan)
            out[name] = values.round(digits) + 0.0  # no negative nothing
    return out


# --- other assumptions ----------------------------------------------------------------------------


def shares_seen(tables: Tables) -> pd.DataFrame:
    """Shares of led standards among all that one took part in, where a page tells both.

    Pairs of outcomes of one page, place, indicator, scope, stage, action and window, one of which
    counts what was led and the other all that one had a part in. They are of other places and
    years, and say what is usual, not what is true here.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``observations`` and ``indicators``.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``tier``, ``jurisdiction``, ``indicator``, ``as_of_date``, ``led_id``,
        ``all_id`` (observations), ``led``, ``all`` (numbers), ``share_low``, ``share_high``.
        Only numbers without an open end count.

    Raises
    ------
    UsageError
        When a table or column is missing.
    """
    same = [
        *("jurisdiction", "indicator", "scope", "stage", "action", "basis"),
        *("since_date", "as_of_date", "source_url"),
    ]
    needed = ["observation_id", "kind", "role", "value_low", "value_high", "bound", *same]
    require(tables, {"observations": needed, "indicators": ["key", "tier"]})
    frame = tables["observations"][needed].astype("object")
    frame = frame[(frame["kind"] != "target") & (frame["bound"] == "exact")]
    frame[same] = frame[same].fillna("")
    led = frame[frame["role"] == "lead"]
    pairs = led.merge(frame[frame["role"] != "lead"], on=same, suffixes=("_led", "_all"))
    pairs = pairs[pairs["value_low_all"] > 0]
    tiers = tables["indicators"].astype("object").set_index("key")["tier"]
    share = (pairs["value_low_led"] / pairs["value_low_all"]).astype("float64").clip(upper=1.0)
    out = pd.DataFrame(
        {
            "tier": pairs["indicator"].map(tiers),
            "jurisdiction": pairs["jurisdiction"],
            "indicator": pairs["indicator"],
            "as_of_date": pairs["as_of_date"],
            "led_id": pairs["observation_id_led"],
            "all_id": pairs["observation_id_all"],
            "led": pairs["value_low_led"].astype("float64"),
            "all": pairs["value_low_all"].astype("float64"),
            "share_low": share.round(9),
            "share_high": share.round(9),
        }
    )
    return out.reset_index(drop=True)


def as_seen(tables: Tables, assumptions: Assumptions | None = None) -> Assumptions:
    """The same assumptions with the shares of led standards that were seen elsewhere.

    Those of national standards stand for international ones where none of these is known; where
    none at all is, nothing changes. See :func:`shares_seen`.
    """
    usual = assumptions or Assumptions()
    changes, _ = _filled({"led_international": SEEN, "led_national": SEEN}, shares_seen(tables))
    return usual.but(**changes) if changes else usual


def sensitivity(
    tables: Tables,
    assumptions: Assumptions | None = None,
    alternatives: list[tuple[dict[str, Any], str, str]] | None = None,
) -> pd.DataFrame:
    """How the total changes with each assumption.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`exposure` takes them; with ``observations``, shares seen elsewhere too.
    assumptions : Assumptions, optional
        From which one at a time is changed.
    alternatives : list of tuple, optional
        Changes with their words in English and Chinese; :data:`ALTERNATIVES` without it. The value
        ``"seen"`` stands for the least to the greatest share of :func:`shares_seen`, of national
        standards where none of international ones is known; without any the row is left out.

    Returns
    -------
    pandas.DataFrame
        The total under the assumptions as they are, then one row per alternative: ``assumption``
        (name; ``default`` first, ``several`` where more than one is changed), ``changes``,
        ``words_zh``, ``words_en``, ``yuan_low``, ``yuan_high`` (high end empty where open),
        ``status``, ``change_low``, ``change_high`` (against the first row; empty where either is
        open), ``evidence`` (observations that a share seen comes from, joined by ``+``).

    Raises
    ------
    UsageError
        When a table is missing or an assumption does not exist.
    DataError
        As :func:`exposure` does.
    """
    usual = assumptions or Assumptions()
    seen = shares_seen(tables) if "observations" in tables else pd.DataFrame()
    rows = [("default", "", "默认假设", "as assumed by default", usual, "")]
    for changes, en, zh in ALTERNATIVES if alternatives is None else alternatives:
        values, evidence = _filled(changes, seen)
        if values is None:
            continue
        name = next(iter(values)) if len(values) == 1 else "several"
        if any(getattr(usual, one, None) != value for one, value in values.items()):
            told = ", ".join(f"{one}={_told(value)}" for one, value in values.items())
            rows.append((name, told, zh, en, usual.but(**values), evidence))
    out = []
    for name, told, zh, en, other, evidence in rows:
        found = worlds(tables, other)
        amounts = _amounts(found, found.paying)
        out.append(
            {
                "assumption": name,
                "changes": told,
                "words_zh": zh,
                "words_en": en,
                **{key: amounts[key] for key in ("yuan_low", "yuan_high", "status")},
                "evidence": evidence,
            }
        )
    frame = _rounded(pd.DataFrame(out))
    for end in ("low", "high"):
        frame[f"change_{end}"] = frame[f"yuan_{end}"] - frame[f"yuan_{end}"].iloc[0]
    evidence = frame.pop("evidence")
    return frame.assign(evidence=evidence)


def _filled(changes: dict[str, Any], seen: pd.DataFrame) -> tuple[dict[str, Any] | None, str]:
    """Changes with shares seen in their place; none where nothing was seen."""
    out: dict[str, Any] = {}
    evidence: list[str] = []
    for name, value in changes.items():
        if not (isinstance(value, str) and value == SEEN):
            out[name] = value
            continue
        own = seen[seen["tier"] == name.removeprefix("led_")] if len(seen) else seen
        own = seen if own.empty else own
        if own.empty:
            return None, ""
        out[name] = (float(own["share_low"].min()), float(own["share_high"].max()))
        evidence += [one for pair in own[["led_id", "all_id"]].to_numpy() for one in pair]
    return out, "+".join(dict.fromkeys(evidence))


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return "–".join(f"{end:.3g}" for end in dict.fromkeys(value))
    return str(value)


def assumed(tables: Tables, assumptions: Assumptions | None = None) -> pd.DataFrame:
    """The assumptions in use, in words.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``eligibility``.
    assumptions : Assumptions, optional
        The default ones without it.

    Returns
    -------
    pandas.DataFrame
        ``assumption``, ``words_zh``, ``words_en``, ``setting_zh``, ``setting_en`` and ``links``
        (rows of ``eligibility`` that name it as a condition).

    Raises
    ------
    UsageError
        When the table or the column is missing.
    """
    require(tables, {"eligibility": ["conditions"]})
    usual = assumptions or Assumptions()
    conditions = tables["eligibility"]["conditions"].astype("object").fillna("")
    named = [{one.removeprefix("not_") for one in text.split("+") if one} for text in conditions]
    rows = []
    for name, value in usual.items():
        en, zh = WORDS[name]
        told = _told(value)
        first, last = SETTINGS.get(told, (told, told))
        rows.append((name, zh, en, last, first, sum(name in own for own in named)))
    columns = ["assumption", "words_zh", "words_en", "setting_zh", "setting_en", "links"]
    return pd.DataFrame(rows, columns=columns)


def in_wan(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with amounts in 万元 (10,000 yuan), as the documents write them.

    Columns whose names begin with ``yuan_`` or ``change_`` become ``wan_`` and ``wan_change_``.

    Raises
    ------
    UsageError
        When there is no such column.
    """
    names = {
        name: name.replace("yuan_", "wan_").replace("change_", "wan_change_")
        for name in frame.columns
        if name.startswith(("yuan_", "change_"))
    }
    if not names:
        raise UsageError(f"no amounts in yuan among {', '.join(map(str, frame.columns))}")
    out = frame.copy()
    for name in names:
        out[name] = out[name] / 1e4
    return out.rename(columns=names)
