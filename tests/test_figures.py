"""Figures: both languages, no missing glyph, no change of settings, the same picture as before."""

import io
import pathlib

import matplotlib
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from PIL import Image
from pypdf import PdfReader

import stdpolicy as sp
from conftest import off_pins
from stdpolicy import UsageError, cascade, coherence, figures, gap, progress, promises
from stdpolicy.figures import style

MAKERS = ("matplotlib", "numpy", "pandas", "pillow", "seaborn", "zhplot")
ROOT = pathlib.Path(__file__).resolve().parents[1]


def found(tables):
    return gap.evaluate(tables, None, gap.Readings())


def provinces(tables, language):
    yearly = cascade.across_provinces(tables)
    due = yearly[yearly["due_date"].between("2016", "2035-12-31")]
    return figures.provinces(due, tables, language)


DRAWERS = {
    "gap": lambda t, language: figures.gap(found(t).table(), t, language),
    "sensitivity": lambda t, language: figures.sensitivity(gap.sensitivity(t), t, language),
    "verdicts": lambda t, language: figures.verdicts(gap.with_groups(found(t)), t, language),
    "flagship": lambda t, language: figures.flagship(found(t), "sd-2018-pilot.t14", language),
    "coherence": lambda t, language: figures.coherence(coherence.coherence(t), t, language),
    "cascade": lambda t, language: figures.cascade(cascade.cascade(t), t, language),
    "levels": lambda t, language: figures.levels(cascade.missing_levels(t), t, language),
    "provinces": provinces,
    "methods": lambda t, language: figures.methods(
        progress.methods(progress.paired(t), t["schemes"]), t, language
    ),
    "promised_standards": figures.promised_standards,
    "promise_calendar": figures.promise_calendar,
    "quantity_sources": figures.quantity_sources,
    "naive_ratios": figures.naive_ratios,
    "agency_load": figures.agency_load,
    "agency_task_sd-2018-pilot": lambda t, language: figures.agency_task_matrix(
        t, "sd-2018-pilot", language, 20
    ),
}


@pytest.fixture(scope="module")
def tables():
    return promises.select(sp.load_all())


@pytest.mark.skipif(bool(off_pins(*MAKERS)), reason=off_pins(*MAKERS))
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", DRAWERS)
def test_figure_looks_as_committed(tables, name, language, tmp_path):
    # Warnings are errors here, so a missing glyph or a layout that failed would stop this.
    figures.save(DRAWERS[name](tables, language), name, str(tmp_path), language)
    folder = tmp_path / "figures" / language
    now, before = (
        np.asarray(Image.open(base / f"{name}.png").convert("L"), dtype="float64")
        for base in (folder, ROOT / "figures" / language)
    )
    assert now.shape == before.shape
    difference = np.abs(now - before)
    Image.fromarray(difference.astype("uint8")).save(tmp_path / "difference.png")
    assert difference.mean() < 0.2, f"see {tmp_path / 'difference.png'}; make reproduce draws anew"


def test_pictures_are_not_alike_by_accident(tables):
    """The comparison above must see a change: another figure is far away."""
    one, two = (
        np.asarray(Image.open(ROOT / f"figures/{lang}/naive_ratios.png").convert("L"), float)
        for lang in ("en", "zh")
    )
    rows = min(len(one), len(two))
    assert np.abs(one[:rows] - two[:rows]).mean() > 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pdf_embeds_truetype_and_its_text_can_be_selected(tables, language, tmp_path):
    saved = figures.save(
        figures.promise_calendar(tables, language), "calendar", str(tmp_path), language
    )
    page = PdfReader(tmp_path / "figures" / language / "calendar.pdf").pages[0]
    fonts = [f.get_object() for f in page["/Resources"]["/Font"].get_object().values()]
    assert fonts
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            font = font["/DescendantFonts"][0].get_object()
        assert font["/Subtype"] in ("/TrueType", "/CIDFontType2")
        assert "/FontFile2" in font["/FontDescriptor"].get_object()
    text = "".join(page.extract_text().split())
    assert "".join(saved.title.split()) in text


