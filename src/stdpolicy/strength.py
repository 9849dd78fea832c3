"""Policy strength, goals and measures: how much weight a document carries, and for what.

After Peng Jisheng, Zhong Weiguo and Sun Wenxiang 2008 (彭纪生、仲为国、孙文祥，
政策测量、政策协同演变与经济绩效，管理世界). A document j has a strength p_j by who issues it
and in which form, scores for the goals that it pursues and for the measures that it takes; the
policy of a year i is the sum over its documents::

    TPMG_i = sum_j (m_j + g_j) * p_j

with g_j and m_j the sums of the scores for goals and for measures. Which goals and measures there
are, and what earns a score, is data (``criteria``, index ``strength``): the groups ``goals`` and
``measures``, and outside them one or more rankings of strength.
"""

import pandas as pd

from stdpolicy.errors import UsageError
from stdpolicy.scoring import matrix, scored, years

INDEX = "strength"
GROUPS = ("goals", "measures")
_GREATEST = 5


def rankings(criteria: pd.DataFrame) -> list[str]:
    """Keys of the rankings of strength, in the order of ``criteria``: what is in no group.

    Raises
    ------
    UsageError
        When there is none, a column is missing, or there are no goals or no measures.
    """
    own = scored(criteria, INDEX)
    for group in GROUPS:
        if group not in set(own["top"]):
            raise UsageError(f"the table criteria has no criterion of the group {group!r}")
    found = [key for key, top in zip(own["key"], own["top"], strict=True) if top not in GROUPS]
    if not found:
        raise UsageError(f"the table criteria ranks no strength outside {' and '.join(GROUPS)}")
    return found


def products(scores: pd.DataFrame, criteria: pd.DataFrame, ranking: str = "") -> pd.DataFrame:
    """Each goal and measure of each document, weighed by the strength of the document.

    Parameters
    ----------
    scores : pandas.DataFrame
        ``doc_id``, ``criterion``, ``score``; those on criteria of another index are passed over.
    criteria : pandas.DataFrame
        ``key``, ``index`` (``strength``), ``part_of``, ``scale`` (missing for a group).
    ranking : str
        By which strength; the first one when empty.

    Returns
    -------
    pandas.DataFrame
        One row per document and criterion, in the order of ``scores`` and ``criteria``:
        ``doc_id``, ``group`` (``goals`` or ``measures``), ``criterion``, ``score``, ``strength``
        and ``product``.

    Raises
    ------
    UsageError
        When a column or a group is missing, or there is no such ranking.
    DataError
        When a score is missing, stands twice, is off its scale or on no known criterion.
    """
    known = rankings(criteria)
    rank = ranking or known[0]
    if rank not in known:
        raise UsageError(f"there is no ranking {rank!r} of strength; there are {', '.join(known)}")
    own = scored(criteria, INDEX)
    own = own[own["top"].isin(GROUPS)]
    wide = matrix(scores, criteria, [rank, *own["key"]])
    rows = [
        (doc, group, key, int(row[key]), int(row[rank]), int(row[key] * row[rank]))
        for doc, row in wide.iterrows()
        for key, group in zip(own["key"], own["top"], strict=True)
    ]
    columns = ["doc_id", "group", "criterion", "score", "strength", "product"]
    return pd.DataFrame(rows, columns=columns)


def strength(
    scores: pd.DataFrame, criteria: pd.DataFrame, documents: pd.DataFrame, ranking: str = ""
) -> pd.DataFrame:
    """Strength, goals and measures of each document.

    Parameters
    ----------
    scores, criteria, ranking
        As :func:`products` takes them.
    documents : pandas.DataFrame
        ``doc_id``, ``issued_on`` and ``period_start`` (ISO dates, as far as they are known).

    Returns
    -------
    pandas.DataFrame
        One row per document, in the order of ``scores``: ``doc_id``, ``year`` and ``year_from``
        (``issued``; ``period``, the first year of its period, where the day of issue is not known;
        both missing where neither is), ``strength`` (p), ``goals`` (g) and ``measures`` (m, sums of
        scores), ``goals_weighed`` (g p), ``measures_weighed`` (m p), ``total`` ((m + g) p) and
        ``share`` (of the greatest total that the criteria allow at that strength).

    Raises
    ------
    UsageError, DataError
        As :func:`products`; a UsageError too when a document is not in ``documents``.
    """
    known = years(documents).astype("object").set_index("doc_id")
    every = products(scores, criteria, ranking)
    sums = every.groupby(["doc_id", "group"], sort=False)["score"].agg(["sum", "size"]).unstack()
    rows = []
    for doc, rank in every.groupby("doc_id", sort=False)["strength"].first().items():
        if doc not in known.index:
            raise UsageError(f"the document {doc!r} has scores, but is not in the table documents")
        goals, measures = (int(sums.loc[doc, ("sum", group)]) for group in GROUPS)
        count = sum(int(sums.loc[doc, ("size", group)]) for group in GROUPS)
        total = (goals + measures) * rank
        parts = (goals * rank, measures * rank, total, total / (_GREATEST * count * rank))
        rows.append((doc, *known.loc[doc], rank, goals, measures, *parts))
    columns = ["doc_id", "year", "year_from", "strength", *GROUPS]
    columns += ["goals_weighed", "measures_weighed", "total", "share"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


def by_year(strengths: pd.DataFrame) -> pd.DataFrame:
    """Strength, goals and measures of all documents of a year.

    Parameters
    ----------
    strengths : pandas.DataFrame
        As :func:`strength` gives them.

    Returns
    -------
    pandas.DataFrame
        One row per year, the earliest first: ``year``, ``documents`` (their number),
        ``goals_weighed``, ``measures_weighed``, ``total`` (TPMG, sums over documents) and ``mean``
        (of the totals). Documents of unknown year are left out.
    """
    known = strengths.dropna(subset=["year"])
    found = known.groupby("year").agg(
        documents=("doc_id", "size"),
        goals_weighed=("goals_weighed", "sum"),
        measures_weighed=("measures_weighed", "sum"),
        total=("total", "sum"),
        mean=("total", "mean"),
    )
    return found.reset_index()


def by_ranking(
    scores: pd.DataFrame, criteria: pd.DataFrame, documents: pd.DataFrame
) -> pd.DataFrame:
    """The strengths of :func:`strength` under every ranking, one after the other.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`strength`, and ``ranking``, its key in ``criteria``.
    """
    found = [
        strength(scores, criteria, documents, one).assign(ranking=one) for one in rankings(criteria)
    ]
    return pd.concat(found, ignore_index=True)
