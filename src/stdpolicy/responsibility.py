"""Who is responsible: agencies, the tasks they share, and their part in them."""

import pandas as pd

Tables = dict[str, pd.DataFrame]
ROLES = ["lead", "shared", "support"]


def duties(tables: Tables) -> pd.DataFrame:
    """Every naming of an agency in a task, with labels.

    Returns
    -------
    pandas.DataFrame
        The rows of ``responsibilities`` with ``agency_zh``, ``agency_en``, ``agency_kind``,
        ``task_zh`` and ``task_en``, in text order.
    """
    agencies = tables["agencies"][["key", "zh", "en", "kind"]].rename(
        columns={"key": "agency", "zh": "agency_zh", "en": "agency_en", "kind": "agency_kind"}
    )
    tasks = tables["tasks"][["task_id", "name_zh", "name_en"]].rename(
        columns={"name_zh": "task_zh", "name_en": "task_en"}
    )
    return tables["responsibilities"].merge(agencies, on="agency").merge(tasks, on="task_id")


def load_by_agency(tables: Tables) -> pd.DataFrame:
    """How many tasks each agency leads, shares and supports.

    Returns
    -------
    pandas.DataFrame
        One row per agency: ``agency``, ``zh``, ``en``, ``kind``, ``lead``, ``shared``,
        ``support`` and ``tasks`` (all of them; numbers of tasks), heaviest load first, then by
        lead, then by key.
    """
    frame = duties(tables)
    labels = ["agency", "agency_zh", "agency_en", "agency_kind"]
    roles = pd.Categorical(frame["role"].astype("object"), categories=ROLES)
    counts = (
        frame.assign(role=roles)
        .drop_duplicates(["task_id", "agency", "role"])
        .pivot_table(
            index="agency", columns="role", values="task_id", aggfunc="count", observed=False
        )
        .reindex(columns=ROLES)
        .fillna(0)
        .astype("int64")
    )
    counts.columns = list(ROLES)
    tasks = frame.groupby("agency")["task_id"].nunique().rename("tasks")
    named = frame[labels].drop_duplicates("agency").set_index("agency")
    out = named.join(counts).join(tasks).reset_index()
    out.columns = [c.removeprefix("agency_") for c in out.columns]
    order = ["tasks", "lead", "agency"]
    return out.sort_values(order, ascending=[False, False, True], ignore_index=True)


def matrix(tables: Tables, doc_id: str) -> pd.DataFrame:
    """Agency × task for one document.

    Returns
    -------
    pandas.DataFrame
        Index ``agency``, columns the tasks of the document that name an agency, in text order,
        cells ``lead``, ``shared``, ``support`` or empty; agencies ordered as in
        :func:`load_by_agency`.
    """
    own = {n: t[t["doc_id"] == doc_id] if "doc_id" in t else t for n, t in tables.items()}
    frame = duties(own)
    table = frame.assign(role=frame["role"].astype("object")).pivot_table(
        index="agency", columns="task_id", values="role", aggfunc="first"
    )
    order = load_by_agency(own)["agency"]
    return table.reindex(index=order, columns=sorted(table.columns)).fillna("")
