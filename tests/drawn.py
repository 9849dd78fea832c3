"""What a figure says and whether it can be read, taken off a drawing of it."""

import itertools
from unittest import mock

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

#: Points by which boxes of text may meet: they hold room for accents that no text here needs.
_SLACK = 1.2


def _texts(figure: Figure) -> list[tuple[Text, matplotlib.transforms.Bbox]]:
    """Texts that were drawn, with their places in points; the figure stays as it was."""
    drawn: list[Text] = []
    draw = Text.draw

    def noted(self, renderer, *args, **kwargs):
        drawn.append(self)
        return draw(self, renderer, *args, **kwargs)

    before = figure.get_dpi(), figure.canvas
    figure.set_dpi(300)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # lays the figure out
    with mock.patch.object(Text, "draw", noted):
        canvas.draw()
    scale = matplotlib.transforms.Affine2D().scale(72 / 300)
    found = []
    for text in dict.fromkeys(drawn):
        if text.get_text().strip() and text.get_visible():
            # Of an annotation, the words without its arrow.
            box = Text.get_window_extent(text, canvas.get_renderer())
            found.append((text, box.transformed(scale)))
    figure.set_dpi(before[0])
    figure.set_canvas(before[1])
    return found


def faults(figure: Figure) -> list[str]:
    """What would keep a figure from print: texts that leave the page, meet, or are too small."""
    texts = _texts(figure)
    width, height = (72 * side for side in figure.get_size_inches())
    out = []
    for text, box in texts:
        if box.x0 < -0.5 or box.x1 > width + 0.5 or box.y0 < -0.5 or box.y1 > height + 0.5:
            out.append(f"leaves the page: {text.get_text()!r}")
        if not 7 <= text.get_fontsize() <= 8:
            out.append(f"{text.get_fontsize()} pt: {text.get_text()!r}")
    for (one, a), (other, b) in itertools.combinations(texts, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > _SLACK and high > 1.5 * _SLACK:
            out.append(f"meet: {one.get_text()!r} and {other.get_text()!r}")
    return out


def words_of(figure: Figure) -> list[str]:
    """All words of a figure, which is fit for print.

    Warnings are errors here, so a missing glyph or a layout that failed would stop this.
    """
    found = faults(figure)
    assert not found, "\n".join(found)
    return [text.get_text() for text, _ in _texts(figure)]
