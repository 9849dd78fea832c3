"""Figures: the same pictures as before, each a Figure of its own that changes nothing else."""

import importlib.util
import inspect
import io
import pathlib
import subprocess
import sys
import types
import warnings

import matplotlib
import numpy as np
import pandas as pd
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

import stdpolicy as sp
from conftest import off_pins
from drawn import words_of
from pictures import DRAWERS, Packaged
from stdpolicy import StdpolicyError, UsageError, figures, promises
from stdpolicy.figures import style
from stdpolicy.figures.fonts import _DROPPED, web_font

MAKERS = ("fonttools", "matplotlib", "numpy", "pandas", "pillow", "seaborn", "zhplot")
ROOT = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def packaged():
    return Packaged()


@pytest.fixture(scope="module")
def tables(packaged):
    return packaged.tables


@pytest.mark.skipif(bool(off_pins(*MAKERS)), reason=off_pins(*MAKERS))
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", DRAWERS)
def test_figure_looks_as_committed(packaged, name, language, tmp_path):
    # Warnings are errors here, so a missing glyph or a layout that failed would stop this.
    figures.save(DRAWERS[name](packaged, language=language), name, str(tmp_path), language)
    folder = tmp_path / "figures" / language
    now, before = (
        np.asarray(Image.open(base / f"{name}.png").convert("L"), dtype="float64")
        for base in (folder, ROOT / "figures" / language)
    )
    assert now.shape == before.shape
    difference = np.abs(now - before)
    Image.fromarray(difference.astype("uint8")).save(tmp_path / "difference.png")
    assert difference.mean() < 0.2, f"see {tmp_path / 'difference.png'}; make reproduce draws anew"


def test_every_committed_figure_is_compared():
    assert set(DRAWERS) == {path.stem for path in (ROOT / "figures" / "en").glob("*.png")}


def test_pictures_are_not_alike_by_accident():
    """The comparison above must see a change: another figure is far away."""
    one, two = (
        np.asarray(Image.open(ROOT / f"figures/{lang}/naive_ratios.png").convert("L"), float)
        for lang in ("en", "zh")
    )
    rows = min(len(one), len(two))
    assert np.abs(one[:rows] - two[:rows]).mean() > 2


# --- a function of its arguments ------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWERS)
def test_drawing_changes_nothing_outside_the_figure(packaged, name):
    DRAWERS[name](packaged)  # what it is drawn from is computed before
    before = (
        dict(matplotlib.rcParams),
        pyplot.get_fignums(),
        str(np.random.get_state()),
        list(warnings.filters),
        list(matplotlib.colormaps),
    )
    frames = {key: frame.copy() for key, frame in packaged.tables.items()}
    figure = DRAWERS[name](packaged, language="zh", preset="nature_single")
    after = (
        dict(matplotlib.rcParams),
        pyplot.get_fignums(),
        str(np.random.get_state()),
        list(warnings.filters),
        list(matplotlib.colormaps),
    )
    assert isinstance(figure, Figure)
    assert before == after
    for key, frame in frames.items():
        pd.testing.assert_frame_equal(frame, packaged.tables[key])


def test_saving_leaves_the_figure_as_it_was(tables):
    figure = figures.quantity_sources(tables)
    before = figure.get_dpi(), figure.get_layout_engine(), figure.canvas
    figures.save(figure, "q")
    assert before == (figure.get_dpi(), figure.get_layout_engine(), figure.canvas)


FUNCTIONS = sorted({name.split("_sd-")[0].split("_sx-")[0] for name in DRAWERS})
_OTHERWISE = {
    "agency_task": "agency_task_matrix",
    "descent_ta-2018-reform": "descent",
    "pmc_surface_3d": "pmc_surface",
    "reorganisation_shandong": "reorganisation",
}
FUNCTIONS = sorted({_OTHERWISE.get(name, name) for name in FUNCTIONS})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_name_their_tables_and_take_language_and_preset(name):
    function = getattr(figures, name)
    text = function.__doc__
    for section in ("Parameters", "Returns", "matplotlib.figure.Figure", "``"):
        assert section in text
    parameters = inspect.signature(function).parameters
    assert parameters["language"].default == "en"
    assert parameters["preset"].default == "nature_double"
    for parameter in parameters:
        assert f"    {parameter} : " in text


