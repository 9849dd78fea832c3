"""The PMC index: how many sides of a policy its text covers, by a checklist of yes and no.

Policy Modelling Consistency, Ruiz Estrada 2011 ("Policy modeling: Definition, classification and
evaluation", Journal of Policy Modeling 33(4)). With X_tj = 1 where a text meets criterion j of
variable t, else 0, and n_t criteria of the variable::

    X_t = sum_j X_tj / n_t        PMC = sum_t X_t        depression = number of variables - PMC

All criteria of a variable weigh the same, and so do all variables. Criteria and scores are data
(tables ``criteria`` and ``scores``); sums are exact, so that an index of 7 is not a grade below it.
``docs/design_quality.md`` says what the index can tell.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import pandas as pd

from stdpolicy.errors import UsageError
from stdpolicy.progress.formulas import band
from stdpolicy.scoring import matrix, scored

INDEX = "pmc"
#: Ways to lay nine variables out in a square.
ORDERS = ("rows", "columns")
_SIDE = 3
#: Numbers of variables of which nine can be laid out.
DRAWN = (_SIDE**2, _SIDE**2 + 1)
#: What grades of the table of schemes apply to, besides ``pmc_<number of variables>``.
_SHARE = "pmc_share"

#: Of each document, the scores of each variable.
_Earned = dict[str, dict[str, list[int]]]


def variables(
    scores: pd.DataFrame, criteria: pd.DataFrame, left_out: Iterable[str] = ()
) -> pd.DataFrame:
    """Value of each variable of each document.

    Parameters
    ----------
    scores : pandas.DataFrame
        ``doc_id``, ``criterion``, ``score`` (0 or 1); those on criteria of another index are passed
        over.
    criteria : pandas.DataFrame
        ``key``, ``index`` (``pmc``), ``part_of`` (the variable), ``scale`` (``binary``; missing for
        a variable). A criterion that is part of nothing is a variable of its own.
    left_out : iterable of str
        Keys of variables to do without.

    Returns
    -------
    pandas.DataFrame
        One row per document and variable, in the order of ``scores`` and ``criteria``: ``doc_id``,
        ``variable`` (key), ``criteria`` and ``earned`` (their number, and how many of them are met)
        and ``value`` (the ratio).

    Raises
    ------
    UsageError
        When a column is missing, a criterion is on another scale, or there is no such variable.
    DataError
        When a score is missing, stands twice, is neither 0 nor 1 or is on no known criterion.
    """
    rows = [
        (doc, variable, len(own), sum(own), sum(own) / len(own))
        for doc, earned in _earned(scores, criteria, left_out).items()
        for variable, own in earned.items()
    ]
    return pd.DataFrame(rows, columns=["doc_id", "variable", "criteria", "earned", "value"])


def pmc(scores: pd.DataFrame, criteria: pd.DataFrame, left_out: Iterable[str] = ()) -> pd.DataFrame:
    """PMC index of each document.

    Parameters
    ----------
    scores, criteria, left_out
        As :func:`variables` takes them.

    Returns
    -------
    pandas.DataFrame
        One row per document, in the order of ``scores``: ``doc_id``, ``variables`` (their number),
        ``pmc``, ``depression`` and ``mean_value`` (``pmc`` per variable).

    Raises
    ------
    UsageError, DataError
        As :func:`variables`.
    """
    rows = []
    for doc, earned in _earned(scores, criteria, left_out).items():
        count, index = len(earned), _index(earned)
        rows.append((doc, count, float(index), float(count - index), float(index / count)))
    return pd.DataFrame(rows, columns=["doc_id", "variables", "pmc", "depression", "mean_value"])


def _earned(scores: pd.DataFrame, criteria: pd.DataFrame, left_out: Iterable[str]) -> _Earned:
    own = scored(criteria, INDEX)
    other = own[own["scale"] != "binary"]
    if len(other):
        raise UsageError(
            f"criteria of the PMC index are binary, unlike {', '.join(other['key'])}; "
            "correct their scale in the table criteria"
        )
    gone = [v for v in ([left_out] if isinstance(left_out, str) else left_out) if v]
    known = list(dict.fromkeys(own["top"]))
    for variable in gone:
        if variable not in known:
            raise UsageError(f"there is no variable {variable!r}; there are {', '.join(known)}")
    kept = [variable for variable in known if variable not in gone]
    if not kept:
        raise UsageError("no variable is left; leave fewer out")
    members = {variable: list(own.loc[own["top"] == variable, "key"]) for variable in kept}
    wide = matrix(scores, criteria, [key for keys in members.values() for key in keys])
    return {
        str(doc): {v: [int(row[key]) for key in keys] for v, keys in members.items()}
        for doc, row in wide.iterrows()
    }


def _index(earned: dict[str, list[int]]) -> Fraction:
    return sum((Fraction(sum(own), len(own)) for own in earned.values()), Fraction(0))


# --- the surface ----------------------------------------------------------------------------------


def spare(values: pd.DataFrame, left_out: str = "") -> str:
    """The variable that a square of nine does without; empty where there are not ten.

    Papers leave out the openness of the policy, which is 1 for every published text.

    Parameters
    ----------
    values : pandas.DataFrame
        As :func:`variables` gives them.
    left_out : str
        Key of the variable; when empty, the last one of which all documents have the same value.

    Raises
    ------
    UsageError
        When there is no such variable, or none has the same value in all documents.
    """
    known = list(values["variable"].unique())
    if left_out and known and left_out not in known:
        raise UsageError(f"there is no variable {left_out!r}; there are {', '.join(known)}")
    if left_out or len(known) != _SIDE**2 + 1:
        return left_out
    same = values.groupby("variable")["value"].nunique() == 1
    steady = [variable for variable in known if same[variable]]
    if not steady:
        raise UsageError(
            "no variable has the same value in all documents; name the one to leave out of the "
            f"surface: {', '.join(known)}"
        )
    return steady[-1]


def surface(values: pd.DataFrame, left_out: str = "", order: str = "rows") -> pd.DataFrame:
    """The PMC surface: nine variables of each document as a square of three by three.

    Of ten variables one is left out.

    Parameters
    ----------
    values : pandas.DataFrame
        As :func:`variables` gives them.
    left_out : str
        Key of the variable to leave out of ten, as :func:`spare` takes it.
    order : str
        ``rows`` fills the square row by row (X1 X2 X3 above X4 X5 X6), ``columns`` column by
        column, as some papers do; the shape of the surface depends on it, the index does not.

    Returns
    -------
    pandas.DataFrame
        One row per document and variable: ``doc_id``, ``row`` and ``column`` (1 to 3),
        ``variable``, ``value``. None where there are not nine or ten variables: other numbers have
        an index, but no surface.

    Raises
    ------
    UsageError
        When there is no such variable or order, none of ten can be chosen to be left out, or one of
        nine is.
    """
    if order not in ORDERS:
        raise UsageError(f"the order is {' or '.join(ORDERS)}, not {order!r}")
    known = list(values["variable"].unique())
    gone = spare(values, left_out)
    kept = [variable for variable in known if variable != gone]
    if len(known) not in DRAWN:
        empty = values.head(0).assign(row=0, column=0)
        return empty[["doc_id", "row", "column", "variable", "value"]]
    if len(kept) != _SIDE**2:
        raise UsageError(
            f"a surface has {_SIDE**2} variables, here are {len(kept)}: {', '.join(kept)}"
        )
    places = {v: divmod(place, _SIDE) for place, v in enumerate(kept)}
    if order == "columns":
        places = {v: (row, column) for v, (column, row) in places.items()}
    out = values[values["variable"] != gone].reset_index(drop=True)
    for name, which in (("row", 0), ("column", 1)):
        out[name] = [places[v][which] + 1 for v in out["variable"]]
    return out[["doc_id", "row", "column", "variable", "value"]]


# --- grades ---------------------------------------------------------------------------------------


def grades(
    index: pd.DataFrame, schemes: pd.DataFrame, scheme: str = "", edition: str = ""
) -> pd.DataFrame:
    """Grade of each document by the schemes that are made for its number of variables.

    Grades of ten variables cannot be used for nine, nor those of one paper for another; without a
    name, every scheme that fits is told. Schemes of the method ``pmc_share`` grade the mean over
    variables, and so fit any number of them.

    Parameters
    ----------
    index : pandas.DataFrame
        As :func:`pmc` gives it.
    schemes : pandas.DataFrame
        The table ``schemes``.
    scheme, edition : str
        Which of them; all that fit when empty.

    Returns
    -------
    pandas.DataFrame
        One row per scheme and document: ``doc_id``, ``variables``, ``scheme``, ``edition``,
        ``graded`` (the number that was graded), ``band``, ``band_zh``, ``band_en``, ``confirmed``
        (whether the thresholds were read in the source) and ``source``.

    Raises
    ------
    UsageError
        When no scheme fits.
    """
    rows = []
    for count, own in index.groupby("variables", sort=False):
        for name, which, method in _fitting(schemes, int(count), scheme, edition):
            labels = schemes[(schemes["scheme"] == name) & (schemes["edition"] == which)]
            labels = labels[labels["method"] == method].set_index("band")
            for doc in own.itertuples():
                value = doc.mean_value if method == _SHARE else doc.pmc
                key = _grade(value, schemes, name, which, method)
                label = labels.loc[key]
                said = (key, label["zh"], label["en"], bool(label["confirmed"]), label["source"])
                rows.append((doc.doc_id, count, name, which, value, *said))
    columns = ["doc_id", "variables", "scheme", "edition", "graded", "band", "band_zh", "band_en"]
    return pd.DataFrame(rows, columns=[*columns, "confirmed", "source"])


def _fitting(
    schemes: pd.DataFrame, count: int, scheme: str, edition: str
) -> Iterator[tuple[str, str, str]]:
    """Scheme, edition and method of what can grade an index of so many variables."""
    columns = ["scheme", "edition", "method"]
    every = schemes[columns].astype("object").drop_duplicates()
    fit = every[every["method"].isin([f"pmc_{count}", _SHARE])]
    for name, wanted in (("scheme", scheme), ("edition", edition)):
        if wanted:
            fit = fit[fit[name] == wanted]
    if fit.empty:
        graders = every[every["method"].str.startswith("pmc_")]
        known = "; ".join(" ".join(row) for row in graders.itertuples(index=False)) or "none"
        wanted = " ".join(filter(None, (scheme, edition))) or "scheme"
        raise UsageError(
            f"no {wanted} grades a PMC index of {count} variables; the table schemes has {known}"
        )
    yield from fit.itertuples(index=False, name=None)


def _grade(value: float, schemes: pd.DataFrame, scheme: str, edition: str, method: str) -> str:
    return str(band(pd.Series([value]), schemes, scheme, method, edition).iloc[0])


# --- what the index hangs on ----------------------------------------------------------------------


def single_scores(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    schemes: pd.DataFrame,
    scheme: str,
    edition: str = "",
    codings: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What would become of each grade if a single score were the other one.

    Parameters
    ----------
    scores, criteria
        As :func:`variables` takes them; with ``score_id`` where ``codings`` are given.
    schemes : pandas.DataFrame
        The table ``schemes``.
    scheme, edition : str
        By which to grade; the edition may be left out where the scheme has one.
    codings : pandas.DataFrame, optional
        The table ``codings``; a score is disputed where its two codings differ.

    Returns
    -------
    pandas.DataFrame
        One row per score, in the order of documents and criteria: ``doc_id``, ``criterion``,
        ``score``, ``disputed``, ``pmc``, ``pmc_other`` (with the other score), ``band``,
        ``band_other`` and ``changes`` (whether they differ).

    Raises
    ------
    UsageError, DataError
        As :func:`variables` and :func:`grades`.
    """
    doubtful = _disputed(scores, codings)
    members = scored(criteria, INDEX).groupby("top", sort=False)["key"].agg(list)
    rows = []
    for doc, earned in _earned(scores, criteria, ()).items():
        index, count = _index(earned), len(earned)
        (which,) = _one(schemes, count, scheme, edition)
        divide = count if which[2] == _SHARE else 1
        now = _grade(float(index / divide), schemes, *which)
        for variable, own in earned.items():
            for key, score in zip(members[variable], own, strict=True):
                other = index + Fraction(1 - 2 * score, len(own))
                then = _grade(float(other / divide), schemes, *which)
                values = (float(index), float(other), now, then, now != then)
                rows.append((doc, key, score, (doc, key) in doubtful, *values))
    columns = ["doc_id", "criterion", "score", "disputed", "pmc", "pmc_other"]
    return pd.DataFrame(rows, columns=[*columns, "band", "band_other", "changes"])


