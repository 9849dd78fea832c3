"""Figure of what became of every quantity in the documents."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stdpolicy import promises
from stdpolicy.figures.labels import text_width
from stdpolicy.figures.layout import (
    Key,
    Rows,
    above,
    headline,
    nothing,
    put_headline,
)
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREEN,
    LIGHT,
    ORANGE,
    PURPLE,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Colour, hatch and words of what a quantity can be.
SOURCES = {
    "targets": (BLUE, "", "target", "目标"),
    "outcomes": (ORANGE, "//", "outcome", "结果"),
    "incentives": (GREEN, "..", "subsidy", "资助"),
    "scopes": (PURPLE, "\\\\", "part of a scope", "范围"),
    "left_out": (LIGHT, "", "left out, with a reason", "未编码（附理由）"),
}


@styled
def quantity_sources(tables: Tables, language: str = "en", preset: str = DEFAULT) -> Figure:
    """Draw what became of every quantity in the coded documents.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.promises.quantities_by_document` takes them (``targets``,
        ``outcomes``, ``incentives``, ``scopes``, ``left_out``), with ``documents``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One stacked bar per document.
    """
    room = page(preset)
    table = promises.quantities_by_document(tables)
    names = document_names(tables, language)
    wide = table.pivot(index="doc_id", columns="coded_as", values="quantities")
    wide = wide.loc[wide.sum(axis="columns").sort_values(ascending=False, kind="stable").index]
    if wide.empty:
        return nothing(pick(language, "There are no quantities", "没有数量"), room)
    total, out = int(table["quantities"].sum()), int(wide["left_out"].sum())
    message = pick(
        language,
        f"{total - out} of {total} quantities in the documents are coded; "
        f"the other {out} are listed with a reason",
        f"文件中 {total} 个数量有 {total - out} 个已编码，其余 {out} 个逐一列明理由",
    )
    title = headline(message, room)
    marks = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), pick(language, en, zh))
        for colour, hatch, en, zh in SOURCES.values()
    ]
    key = Key(room, marks)
    rows = Rows(room, 11)
    figure = new_figure(room, above(title) + key.height + 0.4 + rows.step * (len(wide) + 0.3))
    axes = figure.subplots()
    left = pd.Series(0, index=wide.index)
    per_point = float(wide.sum(axis="columns").max()) / (room.points * (1 if room.narrow else 0.8))
    for name, (colour, hatch, en, zh) in SOURCES.items():
        bars = axes.barh(
            range(len(wide)), wide[name], left=left, height=rows.thick, color=colour,
            hatch=hatch, edgecolor="white", linewidth=0.5, label=pick(language, en, zh),
        )  # fmt: skip
        fits = [v > per_point * (text_width(str(v)) + 3) for v in wide[name]]
        axes.bar_label(
            bars, [str(v) if v and fit else "" for v, fit in zip(wide[name], fits, strict=True)],
            label_type="center", color="white" if name == "targets" else BLACK,
            bbox=None if not hatch else {"fc": "white", "ec": "none", "pad": 0.8, "alpha": 0.85},
        )  # fmt: skip
        left = left + wide[name]
    rows.label(axes, [names[doc] for doc in wide.index])
    axes.set_xlabel(pick(language, "Quantities in the text", "文本中的数量"))
    put_headline(figure, title)
    key.put(figure)
    return figure
