"""All published methods side by side on the same series, and why one of them says nothing."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from stdpolicy.errors import UsageError
from stdpolicy.progress import formulas

_OPTIONAL = ("target", "target_year", "limit", "best", "worst", "green", "red", "spread")
_NUMBERS = ("base_value", "base_year", "value", "year", "direction", "projected", *_OPTIONAL)
#: Columns that the methods read; every other column is carried along.
_INPUTS = {*_NUMBERS, "parity", "due_date", "as_of"}

#: Units of the numbers that methods give.
_UNITS = [
    *("ratio", "per_year", "index", "percent", "standard_deviations"),
    *("series_unit", "series_unit_per_year"),
]

#: Why a method tells nothing, in Chinese and English; the first that holds is given.
WHY = {
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
    numbers = {name: formulas.column(series, name) for name in _NUMBERS if name in series}
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
        for number, why in reversed(list(enumerate(WHY))):
            if why in (*m.gaps.split(), "no_number"):
                reasons[nothing & gaps.get(why, True), column] = number

    results = {
        "method": _texts(np.tile(np.arange(len(told)), len(series)), [m.method for m in told]),
        "value": np.column_stack([m.value for m in told]).ravel(),
        "unit": _texts(units, _UNITS),
        "status": _texts(bands, [key for key, _, _ in labels]),
        "status_zh": _texts(bands, [zh for _, zh, _ in labels]),
        "status_en": _texts(bands, [en for _, _, en in labels]),
        "why_missing_zh": _texts(reasons, [zh for zh, _ in WHY.values()]),
        "why_missing_en": _texts(reasons, [en for _, en in WHY.values()]),
    }
    if taken := sorted(set(results) & set(carried)):
        raise UsageError(f"columns of the table of series have the names of results: {taken}")
    rows = np.repeat(np.arange(len(series)), len(told))
    return carried.iloc[rows].reset_index(drop=True).assign(**results)


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
        ("open_sdg", formulas.open_sdg),
        ("eurostat", formulas.eurostat),
        ("un_progress_chart", formulas.un_progress_chart),
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
        status = formulas.band(value, schemes, scheme, kind)
        labels = schemes[(schemes["scheme"] == scheme) & (schemes["method"] == kind)]
        told.append(_Told(name, value, unit, gaps, status, labels))

    parity = series.get("parity", pd.Series(False, index=series.index))
    parity = parity.astype("boolean").fillna(False).to_numpy(dtype=bool)
    status, anticipated = (
        formulas.escap_status(series, parity),
        formulas.escap_anticipated(series, parity),
    )
    gaps = "no_value no_baseline no_target not_later early_deadline base_is_target no_direction"
    later = f"{gaps} no_years no_deadline deadline_passed"
    banded("escap_status", status, "index", gaps, "escap", "status")
    banded("escap_anticipated", anticipated, "index", later, "escap", "anticipated")
    banded("escap_gap", formulas.escap_gap(series, parity), "percent", later, "escap", "gap")

    index = formulas.sdg_index(series["value"], series["best"], series["worst"])
    colour = formulas.sdg_colour(series["value"], series["green"], series["red"])
    arrow = formulas.sdg_arrow(series, schemes)
    of_index = schemes[schemes["scheme"] == "sdg_index"]
    colours, arrows = (of_index[of_index["method"] == kind] for kind in ("colour", "arrow"))
    told.append(_Told("sdg_index", index, "index", "no_value no_ends", colour, colours))
    gaps = "no_value no_baseline no_goal no_years not_later no_deadline early_deadline equal_ends "
    gaps += "no_direction"
    told.append(_Told("sdg_index_arrow", arrow["ratio"], "ratio", gaps, arrow["status"], arrows))
    gaps = "no_value no_target no_spread no_direction"
    distance = formulas.oecd_distance(series)
    banded("oecd_distance", distance, "standard_deviations", gaps, "oecd", "distance")
    gaps = "no_baseline no_target no_years not_later no_deadline early_deadline deadline_passed"
    path = formulas.linear_path(series, formulas.column(series, "year"))
    told.append(_Told("who_linear_path", path, "series_unit", gaps))
    gaps = "no_value no_target no_dates deadline_passed no_direction"
    pace = formulas.required_pace(series)["pace"]
    told.append(_Told("required_pace", pace, "series_unit_per_year", gaps))
    return told


def _gaps(series: pd.DataFrame) -> dict[str, Any]:
    """For each reason in :data:`WHY` the series for which it holds."""
    base, value, target, start, year, end, best, worst, green = (
        formulas.column(series, name)
        for name in (
            *("base_value", "value", "target", "base_year", "year", "target_year"),
            *("best", "worst", "green"),
        )
    )
    left = formulas.years_left(series)
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
        "no_spread": ~(formulas.column(series, "spread") > 0),
        "no_ends": np.isnan(best) | np.isnan(worst) | (best == worst),
        "equal_ends": best == worst,
        "no_direction": np.isnan(formulas.directions(series)),
    }
