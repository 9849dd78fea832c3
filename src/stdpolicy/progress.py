"""Pace against a target by published methods, so that results can be compared with theirs.

Every function works on whole columns at once. None of them says whether a target was met: a method
of growth calls 429.999 of 430 in the target year "on track". Without a baseline no growth can be
told, and the result is missing; :func:`methods` says why. A missing number stays missing, an
infinite one is refused. Thresholds and labels are data, in the table ``schemes``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from stdpolicy import dates, schema
from stdpolicy.crosswalk import evidence
from stdpolicy.errors import UsageError

Tables = dict[str, pd.DataFrame]

#: Exponent of Statistics Canada's curve that eases the thresholds near a natural limit.
_LIMIT_POWER = 4.44
#: What stands for a base or a target of zero in growth rates (Open SDG).
_ZERO = 0.001
_DAYS_A_YEAR = 365.25


def _numbers(cells: Any, name: str) -> Any:
    """Cells as finite floats; missing ones are nan."""
    given = pd.Series(cells)
    if given.dtype.kind == "f" and not np.isinf(given.to_numpy()).any():
        return given.to_numpy(dtype="float64")
    numbers = pd.to_numeric(given, errors="coerce").astype("float64")
    wrong = (numbers.isna() & given.notna()) | np.isinf(numbers)
    if wrong.any():
        row = given.index[wrong.to_numpy()][0]
        raise UsageError(
            f"row {row}, column {name!r}: {given[wrong].iloc[0]!r} is not a finite number"
        )
    return numbers.to_numpy()


def _cells(series: pd.DataFrame, name: str) -> pd.Series:
    if name not in series:
        raise UsageError(
            f"the table of series has no column {name!r}; it has {', '.join(map(str, series))}"
        )
    return series[name]


def _column(series: pd.DataFrame, name: str, default: float | None = None) -> Any:
    if name not in series and default is not None:
        return np.full(len(series), default, dtype="float64")
    return _numbers(_cells(series, name), name)


def _directions(series: pd.DataFrame) -> Any:
    direction = _column(series, "direction", 1.0)
    wrong = ~(np.isnan(direction) | np.isin(direction, (1, -1)))
    if wrong.any():
        row = series.index[wrong][0]
        raise UsageError(
            f"row {row}, column 'direction': {direction[wrong][0]:g} is neither 1 (more is better) "
            "nor -1 (less is better)"
        )
    return direction


def _finite(values: Any) -> Any:
    """Values with nan for what a formula could not tell."""
    return np.where(np.isfinite(values), values, np.nan)


def _backwards(series: pd.DataFrame) -> Any:
    """Where the current year or the target year is not after the base year."""
    start = _column(series, "base_year", np.nan)
    return (_column(series, "year", np.nan) <= start) | (
        _column(series, "target_year", np.nan) <= start
    )


def _last_days(cells: pd.Series) -> pd.Series:
    """Last day that each date allows; dates may be known to a month or a year only."""
    text = cells.astype("string")
    days = {}
    for date in text.dropna().unique():
        try:
            days[date] = np.datetime64(dates.bounds(date)[1], "s")
        except ValueError as error:
            row = text.index[(text == date).fillna(False)][0]
            raise UsageError(f"row {row}, column {cells.name!r}: {error}") from error
    return text.map(days).astype("datetime64[s]")


def first_year(years: pd.Series) -> pd.Series:
    """First year of each reference period: "2015-16" counts as 2015 (Open SDG).

    Source: Open SDG, "Progress measurement methodology", on the base year and the target year.

    Parameters
    ----------
    years : pandas.Series
        Years and ranges of years, as numbers or text ("2015", "2015-16", "2015/2016").

    Returns
    -------
    pandas.Series of Int64
        Same index; missing where there is no year.

    Raises
    ------
    UsageError
        Naming the row of what is neither a year nor a range that runs forward.
    """
    text = years.astype("string").str.strip()
    parts = text.str.extract(r"^(\d{4})(?:\.0+)?(?:\s*[-/–—~至]\s*(\d{4}|\d{2}))?$")
    ends = parts[1].where(parts[1].str.len() == 4)
    backwards = (ends.astype("Int64") < parts[0].astype("Int64")).fillna(False)
    wrong = text.notna() & (parts[0].isna() | backwards)
    if wrong.any():
        row = text.index[wrong.to_numpy(dtype=bool)][0]
        raise UsageError(
            f"row {row}, column {years.name!r}: {text[wrong].iloc[0]!r} is neither a year nor "
            "a range of years such as 2015-16"
        )
    return parts[0].astype("Int64").rename(years.name)


def growth(series: pd.DataFrame, zero: float = _ZERO) -> pd.DataFrame:
    """Growth observed and growth needed, as yearly rates, and their ratio.

    Source: Open SDG, "Progress measures" (after Statistics Canada 2021); Eurostat, *Sustainable
    development in the European Union*, annex on methods. R = s·d·CAGR_observed / |CAGR_needed|.

    Parameters
    ----------
    series : pandas.DataFrame
        ``base_value``, ``base_year``, ``value``, ``year`` and, where there is a target, ``target``
        and ``target_year``; ``direction`` is 1 where more is better (the default), -1 where less
        is, and missing where neither is. Missing base or value: nothing can be told.
    zero : float
        What stands for a base or a target of zero (0.001 in Open SDG); ``nan`` where a method
        puts nothing in its place, so that nothing is told.

    Returns
    -------
    pandas.DataFrame
        Same index: ``observed`` and ``needed`` (compound growth a year, as a share), ``rate``
        (observed growth, positive in the wanted direction) and ``ratio`` (observed to needed,
        positive in the wanted direction; missing without a target, and where base and target are
        equal). All are missing where the years do not run forward or the values differ in sign.

    Raises
    ------
    UsageError
        When a column is missing, a number is infinite or a direction is neither 1 nor -1.
    """
    base, value = _column(series, "base_value"), _column(series, "value")
    target = _column(series, "target", np.nan)
    years = _column(series, "year") - _column(series, "base_year")
    horizon = _column(series, "target_year", np.nan) - _column(series, "base_year")
    direction = _directions(series)
    base = np.where(base == 0, zero, base)
    target = np.where(target == 0, zero, target)
    sign = np.where(base < 0, -1.0, 1.0)
    with np.errstate(all="ignore"):
        # A change of sign has no rate of growth.
        grown, to_grow = (np.where(end / base >= 0, end / base, np.nan) for end in (value, target))
        observed = _finite(np.where(years > 0, grown ** (1 / years) - 1, np.nan))
        needed = _finite(np.where(horizon > 0, to_grow ** (1 / horizon) - 1, np.nan))
        rate = sign * direction * observed
        ratio = _finite(rate / np.abs(needed))
    return pd.DataFrame(
        {"observed": observed, "needed": needed, "rate": rate, "ratio": ratio}, index=series.index
    )


def reached(series: pd.DataFrame) -> pd.Series:
    """Whether the current value is at the target or beyond; missing where that cannot be told.

    Columns ``value``, ``target`` and ``direction`` as in :func:`growth`.
    """
    value, target = _column(series, "value"), _column(series, "target", np.nan)
    direction = _directions(series)
    met = np.where(direction > 0, value >= target, value <= target)
    known = ~(np.isnan(value) | np.isnan(target) | np.isnan(direction))
    return pd.Series(met, index=series.index).astype("boolean").where(known)


def limit_factor(base: pd.Series, limit: pd.Series) -> pd.Series:
    """How far the thresholds are eased near a natural limit (Statistics Canada 2021).

    With b = |base|, l = |limit| and a = 4.44: 1 where b ≥ 2l, 1 − (b/l)^a where b ≤ l, else
    1 − ((2l − b)/l)^a; 1 without a limit.
    """
    b, lim = np.abs(_numbers(base, "base")), np.abs(_numbers(limit, "limit"))
    with np.errstate(all="ignore"):
        eased = 1 - np.where(b <= lim, b / lim, (2 * lim - b) / lim) ** _LIMIT_POWER
    factor = np.where(np.isnan(lim) | (b >= 2 * lim), 1.0, eased)
    return pd.Series(factor, index=base.index)


def open_sdg(series: pd.DataFrame, schemes: pd.DataFrame, edition: str = "") -> pd.DataFrame:
    """Progress, score and status by Open SDG and Statistics Canada.

    Source: Open SDG, "Progress measures"; Statistics Canada, *Canadian Indicator Framework*,
    methodology (2021). With a target the ratio R of :func:`growth` is scored
    min(7.1429 R − 4.2857, 5) from R ≥ 0.60 and max(4.1667 R − 2.5, −5) below; without one the rate
    V, with the factor C of :func:`limit_factor`: max(125 V − 2.5, −5) for V < 0, 5 for C = 0,
    min(500 V/C − 5, 5) from V ≥ 0.015 C, 250 V/C − 1.25 from V ≥ 0.005 C, else 500 V/C − 2.5.
    A target that is reached scores 5.

    Parameters
    ----------
    series : pandas.DataFrame
        As for :func:`growth`, with ``limit`` (natural limit of the indicator) where there is one.
    schemes : pandas.DataFrame
        The table ``schemes``.
    edition : str
        Edition of the scheme ``open_sdg``, where there are several.

    Returns
    -------
    pandas.DataFrame
        Same index: ``progress`` (R, or V without a target), ``score`` (−5 to 5) and ``status``
        (key of a band, ``target_achieved``, or missing where nothing can be told).
    """
    rates = growth(series)
    has_target = pd.Series(~np.isnan(_column(series, "target", np.nan)), index=series.index)
    known = rates["observed"].notna()
    ratio, rate = rates["ratio"], rates["rate"]
    base = pd.Series(_column(series, "base_value"), index=series.index).replace(0, _ZERO)
    limit = pd.Series(_column(series, "limit", np.nan), index=series.index)
    factor = limit_factor(base, limit)
    with np.errstate(all="ignore"):
        eased = (rate / factor).where(factor != 0, np.where(rate >= 0, np.inf, rate))
    by_ratio = np.where(
        ratio >= 0.60, np.minimum(7.1429 * ratio - 4.2857, 5), np.maximum(4.1667 * ratio - 2.5, -5)
    )
    by_rate = np.select(
        [rate < 0, factor == 0, eased >= 0.015, eased >= 0.005],
        [
            np.maximum(125 * rate - 2.5, -5),
            5.0,
            np.minimum(500 * eased - 5, 5),
            250 * eased - 1.25,
        ],
        500 * eased - 2.5,
    )
    achieved = reached(series).fillna(False).astype(bool) & known
    progress = ratio.where(has_target, rate)
    score = pd.Series(np.where(has_target, by_ratio, by_rate), index=series.index)
    status = band(ratio, schemes, "open_sdg", "ratio", edition).where(
        has_target, band(eased.where(rate >= 0, rate), schemes, "open_sdg", "rate", edition)
    )
    return pd.DataFrame(
        {
            "progress": progress,
            "score": score.where(progress.notna()).mask(achieved, 5.0),
            "status": status.mask(achieved, "target_achieved"),
        }
    )


def open_sdg_rollup(scored: pd.DataFrame, by: list[str], schemes: pd.DataFrame) -> pd.DataFrame:
    """Status of each group of series by the mean of their scores (Open SDG).

    Source: Open SDG, "Progress measurement methodology", aggregated progress status. Series that
    cannot be assessed are left out of the mean; the target of a group is achieved only if that of
    every one of its series is. Where a part of a group is itself a group, roll that up first.

    Parameters
    ----------
    scored : pandas.DataFrame
        ``score`` and ``status`` of :func:`open_sdg`, and the columns of ``by``.
    by : list of str
        Columns that name the group.
    schemes : pandas.DataFrame
        The table ``schemes``.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``members`` and ``assessed`` (how many series there are, and how many of them have a
        score), ``score`` (mean, −5 to 5) and ``status`` (key of a band, ``target_achieved``, or
        missing where none has a score).
    """
    achieved = (_cells(scored, "status").astype("string") == "target_achieved").fillna(False)
    frame = pd.DataFrame({name: _cells(scored, name) for name in by})
    frame = frame.assign(score=_column(scored, "score"), achieved=achieved.astype(bool))
    grouped = frame.groupby(by, sort=False, observed=True, dropna=False)
    out = grouped.agg(
        members=("score", "size"),
        assessed=("score", "count"),
        score=("score", "mean"),
        achieved=("achieved", "all"),
    ).reset_index()
    status = band(out["score"], schemes, "open_sdg", "score")
    out["status"] = status.mask(out.pop("achieved"), "target_achieved")
    return out


def eurostat(series: pd.DataFrame, schemes: pd.DataFrame, edition: str = "") -> pd.DataFrame:
    """Progress and status by Eurostat: the ratio with a target, signed growth without.

    Source: Eurostat, *Sustainable development in the European Union*, annex on methods. A base or
    a target of zero has no rate of growth, and nothing stands for it.

    Parameters
    ----------
    series : pandas.DataFrame
        As for :func:`growth`.
    schemes : pandas.DataFrame
        The table ``schemes``.
    edition : str
        Edition of the scheme ``eurostat``; ``no_change`` has a band around zero for growth without
        a target.

    Returns
    -------
    pandas.DataFrame
        Same index: ``progress`` (ratio R, or growth a year as a share without a target) and
        ``status`` (key of a band; missing where nothing can be told).
    """
    return _growth_bands(series, schemes, "eurostat", edition)


def un_progress_chart(
    series: pd.DataFrame, schemes: pd.DataFrame, edition: str = ""
) -> pd.DataFrame:
    """Progress and status by the UN's Progress Chart: the ratio with a target, growth without.

    Source: UN Statistics Division, *SDG Progress Chart*, technical note. Arguments and results as
    for :func:`eurostat`.
    """
    return _growth_bands(series, schemes, "un_progress_chart", edition)


def _growth_bands(
    series: pd.DataFrame, schemes: pd.DataFrame, scheme: str, edition: str
) -> pd.DataFrame:
    rates = growth(series, zero=np.nan)
    aimed = ~np.isnan(_column(series, "target", np.nan))
    status = band(rates["ratio"], schemes, scheme, "ratio", edition).where(
        aimed, band(rates["rate"], schemes, scheme, "rate", edition)
    )
    return pd.DataFrame({"progress": rates["ratio"].where(aimed, rates["rate"]), "status": status})


def band(
    values: pd.Series, schemes: pd.DataFrame, scheme: str, method: str, edition: str = ""
) -> pd.Series:
    """Band of a scheme that each value falls into.

    Parameters
    ----------
    values : pandas.Series
        Numbers in the unit of the scheme's thresholds.
    schemes : pandas.DataFrame
        The table ``schemes``: ``scheme``, ``edition``, ``method``, ``band``, ``from_value``
        (missing for the lowest band), ``from_closed`` (whether the threshold itself belongs to
        the band above it) and ``confirmed``.
    scheme, method, edition : str
        Which rows of it. The edition may be left out where a scheme has one only, or one only of
        which any row is confirmed: an edition that was merely recalled has to be named.

    Returns
    -------
    pandas.Series of str
        Keys of bands, missing where the value is missing.

    Raises
    ------
    UsageError
        When there is no such scheme, method or edition, or the edition has to be named.
    """
    rows = schemes[(schemes["scheme"] == scheme) & (schemes["method"] == method)]
    if edition:
        rows = rows[rows["edition"] == edition]
    confirmed = rows["edition"].isin(rows.loc[rows["confirmed"], "edition"])
    rows = rows[confirmed] if confirmed.any() else rows
    editions = list(rows["edition"].unique())
    if len(editions) != 1:
        pairs = set(zip(schemes["scheme"], schemes["method"], strict=True))
        known = ", ".join(sorted(f"{name} ({kind})" for name, kind in pairs))
        why = (
            f"name one of its editions {', '.join(editions)}" if editions else f"there are {known}"
        )
        raise UsageError(f"scheme {scheme!r}, method {method!r}, edition {edition!r}: {why}")
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    place = np.full(len(numbers), -1)
    lowest_first = rows.sort_values("from_value", na_position="first", kind="stable")
    starts = zip(lowest_first["from_value"], lowest_first["from_closed"], strict=True)
    for number, (start, closed) in enumerate(starts):
        if pd.isna(start):
            inside = ~np.isnan(numbers)
        else:
            inside = numbers >= start if closed else numbers > start
        place[inside] = number
    keys = np.append(lowest_first["band"].to_numpy(dtype="object"), pd.NA)
    return pd.Series(keys[place], index=values.index, dtype="string")


def escap_status(series: pd.DataFrame, parity: Any = False) -> pd.Series:
    """Current status index of UN ESCAP, from −∞ to 10.

    Source: UN ESCAP, *Asia and the Pacific SDG Progress Report*, technical annex;
    CS = 10 d (I_now − I_0) / |TV − I_0|, 10 once the target is reached; for parity indicators
    10 − 10 |TV − I_now| / |TV − I_0|.

    Parameters
    ----------
    series : pandas.DataFrame
        ``base_value``, ``value``, ``target`` and ``direction`` as in :func:`growth`.
    parity : bool or column of bool
        Whether the indicator is one of parity, for which the distance counts on both sides of the
        target and the direction does not.

    Returns
    -------
    pandas.Series
        Same index; missing where one of the values is, where base and target are equal and the
        target is not reached, and where years are given that do not run forward.
    """
    return _escap_index(series, _column(series, "value"), parity)


def escap_anticipated(series: pd.DataFrame, parity: Any = False) -> pd.Series:
    """Anticipated progress index of UN ESCAP in UNICEF's form, from −∞ to 10.

    Source: UN ESCAP as run by UNICEF (spalmas/SDG-MENARO): :func:`escap_status` with the value Î
    projected to the target year, 10 d (Î − I_0) / |TV − I_0|, 10 where the target is reached.

    Parameters
    ----------
    series : pandas.DataFrame
        As for :func:`escap_status`, with ``projected`` (value projected to the target year, as by
        :func:`project_weighted` or :func:`project_logit`). Where that is missing, the straight
        line through base and current value is extended, which is what the time-weighted regression
        gives for two points; it needs ``base_year``, ``year`` and ``target_year``, the target year
        after the current one.
    parity : bool or column of bool
        As for :func:`escap_status`.

    Returns
    -------
    pandas.Series
        Same index; missing as in :func:`escap_status` and without a projection.
    """
    return _escap_index(series, _projected(series), parity)


def escap_gap(series: pd.DataFrame, parity: Any = False) -> pd.Series:
    """Anticipated progress of UN ESCAP as the gap that is left, in per cent of what was to do.

    Source: UN ESCAP, *Asia and the Pacific SDG Progress Report*, technical annex;
    |TV − Î| / |TV − I_0| · 100, 0 where the target is reached; above 100 the trend leads away.
    Arguments as for :func:`escap_anticipated`.
    """
    there, left, _ = _escap_parts(series, _projected(series), parity)
    return pd.Series(np.where(there, 0.0, 100 * left), index=series.index)


def _escap_parts(series: pd.DataFrame, current: Any, parity: Any) -> tuple[Any, Any, Any]:
    """Whether the target is reached, and the shares of the way that are left and gone."""
    base, target = _column(series, "base_value"), _column(series, "target")
    direction = np.where(parity, 1.0, _directions(series))
    told = ~np.isnan(base) & ~np.isnan(direction) & ~_backwards(series)
    with np.errstate(all="ignore"):
        way = np.where(told, np.abs(target - base), np.nan)
        there = told & np.where(parity, current == target, direction * (current - target) >= 0)
        left = _finite(np.abs(target - current) / way)
        return there, left, _finite(direction * (current - base) / way)


def _escap_index(series: pd.DataFrame, current: Any, parity: Any) -> pd.Series:
    there, left, moved = _escap_parts(series, current, parity)
    index = np.where(there, 10.0, np.where(parity, 10 - 10 * left, 10 * moved))
    return pd.Series(index, index=series.index)


def _projected(series: pd.DataFrame) -> Any:
    """Value at the target year: as given, else on the line through base and current value."""
    base, start = _column(series, "base_value"), _column(series, "base_year", np.nan)
    years = _column(series, "year", np.nan) - start
    horizon = _column(series, "target_year", np.nan) - start
    with np.errstate(all="ignore"):
        line = base + (_column(series, "value") - base) * horizon / years
    line = np.where((years > 0) & (horizon > years), _finite(line), np.nan)
    given = _column(series, "projected", np.nan)
    return np.where(np.isnan(given), line, given)


def sdg_index(values: pd.Series, best: pd.Series, worst: pd.Series) -> pd.Series:
    """Normalise by the SDG Index: 0 at the worst, 100 at the best, cut off beyond.

    Source: Lafortune et al. (2018), *SDG Index and Dashboards: detailed methodological paper*;
    n = clip((x − worst) / (best − worst), 0, 1) · 100. The direction follows from the two ends;
    where they are equal the result is missing.
    """
    x, top, foot = _numbers(values, "values"), _numbers(best, "best"), _numbers(worst, "worst")
    with np.errstate(all="ignore"):
        share = np.where(top == foot, np.nan, (x - foot) / (top - foot))
    return pd.Series(np.clip(share, 0, 1) * 100, index=values.index)


def sdg_colour(values: pd.Series, green: pd.Series, red: pd.Series) -> pd.Series:
    """Colour of the SDG dashboards: green, yellow, orange or red.

    Source: Lafortune et al. (2018). Thresholds are ``green``, the middle between the two, and
    ``red``; more is better where green lies above red. Missing where a value or a threshold is, or
    where the thresholds are equal.
    """
    x, top, foot = _numbers(values, "values"), _numbers(green, "green"), _numbers(red, "red")
    middle, sign = (top + foot) / 2, np.where(top > foot, 1.0, -1.0)
    at_least = [sign * x >= sign * threshold for threshold in (top, middle, foot)]
    colour = np.select(at_least, ["green", "yellow", "orange"], "red")
    unknown = np.isnan(x) | np.isnan(top) | np.isnan(foot) | (top == foot)
    return pd.Series(colour, index=values.index, dtype="string").mask(unknown)


def sdg_arrow(series: pd.DataFrame, schemes: pd.DataFrame) -> pd.DataFrame:
    """Trend arrows of the SDG Index: growth so far against growth needed, both linear.

    Source: Lafortune et al. (2018), *SDG Index and Dashboards: detailed methodological paper*;
    SDG Center for Africa and SDSN, *Africa SDG Index*, questions 13 and 14: growth a year over the
    latest period, (x_1 − x_0) / (t_1 − t_0), over the growth a year that leads from the base year
    to the goal, (g − x_0) / (t_T − t_0). The goal is the green threshold, and movement beyond it
    does not count. The ratio is the same on raw and on normalised values.

    Parameters
    ----------
    series : pandas.DataFrame
        As for :func:`growth`; ``green`` (threshold of the dashboards) takes the place of
        ``target`` where it is given, and values are cut off at ``best`` and ``worst`` where both
        are.
    schemes : pandas.DataFrame
        The table ``schemes``.

    Returns
    -------
    pandas.DataFrame
        Same index: ``so_far`` and ``needed`` (units of the series a year, positive in the wanted
        direction), ``ratio`` (missing where nothing was needed) and ``status`` (``on_track`` also
        where the goal is reached, ``decreasing`` also where it was left again; missing where
        nothing can be told).

    Raises
    ------
    UsageError
        Also when ``best`` and ``worst`` lie the other way round than the direction says.
    """
    direction = _directions(series)
    best, worst = _column(series, "best", np.nan), _column(series, "worst", np.nan)
    wrong = (best - worst) * direction < 0
    if wrong.any():
        row = series.index[wrong][0]
        raise UsageError(
            f"row {row}, columns 'best' and 'worst': {best[wrong][0]:g} and {worst[wrong][0]:g} "
            "contradict the direction"
        )
    green = _column(series, "green", np.nan)
    target = _column(series, "target", np.nan)
    goal = direction * np.where(np.isnan(green), target, green)
    ends = ~(np.isnan(best) | np.isnan(worst))
    top = np.where(ends, np.maximum(best * direction, worst * direction), np.inf)
    foot = np.where(ends, np.minimum(best * direction, worst * direction), -np.inf)
    first, last = (
        np.minimum(np.clip(direction * _column(series, name), foot, top), goal)
        for name in ("base_value", "value")
    )
    start = _column(series, "base_year")
    told = ~_backwards(series) & ~(ends & (top == foot))
    with np.errstate(all="ignore"):
        so_far = np.where(told, (last - first) / (_column(series, "year") - start), np.nan)
        needed = np.where(told, (goal - first) / (_column(series, "target_year") - start), np.nan)
        so_far, needed = _finite(so_far), _finite(needed)
        ratio = _finite(so_far / np.where(needed > 0, needed, np.nan))
    # At the goal is on track and back from it is a fall, whatever the ratio.
    known = ~np.isnan(so_far) & ~np.isnan(needed)
    arrow = np.where(known & (last >= goal), np.inf, np.where(so_far < 0, -np.inf, ratio))
    frame = pd.DataFrame({"so_far": so_far, "needed": needed, "ratio": ratio}, index=series.index)
    shown = pd.Series(np.where(known, arrow, np.nan), index=series.index)
    return frame.assign(status=band(shown, schemes, "sdg_index", "arrow"))


def goal_means(indicators: pd.DataFrame) -> pd.DataFrame:
    """Mean of the normalised indicators of each goal (SDG Index).

    Parameters
    ----------
    indicators : pandas.DataFrame
        ``place``, ``goal``, ``normalised`` (0 to 100).

    Returns
    -------
    pandas.DataFrame
        ``place``, ``goal``, ``indicators`` (how many have a value), ``score``.
    """
    frame = indicators.assign(normalised=_column(indicators, "normalised"))
    grouped = frame.groupby(["place", "goal"], sort=False)["normalised"]
    return grouped.agg(indicators="count", score="mean").reset_index()


def oecd_distance(series: pd.DataFrame) -> pd.Series:
    """Distance to the target in standard deviations of the peer group, 0 once reached.

    Source: OECD, *Measuring Distance to the SDG Targets*; d = max(0, (T − x) / σ), signed by the
    direction. Columns ``value``, ``target``, ``spread`` (standard deviation) and ``direction``;
    missing where one of them is, and where the spread is not above zero.
    """
    gap = _directions(series) * (_column(series, "target") - _column(series, "value"))
    spread = _column(series, "spread")
    with np.errstate(all="ignore"):
        distance = _finite(np.maximum(gap / np.where(spread > 0, spread, np.nan), 0.0))
    return pd.Series(distance, index=series.index)


def linear_path(series: pd.DataFrame, year: Any) -> pd.Series:
    """Value on the straight line from base to target in a year (WHO, Triple Billion targets).

    b + (T − b)(t − t_b)/(t_T − t_b). Columns ``base_value``, ``base_year``, ``target`` and
    ``target_year``; ``year`` is one year or a column of them. Missing where the year does not lie
    between the two, and where the target year is not after the base year.
    """
    base, start = _column(series, "base_value"), _column(series, "base_year")
    horizon, gone = (
        _column(series, "target_year") - start,
        np.asarray(year, dtype="float64") - start,
    )
    inside = (horizon > 0) & (gone >= 0) & (gone <= horizon)
    with np.errstate(all="ignore"):
        path = base + (_column(series, "target") - base) * (gone / horizon)
    return pd.Series(np.where(inside, _finite(path), np.nan), index=series.index)


def annual_rate(first: Any, last: Any, years: Any) -> Any:
    """Average annual rate of change (v1/v0)^(1/years) − 1 (WHO); works on numbers and columns.

    Missing where the first value is zero, the two differ in sign, or the years do not run forward.
    """
    with np.errstate(all="ignore"):
        ratio = np.true_divide(last, first)
        span = np.true_divide(1, np.where(np.asarray(years) > 0, years, np.nan))
        rate = _finite(np.where(ratio >= 0, np.power(np.abs(ratio), span) - 1, np.nan))
    return pd.Series(rate, index=ratio.index) if isinstance(ratio, pd.Series) else rate[()]


def distance_to_target(
    values: pd.Series, target: float, direction: int = 1, cap: bool = False
) -> pd.Series:
    """Distance to target of composite indicators, 1 at the target.

    Source: Becker, Caperna et al. (2022), COINr, ``n_dist2targ``: (x − min)/(target − min) where
    more is better, (max − x)/(max − target) where less is; with ``cap`` at most 1. Missing where
    the target equals the end from which it is measured.
    """
    if direction not in (1, -1):
        raise UsageError("direction is 1 where more is better and -1 where less is better")
    known = pd.Series(_numbers(values, "values"), index=values.index)
    end = known.min() if direction == 1 else known.max()
    out = (known - end) / (target - end if target != end else np.nan)
    return out.clip(upper=1) if cap else out


def required_pace(series: pd.DataFrame, as_of: Any = None) -> pd.DataFrame:
    """What is left to do, and how much of it a year, from a date to the deadline.

    It needs no baseline, and says nothing about the pace so far.

    Parameters
    ----------
    series : pandas.DataFrame
        ``value`` (done by ``as_of``), ``target``, ``direction`` as in :func:`growth`, and
        ``due_date`` (ISO date; one known to a month or a year only is read as its last day).
    as_of : str or column of str, optional
        ISO date. Without it the columns ``due_date`` and ``as_of`` are used where both are known,
        else ``year`` and ``target_year``.

    Returns
    -------
    pandas.DataFrame
        ``left`` (what the value lacks to the target, at least 0), ``years`` (to the deadline; 0
        when it is past) and ``pace`` (left per year; missing when the deadline is past).
    """
    with np.errstate(all="ignore"):
        gap = _directions(series) * (_column(series, "target") - _column(series, "value"))
        left = np.maximum(_finite(gap), 0.0)
        years = np.maximum(_years_left(series, as_of), 0.0)
        pace = np.where(years > 0, _finite(left / years), np.nan)
    return pd.DataFrame({"left": left, "years": years, "pace": pace}, index=series.index)


def _years_left(series: pd.DataFrame, as_of: Any = None) -> Any:
    """Years from the date of the value to the deadline; below zero when that is past."""
    if as_of is not None:
        read, years = series.assign(as_of=as_of)["as_of"], np.full(len(series), np.nan)
        due = _cells(series, "due_date")
    else:
        years = _column(series, "target_year", np.nan) - _column(series, "year", np.nan)
        if not {"due_date", "as_of"} <= set(series):
            return years
        read, due = series["as_of"], series["due_date"]
    days = (_last_days(due) - _last_days(read)).dt.days.to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isnan(days), years, days / _DAYS_A_YEAR)


def project_weighted(points: pd.DataFrame, target_years: Mapping[Any, float]) -> pd.Series:
    """Value projected to the target year by a time-weighted straight line (UN ESCAP).

    Later points weigh more: w_i = (t_target − t_min) / (t_target − t_i); least squares.

    Parameters
    ----------
    points : pandas.DataFrame
        ``series``, ``year``, ``value``: two years or more of each series.
    target_years : mapping
        Target year of each series, after its last point.

    Returns
    -------
    pandas.Series
        Projected value by series; missing where a series has fewer than two years.

    Raises
    ------
    UsageError
        When a column is missing, a number is infinite, or a point lies in the target year or later.
    """
    known = _points(points)
    end = known["series"].map(target_years).astype("float64")
    if (known["year"] >= end).any():
        late = known.loc[known["year"] >= end, "series"].iloc[0]
        raise UsageError(f"series {late!r} has a point in its target year or later")
    first = known.groupby("series")["year"].transform("min")
    weight = (end - first) / (end - known["year"])
    frame = pd.DataFrame(
        {"series": known["series"], "w": weight, "t": known["year"] - end, "y": known["value"]}
    )
    for name, product in (("wt", "t"), ("wy", "y")):
        frame[name] = frame["w"] * frame[product]
    frame["wtt"], frame["wty"] = frame["wt"] * frame["t"], frame["wt"] * frame["y"]
    sums = frame.groupby("series")[["w", "wt", "wy", "wtt", "wty"]].sum()
    spread = sums["w"] * sums["wtt"] - sums["wt"] ** 2
    slope = (sums["w"] * sums["wty"] - sums["wt"] * sums["wy"]) / spread.where(spread > 1e-9)
    # Years are counted from the target year, so that the projection is the intercept.
    return ((sums["wy"] - slope * sums["wt"]) / sums["w"]).rename("projected")


def _points(points: pd.DataFrame) -> pd.DataFrame:
    """Points with both year and value, as numbers."""
    numbers = {name: _column(points, name) for name in ("year", "value")}
    frame = pd.DataFrame({"series": _cells(points, "series"), **numbers}, index=points.index)
    return frame.dropna()


def project_logit(
    points: pd.DataFrame, target_years: Mapping[Any, float], scale: Any = 100.0
) -> pd.Series:
    """Value projected to a year by the mean slope of the logits between neighbouring points.

    Source: UNICEF's run of the ESCAP method (spalmas/SDG-MENARO, ``cagr``): with
    L = ln(p / (1 − p)) and p = y / scale, L is extended from the last point by the mean of
    ΔL / Δt over neighbouring points. A value at 0 or at the scale has no logit; as in that run, the
    last value of such a series is then carried forward.

    Parameters
    ----------
    points : pandas.DataFrame
        ``series``, ``year``, ``value``: two years or more of each series, one value a year.
    target_years : mapping
        Year to project each series to; it may lie before its last point.
    scale : float or mapping
        What the values can be at most, for all series or by series.

    Returns
    -------
    pandas.Series
        Projected value by series, between 0 and the scale; missing where a series has fewer than
        two years or no target year.

    Raises
    ------
    UsageError
        When a value lies outside the scale or a series has two values for one year.
    """
    known = _points(points).sort_values(["series", "year"], kind="stable")
    code, names = pd.factorize(known["series"])
    year, value = known["year"].to_numpy(), known["value"].to_numpy()
    most = known["series"].map(scale) if isinstance(scale, Mapping) else scale
    most = np.broadcast_to(np.asarray(most, dtype="float64"), value.shape)
    outside = ~((value >= 0) & (value <= most) & (most > 0))
    joined, step = code[1:] == code[:-1], np.diff(year)
    for wrong, why in (
        (outside, "lies outside the scale"),
        (np.append(False, joined & (step == 0)), "is the second value for one year"),
    ):
        if wrong.any():
            row, name = known.index[wrong][0], known["series"][wrong].iloc[0]
            raise UsageError(f"row {row}, column 'value', series {name!r}: {why}")
    with np.errstate(all="ignore"):
        logit = np.log(value / (most - value))
        slope = np.where(joined, np.diff(logit) / step, 0.0)
        slopes = np.bincount(code[1:][joined], minlength=len(names))
        mean = np.bincount(code[1:], slope, len(names)) / slopes
        last = np.flatnonzero(np.append(~joined, True)) if len(code) else code
        ahead = np.array([target_years.get(name, np.nan) for name in names], float) - year[last]
        projected = most[last] / (1 + np.exp(-(logit[last] + mean * ahead)))
    edge = np.bincount(code, (value == 0) | (value == most), len(names)) > 0
    projected = np.where(edge, np.where(np.isnan(ahead), np.nan, value[last]), projected)
    projected = np.where(slopes > 0, projected, np.nan)
    return pd.Series(projected, pd.Index(names, name="series"), name="projected")


# --- all methods on the same series ---------------------------------------------------------------

#: Columns of a table of series that may be left out; :func:`methods` fills them with nothing.
_OPTIONAL = ("target", "target_year", "limit", "best", "worst", "green", "red", "spread")
_NUMBERS = ("base_value", "base_year", "value", "year", "direction", "projected", *_OPTIONAL)
#: Columns that the methods read; every other column is carried along.
_INPUTS = {*_NUMBERS, "parity", "due_date", "as_of"}

#: Why a method tells nothing, in Chinese and English; the first that holds is given.
_WHY = {
    "no_value": ("没有可比的现值", "there is no comparable current figure"),
    "no_baseline": ("没有可比的基线", "there is no comparable baseline"),
    "no_target": ("没有目标值", "there is no target value"),
    "no_goal": ("没有目标值，也没有绿色阈值", "there is neither a target nor a green threshold"),
    "no_years": ("基线或现值的年份不明", "the year of the baseline or of the figure is unknown"),
    "not_later": ("现值不晚于基线", "the current figure is not later than the baseline"),
    "sign_changes": ("数值正负不一，没有增长率", "the values differ in sign: no rate of growth"),
    "zero": ("基线或目标为零，没有增长率", "baseline or target is zero: no rate of growth"),
    "no_deadline": ("没有截止时间", "there is no deadline"),
    "no_dates": ("截止时间或现值时间不明", "the date of the deadline or of the figure is unknown"),
    "early_deadline": ("截止时间不晚于基线", "the deadline is not after the baseline"),
    "base_is_target": ("基线等于目标", "baseline and target are equal"),
    "deadline_passed": ("现值已到或已过截止时间", "the figure is of the deadline or later"),
    "no_spread": ("没有同类群体的离散程度", "there is no spread of a peer group"),
    "no_ends": ("没有最优值与最差值，或二者相等", "best and worst are missing or equal"),
    "equal_ends": ("最优值与最差值相等", "best and worst are equal"),
    "no_direction": ("指标没有好坏方向", "the indicator has no direction in which it is better"),
    "no_number": ("按公式得不出数值", "the formula gives no number for these values"),
}


class _Told(NamedTuple):
    """What one method tells of every series."""

    method: str
    value: pd.Series
    unit: Any  # one, or one for each series
    gaps: str  # reasons that can keep it from telling anything
    status: pd.Series | None = None
    labels: pd.DataFrame | None = None  # rows of the table of schemes that hold the bands


def methods(series: pd.DataFrame, schemes: pd.DataFrame) -> pd.DataFrame:
    """All methods side by side on the same series, or the reason why one tells nothing.

    Parameters
    ----------
    series : pandas.DataFrame
        The columns of :func:`growth`, and where known ``limit`` (natural limit), ``best``,
        ``worst``, ``green`` and ``red`` (SDG Index), ``spread`` (standard deviation of the peer
        group), ``projected`` and ``parity`` (ESCAP), ``due_date`` and ``as_of`` (ISO dates, for the
        pace). All other columns say which series it is and are carried along; without any, the
        index is, as ``series``.
    schemes : pandas.DataFrame
        The table ``schemes``.

    Returns
    -------
    pandas.DataFrame
        One row per series and method, series after series: the columns carried along and

        - ``method``: ``open_sdg``, ``eurostat``, ``un_progress_chart`` (followed by ``_`` and the
          edition where a scheme has several), ``escap_status``, ``escap_anticipated``,
          ``escap_gap``, ``sdg_index``, ``sdg_index_arrow``, ``oecd_distance``, ``who_linear_path``
          (where the line stands in the year of the value), ``required_pace``;
        - ``value`` (number that the method gives) and its ``unit``: ``ratio``, ``per_year``
          (growth as a share, without a target), ``index``, ``percent``, ``standard_deviations``,
          ``series_unit`` or ``series_unit_per_year``;
        - ``status``, ``status_zh``, ``status_en``: band of the method and its labels; missing for
          the path and the pace, which have none;
        - ``why_missing_zh``, ``why_missing_en``: why neither value nor status can be told.

        A status is of the trend, or of the state at the time of the value; it is no verdict at the
        deadline.

    Raises
    ------
    UsageError
        When a column is missing, a number is infinite, or a column carried along has the name of a
        result.
    """
    carried = series[[name for name in series if name not in _INPUTS]]
    if carried.columns.empty:
        carried = pd.DataFrame({"series": series.index})
    numbers = {name: _column(series, name) for name in _NUMBERS if name in series}
    filled = series.assign(**{**dict.fromkeys(_OPTIONAL, np.nan), **numbers})
    told, gaps = _every_method(filled, schemes), _gaps(filled)

    # Codes of categories: a row for each series, a column for each method.
    bands, reasons, units = (np.full((len(series), len(told)), -1, dtype="int16") for _ in "123")
    labels: list[tuple[str, str, str]] = []
    for column, m in enumerate(told):
        units[:, column] = pd.Categorical(
            np.broadcast_to(m.unit, len(series)), categories=_UNITS
        ).codes
        nothing = np.isnan(m.value.to_numpy())
        if m.status is not None and m.labels is not None:
            own = m.labels.drop_duplicates("band")
            code = pd.Categorical(m.status, categories=own["band"]).codes.astype("int16")
            nothing &= code < 0
            bands[:, column] = np.where(code >= 0, code + len(labels), -1)
            labels += own[["band", "zh", "en"]].itertuples(index=False, name=None)
        for number, why in reversed(list(enumerate(_WHY))):
            if why in (*m.gaps.split(), "no_number"):
                reasons[nothing & gaps.get(why, True), column] = number

    results = {
        "method": _texts(np.tile(np.arange(len(told)), len(series)), [m.method for m in told]),
        "value": np.column_stack([m.value for m in told]).ravel(),
        "unit": _texts(units, _UNITS),
        "status": _texts(bands, [key for key, _, _ in labels]),
        "status_zh": _texts(bands, [zh for _, zh, _ in labels]),
        "status_en": _texts(bands, [en for _, _, en in labels]),
        "why_missing_zh": _texts(reasons, [zh for zh, _ in _WHY.values()]),
        "why_missing_en": _texts(reasons, [en for _, en in _WHY.values()]),
    }
    if taken := sorted(set(results) & set(carried)):
        raise UsageError(f"columns of the table of series have the names of results: {taken}")
    rows = np.repeat(np.arange(len(series)), len(told))
    return carried.iloc[rows].reset_index(drop=True).assign(**results)


_UNITS = [
    *("ratio", "per_year", "index", "percent", "standard_deviations"),
    *("series_unit", "series_unit_per_year"),
]


def _texts(codes: Any, texts: list[str]) -> pd.Categorical:
    """Categories from codes of texts, some of which may be the same; -1 is missing."""
    same, unique = pd.factorize(np.array(texts, dtype="object"))
    return pd.Categorical.from_codes(np.append(same, -1)[codes.ravel()], categories=unique)


def _every_method(series: pd.DataFrame, schemes: pd.DataFrame) -> list[_Told]:
    """Value and status by each method, in the order in which tables list them."""
    told = []
    unit = np.where(series["target"].notna(), "ratio", "per_year")
    gaps = "no_value no_baseline no_years not_later sign_changes no_deadline early_deadline "
    gaps += "base_is_target no_direction"
    for scheme, function in (
        ("open_sdg", open_sdg),
        ("eurostat", eurostat),
        ("un_progress_chart", un_progress_chart),
    ):
        of_scheme = schemes[schemes["scheme"] == scheme]
        editions = list(of_scheme["edition"].unique())
        for edition in editions:
            rated = function(series, schemes, edition)
            name = scheme if len(editions) == 1 else f"{scheme}_{edition}"
            # Open SDG puts a small number in the place of zero.
            why = gaps if scheme == "open_sdg" else f"{gaps} zero"
            labels = of_scheme[of_scheme["edition"] == edition]
            told.append(_Told(name, rated["progress"], unit, why, rated["status"], labels))

    def banded(name: str, value: pd.Series, unit: str, gaps: str, scheme: str, kind: str) -> None:
        status = band(value, schemes, scheme, kind)
        labels = schemes[(schemes["scheme"] == scheme) & (schemes["method"] == kind)]
        told.append(_Told(name, value, unit, gaps, status, labels))

    parity = series["parity"].fillna(False).astype(bool) if "parity" in series else False
    status, anticipated = escap_status(series, parity), escap_anticipated(series, parity)
    gaps = "no_value no_baseline no_target not_later early_deadline base_is_target no_direction"
    later = f"{gaps} no_years no_deadline deadline_passed"
    banded("escap_status", status, "index", gaps, "escap", "status")
    banded("escap_anticipated", anticipated, "index", later, "escap", "anticipated")
    banded("escap_gap", escap_gap(series, parity), "percent", later, "escap", "gap")

    index = sdg_index(series["value"], series["best"], series["worst"])
    colour = sdg_colour(series["value"], series["green"], series["red"])
    arrow = sdg_arrow(series, schemes)
    of_index = schemes[schemes["scheme"] == "sdg_index"]
    colours, arrows = (of_index[of_index["method"] == kind] for kind in ("colour", "arrow"))
    told.append(_Told("sdg_index", index, "index", "no_value no_ends", colour, colours))
    gaps = "no_value no_baseline no_goal no_years not_later no_deadline early_deadline equal_ends "
    gaps += "no_direction"
    told.append(_Told("sdg_index_arrow", arrow["ratio"], "ratio", gaps, arrow["status"], arrows))
    gaps = "no_value no_target no_spread no_direction"
    distance = oecd_distance(series)
    banded("oecd_distance", distance, "standard_deviations", gaps, "oecd", "distance")
    gaps = "no_baseline no_target no_years not_later no_deadline early_deadline deadline_passed"
    path = linear_path(series, _column(series, "year"))
    told.append(_Told("who_linear_path", path, "series_unit", gaps))
    gaps = "no_value no_target no_dates deadline_passed no_direction"
    pace = required_pace(series)["pace"]
    told.append(_Told("required_pace", pace, "series_unit_per_year", gaps))
    return told


def _gaps(series: pd.DataFrame) -> dict[str, Any]:
    """For each reason in :data:`_WHY` the series for which it holds."""
    base, value, target, start, year, end, best, worst, green = (
        _column(series, name)
        for name in (
            *("base_value", "value", "target", "base_year", "year", "target_year"),
            *("best", "worst", "green"),
        )
    )
    left = _years_left(series)
    no_target = np.isnan(target)
    return {
        "no_value": np.isnan(value),
        "no_baseline": np.isnan(base),
        "no_target": no_target,
        "no_goal": no_target & np.isnan(green),
        "no_years": np.isnan(start) | np.isnan(year),
        "not_later": year <= start,
        "sign_changes": (np.sign(base) * np.sign(value) < 0)
        | (np.sign(base) * np.sign(target) < 0),
        "zero": (base == 0) | (target == 0),
        "no_deadline": np.isnan(end),
        "no_dates": np.isnan(left),
        "early_deadline": end <= start,
        "base_is_target": base == target,
        "deadline_passed": (year >= end) | (left <= 0),
        "no_spread": ~(_column(series, "spread") > 0),
        "no_ends": np.isnan(best) | np.isnan(worst) | (best == worst),
        "equal_ends": best == worst,
        "no_direction": np.isnan(_directions(series)),
    }


# --- series from the study's tables ---------------------------------------------------------------

#: What two figures and a target must share, beside jurisdiction, indicator and time basis.
_SAME = ["domain", "scope", "role", "stage", "action", "unit"]
#: Bases of targets that name a level to be reached; evidence of the same basis measures it.
_LEVELS = ["stock", "cumulative", "year"]

#: Why a target has no trend, in Chinese and English.
_WHY_UNPAIRED = {
    "no_direction": _WHY["no_direction"],
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
    promised = aims["value_low"].fillna(aims["value_high"])
    return aims.assign(
        level=named | (scaled & known),
        wanted=np.select([named, ~known, scaled], [aims["basis"], "none", "stock"], "cumulative"),
        base=dates.intervals(aims["base_date"])["first"],
        due=dates.intervals(aims["due_date"])["last"],
        promised=promised.mask(aims["bound"] == "at_most", aims["value_high"]).astype("float64"),
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
