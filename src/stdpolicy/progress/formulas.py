"""Pace against a target by published methods, so that results can be compared with theirs.

Every function works on whole columns at once. None of them says whether a target was met: a method
of growth calls 429.999 of 430 in the target year "on track". Without a baseline no growth can be
told, and the result is missing. A missing number stays missing, an infinite one is refused.
Thresholds and labels are data, in the table ``schemes``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import dates
from stdpolicy.errors import UsageError

#: Exponent of Statistics Canada's curve that eases the thresholds near a natural limit.
_LIMIT_POWER = 4.44
#: What stands for a base or a target of zero in growth rates (Open SDG).
_ZERO = 0.001
_DAYS_A_YEAR = 365.25


def _numbers(cells: Any, name: str) -> Any:
    """Cells as finite floats; missing ones are nan."""
    given = pd.Series(cells)
    if given.dtype == "float64" and not np.isinf(given.to_numpy()).any():
        return given.to_numpy()
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


def column(series: pd.DataFrame, name: str, default: float | None = None) -> Any:
    """Numbers of a column; the default where the table has no such column."""
    if name not in series and default is not None:
        return np.full(len(series), default, dtype="float64")
    return _numbers(_cells(series, name), name)


def directions(series: pd.DataFrame) -> Any:
    """Wanted directions, 1 or -1; missing where there is none."""
    direction = column(series, "direction", 1.0)
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
    start = column(series, "base_year", np.nan)
    return (column(series, "year", np.nan) <= start) | (
        column(series, "target_year", np.nan) <= start
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
    base, value = column(series, "base_value"), column(series, "value")
    target = column(series, "target", np.nan)
    years = column(series, "year") - column(series, "base_year")
    horizon = column(series, "target_year", np.nan) - column(series, "base_year")
    direction = directions(series)
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
    value, target = column(series, "value"), column(series, "target", np.nan)
    direction = directions(series)
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
    has_target = pd.Series(~np.isnan(column(series, "target", np.nan)), index=series.index)
    known = rates["observed"].notna()
    ratio, rate = rates["ratio"], rates["rate"]
    base = pd.Series(column(series, "base_value"), index=series.index).replace(0, _ZERO)
    limit = pd.Series(column(series, "limit", np.nan), index=series.index)
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


def open_sdg_rollup(
    scored: pd.DataFrame, by: list[str], schemes: pd.DataFrame, edition: str = ""
) -> pd.DataFrame:
    """Status of each group of series by the mean of their scores (Open SDG).

    Source: Open SDG, "Progress measurement methodology" (after Statistics Canada 2021), on the
    aggregated progress status; bands from 2.5, 0 and −2.5 of the mean score. Series that
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
    edition : str
        Edition of the scheme ``open_sdg``, where there are several.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``members`` and ``assessed`` (how many series there are, and how many of them have a
        score), ``score`` (mean, −5 to 5) and ``status`` (key of a band, ``target_achieved``, or
        missing where none has a score).
    """
    achieved = (_cells(scored, "status").astype("string") == "target_achieved").fillna(False)
    frame = pd.DataFrame({name: _cells(scored, name) for name in by})
    frame = frame.assign(score=column(scored, "score"), achieved=achieved.astype(bool))
    grouped = frame.groupby(by, sort=False, observed=True, dropna=False)
    out = grouped.agg(
        members=("score", "size"),
        assessed=("score", "count"),
        score=("score", "mean"),
        achieved=("achieved", "all"),
    ).reset_index()
    status = band(out["score"], schemes, "open_sdg", "score", edition)
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
    aimed = ~np.isnan(column(series, "target", np.nan))
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

    Source: UN ESCAP, *Asia and the Pacific SDG Progress Report*, technical annex (method of
    Bidarbakht Nia 2017, ESCAP working paper SD/WP/05);
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
    return _escap_index(series, column(series, "value"), parity)


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
    base, target = column(series, "base_value"), column(series, "target")
    direction = np.where(parity, 1.0, directions(series))
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
    base, start = column(series, "base_value"), column(series, "base_year", np.nan)
    years = column(series, "year", np.nan) - start
    horizon = column(series, "target_year", np.nan) - start
    with np.errstate(all="ignore"):
        line = base + (column(series, "value") - base) * horizon / years
    line = np.where((years > 0) & (horizon > years), _finite(line), np.nan)
    given = column(series, "projected", np.nan)
    return np.where(np.isnan(given), line, given)


def sdg_index(values: pd.Series, best: pd.Series, worst: pd.Series) -> pd.Series:
    """Normalise by the SDG Index: 0 at the worst, 100 at the best, cut off beyond.

    Source: Lafortune et al. (2018), *SDG Index and Dashboards: detailed methodological paper*;
    n = clip((x − worst) / (best − worst), 0, 1) · 100. The direction follows from the two ends;
    where they are equal the result is missing.
    """
    x, top, foot = _numbers(values, "values"), _numbers(best, "best"), _numbers(worst, "worst")
    with np.errstate(all="ignore"):
        span = _finite(top - foot)
        share = np.where(span == 0, np.nan, (x - foot) / span)
    return pd.Series(np.clip(share, 0, 1) * 100, index=values.index)


def sdg_colour(values: pd.Series, green: pd.Series, red: pd.Series) -> pd.Series:
    """Colour of the SDG dashboards: green, yellow, orange or red.

    Source: Lafortune et al. (2018). Thresholds are ``green``, the middle between the two, and
    ``red``; more is better where green lies above red. Missing where a value or a threshold is, or
    where the thresholds are equal.
    """
    x, top, foot = _numbers(values, "values"), _numbers(green, "green"), _numbers(red, "red")
    middle, sign = top / 2 + foot / 2, np.where(top > foot, 1.0, -1.0)
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
    direction = directions(series)
    best, worst = column(series, "best", np.nan), column(series, "worst", np.nan)
    wrong = (best - worst) * direction < 0
    if wrong.any():
        row = series.index[wrong][0]
        raise UsageError(
            f"row {row}, columns 'best' and 'worst': {best[wrong][0]:g} and {worst[wrong][0]:g} "
            "contradict the direction"
        )
    green = column(series, "green", np.nan)
    target = column(series, "target", np.nan)
    goal = direction * np.where(np.isnan(green), target, green)
    ends = ~(np.isnan(best) | np.isnan(worst))
    top = np.where(ends, np.maximum(best * direction, worst * direction), np.inf)
    foot = np.where(ends, np.minimum(best * direction, worst * direction), -np.inf)
    first, last = (
        np.minimum(np.clip(direction * column(series, name), foot, top), goal)
        for name in ("base_value", "value")
    )
    start = column(series, "base_year")
    told = ~_backwards(series) & ~(ends & (top == foot))
    with np.errstate(all="ignore"):
        so_far = np.where(told, (last - first) / (column(series, "year") - start), np.nan)
        needed = np.where(told, (goal - first) / (column(series, "target_year") - start), np.nan)
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
    frame = indicators.assign(normalised=column(indicators, "normalised"))
    grouped = frame.groupby(["place", "goal"], sort=False)["normalised"]
    return grouped.agg(indicators="count", score="mean").reset_index()


def oecd_distance(series: pd.DataFrame) -> pd.Series:
    """Distance to the target in standard deviations of the peer group, 0 once reached.

    Source: OECD, *Measuring Distance to the SDG Targets*; d = max(0, (T − x) / σ), signed by the
    direction. Columns ``value``, ``target``, ``spread`` (standard deviation) and ``direction``;
    missing where one of them is, and where the spread is not above zero.
    """
    gap = directions(series) * (column(series, "target") - column(series, "value"))
    spread = column(series, "spread")
    with np.errstate(all="ignore"):
        distance = _finite(np.maximum(gap / np.where(spread > 0, spread, np.nan), 0.0))
    return pd.Series(distance, index=series.index)


def linear_path(series: pd.DataFrame, year: Any) -> pd.Series:
    """Value on the straight line from base to target in a year (WHO, Triple Billion targets).

    b + (T − b)(t − t_b)/(t_T − t_b). Columns ``base_value``, ``base_year``, ``target`` and
    ``target_year``; ``year`` is one year or a column of them. Missing where the year does not lie
    between the two, and where the target year is not after the base year.
    """
    base, start = column(series, "base_value"), column(series, "base_year")
    horizon = column(series, "target_year") - start
    gone = np.asarray(year, dtype="float64") - start
    inside = (horizon > 0) & (gone >= 0) & (gone <= horizon)
    with np.errstate(all="ignore"):
        path = base + (column(series, "target") - base) * (gone / horizon)
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
    target = _numbers([target], "target")[0]
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
        gap = directions(series) * (column(series, "target") - column(series, "value"))
        left = np.maximum(_finite(gap), 0.0)
        years = np.maximum(years_left(series, as_of), 0.0)
        pace = np.where(years > 0, _finite(left / years), np.nan)
    return pd.DataFrame({"left": left, "years": years, "pace": pace}, index=series.index)


def years_left(series: pd.DataFrame, as_of: Any = None) -> Any:
    """Years from the date of the value to the deadline; below zero when that is past."""
    if as_of is not None:
        read, years = series.assign(as_of=as_of)["as_of"], np.full(len(series), np.nan)
        due = _cells(series, "due_date")
    else:
        years = column(series, "target_year", np.nan) - column(series, "year", np.nan)
        if not {"due_date", "as_of"} <= set(series):
            return years
        read, due = series["as_of"], series["due_date"]
    days = (_last_days(due) - _last_days(read)).dt.days.to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isnan(days), years, days / _DAYS_A_YEAR)


def project_weighted(points: pd.DataFrame, target_years: Mapping[Any, float]) -> pd.Series:
    """Value projected to the target year by a time-weighted straight line (UN ESCAP).

    Source: Bidarbakht Nia (2017), *A weighted extrapolation method for measuring the SDGs
    progress*, ESCAP working paper SD/WP/04. Later points weigh more,
    w_i = (t_target − t_min) / (t_target − t_i); least squares.

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
    numbers = {name: column(points, name) for name in ("year", "value")}
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
        logit = np.log(value) - np.log(most - value)
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
