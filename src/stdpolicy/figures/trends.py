"""Figure of published methods of measuring pace, side by side."""

import dataclasses
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from stdpolicy import reports
from stdpolicy.figures.labels import (
    folded,
    promise_in_words,
    shortened,
    unit_after,
)
from stdpolicy.figures.layout import Key, above, headline, lines, nothing, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    Page,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Bands of the published methods at the ends of a common scale; all others lie between.
_GOOD = {
    *("substantial_progress", "significant_progress", "target_achieved", "on_track"),
    *("will_meet", "maintain", "green", "close"),
}
_BAD = {
    *("deterioration", "moving_away", "moderate_movement_away", "significant_movement_away"),
    *("regression", "no_progress_expected", "reverse", "decreasing", "red", "far"),
}
#: Start and width of the three parts of the common scale.
_ZONES = {"bad": (0.0, 1.0), "between": (1.0, 2.0), "good": (3.0, 1.0)}
#: Methods that rate a state, not a trend.
_STATES = {"sdg_index", "oecd_distance"}
#: Part of the table of schemes that holds the bands of a method.
_KINDS = {
    "escap_status": ("escap", "status"),
    "escap_anticipated": ("escap", "anticipated"),
    "escap_gap": ("escap", "gap"),
    "sdg_index": ("sdg_index", "colour"),
    "sdg_index_arrow": ("sdg_index", "arrow"),
    "oecd_distance": ("oecd", "distance"),
}
#: Series that letters stand for; more of them are counted.
_LETTERS = "ABCDEFGH"
#: Reasons that are told apart.
_REASONS = 9


