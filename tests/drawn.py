"""What a figure says, read off a drawing of it."""

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def words_of(figure: Figure) -> list[str]:
    """All words of a figure, after a drawing of which no word may leave the page.

    Warnings are errors here, so a missing glyph or a layout that failed would stop this.
    """
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    texts = [t for t in figure.findobj(matplotlib.text.Text) if t.get_text() and t.get_visible()]
    for text in texts:
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= page.x0 - 1, text
        assert box.x1 <= page.x1 + 1, text
        assert box.y0 >= page.y0 - 1, text
        assert box.y1 <= page.y1 + 1, text
    return [text.get_text() for text in texts]
