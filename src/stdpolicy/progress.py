"""Pace against a target by published methods, so that results can be compared with theirs.

Every function works on whole columns at once. None of them says whether a target was met: a method
of growth calls 429.999 of 430 in the target year "on track". Without a baseline no growth can be
told, and the result is missing. Thresholds and labels are data, in the table ``schemes``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy.errors import UsageError

#: Exponent of Statistics Canada's curve that eases the thresholds near a natural limit.
_LIMIT_POWER = 4.44
#: What stands for a base or a target of zero in growth rates (Open SDG).
_ZERO = 0.001


def _column(series: pd.DataFrame, name: str, default: float | None = None) -> Any:
    if name not in series:
        if default is None:
            raise UsageError(
                f"the table of series has no column {name!r}; it has {', '.join(series.columns)}"
            )
        return np.full(len(series), default, dtype="float64")
    return pd.to_numeric(series[name]).astype("float64").to_numpy()


def _directions(series: pd.DataFrame) -> Any:
    direction = _column(series, "direction", 1.0)
    if not np.isin(direction, (1, -1)).all():
        raise UsageError("direction is 1 where more is better and -1 where less is better")
    return direction


def growth(series: pd.DataFrame) -> pd.DataFrame:
    """Growth observed and growth needed, as yearly rates, and their ratio.

    Source: Open SDG, "Progress measures" (after Statistics Canada 2021); Eurostat, *Sustainable
    development in the European Union*, annex on methods. R = s·d·CAGR_observed / |CAGR_needed|.

    Parameters
    ----------
    series : pandas.DataFrame
        ``base_value``, ``base_year``, ``value``, ``year`` and, where there is a target, ``target``
        and ``target_year``; ``direction`` is 1 where more is better (the default) and -1 where
        less is. Missing base or value: nothing can be told.

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
        When a column is missing or a direction is neither 1 nor -1.
    """
    base, value = _column(series, "base_value"), _column(series, "value")
    target = _column(series, "target", np.nan)
    years = _column(series, "year") - _column(series, "base_year")
    horizon = _column(series, "target_year", np.nan) - _column(series, "base_year")
    direction = _directions(series)
    base = np.where(base == 0, _ZERO, base)
    target = np.where(target == 0, _ZERO, target)
    sign = np.where(base < 0, -1.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A change of sign has no rate of growth.
        grown, to_grow = (np.where(end / base >= 0, end / base, np.nan) for end in (value, target))
        observed = np.where(years > 0, grown ** (1 / years) - 1, np.nan)
        needed = np.where(horizon > 0, to_grow ** (1 / horizon) - 1, np.nan)
        rate = sign * direction * observed
        ratio = np.where(needed == 0, np.nan, rate / np.abs(needed))
    return pd.DataFrame(
        {"observed": observed, "needed": needed, "rate": rate, "ratio": ratio}, index=series.index
    )


def reached(series: pd.DataFrame) -> pd.Series:
    """Whether the current value is at the target or beyond; missing without value or target.

    Columns ``value``, ``target`` and ``direction`` as in :func:`growth`.
    """
    value, target = _column(series, "value"), _column(series, "target", np.nan)
    met = np.where(_directions(series) > 0, value >= target, value <= target)
    known = ~(np.isnan(value) | np.isnan(target))
    return pd.Series(met, index=series.index).astype("boolean").where(known)


def limit_factor(base: pd.Series, limit: pd.Series) -> pd.Series:
    """How far the thresholds are eased near a natural limit (Statistics Canada 2021).

    With b = |base|, l = |limit| and a = 4.44: 1 where b ≥ 2l, 1 − (b/l)^a where b ≤ l, else
    1 − ((2l − b)/l)^a; 1 without a limit.
    """
    b, lim = base.astype("float64").abs().to_numpy(), limit.astype("float64").abs().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        eased = 1 - np.where(b <= lim, b / lim, (2 * lim - b) / lim) ** _LIMIT_POWER
    factor = np.where(np.isnan(lim) | (b >= 2 * lim), 1.0, eased)
    return pd.Series(factor, index=base.index)


def open_sdg(series: pd.DataFrame, schemes: pd.DataFrame) -> pd.DataFrame:
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
    with np.errstate(divide="ignore", invalid="ignore"):
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
    score = pd.Series(np.where(has_target, by_ratio, by_rate), index=series.index)
    status = band(ratio, schemes, "open_sdg", "ratio").where(
        has_target, band(eased.where(rate >= 0, rate), schemes, "open_sdg", "rate")
    )
    return pd.DataFrame(
        {
            "progress": ratio.where(has_target, rate),
            "score": score.mask(achieved, 5.0),
            "status": status.mask(achieved, "target_achieved"),
        }
    )


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
        (missing for the lowest band) and ``from_closed`` (whether the threshold itself belongs to
        the band above it).
    scheme, method, edition : str
        Which rows of it; the edition may be left out where a scheme has one only.

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
    editions = list(rows["edition"].unique())
    if len(editions) != 1:
        pairs = set(zip(schemes["scheme"], schemes["method"], strict=True))
        known = ", ".join(sorted(f"{name} ({kind})" for name, kind in pairs))
        why = (
            f"name one of its editions {', '.join(editions)}" if editions else f"there are {known}"
        )
        raise UsageError(f"scheme {scheme!r}, method {method!r}, edition {edition!r}: {why}")
    out = pd.Series(pd.NA, index=values.index, dtype="string")
    lowest_first = rows.sort_values("from_value", na_position="first", kind="stable")
    for row in lowest_first.itertuples():
        if pd.isna(row.from_value):
            inside = values.notna()
        else:
            inside = values >= row.from_value if row.from_closed else values > row.from_value
        out = out.mask(inside.fillna(False).astype(bool), row.band)
    return out


def escap_status(series: pd.DataFrame, parity: bool = False) -> pd.Series:
    """Current status index of UN ESCAP, from −∞ to 10.

    Source: UN ESCAP, *Asia and the Pacific SDG Progress Report*, technical annex;
    CS = 10 d (I_now − I_0) / |TV − I_0|, 10 once the target is reached; for parity indicators
    10 − 10 |TV − I_now| / |TV − I_0|.

    Columns ``base_value``, ``value``, ``target`` and ``direction`` as in :func:`growth`; missing
    where one of the values is, or where base and target are equal and the target is not reached.
    """
    base, value = _column(series, "base_value"), _column(series, "value")
    target = _column(series, "target")
    with np.errstate(divide="ignore", invalid="ignore"):
        if parity:
            index = 10 - 10 * np.abs(target - value) / np.abs(target - base)
        else:
            index = 10 * _directions(series) * (value - base) / np.abs(target - base)
    index = np.where(np.isfinite(index), index, np.nan)
    out = pd.Series(index, index=series.index)
    if parity:
        return out
    return out.mask(reached(series).fillna(False).astype(bool) & ~np.isnan(base), 10.0)


def sdg_index(values: pd.Series, best: pd.Series, worst: pd.Series) -> pd.Series:
    """Normalise by the SDG Index: 0 at the worst, 100 at the best, cut off beyond.

    Source: Lafortune et al. (2018), *SDG Index and Dashboards: detailed methodological paper*;
    n = clip((x − worst) / (best − worst), 0, 1) · 100. The direction follows from the two ends.
    """
    return ((values - worst) / (best - worst)).clip(0, 1) * 100


def sdg_colour(values: pd.Series, green: pd.Series, red: pd.Series) -> pd.Series:
    """Colour of the SDG dashboards: green, yellow, orange or red.

    Source: Lafortune et al. (2018). Thresholds are ``green``, the middle between the two, and
    ``red``; more is better where green lies above red.
    """
    middle = (green + red) / 2
    sign = np.where(green > red, 1.0, -1.0)
    choices = [sign * values >= sign * green, sign * values >= sign * middle]
    choices += [sign * values >= sign * red]
    colour = np.select([c.to_numpy() for c in choices], ["green", "yellow", "orange"], "red")
    return pd.Series(colour, index=values.index, dtype="string").mask(values.isna())


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
    grouped = indicators.groupby(["place", "goal"], sort=False)["normalised"]
    return grouped.agg(indicators="count", score="mean").reset_index()


def oecd_distance(series: pd.DataFrame) -> pd.Series:
    """Distance to the target in standard deviations of the peer group, 0 once reached.

    Source: OECD, *Measuring Distance to the SDG Targets*; d = max(0, (T − x) / σ), signed by the
    direction. Columns ``value``, ``target``, ``spread`` (standard deviation) and ``direction``.
    """
    gap = _directions(series) * (_column(series, "target") - _column(series, "value"))
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.maximum(gap / _column(series, "spread"), 0.0)
    return pd.Series(distance, index=series.index)


def linear_path(series: pd.DataFrame, year: Any) -> pd.Series:
    """Value on the straight line from base to target in a year (WHO, Triple Billion targets).

    b + (T − b)(t − t_b)/(t_T − t_b). Columns ``base_value``, ``base_year``, ``target`` and
    ``target_year``; ``year`` is one year or a column of them.
    """
    base, start = _column(series, "base_value"), _column(series, "base_year")
    share = (np.asarray(year, dtype="float64") - start) / (_column(series, "target_year") - start)
    return pd.Series(base + (_column(series, "target") - base) * share, index=series.index)


def annual_rate(first: Any, last: Any, years: Any) -> Any:
    """Average annual rate of change (v1/v0)^(1/years) − 1 (WHO); works on numbers and columns."""
    return (last / first) ** (1 / years) - 1


def distance_to_target(
    values: pd.Series, target: float, direction: int = 1, cap: bool = False
) -> pd.Series:
    """Distance to target of composite indicators, 1 at the target.

    Source: Becker, Caperna et al. (2022), COINr, ``n_dist2targ``: (x − min)/(target − min) where
    more is better, (max − x)/(max − target) where less is; with ``cap`` at most 1.
    """
    if direction not in (1, -1):
        raise UsageError("direction is 1 where more is better and -1 where less is better")
    end = values.min() if direction == 1 else values.max()
    out = (values - end) / (target - end)
    return out.clip(upper=1) if cap else out


def required_pace(series: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """What is left to do, and how much of it a year, from a date to the deadline.

    Parameters
    ----------
    series : pandas.DataFrame
        ``value`` (done by ``as_of``), ``target`` and ``due_date`` (ISO day).
    as_of : str
        ISO day.

    Returns
    -------
    pandas.DataFrame
        ``left`` (target less value, at least 0), ``years`` (to the deadline; 0 when it is past)
        and ``pace`` (left per year; missing when the deadline is past).
    """
    due = pd.to_datetime(series["due_date"])
    years = ((due - pd.Timestamp(as_of)).dt.days / 365.25).clip(lower=0)
    left = (series["target"] - series["value"]).clip(lower=0)
    pace = (left / years).where(years > 0)
    return pd.DataFrame({"left": left, "years": years, "pace": pace})


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
    """
    known = points.dropna(subset=["year", "value"])
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
