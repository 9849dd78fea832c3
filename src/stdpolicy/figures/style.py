"""One style for all figures: font, sizes, colours. Nothing here changes matplotlib's settings."""

import functools
import importlib.util
import pathlib
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from stdpolicy.errors import StdpolicyError, UsageError

#: Widths in inches: 89 mm for a single column, 183 mm for a double one.
SINGLE, DOUBLE = 89 / 25.4, 183 / 25.4

FONT = "Noto Sans SC"

#: Okabe and Ito (2008), a set of colours that colour-blind readers tell apart.
BLACK, GREY, LIGHT = "#000000", "#666666", "#DDDDDD"
ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = (
    *("#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"),
)

_STYLE: Any = {
    "font.family": [FONT],
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "figure.titlesize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": GREY,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "grid.color": LIGHT,
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.0,
    "pdf.fonttype": 42,  # TrueType, which journals ask for
    "svg.fonttype": "path",  # no viewer needs the font
    "svg.hashsalt": "stdpolicy",
    "savefig.dpi": 300,
    "text.parse_math": False,  # a $ in a label is a dollar
}

P = ParamSpec("P")
R = TypeVar("R")


@functools.cache
def _register_font() -> None:
    """Make the font of the installed package known to matplotlib; no system font is needed."""
    # Found without importing the package, which changes matplotlib's settings.
    spec = importlib.util.find_spec("zhplot")
    if spec is None or spec.origin is None:
        raise StdpolicyError(
            "the package zhplot, which carries the font of the figures, is not installed; "
            "install stdpolicy with its figures extra: pip install 'stdpolicy[figures]'"
        )
    path = pathlib.Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"
    font_manager.fontManager.addfont(str(path))


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function in the style of the figures, whatever matplotlib's settings are."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        _register_font()
        # From matplotlib's own defaults, so that settings of the machine change nothing.
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(_STYLE)
            return function(*args, **kwargs)

    return run


class _SteadyLayout(ConstrainedLayoutEngine):
    """Constrained layout without the last digits, in which its solver varies from run to run."""

    def execute(self, fig: Figure) -> None:
        super().execute(fig)
        for axes in fig.axes:
            box = axes.get_position(original=True)
            axes._set_position([round(value, 9) for value in box.bounds], which="original")  # type: ignore[attr-defined]


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure of a size in inches that is laid out so that nothing overlaps."""
    return Figure(figsize=(width, height), layout=_SteadyLayout())


def pick(language: str, en: str, zh: str) -> str:
    """Text in the language asked for.

    Raises
    ------
    UsageError
        When the language is neither ``en`` nor ``zh``.
    """
    if language not in ("en", "zh"):
        raise UsageError(f"the language is en or zh, not {language!r}")
    return en if language == "en" else zh


def document_names(tables: dict[str, Any], language: str) -> dict[str, str]:
    """Short names of the coded documents, oldest plan first; the key where there is none."""
    documents = tables["documents"]
    coded = documents[documents["coded"].fillna(False)]
    coded = coded.sort_values(["period_start", "period_end", "doc_id"], kind="stable")
    names = coded[pick(language, "short_en", "short_zh")].fillna(coded["doc_id"])
    return dict(zip(coded["doc_id"], names, strict=True))


def label_of(frame: Any, language: str) -> dict[str, str]:
    """Labels of a vocabulary (``key``, ``zh``, ``en``) in a language."""
    return dict(zip(frame["key"], frame[pick(language, "en", "zh")], strict=True))
