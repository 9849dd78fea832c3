"""How far two codings of the same things agree."""

import math

import numpy as np
import pandas as pd

from stdpolicy.errors import UsageError


def agreement(codings: pd.DataFrame) -> pd.DataFrame:
    """Agreement of coder A and coder B, field by field.

    Parameters
    ----------
    codings : pandas.DataFrame
        ``table``, ``row_id``, ``field``, ``coder`` (``A`` or ``B``), ``value``, as in the table
        ``codings``.

    Returns
    -------
    pandas.DataFrame
        One row per table and field, in the order of the input: ``table``, ``field``, ``rows``
        (coded by both), ``same`` (rows with equal values), ``kappa`` (Cohen 1960, "A coefficient
        of agreement for nominal scales", eq. 1), ``alpha`` (:func:`krippendorff_alpha`) and
        ``alpha_low``, ``alpha_high`` (:func:`alpha_interval`); the last four are missing where both
        coders use one value only.

    Raises
    ------
    UsageError
        When the extra ``agreement`` is not installed.
    """
    columns = ["table", "field", "rows", "same", "kappa", "alpha", "alpha_low", "alpha_high"]
    if codings.empty:
        return pd.DataFrame(columns=columns)
    try:
        # scikit-learn is heavy, and only this function needs it.
        from sklearn.metrics import cohen_kappa_score
    except ImportError as error:
        raise UsageError(
            f"the agreement of codings needs scikit-learn ({error}); "
            "install it with: pip install 'stdpolicy[agreement]'"
        ) from error

    plain = codings.astype("object").fillna({"value": ""})
    wide = plain.pivot(index=["table", "row_id", "field"], columns="coder", values="value")
    wide = wide.reindex(columns=["A", "B"]).dropna().reset_index()
    order = plain[["table", "field"]].drop_duplicates()
    out = []
    for table, field in order.itertuples(index=False):
        both = wide.loc[(wide["table"] == table) & (wide["field"] == field), ["A", "B"]]
        same = int((both["A"] == both["B"]).sum())
        varied = len(set(both["A"]) | set(both["B"])) > 1
        kappa = float(cohen_kappa_score(both["A"], both["B"])) if varied else math.nan
        alpha = krippendorff_alpha(both)
        out.append((table, field, len(both), same, kappa, alpha, *alpha_interval(both)))
    return pd.DataFrame(out, columns=columns)


def krippendorff_alpha(values: pd.DataFrame) -> float:
    """Krippendorff's alpha of nominal values, for any number of coders and with gaps.

    With n_uc coders who give unit u the value c, m_u values of the unit, n_c of the value c and n
    in all, over the units with two values or more (Krippendorff 2011, "Computing Krippendorff's
    Alpha-Reliability", part C)::

        alpha = 1 - (n - 1) * sum_u sum_c n_uc * (m_u - n_uc) / (m_u - 1) / sum_c n_c * (n - n_c)

    Parameters
    ----------
    values : pandas.DataFrame
        A row per unit, a column per coder; missing where a coder did not code the unit.

    Returns
    -------
    float
        1 where all agree, 0 as by chance; missing where only one value or no pair occurs.
    """
    counts, disagreement = _counts(values)
    return float(_alpha(counts, disagreement, np.ones((1, len(counts))))[0])


def alpha_interval(
    values: pd.DataFrame, level: float = 0.95, draws: int = 2000, seed: int = 1
) -> tuple[float, float]:
    """Interval of Krippendorff's alpha by resampling the units with replacement (percentiles).

    This is the plain bootstrap over units, not Krippendorff's own algorithm, which resamples
    pairs. The same seed gives the same numbers.

    Parameters
    ----------
    values : pandas.DataFrame
        As :func:`krippendorff_alpha` takes them.
    level : float
        Share of the draws inside.
    draws, seed : int
        Number of draws and where they start.

    Returns
    -------
    tuple of float
        Low and high end; missing where alpha is. Draws in which one value only occurs, and which
        say nothing, are left out.
    """
    counts, disagreement = _counts(values)
    if not np.isfinite(_alpha(counts, disagreement, np.ones((1, len(counts)))))[0]:
        return math.nan, math.nan
    units = len(counts)
    weights = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=draws)
    drawn = _alpha(counts, disagreement, weights)
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _counts(values: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """How often each unit has each value, and the disagreement within the unit."""
    codes, uniques = pd.factorize(values.to_numpy(dtype="object").ravel())
    per_unit = codes.reshape(values.shape)
    # Summed by coder, so that no array of units, coders and values is needed.
    counts = np.zeros((len(values), len(uniques)))
    for column in per_unit.T:
        held = np.flatnonzero(column >= 0)
        counts[held, column[held]] += 1
    paired = counts[counts.sum(axis=1) >= 2]
    made = paired.sum(axis=1)
    return paired, (made**2 - (paired**2).sum(axis=1)) / (made - 1)


def _alpha(counts: np.ndarray, disagreement: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Alpha of the units, each taken as often as a row of weights says."""
    per_value = weights @ counts
    n = per_value.sum(axis=1)
    expected = n**2 - (per_value**2).sum(axis=1)
    observed = weights @ disagreement
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)
