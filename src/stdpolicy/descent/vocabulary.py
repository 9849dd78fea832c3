"""Vocabulary that documents have in common, and that sets them apart, from counts of terms."""

import itertools

import numpy as np
import pandas as pd

from stdpolicy import validation
from stdpolicy.coherence import require
from stdpolicy.descent.citations import precedence
from stdpolicy.errors import DataError, UsageError

Tables = dict[str, pd.DataFrame]

#: Digits to which measures are told: the last ones depend on the machine.
_DIGITS = 9


def _counts(tables: Tables) -> pd.DataFrame:
    """Counts with a row per document and a column per term of the vocabulary, all of them."""
    names = ("terms", "term_counts", "documents", "citations")
    require(tables, {name: [] for name in names})
    faults = validation.frame_faults({name: tables[name] for name in names[:2]})
    if len(faults):
        raise DataError(faults)
    own = tables["term_counts"].astype({"doc_id": "object", "term": "object"})
    wide = own.pivot(index="doc_id", columns="term", values="count")
    wide = wide.reindex(columns=list(tables["terms"]["key"].astype("object")))
    return wide.astype("float64").fillna(0).astype("int64").sort_index()


def _row_of(wide: pd.DataFrame, doc: str) -> np.ndarray:
    if doc not in wide.index:
        known = ", ".join(wide.index) or "none"
        raise UsageError(f"no terms are counted in {doc!r}; documents with counts are {known}")
    return wide.loc[doc].to_numpy(dtype="float64")


def usage(tables: Tables) -> pd.DataFrame:
    """How often each document uses each term, with its share.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``terms``, ``term_counts``, ``documents`` and ``citations``.

    Returns
    -------
    pandas.DataFrame
        One row per document and term that it uses, documents by key, terms in the order of the
        vocabulary: ``doc_id``, ``term``, ``group``, ``count``, ``per_thousand`` (of all places of
        terms in the document) and ``documents`` (number of those that use the term).

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    wide = _counts(tables)
    groups = tables["terms"].astype("object").set_index("key")["group"]
    holders = (wide > 0).sum()
    rows = []
    for doc in wide.index:
        own = wide.loc[doc]
        whole = own.sum()
        used = own[own > 0]
        rows += [
            (doc, term, groups[term], n, 1000 * n / whole, holders[term])
            for term, n in used.items()
        ]
    types = {"doc_id": "object", "term": "object", "group": "object", "count": "int64"}
    types |= {"per_thousand": "float64", "documents": "int64"}
    return pd.DataFrame(rows, columns=list(types)).astype(types).round(_DIGITS)


def similarity(tables: Tables) -> pd.DataFrame:
    """How much of their vocabulary documents have in common, pair by pair.

    Let c(t, d) be the count of term t in document d, N the number of documents with counts, df(t)
    that of documents which use t, and T(d) the set of terms that d uses.

    - ``cosine`` is that of the vectors c(·, d) (Manning, Raghavan and Schütze 2008, section 6.3).
    - ``cosine_tfidf`` is that of c(t, d) · (ln((1 + N) / (1 + df(t))) + 1), by which terms that all
      use weigh least, but not nothing, as they would with so few documents without the additions.
    - ``jaccard`` is |T(u) ∩ T(l)| / |T(u) ∪ T(l)| (Jaccard 1912).
    - ``containment`` is |T(u) ∩ T(l)| / |T(l)|, the share of the later document's terms that stand
      in the earlier one too (Broder 1997).

    The last two depend on the length of the texts: a long one uses more of the terms.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``terms``, ``term_counts``, ``documents`` and ``citations``.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``upper_doc_id`` (the earlier), ``lower_doc_id``, ``order_from`` (see
        :func:`stdpolicy.descent.precedence`), the four measures, ``upper_terms``, ``lower_terms``
        and ``shared_terms`` (numbers of different terms). A measure without a term is missing.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    wide = _counts(tables)
    holders = (wide > 0).sum().to_numpy()
    weights = np.log((1 + len(wide)) / (1 + holders)) + 1
    rows = []
    pairs = [precedence(tables, *two) for two in itertools.combinations(wide.index, 2)]
    for upper, lower, known in sorted(pairs):
        one, other = _row_of(wide, upper), _row_of(wide, lower)
        both, either = int(((one > 0) & (other > 0)).sum()), int(((one > 0) | (other > 0)).sum())
        sizes = int((one > 0).sum()), int((other > 0).sum())
        rows.append(
            (upper, lower, known, _cosine(one, other), _cosine(one * weights, other * weights),
             both / either if either else np.nan, both / sizes[1] if sizes[1] else np.nan,
             *sizes, both)
        )  # fmt: skip
    types = dict.fromkeys(["upper_doc_id", "lower_doc_id", "order_from"], "object")
    types |= dict.fromkeys(["cosine", "cosine_tfidf", "jaccard", "containment"], "float64")
    types |= dict.fromkeys(["upper_terms", "lower_terms", "shared_terms"], "int64")
    return pd.DataFrame(rows, columns=list(types)).astype(types).round(_DIGITS)


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size else np.nan


