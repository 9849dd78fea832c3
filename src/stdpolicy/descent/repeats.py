"""What documents repeat from earlier ones, from the tables of text reuse."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from stdpolicy import validation
from stdpolicy.coherence import require
from stdpolicy.descent.citations import _LAG_TYPES, _lag
from stdpolicy.errors import DataError, UsageError

Tables = dict[str, pd.DataFrame]

_DIGITS = 9
#: Tables whose rows stand for a name in a text: of a body or of a document.
_NAMES = ("responsibilities", "citations")


def _checked(tables: Tables, *names: str) -> None:
    require(tables, {name: [] for name in names})
    faults = validation.frame_faults({name: tables[name] for name in names})
    if len(faults):
        raise DataError(faults)


def _share(parts: pd.Series, whole: pd.Series) -> pd.Series:
    return parts.astype("float64") / whole.astype("float64").where(whole > 0)


def shares(tables: Tables, min_length: int | None = None) -> pd.DataFrame:
    """How much of each document is repeated from each earlier one.

    With S the set of n-grams of letters of a text, n being ``min_length``, u the earlier document
    and l the later:

    - ``containment`` is |S(u) ∩ S(l)| / |S(l)|, ``containment_upper`` the same by |S(u)|,
      ``jaccard`` by |S(u) ∪ S(l)| (Broder 1997);
    - ``novelty`` is 1 − ``containment``;
    - ``covered`` is the share of the letters of the later document that lie in a passage which
      stands in the earlier one too, ``covered_upper`` the share of the letters of the earlier.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``reuse`` and ``documents``.
    min_length : int, optional
        Length for which to tell it; all that the table has without it.

    Returns
    -------
    pandas.DataFrame
        One row per pair and length, the largest ``covered`` first within a length:
        ``upper_doc_id``, ``lower_doc_id``, ``order_from``, ``min_length``, ``passages`` (number),
        the six measures, and the lag as :func:`stdpolicy.descent.lags` tells it. A measure of an
        empty text is missing.

    Raises
    ------
    UsageError
        When a table is missing, or has no row of that length.
    DataError
        When the tables have faults.
    """
    _checked(tables, "reuse")
    require(tables, {"documents": ["doc_id", "issued_on"]})
    own = tables["reuse"].astype({"order_from": "object"})
    if min_length is not None:
        known = sorted(own["min_length"].unique())
        own = own[own["min_length"] == min_length]
        if known and own.empty:
            told = ", ".join(map(str, known))
            raise UsageError(f"texts are not compared at length {min_length}, but at {told}")
    issued = tables["documents"].astype("object").set_index("doc_id")["issued_on"]
    out = own[["upper_doc_id", "lower_doc_id", "order_from", "min_length", "passages"]].astype(
        {"upper_doc_id": "object", "lower_doc_id": "object"}
    )
    out["containment"] = _share(own["shared_grams"], own["lower_grams"])
    out["novelty"] = 1 - out["containment"]
    out["containment_upper"] = _share(own["shared_grams"], own["upper_grams"])
    either = own["upper_grams"] + own["lower_grams"] - own["shared_grams"]
    out["jaccard"] = _share(own["shared_grams"], either)
    out["covered"] = _share(own["lower_covered"], own["lower_letters"])
    out["covered_upper"] = _share(own["upper_covered"], own["upper_letters"])
    found = [
        _lag(issued.get(lower), issued.get(upper))
        for upper, lower in zip(out["upper_doc_id"], out["lower_doc_id"], strict=True)
    ]
    lag = pd.DataFrame(found, columns=list(_LAG_TYPES), index=out.index).astype(_LAG_TYPES)
    out = pd.concat([out, lag], axis="columns").round(_DIGITS)
    keys = ["min_length", "covered", "upper_doc_id", "lower_doc_id"]
    return out.sort_values(keys, ascending=[True, False, True, True], ignore_index=True)


def _pair(tables: Tables, upper: str, lower: str) -> pd.DataFrame:
    own = tables["reuse_passages"].astype({"upper_doc_id": "object", "lower_doc_id": "object"})
    if upper:
        own = own[own["upper_doc_id"] == upper]
    if lower:
        own = own[own["lower_doc_id"] == lower]
    pairs = tables["reuse"][["upper_doc_id", "lower_doc_id"]].drop_duplicates()
    known = list(pairs.itertuples(index=False, name=None))
    if (upper or lower) and not any(
        upper in ("", one) and lower in ("", other) for one, other in known
    ):
        told = ", ".join(f"{one} and {other}" for one, other in known) or "none"
        raise UsageError(
            f"{upper!r} and {lower!r} are not compared; pairs (earlier, later) are {told}"
        )
    return own.reset_index(drop=True)


def passages(tables: Tables, upper: str = "", lower: str = "") -> pd.DataFrame:
    """Passages that documents repeat, with how much of each is names.

    Plans share the names of bodies and documents by necessity. ``names`` is the share of a
    passage's characters that the tables code as the name of a body with a duty
    (``responsibilities``) or of a document (``citations``) in the later document; lists of bodies
    have a sign between two, which counts as theirs.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``reuse``, ``reuse_passages``, ``responsibilities`` and ``citations``.
    upper, lower : str
        Keys of the earlier and the later document; all when empty.

    Returns
    -------
    pandas.DataFrame
        The rows of ``reuse_passages`` with ``names`` (0 to 1), the longest first within a pair.

    Raises
    ------
    UsageError
        When the pair is not compared, or a table is missing.
    DataError
        When the tables have faults.
    """
    _checked(tables, "reuse", "reuse_passages")
    require(tables, {name: ["doc_id", "start", "end"] for name in _NAMES})
    own = _pair(tables, upper, lower)
    masks = {doc: _name_mask(tables, doc) for doc in own["lower_doc_id"].unique()}
    told = []
    for row in own.itertuples():
        inside = masks[row.lower_doc_id][row.lower_start : row.lower_end]
        told.append(float(inside.sum()) / (row.lower_end - row.lower_start))
    own["names"] = pd.Series(told, dtype="float64").round(_DIGITS)
    keys = ["upper_doc_id", "lower_doc_id", "length", "lower_start"]
    return own.sort_values(keys, ascending=[True, True, False, True], ignore_index=True)


def _name_mask(tables: Tables, doc: str) -> np.ndarray:
    """Which characters of a document belong to names."""
    spans = sorted(
        (int(row.start), int(row.end))
        for name in _NAMES
        for row in tables[name][tables[name]["doc_id"] == doc].itertuples()
    )
    mask = np.zeros(max((end for _, end in spans), default=0) + 1, dtype=bool)
    last = -2
    for start, end in spans:
        mask[start:end] = True
        if start == last + 1:  # 、 between two names of a list
            mask[last] = True
        last = max(last, end)
    return mask


def by_section(tables: Tables, upper: str = "", lower: str = "", level: int = 1) -> pd.DataFrame:
    """Which sections of the earlier document go into which of the later.

    Where passages overlap, a character counts for the longest of them, so that none counts twice.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``reuse``, ``reuse_passages`` and ``sections``.
    upper, lower : str
        Keys of the earlier and the later document; all when empty.
    level : int
        Depth of the sections told: 1 for chapters.

    Returns
    -------
    pandas.DataFrame
        One row per pair of sections that share a passage, pair by pair of documents, in the order
        of the later one, then of the earlier: ``upper_doc_id``, ``lower_doc_id``,
        ``upper_section``, ``lower_section``, ``passages`` (number), ``characters`` (of the later
        document, repeated) and ``share`` (of the characters of its section). A passage counts where
        it begins; one that stands in several places of the earlier document, at the first of them.

    Raises
    ------
    UsageError
        When the pair is not compared, the level is below 1, or a table is missing.
    DataError
        When the tables have faults.
    """
    if level < 1:
        raise UsageError(f"the level of sections is 1 or more, not {level}")
    _checked(tables, "reuse", "reuse_passages")
    require(tables, {"sections": ["doc_id", "section", "start", "end"]})
    own = _pair(tables, upper, lower)
    for which in ("upper", "lower"):
        cut = [".".join(str(s).split(".")[:level]) for s in own[f"{which}_section"]]
        own[f"{which}_section"] = pd.Series(cut, index=own.index, dtype="object")
    own["characters"] = pd.Series(list(_alone(own)), index=own.index, dtype="int64")
    keys = ["upper_doc_id", "lower_doc_id", "upper_section", "lower_section"]
    out = own.groupby(keys)["characters"].agg(passages="size", characters="sum").reset_index()
    sections = tables["sections"].astype({"doc_id": "object", "section": "object"})
    places = {(row.doc_id, row.section): row for row in sections.itertuples()}
    sizes, order = [], []
    for row in out.itertuples():
        below = places.get((row.lower_doc_id, row.lower_section))
        above = places.get((row.upper_doc_id, row.upper_section))
        sizes.append(np.nan if below is None else below.end - below.start)
        order.append((-1 if below is None else below.start, -1 if above is None else above.start))
    out["share"] = (out["characters"] / pd.Series(sizes, dtype="float64")).round(_DIGITS)
    types = dict.fromkeys(keys, "object") | {"passages": "int64", "characters": "int64"}
    pair = list(zip(out["upper_doc_id"], out["lower_doc_id"], strict=True))
    ranked = sorted(range(len(out)), key=lambda at: (pair[at], order[at]))
    return out.iloc[ranked].reset_index(drop=True).astype(types | {"share": "float64"})


def _alone(own: pd.DataFrame) -> Iterator[int]:
    """Characters of each passage that lie in no longer one; in the order of the rows."""
    counts: dict[object, int] = {}
    taken: dict[str, np.ndarray] = {}
    for row in own.sort_values(["length", "lower_start"], ascending=[False, True]).itertuples():
        pair = f"{row.upper_doc_id} {row.lower_doc_id}"
        if pair not in taken:
            taken[pair] = np.zeros(int(own["lower_end"].max()), dtype=bool)
        inside = taken[pair][row.lower_start : row.lower_end]
        counts[row.Index] = int((~inside).sum())
        inside[:] = True
    return (counts[index] for index in own.index)