def test_a_figure_loads_only_its_own_code():
    code = (
        "import sys; from stdpolicy import figures; figures.promise_calendar, figures.save;"
        "print(*sorted(m for m in sys.modules if m.startswith('stdpolicy.figures')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert loaded == {"figures", "calendar", "fonts", "labels", "layout", "saving", "style"}
    assert set(figures.__all__) <= set(dir(figures))
    for name in figures.__all__:
        assert getattr(figures, name) is not None
        # A module of the name of a function would take its place once it is loaded.
        assert not (pathlib.Path(figures.__file__).parent / f"{name}.py").exists()
    with pytest.raises(AttributeError, match="no attribute 'x'"):
        _ = figures.x


def test_unknown_language_and_preset_are_refused(tables):
    with pytest.raises(UsageError, match="en or zh"):
        figures.agency_load(tables, "fr")
    with pytest.raises(UsageError, match=r"no preset 'science'; known: nature_single, .*'80 mm'"):
        figures.agency_load(tables, preset="science")
    with pytest.raises(UsageError, match="80 to 300 mm wide, not '20 mm'"):
        figures.agency_load(tables, preset="20 mm")


# --- saving ---------------------------------------------------------------------------------------


def test_a_part_cut_from_the_font_read_once_is_that_cut_from_its_file():
    options = {"layout_features": ["kern"], "hinting": False}
    for text in ("地方标准 80 项（éÅ）", "AVAW. 129 ÷ 100 ≈ 1.29", "地方标准 80 项（éÅ）"):
        chosen = subset.Options(**options, drop_tables=[*_DROPPED, *subset.Options().drop_tables])
        with TTFont(style.font_path(), recalcTimestamp=False) as font:
            subsetter = subset.Subsetter(chosen)
            subsetter.populate(text=text)
            subsetter.subset(font)
            font.flavor = "woff"
            font.save(stream := io.BytesIO())
        web_font.cache_clear()
        assert web_font(frozenset(text)) == stream.getvalue()


def test_settings_of_the_machine_do_not_show(tables, tmp_path):
    def draw(folder):
        figures.save(figures.quantity_sources(tables, "en"), "q", str(folder))
        return (folder / "figures" / "en" / "q.png").read_bytes()

    plain = draw(tmp_path / "a")
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red", "savefig.dpi": 20}):
        odd = draw(tmp_path / "b")
    assert plain == odd


def test_saving_twice_gives_the_same_bytes(tables, tmp_path):
    figure = figures.naive_ratios(tables, "zh")
    previews = set()
    for folder in ("a", "b", "c"):
        again = figure if folder == "b" else figures.naive_ratios(tables, "zh")
        previews.add(figures.save(again, "n", str(tmp_path / folder), "zh").preview)
    previews.add(figures.save(figure, "n").preview)
    assert len(previews) == 1
    for form in ("pdf", "svg", "png"):
        files = {(tmp_path / f / "figures" / "zh" / f"n.{form}").read_bytes() for f in "abc"}
        assert len(files) == 1, form


def test_bytes_do_not_depend_on_place_time_or_hashing(tmp_path):
    code = (
        "import sys; import stdpolicy as sp; from stdpolicy import figures as f;"
        "f.save(f.promised_standards(sp.load_all(), 'zh'), 'p', sys.argv[1], 'zh')"
    )
    found = {}
    for name, env in {
        "a": {"LANG": "C", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"},
        "b": {"LANG": "zh_CN.UTF-8", "TZ": "America/Lima", "PYTHONHASHSEED": "2"},
    }.items():
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name)],
            env={"PATH": "", "PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)} | env,
            check=True,
        )
        folder = tmp_path / name / "figures" / "zh"
        found[name] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(found["a"]) == {"p.pdf", "p.svg", "p.png"}
    assert found["a"] == found["b"]


# --- studies of another shape ---------------------------------------------------------------------


@pytest.mark.parametrize("jurisdiction", ["shandong", "shanxi", "taian"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("preset", ["nature_single", "nature_double"])
def test_figures_draw_for_each_jurisdiction(tables, jurisdiction, language, preset):
    own = promises.select(tables, jurisdiction)
    for draw in (
        figures.promised_standards,
        figures.promise_calendar,
        figures.quantity_sources,
        figures.naive_ratios,
        figures.agency_load,
    ):
        assert words_of(draw(own, language, preset=preset))


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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_to_draw_is_said(tables, language):
    none = {name: frame.iloc[:0] for name, frame in tables.items()} | {
        name: tables[name] for name in ("documents", "indicators", "domains", "agencies")
    }
    for draw in (
        figures.promised_standards,
        figures.promise_calendar,
        figures.quantity_sources,
        figures.naive_ratios,
        figures.agency_load,
    ):
        assert words_of(draw(none, language, preset="nature_single"))


def test_unknown_jurisdiction_and_years_the_wrong_way_round_are_refused(tables):
    with pytest.raises(UsageError, match="shandong, shanxi, taian"):
        promises.select(tables, "zhejiang")
    with pytest.raises(UsageError, match="2020"):
        promises.select(tables, "", 2020, 2016)


def test_years_select_targets_by_their_deadline(tables):
    late = promises.select(tables, "", 2021, 2030)["targets"]
    assert set(late["doc_id"]) == {"sd-2022-outline"}


def test_a_missing_font_is_named_with_its_cure(tables, monkeypatch, tmp_path):
    """Never a figure with boxes in it."""
    style._register_font.cache_clear()
    style.font_path.cache_clear()
    spec = types.SimpleNamespace(origin=str(tmp_path / "zhplot" / "__init__.py"))
    for found, said in ((None, "zhplot.*is not installed"), (spec, "NotoSansSC.*figures extra")):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name, found=found: found)
        with pytest.raises(StdpolicyError, match=said):
            figures.agency_load(tables)
