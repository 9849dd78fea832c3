"""Filling the template of the page."""

import base64
import pathlib
import struct
from typing import NamedTuple

import stdpolicy
from stdpolicy import schema
from stdpolicy.errors import UsageError
from stdpolicy.figures.captions import caption
from stdpolicy.reproduction.manifest import MANIFEST
from stdpolicy.reproduction.notebooks import LANGUAGES
from stdpolicy.reproduction.page import sources, tables
from stdpolicy.reproduction.page.filling import HERE, environment, inside, named
from stdpolicy.reproduction.page.outline import NOTHING, Text, items, outline
from stdpolicy.tables import load_all


class Picture(NamedTuple):
    """A picture inside the page, with its size in pixels."""

    address: str
    width: int
    height: int


class Shown(NamedTuple):
    """A figure on the page: pictures and files by language, tables that it is drawn from."""

    name: str
    title: Text
    caption: Text
    pictures: dict[str, Picture]
    files: dict[str, list[str]]
    tables: list[str]


def page(root: pathlib.Path, data: pathlib.Path | None) -> str:
    """The page as text; see :func:`stdpolicy.reproduction.page.write_page`."""
    made = items(root)
    if not made:
        raise UsageError(f"{root} holds no figures and no tables; run: stdpolicy reproduce")
    known = load_all(data)
    told = sources.sources(known)
    chapters, titles = outline(root)
    link = tables.linker(told.links, told.pages)
    folder = root / "reports" / "tables"
    style = inside(HERE / "page.css")
    script = inside(HERE / "language.js", HERE / "page.js")
    templates = environment(HERE)
    templates.tests["chinese"] = tables.is_chinese
    about = schema.descriptor()
    return templates.get_template("page.html.j2").render(
        title=Text(about["title"], about["title_zh"]) if data is None else Text("Results", "结果"),
        lead=Text(about["description"], about["description_zh"]) if data is None else None,
        licence=about["licenses"][0],
        version=stdpolicy.__version__,
        style=style,
        script=script,
        style_hash=named(style),
        script_hash=named(script),
        chapters=chapters,
        figures={i.name: _figure(root, i.name, titles) for i in made if i.kind == "figure"},
        tables={
            i.name: tables.show(folder / f"{i.name}.csv", known, link)
            for i in made
            if i.kind == "table"
        },
        papers={i.name: _papers(folder, i.name) for i in made if i.kind == "table"},
        notebooks={
            language: {p.stem for p in root.glob(f"reports/notebooks/{language}/*.ipynb")}
            for language in LANGUAGES
        },
        sources=told,
        manifest=MANIFEST if (root / MANIFEST).is_file() else "",
    )


def _figure(root: pathlib.Path, name: str, titles: dict[str, Text]) -> Shown:
    drawn = titles.get(name, Text(name, name))
    said = caption(name)
    folders = {language: root / "figures" / language for language in LANGUAGES}
    behind = said.tables if said and said.tables else (name,)
    return Shown(
        name=name,
        title=Text(drawn.en or drawn.zh, drawn.zh or drawn.en),
        caption=Text(said.en, said.zh) if said else NOTHING,
        pictures={
            language: _picture(folder / f"{name}.png")
            for language, folder in folders.items()
            if (folder / f"{name}.png").is_file()
        },
        files={
            language: [s for s in ("pdf", "svg", "png") if (folder / f"{name}.{s}").is_file()]
            for language, folder in folders.items()
        },
        tables=[t for t in behind if (root / "reports" / "tables" / f"{t}.csv").is_file()],
    )


def _picture(path: pathlib.Path) -> Picture:
    """A PNG file as it is: smaller than the SVG file, and drawing it anew would gain little."""
    content = path.read_bytes()
    if not content.startswith(b"\x89PNG") or len(content) < 24:
        raise UsageError(f"{path} is no PNG picture; make it again: stdpolicy reproduce")
    width, height = struct.unpack(">II", content[16:24])
    return Picture("data:image/png;base64," + base64.b64encode(content).decode(), width, height)


def _papers(folder: pathlib.Path, name: str) -> dict[str, list[str]]:
    """Suffixes of a table's files for papers, by language."""
    suffixes = ("docx", "tex", "md")
    return {
        language: [s for s in suffixes if (folder / language / f"{name}.{s}").is_file()]
        for language in LANGUAGES
    }
