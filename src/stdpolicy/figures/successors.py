"""Figure of the load before and after the reorganisation of 2018, and in the next plan."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import network
from stdpolicy.errors import UsageError
from stdpolicy.figures.layout import (
    Key,
    Rows,
    above,
    beside,
    headline,
    heads,
    nothing,
    put_headline,
)
from stdpolicy.figures.style import (
    BLUE,
    DEFAULT,
    GREY,
    ORANGE,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Mark, colour and fill of what a body has: in the first plan as it was, in the first plan under
#: its successor, and in the last plan.
STATES = {
    "before": ("o", GREY, "white"),
    "after": ("o", BLUE, BLUE),
    "next": ("s", ORANGE, ORANGE),
}


@styled
def reorganisation(
    tables: Tables,
    jurisdiction: str = "",
    language: str = "en",
    top: int = 22,
    preset: str = DEFAULT,
) -> Figure:
    """Draw what the mergers of 2018 and the next plan made of the load of each body.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.network.continuity` takes them (``agencies``, ``tasks``,
        ``responsibilities``, ``documents``), with ``jurisdictions``.
    jurisdiction : str
        Key of a jurisdiction with several plans that name agencies; the first by key when empty.
    language : str
        ``en`` or ``zh``.
    top : int
        Bodies to show, those with the largest share of the tasks of one of the plans.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A row per body as it is called after its mergers: its share of the tasks of the first plan,
        under its own name and those of the agencies that it unites, and of the last plan.

    Raises
    ------
    UsageError
        When the jurisdiction has no two plans that name agencies.
    """
    room = page(preset)
    every = network.continuity(tables)
    places = list(every["jurisdiction"].unique())
    if jurisdiction and jurisdiction not in places:
        raise UsageError(
            f"{jurisdiction!r} has no two plans that name agencies; "
            f"{'those that have: ' + ', '.join(places) if places else 'no jurisdiction has'}"
        )
    if not places:
        message = "No jurisdiction has two plans that name agencies"
        return nothing(pick(language, message, "没有辖区有两份写明机构的规划"), room)
    own = every[every["jurisdiction"] == (jurisdiction or places[0])]
    plans = list(own["doc_id"].unique())
    first, last = (own[own["doc_id"] == plan].set_index("agency") for plan in (plans[0], plans[-1]))
    shown = _shown(first, last, top)
    united = _united(tables, plans[0])
    title = headline(_message(own, tables, plans, language), room)
    names = document_names(tables, language)
    earlier, later = (names.get(plan, plan) for plan in (plans[0], plans[-1]))
    key = Key(room, _marks(earlier, later, language), _note(language))
    rows = Rows(room, 7.0)
    figure = new_figure(room, above(title) + key.height + 0.5 + rows.step * (len(shown) + 0.2))
    axes = figure.subplots()
    for level, body in enumerate(shown):
        _draw(axes, level, first.loc[body], last.loc[body], united.get(body, []))
    labels = label_of(tables["agencies"], language)
    leads = [f"{first.at[body, 'lead']} → {last.at[body, 'lead']}" for body in shown]
    leads = ["" if lead == "0 → 0" else lead for lead in leads]
    word = pick(language, "leads", "牵头")
    if room.narrow:
        rows.label(
            axes,
            [labels[body] for body in shown],
            [f"{word} {lead}" if lead else "" for lead in leads],
        )
    else:
        rows.label(axes, [labels[body] for body in shown])
        for level, lead in enumerate(leads):
            beside(axes, level, 44, lead, "right")
        heads(axes, [(44, word, "right")], lift=2)
    axes.grid(axis="both")
    axes.set_xlim(0, 102)
    axes.set_xlabel(pick(language, "Share of the plan's tasks, %", "占规划任务的比例，%"))
    put_headline(figure, title)
    key.put(figure)
    return figure


def _shown(first: pd.DataFrame, last: pd.DataFrame, top: int) -> list[str]:
    """Bodies with the largest shares; those of the last plan first, then those that it leaves."""
    most = first["share"].combine(last["share"], max)
    frame = pd.DataFrame({"most": most, "last": last["share"], "first": first["share"]})
    frame = frame.rename_axis("agency").reset_index()
    order = ["most", "last", "agency"]
    kept = frame[frame["most"] > 0].sort_values(order, ascending=[False, False, True]).head(top)
    order = ["last", "first", "agency"]
    return list(kept.sort_values(order, ascending=[False, False, True])["agency"])


def _united(tables: Tables, plan: str) -> dict[str, list[float]]:
    """Shares of the agencies of a plan that one body unites, in per cent."""
    load = network.loads(network.of_plan(tables, plan)).set_index("agency")["share"]
    found = network.merges(network.of_plan(tables, plan))
    return {
        row.agency: [100 * load[key] for key in row.predecessors.split("+")]
        for row in found.itertuples()
    }


def _draw(axes: Axes, level: int, first: Any, last: Any, united: list[float]) -> None:
    shares = {"after": 100 * first["share"], "next": 100 * last["share"]}
    there = {state: share for state, share in shares.items() if share}
    ends = [*there.values(), *united]
    axes.plot([min(ends), max(ends)], [level, level], color=GREY, linewidth=0.6, zorder=2)
    for share in united:
        axes.plot(share, level, **_style("before"), clip_on=False, zorder=3)
    for state, share in there.items():
        axes.plot(share, level, **_style(state), clip_on=False, zorder=4)


def _style(state: str) -> Any:
    mark, colour, fill = STATES[state]
    size = {"before": 6.5, "after": 4.5, "next": 4.0}[state]
    return {
        "marker": mark, "color": colour, "markerfacecolor": fill, "markersize": size,
        "markeredgewidth": 0.9, "linestyle": "",
    }  # fmt: skip


def _marks(first: str, last: str, language: str) -> list[tuple[Line2D, str]]:
    texts = {
        "before": (f"{first}: each of the agencies united", f"{first}：合并前各机构"),
        "after": (f"{first}, under the successor", f"{first}：按承继机构"),
        "next": (last, last),
    }
    return [
        (Line2D([], [], **_style(state)), pick(language, *text)) for state, text in texts.items()
    ]


def _note(language: str) -> str:
    return pick(
        language,
        "Agencies whose successor is not coded, because they went on, were split or it is not "
        "certain, keep their name. A mark that is missing: the plan does not name the body.",
        "承继机构未编码者（沿用、拆分或不能确定）保留原名。缺少标记表示该规划未提及该机构。",
    )


def _message(own: pd.DataFrame, tables: Tables, plans: list[str], language: str) -> str:
    place = label_of(tables["jurisdictions"], language).get(
        own["jurisdiction"].iloc[0], own["jurisdiction"].iloc[0]
    )
    duties = tables["responsibilities"]
    written = duties.loc[duties["doc_id"] == plans[0], "agency"].nunique()
    first, last = (
        set(own.loc[(own["doc_id"] == plan) & (own["tasks"] > 0), "agency"])
        for plan in (plans[0], plans[-1])
    )
    return pick(
        language,
        f"{place}: under their successors {written} bodies of the earlier plan are {len(first)}; "
        f"{len(first & last)} of them are among the {len(last)} of the later one",
        f"{place}：前一规划的 {written} 家机构按承继关系归为 {len(first)} 家，"
        f"后一规划的 {len(last)} 家中有其 {len(first & last)} 家",
    )
