"""One style for all figures: widths of journals, font, sizes, colours.

Nothing here changes matplotlib's settings.
"""

import dataclasses
import functools
import importlib.util
import pathlib
import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from stdpolicy.errors import StdpolicyError, UsageError


@dataclasses.dataclass(frozen=True)
class Preset:
    """Width of a column of a journal and greatest height of a figure, in millimetres."""

    width: float
    height: float
    source: str


_NATURE = "https://research-figure-guide.nature.com/figures/building-and-exporting-figure-panels"
_ELSEVIER = (
    "https://www.elsevier.com/about/policies-and-standards/author/"
    "artwork-and-media-instructions/artwork-sizing"
)
#: The journal's own template, as others keep it: a figure of 3.15 inches in a column, and 168 mm
#: across the page.
_COMPUTERS = (
    "https://github.com/MobtgZhang/zh_latex_journals/blob/"
    "761a8ba2e6f3a6db50992362f3707622b01e30fb/JSC/zh/CjC_template_tex.tex"
)
#: Widths that publishers state, with the page that states them; ``cjc`` is the Chinese Journal of
#: Computers (计算机学报). Where a journal states another one, as Chinese journals do one by one, a
#: width in millimetres takes the place of a name.
PRESETS = {
    "nature_single": Preset(89, 247, _NATURE),
    "nature_double": Preset(183, 247, _NATURE),
    "elsevier_single": Preset(90, 240, _ELSEVIER),
    "elsevier_double": Preset(190, 240, _ELSEVIER),
    "cjc_single": Preset(80, 240, _COMPUTERS),
    "cjc_double": Preset(168, 240, _COMPUTERS),
}
DEFAULT = "nature_double"
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)\s*mm")
#: Widths between which figures can be drawn, and from which they are laid out as a double column,
#: in millimetres.
_LEAST, _MOST, _WIDE = 80, 300, 170
_HEIGHT = 240

FONT = "Noto Sans SC"
#: Sizes of text in print: of all text, and of headings.
TEXT, HEAD = 7.0, 8.0

#: Okabe and Ito (2008), a set of colours that colour-blind readers tell apart.
BLACK, GREY, LIGHT = "#000000", "#666666", "#DDDDDD"
ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = (
    *("#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"),
)

_STYLE: Any = {
    "font.family": [FONT],
    "font.size": TEXT,
    "axes.titlesize": HEAD,
    "axes.labelsize": TEXT,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "legend.fontsize": TEXT,
    "legend.title_fontsize": TEXT,
    "figure.titlesize": HEAD,
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
    "svg.fonttype": "none",  # text that can be searched; the font is embedded on saving
    "svg.hashsalt": "stdpolicy",
    "savefig.dpi": 300,
    "text.hinting": "none",  # as wide in pictures as in print
    "text.parse_math": False,  # a $ in a label is a dollar
}

P = ParamSpec("P")
R = TypeVar("R")


@dataclasses.dataclass(frozen=True)
class Page:
    """The room that a figure has, in inches; a narrow page asks for another layout."""

    width: float
    height: float

    @property
    def narrow(self) -> bool:
        return self.width * 25.4 < _WIDE

    @property
    def points(self) -> float:
        """Width of a line of text."""
        return 72 * self.width - 8

    @property
    def title(self) -> float:
        """Width of the title of a panel, which on a wide page begins right of the labels."""
        return (0.92 if self.narrow else 0.46) * self.points


def page(preset: str) -> Page:
    """Room for a figure by the name of a preset, or by a width such as ``80 mm``.

    Raises
    ------
    UsageError
        When it is neither, or a width for which no figure can be laid out.
    """
    known = PRESETS.get(preset)
    if known:
        return Page(known.width / 25.4, known.height / 25.4)
    match = _WIDTH.fullmatch(str(preset).strip())
    if not match:
        raise UsageError(
            f"there is no preset {preset!r}; known: {', '.join(PRESETS)}; "
            "or a width in millimetres, such as '80 mm'"
        )
    width = float(match[1])
    if not _LEAST <= width <= _MOST:
        raise UsageError(f"a figure is {_LEAST} to {_MOST} mm wide, not {preset!r}")
    return Page(width / 25.4, _HEIGHT / 25.4)


@functools.cache
def font_path() -> pathlib.Path:
    """File of the font, which an installed package carries; no font of the system is needed.

    Raises
    ------
    StdpolicyError
        When the package or the file in it is missing.
    """
    # Found without importing the package, which changes matplotlib's settings.
    spec = importlib.util.find_spec("zhplot")
    cure = "install stdpolicy with its figures extra: pip install 'stdpolicy[figures]'"
    if spec is None or spec.origin is None:
        raise StdpolicyError(
            f"the package zhplot, which carries the font of the figures, is not installed; {cure}"
        )
    path = pathlib.Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"
    if not path.is_file():
        raise StdpolicyError(f"the font of the figures is missing ({path}); {cure}, anew")
    return path


@functools.cache
def _register_font() -> None:
    """Make the font known to matplotlib."""
    font_manager.fontManager.addfont(str(font_path()))


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


def new_figure(page: Page, height: float) -> Figure:
    """Make an empty figure of a height in inches that is laid out so that nothing overlaps."""
    return Figure(figsize=(page.width, min(height, page.height)), layout=_SteadyLayout())


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
