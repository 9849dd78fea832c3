"""Making the folder of a study."""

import json
import pathlib
import re
import tempfile
from typing import Any

import stdpolicy
from stdpolicy import schema
from stdpolicy.errors import DataError, UsageError
from stdpolicy.files import write_csv, write_text
from stdpolicy.reproduction.notebooks import list_notebooks
from stdpolicy.study.folder import Study
from stdpolicy.validation import check, read

#: Vocabularies that serve any study; the other tables begin empty.
SHARED = (
    *("jurisdictions", "indicators", "tier_parts", "domains", "agencies"),
    *("instruments", "criteria", "schemes", "terms"),
)
#: The one scope that every study has; others are those of its own documents.
WHOLE = "whole_jurisdiction"

_TEMPLATE = pathlib.Path(__file__).parent / "template"
#: Where the tables lie as a notebook in ``notebooks/`` sees it.
_TABLES = "../data"
_NOTE = {
    "en": "Copied from stdpolicy {version}. Where the text below names places and documents, it "
    "means those of the packaged tables; change it, and remove this note.",
    "zh": "本笔记本复制自 stdpolicy {version}。"
    "下文所述地区与文件指软件包自带数据，请按您的研究修改，并删去此说明。",
}


def new(folder: str | pathlib.Path) -> pathlib.Path:
    """Make the folder of a study: empty tables with shared vocabularies, notebooks, a README.

    Parameters
    ----------
    folder : path
        Where it goes. It is made whole or not at all.

    Returns
    -------
    path
        The folder.

    Raises
    ------
    UsageError
        When something is there already.
    """
    root = pathlib.Path(folder)
    if root.is_file() or (root.is_dir() and any(root.iterdir())):
        raise UsageError(f"{root} is there already; name a folder that is not")
    place = root.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=place.parent) as scratch:
        made = Study(pathlib.Path(scratch) / "study")
        _write_tables(made.data, place.name)
        _write_notebooks(made.root / "notebooks")
        for name in ("README.md", "README.zh.md"):
            text = (_TEMPLATE / name).read_text(encoding="utf-8")
            write_text(made.root / name, text.replace("STUDY_NAME", place.name))
        write_text(made.root / ".gitignore", (_TEMPLATE / "gitignore").read_text(encoding="utf-8"))
        for part in (made.documents, made.draft("").parent, made.page("").parent):
            part.mkdir()
        faults = check(made.data)
        if len(faults):
            raise DataError(faults)
        if root.is_dir():
            root.rmdir()
        made.root.rename(place)
    return root


def _write_tables(data: pathlib.Path, name: str) -> None:
    packaged = schema.packaged_folder()
    raw, _ = read(packaged, [*SHARED, "scopes"], alone=True)
    for table in schema.tables().values():
        if table.name in SHARED:
            frame = raw[table.name]
        elif table.name == "scopes":
            frame = raw["scopes"][raw["scopes"]["key"] == WHOLE]
        else:
            write_text(data / table.file, ",".join(table.fields) + "\n")
            continue
        write_csv(data / table.file, frame)
    write_text(
        data / schema.DESCRIPTOR, json.dumps(_descriptor(name), ensure_ascii=False, indent=2) + "\n"
    )


def _descriptor(name: str) -> dict[str, Any]:
    """The schema under the name of the study; who made it and its licence are for its authors."""
    about = {
        "$schema": schema.descriptor()["$schema"],
        "name": re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "study",
        "title": name,
        "title_zh": name,
        "sources": [
            {
                "title": f"Schema and shared vocabularies: stdpolicy {stdpolicy.__version__}, "
                + ", ".join(licence["name"] for licence in schema.descriptor()["licenses"])
            }
        ],
    }
    return {**about, "resources": schema.descriptor()["resources"]}


def _write_notebooks(folder: pathlib.Path) -> None:
    """Copies of the packaged notebooks without outputs, on the tables of the study."""
    for path in list_notebooks():
        book = json.loads(path.read_text(encoding="utf-8"))
        notes = [
            {
                "cell_type": "markdown",
                "id": f"note-{language}",
                "metadata": {"tags": [language]},
                "source": [text.format(version=stdpolicy.__version__)],
            }
            for language, text in _NOTE.items()
        ]
        for cell in book["cells"]:
            if cell["cell_type"] != "code":
                continue
            cell["outputs"], cell["execution_count"] = [], None
            if "parameters" in cell["metadata"].get("tags", []):
                source = "".join(cell["source"])
                source = re.sub(r'(?m)^data = "".*$', f'data = "{_TABLES}"', source)
                cell["source"] = source.splitlines(keepends=True)
        book["cells"] = [*notes, *book["cells"]]
        write_text(folder / path.name, json.dumps(book, ensure_ascii=False, indent=1) + "\n")
