"""How far two codings of the same things agree."""

import math

import pandas as pd


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
        of agreement for nominal scales", eq. 1; missing where both coders use one value only).
    """
    columns = ["table", "field", "rows", "same", "kappa"]
    if codings.empty:
        return pd.DataFrame(columns=columns)
    # scikit-learn is heavy, and only this function needs it.
    from sklearn.metrics import cohen_kappa_score

    plain = codings.astype("object").fillna({"value": ""})
    wide = plain.pivot(index=["table", "row_id", "field"], columns="coder", values="value")
    wide = wide.reindex(columns=["A", "B"]).dropna().reset_index()
    order = plain[["table", "field"]].drop_duplicates()
    out = []
    for table, field in order.itertuples(index=False):
        both = wide[(wide["table"] == table) & (wide["field"] == field)]
        same = int((both["A"] == both["B"]).sum())
        varied = len(set(both["A"]) | set(both["B"])) > 1
        kappa = float(cohen_kappa_score(both["A"], both["B"])) if varied else math.nan
        out.append((table, field, len(both), same, kappa))
    return pd.DataFrame(out, columns=columns)
