"""Figures in print: legible at every width, fonts that travel, marks that need no colour."""

import ast
import base64
import io
import itertools
import pathlib
import re
import shutil
import subprocess

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.colors import to_rgb
from PIL import Image
from pypdf import PdfReader

from drawn import faults, words_of
from pictures import DRAWERS, Packaged
from stdpolicy import figures, progress, schema
from stdpolicy.figures import (
    calendar,
    deadlines,
    intervals,
    lineages,
    marks,
    mix,
    outcomes,
    pairs,
    panel,
    partners,
    quantities,
    responsibility,
    shades,
    shares,
    standings,
    states,
    style,
    successors,
    system,
    targets,
    vocabularies,
    yearly,
)
from stdpolicy.gap import words

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
FIGURES = pytest.mark.parametrize("name", DRAWERS)
CHROMIUM = shutil.which("chromium")
CHINESE = r"\u4e00-\u9fff"


@pytest.fixture(scope="module")
def packaged():
    return Packaged()


# --- widths ---------------------------------------------------------------------------------------


@FIGURES
@LANGUAGES
@pytest.mark.parametrize(
    "preset",
    [
        "nature_single",  # where there is least room
        pytest.param("nature_double", marks=pytest.mark.full),
        pytest.param("elsevier_single", marks=pytest.mark.full),
        pytest.param("elsevier_double", marks=pytest.mark.full),
        pytest.param("cjc_single", marks=pytest.mark.full),
        pytest.param("cjc_double", marks=pytest.mark.full),
        pytest.param("140 mm", marks=pytest.mark.full),
        pytest.param("170 mm", marks=pytest.mark.full),
    ],
)
def test_figures_are_legible_at_every_width(packaged, name, preset, language):
    """No text leaves the page, meets another or is smaller than 7 points; it fits on a page."""
    figure = DRAWERS[name](packaged, language=language, preset=preset)
    assert faults(figure) == []
    page = style.page(preset)
    assert figure.get_figwidth() == page.width
    assert figure.get_figheight() <= page.height
    # The message is in the headline, and rests on numbers.
    assert re.search(r"\d", figure.get_suptitle())


def test_every_preset_names_the_page_that_states_its_width():
    stated = {"nature": r"[a-z.-]*nature\.com", "elsevier": r"www\.elsevier\.com"}
    stated["cjc"] = r"github\.com/.*/CjC_template"
    for name, preset in figures.PRESETS.items():
        place = stated[name.split("_")[0]]
        assert re.match(rf"https://{place}", preset.source), name
        assert 80 <= preset.width <= 190 < 240 <= preset.height <= 247


def test_faults_are_found(packaged):
    figure = figures.quantity_sources(packaged.tables)
    figure.text(0.5, 0.5, "two", fontsize=7)
    figure.text(0.5, 0.5, "twice", fontsize=6)
    figure.text(1.2, 0.5, "outside", fontsize=7)
    found = "\n".join(faults(figure))
    for fault in ("meet: 'two' and 'twice'", "6.0 pt: 'twice'", "leaves the page: 'outside'"):
        assert fault in found


# --- fonts ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(packaged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    for language in ("en", "zh"):
        for name, preset in (("gap", "nature_double"), ("promise_calendar", "nature_single")):
            figure = DRAWERS[name](packaged, language=language, preset=preset)
            figures.save(figure, name, str(folder), language)
    return folder / "figures"


def squeezed(text):
    return "".join(text.split())


@LANGUAGES
@pytest.mark.parametrize("name", ["gap", "promise_calendar"])
def test_pdf_embeds_truetype_and_its_text_can_be_selected(packaged, saved, name, language):
    page = PdfReader(saved / language / f"{name}.pdf").pages[0]
    fonts = [f.get_object() for f in page["/Resources"]["/Font"].get_object().values()]
    assert fonts
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            font = font["/DescendantFonts"][0].get_object()
        assert font["/Subtype"] in ("/TrueType", "/CIDFontType2")
        data = font["/FontDescriptor"].get_object()["/FontFile2"].get_object().get_data()
        embedded = TTFont(io.BytesIO(data))
        assert embedded.sfntVersion == "\0\1\0\0"
        assert 0 < len(embedded.getGlyphOrder()) < 300  # the glyphs used, not the font
    text = squeezed(page.extract_text())
    preset = "nature_double" if name == "gap" else "nature_single"
    for word in words_of(DRAWERS[name](packaged, language=language, preset=preset)):
        for part in word.split("\n"):
            assert squeezed(part) in text


