"""Where things stand in a figure: headline, rows with labels, key; on wide and narrow pages."""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stdpolicy.figures.labels import folded, shortened, text_width
from stdpolicy.figures.style import GREY, HEAD, Page, new_figure

#: Inches that a line of text takes, of text and of headings.
_LINE, _HEADLINE = 0.128, 0.155


def lines(text: str) -> int:
    """Lines of a folded text."""
    return text.count("\n") + 1 if text else 0


def above(title: str) -> float:
    """Inches that a folded headline takes."""
    return _HEADLINE * lines(title) + 0.08


def headline(message: str, page: Page) -> str:
    """The message of a figure in lines as wide as the page, of about the same length."""
    return "\n".join(_balanced(part, page.points) for part in message.split("\n"))


def _balanced(text: str, width: float) -> str:
    """A text folded so that its last line is no single word."""
    out = folded(text, width, HEAD)
    while out.count("\n"):
        width *= 0.96
        other = folded(text, width, HEAD)
        if other.count("\n") > out.count("\n") or text_width(other, HEAD) > width:
            break
        out = other
    return out


def put_headline(figure: Figure, title: str) -> None:
    """Write a folded headline above a figure."""
    figure.suptitle(title, x=4 / (72 * figure.get_figwidth()), ha="left", linespacing=1.25)


def nothing(message: str, page: Page, text: str = "") -> Figure:
    """A figure that says that there is nothing to draw."""
    title, note = headline(message, page), folded(text, page.points)
    figure = new_figure(page, above(title) + _LINE * lines(note) + 0.15)
    put_headline(figure, title)
    if note:
        figure.text(4 / (72 * page.width), 0.05, note, va="bottom")
    return figure


# --- the key --------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Key:
    """Marks with their words, below a figure, and a note above them."""

    page: Page
    entries: Sequence[tuple[Any, str]]
    note: str = ""

    @property
    def _texts(self) -> list[str]:
        return [folded(text, self.page.points - 24) for _, text in self.entries]

    @property
    def _columns(self) -> int:
        """As many columns as fit side by side."""
        texts = self._texts
        for columns in range(len(texts), 1, -1):
            parts = np.array_split(np.array(texts, dtype=object), columns)
            if sum(max(map(text_width, part)) + 26 for part in parts) < self.page.points:
                return columns
        return 1

    @property
    def _note(self) -> str:
        return folded(self.note, self.page.points - 10)

    @property
    def height(self) -> float:
        """Inches that it takes."""
        rows = -(-len(self.entries) // self._columns) if self.entries else 0
        return 0.15 * rows + _LINE * lines(self._note) + 0.1

    def put(self, figure: Figure) -> None:
        """Write it below a figure."""
        if not self.entries and not self.note:
            return
        figure.legend(
            [mark for mark, _ in self.entries], self._texts, loc="outside lower left",
            ncols=self._columns, title=self._note or None, alignment="left", borderpad=0.2,
            borderaxespad=0.1, handlelength=1.7, handletextpad=0.6, columnspacing=1.3,
            labelspacing=0.45,
        )  # fmt: skip


# --- rows -----------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Rows:
    """Rows of bars or marks: labels stand left of them, on a narrow page on a line above each."""

    #: Greatest share of a wide page that labels take.
    share: ClassVar[float] = 0.46

    page: Page
    bar: float = 6.6  # points that a bar or mark takes

    @property
    def step(self) -> float:
        """Inches from one row to the next."""
        return (self.bar + (12.0 if self.page.narrow else 4.6)) / 72

    @property
    def thick(self) -> float:
        """Height of a bar in rows."""
        return self.bar / 72 / self.step

    def label(self, axes: Axes, labels: Sequence[str], said: Sequence[str] = ()) -> None:
        """Write the labels of the rows of some axes, and make room for them.

        ``said`` is what stands right of the axes on a wide page, where the caller writes it; on a
        narrow one it ends the line of the label.
        """
        count = len(labels)
        axes.tick_params(axis="y", length=0)
        if not self.page.narrow:
            room = self.share * self.page.points
            axes.set_yticks(range(count), [shortened(label, room) for label in labels])
            axes.set_ylim(count - 0.4, -0.6)
            return
        axes.set_yticks(range(count), [""] * count)
        below, over = self.thick / 2 + 0.12, 1 - self.thick / 2
        axes.set_ylim(count - 1 + below, -over)
        for level, label in enumerate(labels):
            right = said[level] if said else ""
            room = self.page.points - 12 - (text_width(right) + 8 if right else 0)
            if label:
                self.lift(axes, level, shortened(label, room))
            if right:
                self.lift(axes, level, right, 1, "right")

    def lift(self, axes: Axes, level: float, text: str, x: float = 0, side: str = "left") -> None:
        """Write a text on the line above a row."""
        axes.annotate(
            text, (x, level), xytext=(0, self.bar / 2 + 0.8), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", ha=side, va="bottom", zorder=6,
            bbox={"fc": "white", "ec": "none", "pad": 0.2},
        )  # fmt: skip


def beside(
    axes: Axes, level: float, shift: float, text: str, side: str = "left", colour: str = "black"
) -> None:
    """Write a text some points right of the axes."""
    axes.annotate(
        text, (1, level), xycoords=axes.get_yaxis_transform(), xytext=(shift, 0), ha=side,
        textcoords="offset points", va="center_baseline", color=colour,
    )  # fmt: skip


def heads(axes: Axes, columns: Sequence[tuple[float, str, str]], lift: float = 16) -> None:
    """Write the heads of columns of text right of the axes: points, text and side of each.

    They stand above the title of the panel, which may be long.
    """
    for shift, text, side in columns:
        axes.annotate(
            text, (1, 1), xytext=(shift, lift), xycoords="axes fraction", ha=side, color=GREY,
            textcoords="offset points",
        )  # fmt: skip