def distinctive(tables: Tables, upper: str, lower: str, prior: float = 500.0) -> pd.DataFrame:
    """Terms that set two documents apart: log-odds with an informative Dirichlet prior.

    After Monroe, Colaresi and Quinn (2008), section 3.5. With y(t, d) the count of term t in
    document d, n(d) the sum of all, and a(t) = ``prior`` times the share of t in all documents
    (equation 23), the difference of the later document to the earlier is (equation 16)

        ln((y(t, l) + a(t)) / (n(l) + prior − y(t, l) − a(t)))
        − ln((y(t, u) + a(t)) / (n(u) + prior − y(t, u) − a(t)))

    with the variance 1 / (y(t, l) + a(t)) + 1 / (y(t, u) + a(t)) (equation 20); ``z`` is the one by
    the root of the other (equation 22). The prior draws rare terms to what is usual in all
    documents. Places of terms are not independent of each other and there are many terms: ``z``
    orders them, it is no test.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``terms``, ``term_counts``, ``documents`` and ``citations``.
    upper, lower : str
        Keys of the earlier and the later document.
    prior : float
        Size of the prior, in places of terms.

    Returns
    -------
    pandas.DataFrame
        One row per term that any document uses, the largest ``z`` first, then by key: ``term``,
        ``group``, ``upper_count``, ``lower_count``, ``upper_per_thousand``,
        ``lower_per_thousand`` (of all places of terms), ``log_odds`` and ``z``; positive where the
        later document uses the term more.

    Raises
    ------
    UsageError
        When a document has no counts, the documents are the same, the prior is not positive, or a
        table is missing.
    DataError
        When the tables have faults.
    """
    if not (np.isfinite(prior) and prior > 0):
        raise UsageError(f"the size of the prior is a number above 0, not {prior}")
    wide = _counts(tables)
    before, after = _row_of(wide, upper), _row_of(wide, lower)
    if upper == lower:
        raise UsageError(f"a document is not set apart from itself; name another than {upper!r}")
    everywhere = wide.sum().to_numpy(dtype="float64")
    used = everywhere > 0
    before, after, everywhere = before[used], after[used], everywhere[used]
    share = prior * everywhere / everywhere.sum()

    def odds(own: np.ndarray) -> np.ndarray:
        # Of a vocabulary of one term nothing can be said: its odds have no bound.
        rest = own.sum() + prior - own - share
        return np.log((own + share) / np.where(rest > 1e-9, rest, np.nan))

    delta = odds(after) - odds(before)
    z = delta / np.sqrt(1 / (after + share) + 1 / (before + share))
    keys = wide.columns[used]
    groups = tables["terms"].astype("object").set_index("key")["group"].reindex(keys)
    out = pd.DataFrame(
        {
            "term": keys.astype("object"), "group": groups.to_numpy(dtype="object"),
            "upper_count": before.astype("int64"), "lower_count": after.astype("int64"),
            "upper_per_thousand": 1000 * before / before.sum(),
            "lower_per_thousand": 1000 * after / after.sum(), "log_odds": delta, "z": z,
        }
    ).round(_DIGITS)  # fmt: skip
    return out.sort_values(["z", "term"], ascending=[False, True], ignore_index=True)