@LANGUAGES
@pytest.mark.parametrize("name", ["gap", "promise_calendar"])
def test_svg_holds_text_and_the_glyphs_for_it(packaged, saved, name, language):
    svg = (saved / language / f"{name}.svg").read_text(encoding="utf-8")
    said = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
    preset = "nature_double" if name == "gap" else "nature_single"
    for word in words_of(DRAWERS[name](packaged, language=language, preset=preset)):
        for part in word.split("\n"):
            assert part.replace("&", "&amp;") in said
    face = re.search(r'@font-face\{font-family:"Noto Sans SC";src:url\(data:font/woff;base64,', svg)
    font = TTFont(io.BytesIO(base64.b64decode(svg[face.end() : svg.index(")", face.end())])))
    assert font.flavor == "woff"
    assert {ord(char) for text in said for char in text} <= set(font.getBestCmap())
    assert len(font.getGlyphOrder()) < 400
    assert not re.search(r"(?:href|src)=\"https?:", svg)  # nothing is fetched


@pytest.mark.skipif(CHROMIUM is None, reason="NOT CHECKED: no chromium")
@LANGUAGES
def test_svg_looks_like_the_png_in_a_browser(saved, language, tmp_path):
    svg, png = (saved / language / f"gap.{form}" for form in ("svg", "png"))
    printed = Image.open(png).convert("L")
    width, height = (round(side * 96 / 300) for side in printed.size)
    page = tmp_path / "page.html"
    page.write_text(f'<body style="margin:0"><img src="{svg.as_uri()}" width="{width}">')
    shot = tmp_path / "shot.png"
    subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--allow-file-access-from-files", "--force-device-scale-factor=2",
            f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={shot}",
            f"--window-size={width},{height}", page.as_uri(),
        ],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    # Browsers smooth edges in their own way, so that patches of four dots are compared.
    size = (width // 4, height // 4)
    one, two = (
        np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX), dtype="float64")
        for picture in (Image.open(shot), printed)
    )
    apart = np.abs(one - two).mean()
    assert apart < 2
    assert apart < 0.3 * np.abs(np.roll(one, 2, axis=1) - two).mean()


# --- glyphs and punctuation -----------------------------------------------------------------------


def strings_of_the_code():
    """Texts in the modules of the figures, pieces of one text joined; with the place of each."""
    folder = pathlib.Path(figures.__file__).parent
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                inside |= {id(child) for child in ast.walk(node) if child is not node}
                pieces = [
                    piece.value if isinstance(piece, ast.Constant) else "0" for piece in node.values
                ]
                yield f"{path.name}:{node.lineno}", "".join(pieces)
        for node in ast.walk(tree):
            plain = isinstance(node, ast.Constant) and id(node) not in inside
            if plain and isinstance(node.value, str):
                yield f"{path.name}:{node.lineno}", node.value


def labels_of_the_tables(tables):
    """Labels, titles and units in the tables and in their schema."""
    for name, frame in tables.items():
        for column in frame.columns:
            if column in ("zh", "en", "unit") or column.endswith(("_zh", "_en")):
                for text in frame[column].dropna().unique():
                    yield f"{name}.{column}", str(text)
    for name, table in schema.tables().items():
        for field, spec in table.fields.items():
            for language in ("en", "zh"):
                for text in spec.labels(language).values():
                    yield f"{name}.{field}", text


@pytest.fixture(scope="module")
def labels(packaged):
    told = packaged.told
    out = [*labels_of_the_tables(packaged.tables), *strings_of_the_code()]
    out += [
        (column, text)
        for column in told
        if column.endswith(("_zh", "_en"))
        for text in told[column].dropna().unique()
    ]
    out += [("why", text) for pair in progress.comparison.WHY.values() for text in pair]
    out += [("verdict", text) for pair in words.VERDICT_WORDS.values() for text in pair]
    return out


def test_font_has_a_glyph_for_every_label(labels):
    known = {chr(code) for code in TTFont(style.font_path()).getBestCmap()} | set("\n")
    missing = {
        (where, char) for where, text in labels for char in text if char not in known and char > " "
    }
    assert len(labels) > 2000
    assert missing == set()