def _one(
    schemes: pd.DataFrame, count: int, scheme: str, edition: str
) -> list[tuple[str, str, str]]:
    found = list(_fitting(schemes, count, scheme, edition))
    if len(found) > 1:
        named = ", ".join(" ".join(row) for row in found)
        raise UsageError(f"name one scheme and edition to grade by, of {named}")
    return found


def _disputed(scores: pd.DataFrame, codings: pd.DataFrame | None) -> set[tuple[str, str]]:
    """Document and criterion of the scores that have two different codings."""
    if codings is None:
        return set()
    own = codings[(codings["table"] == "scores") & (codings["field"] == "score")].astype("object")
    apart = own.groupby("row_id")["value"].nunique() > 1
    rows = scores[scores["score_id"].isin(apart.index[apart])]
    return set(zip(rows["doc_id"], rows["criterion"], strict=True))


def disputed_range(
    scores: pd.DataFrame, criteria: pd.DataFrame, codings: pd.DataFrame
) -> pd.DataFrame:
    """Between what numbers the index lies, whoever is right where the two codings differ.

    Parameters
    ----------
    scores, criteria
        As :func:`variables` takes them, with ``score_id``.
    codings : pandas.DataFrame
        The table ``codings``.

    Returns
    -------
    pandas.DataFrame
        One row per document: ``doc_id``, ``disputed_scores`` (their number), ``pmc`` (as settled),
        ``pmc_low`` and ``pmc_high`` (with all disputed scores 0 and 1).

    Raises
    ------
    UsageError, DataError
        As :func:`variables`.
    """
    settled = pmc(scores, criteria)
    doubtful = _disputed(scores, codings)
    pairs = list(zip(scores["doc_id"], scores["criterion"], strict=True))
    either = pd.Series([pair in doubtful for pair in pairs], index=scores.index)
    either &= scores["criterion"].isin(scored(criteria, INDEX)["key"])
    out = settled[["doc_id"]].copy()
    counts = scores.loc[either, "doc_id"].value_counts()
    out["disputed_scores"] = out["doc_id"].map(counts).fillna(0).astype("int64")
    out["pmc"] = settled["pmc"]
    for name, score in (("pmc_low", 0), ("pmc_high", 1)):
        out[name] = pmc(scores.assign(score=scores["score"].mask(either, score)), criteria)["pmc"]
    return out