@styled
def methods(
    told: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw where each published method puts each trend, and why other targets have none.

    Parameters
    ----------
    told : pandas.DataFrame
        As :func:`stdpolicy.progress.methods` returns it: ``method``, ``value``, ``unit``,
        ``status``, ``status_zh``, ``status_en``, ``why_missing_zh``, ``why_missing_en``, and what
        says which series it is: ``target_id`` or else ``series``. With ``why_no_trend_zh`` and
        ``why_no_trend_en`` of :func:`stdpolicy.progress.paired`, rows that have them are no trend;
        without, series with no status by any method are none. ``series_unit`` is shown if there.
    tables : dict of pandas.DataFrame
        With ``schemes``, ``targets``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One row per method with its own bands as boxes, the worse ones left; boxes that hold a trend
        are filled. Up to eight trends are letters, more are counted, and the shade is their share.
        Three columns make the methods comparable: bands that lead away from a target, that fall
        short of it, and that suffice. Below, targets without a trend by reason.
    """
    room = page(preset)
    pick(language, "", "")
    key = "target_id" if "target_id" in told else "series"
    reason = f"why_no_trend_{language}"
    if told.empty:
        return nothing(pick(language, "There are no targets", "没有目标"), room)
    every = told.drop_duplicates(key).set_index(key, drop=False)
    if reason in told:
        why = every[reason].astype("object")
    else:
        rated = set(told.loc[told["status"].notna(), key])
        none = pick(language, "no method tells a trend", "没有方法能看出趋势")
        why = pd.Series([None if k in rated else none for k in every.index], index=every.index)
    trends = list(why.index[why.isna()])
    own = told[told[key].isin(trends)]
    counts = why.dropna().value_counts(sort=False)
    counts = counts.sort_values(ascending=False, kind="stable")
    if len(counts) > _REASONS:
        rest = pd.Series(
            {pick(language, "other reasons", "其他原因"): counts[_REASONS - 1 :].sum()}
        )
        counts = pd.concat([counts[: _REASONS - 1], rest])
    names = list(dict.fromkeys(own["method"])) if trends else []
    labels = _series_labels(trends, every, tables, language)
    title = headline(_methods_message(own, key, len(every), len(trends), language), room)
    note = Key(room, [], _methods_note(labels, language) if trends else "")
    table = _Bands(room, own, key, trends, tables["schemes"], language)
    heights = [table.height, (0.29 if room.narrow else 0.16) * len(counts) if len(counts) else 0.0]
    drawn = [height for height in heights if height]
    figure = new_figure(room, above(title) + sum(drawn) + 0.3 * len(drawn) + note.height + 0.1)
    put_headline(figure, title)
    panels = list(
        figure.subplots(len(drawn), 1, squeeze=False, gridspec_kw={"height_ratios": drawn})[:, 0]
    )
    if names:
        table.draw(panels[0])
    if len(counts):
        _draw_reasons(panels[-1], counts, len(every), room, language)
    note.put(figure)
    return figure


def _zone(band: str) -> str:
    return "good" if band in _GOOD else "bad" if band in _BAD else "between"


def _bands(own: pd.DataFrame, method: str, schemes: pd.DataFrame, language: str) -> dict[str, str]:
    """Bands of a method in words, the better ones first."""
    rows = own[own["method"] == method]
    if method in _KINDS:
        scheme, kind = _KINDS[method]
        of = schemes[(schemes["scheme"] == scheme) & (schemes["method"] == kind)]
    else:
        name = schemes["scheme"] + "_" + schemes["edition"]
        of = schemes[(schemes["scheme"] == method) | (name == method)]
        units = set(rows.loc[rows["status"].notna(), "unit"].dropna())
        kinds = [k for k, unit in (("ratio", "ratio"), ("rate", "per_year")) if unit in units]
        of = of[of["method"].isin(kinds or ["ratio"])]
    column = pick(language, "en", "zh")
    found = dict(zip(of["band"], of[column], strict=True))
    seen = rows.dropna(subset=["status"]).drop_duplicates("status")
    more = dict(zip(seen["status"], seen[f"status_{column}"], strict=True))
    return {band: text for band, text in more.items() if band not in found} | found


def _boxes(bands: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Left end and width of each band on the common scale."""
    out = {}
    for zone, (start, width) in _ZONES.items():
        inside = [band for band in bands if _zone(band) == zone][::-1]
        for place, band in enumerate(inside):
            out[band] = (start + width * place / len(inside), width / len(inside))
    return out


@dataclasses.dataclass(frozen=True)
class _Bands:
    """Methods one below the other, each with its bands as boxes on a common scale."""

    room: Page
    own: pd.DataFrame
    key: str
    trends: list[Any]
    schemes: pd.DataFrame
    language: str

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(self.own["method"])) if self.trends else []

    @property
    def letters(self) -> dict[Any, str]:
        """Series that letters stand for: several, but not too many."""
        few = 1 < len(self.trends) <= len(_LETTERS)
        return dict(zip(self.trends, _LETTERS, strict=False)) if few else {}

    @property
    def unit(self) -> float:
        """Points of a quarter of the scale, at least."""
        return (0.235 if self.room.narrow else 0.185) * self.room.points

    def heights(self) -> list[float]:
        """Inches of each row: as many as its longest text takes, and its label above it."""
        out = []
        for method in self.names:
            rows = self.own[self.own["method"] == method]
            texts = [text for *_, text in self.boxes(rows)] or [self.plain(rows)]
            most = max(lines(text) for text in texts)
            out.append(0.12 + 0.115 * most + (0.15 if self.room.narrow else 0.0))
        return out

    @property
    def height(self) -> float:
        return sum(self.heights())

    def boxes(self, rows: pd.DataFrame) -> list[tuple[float, float, list[Any], str]]:
        """Left end, width, series and text of each band; none where no series has a status."""
        if rows["status"].isna().all():
            return []
        bands = _bands(self.own, rows["method"].iloc[0], self.schemes, self.language)
        out = []
        for band, (left, width) in _boxes(bands).items():
            held = list(rows.loc[rows["status"] == band, self.key])
            text = bands[band]
            if self.letters and held:
                text += pick(self.language, ": ", "：") + " ".join(self.letters[k] for k in held)
            elif held and rows[self.key].nunique() > 1:
                text += pick(self.language, f": {len(held)}", f"：{len(held)}")
            out.append((left, width, held, folded(text, width * self.unit - 5)))
        return out

    def plain(self, rows: pd.DataFrame) -> str:
        text = _plain(rows, self.key, self.letters, self.language)
        return folded(text, 3.6 * self.unit)

    def draw(self, axes: Axes) -> None:
        """One row per method; a reason where it tells nothing."""
        ends, ticks = 0.0, []
        alone = len(self.trends) == 1
        for method, height in zip(self.names, self.heights(), strict=True):
            rows = self.own[self.own["method"] == method]
            label = 0.15 if self.room.narrow else 0.0
            middle = ends + label + (height - label) / 2
            ticks.append(middle)
            boxes = self.boxes(rows)
            for left, width, held, text in boxes:
                self._draw_box(axes, left, width, middle, height - label - 0.035, held, text, rows)
            if not boxes:
                axes.text(
                    0.04, middle, self.plain(rows), va="center",
                    color=GREY if rows["value"].isna().all() else BLACK,
                )  # fmt: skip
            value = _value(rows.iloc[0], self.language) if alone and boxes else ""
            if self.room.narrow:
                axes.text(0, ends + label, _word(method, self.language), va="bottom")
                axes.text(4, ends + label, value, va="bottom", ha="right")
            elif value:
                axes.annotate(
                    value, (4, middle), xytext=(5, 0), textcoords="offset points",
                    va="center_baseline", annotation_clip=False,
                )  # fmt: skip
            ends += height
        names = [] if self.room.narrow else [_word(name, self.language) for name in self.names]
        axes.set_yticks(ticks if names else [], names)
        axes.set_ylim(ends + 0.02, -0.02)
        axes.set_xlim(0, 4)
        axes.set_xticks([])
        axes.tick_params(axis="y", length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        self._heads(axes, alone)

    def _draw_box(
        self,
        axes: Axes,
        left: float,
        width: float,
        middle: float,
        height: float,
        held: list[Any],
        text: str,
        rows: pd.DataFrame,
    ) -> None:
        # Where series are counted, the shade is their share.
        share = 1.0 if self.letters else len(held) / max(int(rows["status"].notna().sum()), 1)
        axes.add_patch(
            Rectangle(
                (left + 0.012, middle - height / 2), width - 0.024, height, linewidth=0.6,
                facecolor=to_rgba(BLUE, share) if held else "white",
                edgecolor=BLUE if held else "#BBBBBB",
            )
        )  # fmt: skip
        axes.text(
            left + width / 2, middle, text, ha="center", va="center", linespacing=1.0,
            color=GREY if not held else "white" if share > 0.6 else BLACK,
        )  # fmt: skip

    def _heads(self, axes: Axes, alone: bool) -> None:
        heads = [
            (0.5, pick(self.language, "away from target", "背离目标")),
            (2, pick(self.language, "short of the pace needed", "达不到所需进度")),
            (3.5, pick(self.language, "on course", "进度足够")),
        ]
        for x, text in heads:
            axes.annotate(
                text, (x, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 3), ha="center",
                textcoords="offset points", color=GREY,
            )  # fmt: skip
        if alone and not self.room.narrow:
            axes.annotate(
                pick(self.language, "value", "数值"), (4, 1), xytext=(5, 3), color=GREY,
                xycoords=axes.get_xaxis_transform(), textcoords="offset points",
            )  # fmt: skip


def _word(key: str, language: str) -> str:
    found = reports._VALUES.get(key)
    return str(found[language == "zh"] if found else key)


def _plain(rows: pd.DataFrame, key: str, letters: dict[Any, str], language: str) -> str:
    """What a method without a status says, or why it says nothing."""
    values = rows.dropna(subset=["value"])
    if len(values) and (letters or len(rows) == 1):
        parts = []
        for _, row in values.iterrows():
            text = _value(row, language)
            parts.append(f"{letters[row[key]]}: {text}" if letters else text)
        return pick(language, ", ", "，").join(parts)
    if len(values):
        return pick(language, f"a value for {len(values)} series", f"{len(values)} 个序列有数值")
    why = rows[f"why_missing_{language}"].dropna().astype("object").drop_duplicates()
    return "– " + pick(language, "; ", "；").join(why)


def _value(row: pd.Series, language: str) -> str:
    """A value with what it is."""
    value = row["value"]
    if pd.isna(value):
        return "–"
    if row["method"] in ("who_linear_path", "required_pace"):
        unit = row["series_unit"] if "series_unit" in row and pd.notna(row["series_unit"]) else ""
        amount = _digits(value) + (unit_after(unit, language) if unit else "")
        if row["method"] == "who_linear_path":
            en, zh = (
                f"the line stands at {amount} on the day of the figure",
                f"当日直线上为 {amount}",
            )
        else:
            en, zh = f"{amount} a year from then to the deadline", f"此后至截止日每年需 {amount}"
        return pick(language, en, zh)
    forms = {
        "ratio": ("{:.2g}", "{:.2g}"),
        "index": ("{:.2g} of 10", "{:.2g}（满分 10）"),
        "percent": ("{:.0f}%", "{:.0f}%"),
        "standard_deviations": ("{:.2g} SD", "{:.2g} 个标准差"),
    }
    if row["unit"] == "per_year":
        return pick(language, f"{100 * value:.2g}% a year", f"每年 {100 * value:.2g}%")
    if row["method"] == "sdg_index":
        return f"{value:.0f}"
    return str(forms.get(str(row["unit"]), ("{:.3g}",) * 2)[language == "zh"].format(value))


def _digits(value: float) -> str:
    """A number with three digits, more only before the point."""
    return f"{value:.0f}" if abs(value) >= 99.5 else f"{value:.3g}"


def _draw_reasons(axes: Axes, counts: pd.Series, total: int, room: Page, language: str) -> None:
    """Bars of targets by reason; the reason behind each bar, on a narrow page above it."""
    widest = float(counts.max())
    axes.barh(range(len(counts)), counts, height=0.3 if room.narrow else 0.6, color=GREY)
    for level, (text, count) in enumerate(counts.items()):
        axes.annotate(
            str(count), (count, level), xytext=(2.5, 0), textcoords="offset points",
            va="center_baseline",
        )  # fmt: skip
        if room.narrow:
            axes.annotate(
                shortened(str(text), room.points - 12), (0, level), xytext=(0, 4), va="bottom",
                textcoords="offset points",
            )  # fmt: skip
        else:
            axes.annotate(
                shortened(str(text), 0.6 * room.points), (1.16 * widest, level),
                va="center_baseline",
            )  # fmt: skip
    axes.set_ylim(len(counts) - 0.4, -0.85 if room.narrow else -0.6)
    axes.set_xlim(0, (1.15 if room.narrow else 4.2) * widest)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_title(
        pick(
            language,
            f"Why no trend can be told: {counts.sum()} of {total} targets",
            f"为何看不出趋势：{total} 项目标中的 {counts.sum()} 项",
        ),
        loc="left",
    )


def _series_labels(
    trends: list[Any], every: pd.DataFrame, tables: Tables, language: str
) -> list[str]:
    """What each trend is of."""
    targets = tables["targets"].drop_duplicates("target_id").set_index("target_id", drop=False)
    out = []
    for name in trends:
        if name not in targets.index:
            out.append(str(name))
            continue
        text = promise_in_words(targets.loc[name], tables, language)
        reading = every.loc[name].get("reading")
        if pd.notna(reading) and reading == "total":
            text += pick(language, " more than at the baseline", "（基线之外新增）")
        out.append(text)
    return out


def _methods_note(labels: list[str], language: str) -> str:
    shown = labels
    if 1 < len(labels) <= len(_LETTERS):
        shown = [f"{letter} {text}" for letter, text in zip(_LETTERS, labels, strict=False)]
    if len(labels) > len(_LETTERS):
        text = pick(
            language, f"Numbers in the boxes count {len(labels)} trends. ",
            f"框内数字为趋势数，共 {len(labels)} 个。",
        )  # fmt: skip
    else:
        text = pick(language, "Shown: ", "图示：") + pick(language, "; ", "；").join(shown)
        text += pick(language, ". ", "。")
    text += pick(
        language,
        "Words are the methods' own, worse ones left; the three columns are this figure's. "
        "A trend is no verdict at the deadline.",
        "框内用语为各方法原有，左差右好；三栏为本图所分。趋势不等于到期时的判定。",
    )
    return text


def _methods_message(own: pd.DataFrame, key: str, total: int, trends: int, language: str) -> str:
    if not trends:
        return pick(
            language,
            f"For none of {total} targets can a trend be told",
            f"{total} 项目标均看不出趋势",
        )
    rated = own[own["status"].notna() & ~own["method"].isin(_STATES)]
    zones = rated["status"].astype("object").map(_zone).groupby(rated[key].to_numpy()).agg(set)
    number = rated.groupby(key, observed=True).size()
    silent = pick(
        language,
        f"for {total - trends} of {total} targets none can be told",
        f"{total} 项目标中有 {total - trends} 项看不出趋势",
    )
    if trends == 1 and len(zones):
        count = int(number.iloc[0])
        said = {
            "good": ("the one trend is on course", "唯一的趋势进度足够"),
            "between": ("the one trend falls short of the pace", "唯一的趋势达不到所需进度"),
            "bad": ("the one trend leads away from the target", "唯一的趋势背离目标"),
        }
        if len(zones.iloc[0]) == 1:
            en, zh = said[next(iter(zones.iloc[0]))]
            en, zh = f"{count} ratings agree: {en}", f"{count} 种评级一致认为{zh}"
        else:
            en, zh = (
                f"{count} ratings disagree on the one trend",
                f"{count} 种评级对唯一的趋势看法不一",
            )
    else:
        same = int(sum(len(zone) == 1 for zone in zones))
        en, zh = (
            f"Ratings agree on {same} of {trends} trends",
            f"评级对 {trends} 个趋势中的 {same} 个看法一致",
        )
    if total == trends:
        return pick(language, en, zh)
    return pick(language, f"{en}; {silent}", f"{zh}；{silent}")