def test_drawing_changes_no_setting_and_opens_no_window(tables):
    before = dict(matplotlib.rcParams)
    figures.agency_load(tables, "zh")
    after = dict(matplotlib.rcParams)
    assert before == after


def test_settings_of_the_machine_do_not_show(tables, tmp_path):
    def draw(folder):
        figures.save(figures.quantity_sources(tables, "en"), "q", str(folder))
        return (folder / "figures" / "en" / "q.png").read_bytes()

    plain = draw(tmp_path / "a")
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red", "savefig.dpi": 20}):
        odd = draw(tmp_path / "b")
    assert plain == odd


def test_saving_twice_gives_the_same_bytes(tables, tmp_path):
    for folder in ("a", "b"):
        figures.save(figures.naive_ratios(tables, "zh"), "n", str(tmp_path / folder), "zh")
    for form in ("pdf", "svg", "png"):
        one, two = (
            (tmp_path / f / "figures" / "zh" / f"n.{form}").read_bytes() for f in ("a", "b")
        )
        assert one == two


def test_font_has_a_glyph_for_every_label_of_every_table(tables):
    style._register_font()
    path = font_manager.findfont(style.FONT, fallback_to_default=False)
    known = set(TTFont(path).getBestCmap())
    missing = {}
    for name, frame in tables.items():
        for column in frame.columns:
            if column in ("zh", "en") or column.endswith(("_zh", "_en")):
                for text in frame[column].dropna().unique():
                    lost = {c for c in text if ord(c) not in known}
                    if lost:
                        missing[name, column, text] = lost
    assert missing == {}


@pytest.mark.parametrize("jurisdiction", ["shandong", "shanxi", "taian"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_draw_for_each_jurisdiction(tables, jurisdiction, language):
    own = promises.select(tables, jurisdiction)
    for draw in (
        figures.promised_standards,
        figures.promise_calendar,
        figures.quantity_sources,
        figures.naive_ratios,
        figures.agency_load,
    ):
        figure = draw(own, language)
        figure.savefig(io.BytesIO(), format="png", dpi=30)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_draw_for_a_study_with_gaps(study, language):
    """A plan without short name or period, and a field that no figure knows, are still shown."""
    documents = study.read("documents")
    row = next(i for i, r in enumerate(documents) if r["coded"] == "true")
    study.put("documents", row, short_en="", short_zh="", period_start="", period_end="")
    domains = study.read("domains")
    new = {"key": "beekeeping", "zh": "养蜂", "en": "beekeeping", "part_of": "all"}
    study.write("domains", [*domains, new])
    for i, target in enumerate(study.read("targets")):
        if target["part_of"]:
            study.put("targets", i, domain="beekeeping")
    own = sp.load_all(study.data)
    figure = figures.promised_standards(own, language)
    words = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert {"en": "beekeeping", "zh": "养蜂"}[language] in words
    assert documents[row]["doc_id"] in [axes.get_title(loc="left") for axes in figure.axes]
    for draw in (figures.promise_calendar, figures.quantity_sources, figures.naive_ratios):
        draw(own, language).savefig(io.BytesIO(), format="png", dpi=30)
    figures.agency_task_matrix(own, documents[row]["doc_id"], language)


def test_unknown_language_is_refused(tables):
    with pytest.raises(UsageError, match="en or zh"):
        figures.agency_load(tables, "fr")


def test_unknown_jurisdiction_and_years_the_wrong_way_round_are_refused(tables):
    with pytest.raises(UsageError, match="shandong, shanxi, taian"):
        promises.select(tables, "zhejiang")
    with pytest.raises(UsageError, match="2020"):
        promises.select(tables, "", 2020, 2016)


def test_years_select_targets_by_their_deadline(tables):
    late = promises.select(tables, "", 2021, 2030)["targets"]
    assert set(late["doc_id"]) == {"sd-2022-outline"}
