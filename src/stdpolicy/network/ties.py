"""Ties of agencies and tasks, from the coded responsibilities."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from stdpolicy import schema, validation
from stdpolicy.coherence import require
from stdpolicy.errors import DataError, UsageError
from stdpolicy.responsibility import ROLES

Tables = dict[str, pd.DataFrame]

_NEEDED = ("agencies", "tasks", "responsibilities")


def checked(tables: Tables) -> Tables:
    """The tables, once those of responsibility are as the schema has them.

    Raises
    ------
    UsageError
        When one of ``agencies``, ``tasks`` and ``responsibilities`` is missing.
    DataError
        When they have faults; all of them are listed.
    """
    require(tables, {name: [] for name in _NEEDED})
    faults = validation.frame_faults({name: tables[name] for name in _NEEDED})
    if len(faults):
        raise DataError(faults)
    return tables


def plans(tables: Tables) -> list[str]:
    """Keys of the documents that give agencies a part in tasks, in alphabetical order.

    Raises
    ------
    UsageError
        When the table ``responsibilities`` is missing.
    """
    require(tables, {"responsibilities": ["doc_id"]})
    return sorted(tables["responsibilities"]["doc_id"].unique())


def of_plan(tables: Tables, plan: str) -> Tables:
    """The tables with the tasks and responsibilities of one document.

    Raises
    ------
    UsageError
        When the document gives no agency a part in a task.
    """
    known = plans(tables)
    if plan not in known:
        there = f"those that do are {', '.join(known)}" if known else "no document does"
        raise UsageError(f"the document {plan!r} names no agency in a task; {there}")
    return tables | {
        name: tables[name][tables[name]["doc_id"] == plan].reset_index(drop=True)
        for name in ("tasks", "responsibilities")
    }


def without(tables: Tables, kinds: Iterable[str] = ("generic",)) -> Tables:
    """The tables without responsibilities of some kinds of agencies.

    Units such as "cities concerned" stand for bodies that the text does not name: they tie tasks
    together that may have no body in common.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies`` and ``responsibilities``.
    kinds : iterable of str
        Values of ``agencies.kind``.

    Raises
    ------
    UsageError
        When there is no such kind, or a table is missing.
    """
    require(tables, {"agencies": ["key", "kind"], "responsibilities": ["agency"]})
    labels = schema.tables()["agencies"].fields["kind"].enum or []
    gone = list(kinds)
    for kind in gone:
        if kind not in labels:
            raise UsageError(f"there is no kind of agency {kind!r}; kinds are {', '.join(labels)}")
    agencies, duties = tables["agencies"], tables["responsibilities"]
    left_out = agencies.loc[agencies["kind"].isin(gone), "key"]
    kept = duties[~duties["agency"].isin(left_out)]
    return tables | {"responsibilities": kept.reset_index(drop=True)}


def ties(tables: Tables) -> pd.DataFrame:
    """Who is tied to which task: the two-mode network of agencies and tasks as a table.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        One row per task and agency, by plan, task and key: ``doc_id``, ``task_id``, ``agency`` and
        ``role``. An agency that a task names in several roles has the strongest of them here:
        ``lead`` before ``shared`` before ``support``.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    return known_ties(checked(tables))


def known_ties(tables: Tables) -> pd.DataFrame:
    """As :func:`ties`, of tables that were checked."""
    duties = tables["responsibilities"][["doc_id", "task_id", "agency", "role"]].astype("object")
    rank = {role: place for place, role in enumerate(ROLES)}
    order = ["doc_id", "task_id", "agency", "rank"]
    every = duties.assign(rank=duties["role"].map(rank)).sort_values(order)
    first = every.drop_duplicates(["task_id", "agency"])
    return first.drop(columns="rank").reset_index(drop=True)


def share_stated(own: Tables) -> float:
    """Share of the tasks of a plan that name an agency in which a role is put in words."""
    duties = own["responsibilities"]
    stated = duties.loc[duties["wording"] == "stated", "task_id"].nunique()
    return stated / int(duties["task_id"].nunique())


def each_plan(tables: Tables) -> list[tuple[str, Tables]]:
    """Every plan that names agencies, with its tables, which are checked first."""
    checked(tables)
    return [(plan, of_plan(tables, plan)) for plan in plans(tables)]


def table(rows: Sequence[Sequence[object]], types: Mapping[str, str]) -> pd.DataFrame:
    """Rows as a table whose columns have their types even where there is no row."""
    return pd.DataFrame(list(rows), columns=list(types)).astype(dict(types))