def leave_one_out(scores: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """Index and order of the documents without each of the variables.

    Parameters
    ----------
    scores, criteria
        As :func:`variables` takes them.

    Returns
    -------
    pandas.DataFrame
        One row per variable and document: ``variable`` (that is left out), ``doc_id``, ``pmc`` and
        ``mean_value`` (without it), ``mean_all`` (with all), ``place`` and ``place_all`` (of the
        document by them, 1 is the best; equal ones share the better place) and ``moves`` (whether
        the two places differ). None where there is a single variable.

    Raises
    ------
    UsageError, DataError
        As :func:`variables`.
    """
    whole = pmc(scores, criteria)
    known = list(dict.fromkeys(scored(criteria, INDEX)["top"]))
    parts = []
    for variable in known if len(known) > 1 else ():
        part = pmc(scores, criteria, [variable])
        part.insert(0, "variable", variable)
        part["mean_all"] = whole["mean_value"]
        parts.append(part)
    columns = ["variable", "doc_id", "pmc", "mean_value", "mean_all"]
    out = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    for name, mean in (("place", "mean_value"), ("place_all", "mean_all")):
        # Equal sums of thirds and quarters may differ in the last digit.
        ranks = (
            out[mean]
            .astype("float64")
            .round(9)
            .groupby(out["variable"])
            .rank("min", ascending=False)
        )
        out[name] = ranks.astype("int64")
    return out.assign(moves=out["place"] != out["place_all"])
