"""The manifest: which notebook, parameters, data and versions made which output."""

import hashlib
import importlib.metadata
import json
import pathlib
import platform
from typing import Any

from stdpolicy import __version__, schema
from stdpolicy.files import write_text

MANIFEST = "ro-crate-metadata.json"

#: Packages whose version can change what a notebook makes.
_MAKERS = (
    "jinja2",
    "lxml",
    "matplotlib",
    "numpy",
    "pandas",
    "papermill",
    "pillow",
    "python-docx",
    "scipy",
    "seaborn",
    "zhplot",
)
_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
}


def _sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _file(identifier: str, path: pathlib.Path) -> dict[str, Any]:
    return {
        "@id": identifier,
        "@type": "File",
        "encodingFormat": _TYPES.get(path.suffix, "application/octet-stream"),
        "contentSize": str(path.stat().st_size),
        "sha256": _sha256(path),
    }


def write_manifest(
    root: pathlib.Path, runs: list[dict[str, Any]], data: pathlib.Path | None
) -> None:
    """Write ``ro-crate-metadata.json`` (RO-Crate 1.1) for the runs of a reproduction.

    Parameters
    ----------
    root : path
        Folder with the outputs.
    runs : list of dict
        ``notebook`` (path), ``parameters`` (dict) and ``files`` (names below the root) of each.
    data : path or None
        Folder with the tables that were read; the packaged ones for None.
    """
    packaged = schema.packaged_folder()
    paths = {schema.DESCRIPTOR: packaged / schema.DESCRIPTOR}  # the schema is always the packaged
    paths |= {t.file: (data or packaged) / t.file for t in schema.tables().values()}
    entities = {f"data/{name}": _file(f"data/{name}", path) for name, path in paths.items()}
    actions = []
    for run in runs:
        book: pathlib.Path = run["notebook"]
        source = f"notebooks/{book.name}"
        entities[source] = _file(source, book) | {
            "@type": ["File", "SoftwareSourceCode"],
            "name": book.stem,
        }
        for name in run["files"]:
            entities[name] = _file(name, root / name)
        action = f"#run-{book.stem}-{run['parameters']['language']}"
        settings = [
            {
                "@id": f"{action}-{key}",
                "@type": "PropertyValue",
                "name": key,
                "value": value,
            }
            for key, value in sorted(run["parameters"].items())
        ]
        actions += settings
        actions.append(
            {
                "@id": action,
                "@type": "CreateAction",
                "name": f"{book.stem} ({run['parameters']['language']})",
                "instrument": [{"@id": source}, {"@id": "#stdpolicy"}, {"@id": "#python"}],
                "object": [{"@id": f"data/{name}"} for name in paths]
                + [{"@id": setting["@id"]} for setting in settings],
                "result": [{"@id": name} for name in run["files"]],
            }
        )
    makers = [
        {
            "@id": f"#{name}",
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": importlib.metadata.version(name),
        }
        for name in _MAKERS
    ]
    python = {
        "@id": "#python",
        "@type": "SoftwareApplication",
        "name": "Python",
        "softwareVersion": ".".join(platform.python_version_tuple()[:2]),
    }
    package = {
        "@id": "#stdpolicy",
        "@type": "SoftwareApplication",
        "name": "stdpolicy",
        "softwareVersion": __version__,
        "softwareRequirements": [{"@id": maker["@id"]} for maker in makers],
    }
    about = schema.descriptor()
    crate = {
        "@id": "./",
        "@type": "Dataset",
        "name": about["title"],
        "description": about["description"],
        "datePublished": about["created"][:10],
        "license": {"@id": about["licenses"][0]["path"]},
        "hasPart": [{"@id": name} for name in sorted(entities)],
        "mentions": [{"@id": a["@id"]} for a in actions if a["@type"] == "CreateAction"],
    }
    descriptor = {
        "@id": MANIFEST,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    graph = [descriptor, crate, package, python, *makers, *actions]
    graph += [entities[name] for name in sorted(entities)]
    document = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    write_text(root / MANIFEST, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