def half_width(text):
    """Half-width signs that touch a Chinese character."""
    return re.findall(rf"[{CHINESE}]\s?[,;:!?()'\"]|[,;:()'\"]\s?[{CHINESE}]", text)


def test_chinese_labels_have_full_width_punctuation(labels):
    assert half_width("标准(地方)")
    assert not half_width("标准（地方），2018–2020 年")
    bad = {(where, text) for where, text in labels if half_width(text)}
    assert bad == set()


@FIGURES
def test_chinese_figures_have_full_width_punctuation(packaged, name):
    figure = DRAWERS[name](packaged, language="zh")
    drawn = words_of(figure)
    assert any(re.search(f"[{CHINESE}]", text) for text in drawn)
    for text in drawn:
        assert not half_width(text), text
        for line in text.split("\n"):
            assert not re.match(r"[，。；：、）”》]", line), text
            assert not re.search(r"[（“《]$", line), text


# --- colours --------------------------------------------------------------------------------------

#: Colour and what else tells a category from others, for each set that stands in one figure.
LOOKS = {
    "fields": targets.FIELDS,
    "promises by kind": {
        kind: (colour, "first" if kind == "target" else "second")  # always in this order
        for kind, (colour, *_) in calendar.KINDS.items()
    },
    "quantities": {key: look[:2] for key, look in quantities.SOURCES.items()},
    "pairs": {key: (look[2], look[0]) for key, look in outcomes.MARKS.items()},
    "sides": dict(enumerate(mix.SIDES)),
    "roles in bars": {key: look[:2] for key, look in responsibility.ROLES.items()},
    "roles in a matrix": {key: (look[0], look[2]) for key, look in responsibility.ROLES.items()},
    "verdicts": {key: (look[2], look[0]) for key, look in marks.MARKS.items()},
    "verdicts in bars": {key: look[:2] for key, look in shares.PARTS.items()},
    "intervals": {key: (look[0], "") for key, look in intervals.BARS.items()},
    "shares": {key: (look[0], "bar" if look[1] else "line") for key, look in pairs.SHARES.items()},
    "standings": {key: (look[2], look[0] + look[3]) for key, look in standings.STANDINGS.items()},
    "scores": {str(score): (shade, "") for score, shade in enumerate(shades.BLUES)},
    "tasks in common": {str(low): (shade, "") for low, shade in partners.SHADES.items()},
    "shares of terms and chapters": {n: (s, "") for n, s in enumerate(vocabularies.SHADES)},
    "citations": {look[0]: (look[1], str(look[2])) for look in lineages.LINES},
    "bodies": {key: (look[2], look[0]) for key, look in successors.STATES.items()},
    "told": {en: (colour, hatch) for _, colour, hatch, en, _ in deadlines.TOLD},
    "tiers": system.LOOKS,
    "bases": {key: (look[1], look[0]) for key, look in panel.BASES.items()},
    "known": {key: (look[1], look[0] + look[2]) for key, look in panel.KNOWN.items()},
    "sources": {key: (look[1], "") for key, look in yearly.SOURCES.items()},
    "reports": {key: (look[3], look[0]) for key, look in states.REPORTS.items()},
}
#: Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, for complete deficiency.
SIGHT = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lightness(colour, sight):
    """CIE L* of a colour as seen."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    y = float(np.clip(np.array(SIGHT[sight]) @ linear, 0, 1) @ [0.2126, 0.7152, 0.0722])
    return 116 * np.cbrt(y) - 16 if y > 0.008856 else 903.3 * y


def test_lightness_is_right():
    assert lightness("white", "full") == pytest.approx(100, abs=0.01)
    assert lightness("#777777", "deuteranopia") == pytest.approx(50, abs=0.2)  # greys stay grey
    assert lightness("red", "protanopia") < 0.8 * lightness("red", "full")


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", LOOKS)
def test_categories_differ_without_colour(name, sight):
    """Where hatch or mark are the same, lightness differs: in grey print as to any eye."""
    for (one, a), (other, b) in itertools.combinations(LOOKS[name].items(), 2):
        if a[1] == b[1]:
            apart = abs(lightness(a[0], sight) - lightness(b[0], sight))
            assert apart >= 10, (one, other, round(apart, 1))
