"""The page on which a person decides on every quantity of a drafted document.

``review.html.j2``, ``review.css`` and ``review.js`` make the page, with the style and the language
of the page of results; it holds the text, the proposals and the choices, and asks nothing of a
network.
"""

import json
import pathlib
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from stdpolicy import __version__, schema
from stdpolicy.errors import UsageError
from stdpolicy.study.decisions import FORM, LETTERS, VOCABULARIES
from stdpolicy.study.merging import Row
from stdpolicy.study.proposals import PLACED, left_out
from stdpolicy.text.folding import fold_with_places

_HERE = pathlib.Path(__file__).parent


def review_page(draft: Mapping[str, Any], text: str, document: Row, tables: dict[str, Any]) -> str:
    """The page as text.

    Parameters
    ----------
    draft : mapping
        The draft, as :func:`stdpolicy.study.draft` writes it.
    text : str
        The text as it is read; the page shows it unchanged.
    document : dict
        The row of the document.
    tables : dict
        All tables of the study as rows of text: the vocabularies that can be chosen from.

    Raises
    ------
    UsageError
        When the package that fills templates is not installed.
    """
    try:
        from stdpolicy.reproduction.page import filling
    except ImportError as error:
        raise UsageError(
            f"the page needs the package {error.name}: pip install 'stdpolicy[study]'"
        ) from error
    style = filling.inside(filling.HERE / "page.css", _HERE / "review.css")
    script = filling.inside(filling.HERE / "language.js", _HERE / "review.js")
    return (
        filling.environment(_HERE)
        .get_template("review.html.j2")
        .render(
            document=document,
            version=__version__,
            style=style,
            script=script,
            style_hash=filling.named(style),
            script_hash=filling.named(script),
            held=filling.held(json.dumps(_held(draft, text, document, tables), ensure_ascii=False)),
        )
    )


def _held(
    draft: Mapping[str, Any], text: str, document: Row, tables: dict[str, Any]
) -> dict[str, Any]:
    """What the script of the page knows."""
    folded, places = fold_with_places(text)
    names = [*LETTERS, *VOCABULARIES]
    doc = document["doc_id"]
    return {
        "form": FORM,
        "doc_id": doc,
        "text_sha256": draft["text_sha256"],
        "text": text,
        "folded": folded,
        "steps": _steps(text, places),
        "sections": draft["sections"],
        "proposals": draft["proposals"],
        "blank": left_out(folded, 0, "", document).fields,
        "tables": {name: _titles(schema.tables()[name]) for name in names},
        "fields": {name: _fields(name) for name in names},
        "entries": {
            name: [[row["key"], row["en"], row["zh"]] for row in tables[name]]
            for name in VOCABULARIES
        },
        "targets": [
            [row["target_id"], row["quote"], row["indicator"]]
            for row in tables["targets"]
            if row["doc_id"] != doc
        ],
    }


def _steps(text: str, places: list[int]) -> list[int]:
    """How places in the text lead to places in the folded text, for a script.

    Pairs of a count and a step: so many units of UTF-16, by which scripts count, each that much
    farther in the folded text.
    """
    steps: list[int] = []
    for at, char in enumerate(text):
        step = places[at + 1] - places[at]
        steps += [step] if ord(char) < 0x10000 else [0, step]
    return [number for step, run in groupby(steps) for number in (len(list(run)), step)]


def _titles(spec: schema.Table | schema.Field) -> dict[str, str]:
    return {language: spec.text("title", language) for language in ("en", "zh")}


def _fields(name: str) -> list[dict[str, Any]]:
    """The columns of a table that a person fills, with what may stand in them."""
    table = schema.tables()[name]
    vocabulary = name in VOCABULARIES
    nobody: tuple[str, ...] = () if vocabulary else (*PLACED, table.primary_key[0])
    if name == "scopes":  # a scope that is given on the page is words, not a number in the text
        nobody = ("value_low", "value_high", "unit", "bound", *PLACED)
    refers = {own[0]: there for own, there, _ in table.foreign_keys if len(own) == 1}
    found = []
    for column, field in table.fields.items():
        if column in nobody:
            continue
        told: dict[str, Any] = {
            "name": column,
            "required": field.required,
            **_titles(field),
            "about": {k: field.text("description", k) for k in ("en", "zh")},
        }
        if field.enum:
            labels = {k: field.labels(k) for k in ("en", "zh")}
            told["choices"] = [[v, labels["en"][v], labels["zh"][v]] for v in field.enum]
        elif refers.get(column) in VOCABULARIES:
            told["entries"] = refers[column]
        elif column == "supersedes":
            told["targets"] = True
        elif refers.get(column) in LETTERS or "oneOf" in field.spec:
            told["quantities"] = [refers[column]] if column in refers else list(LETTERS)[:3]
        elif field.type == "boolean":
            told["choices"] = [["true", "yes", "是"], ["false", "no", "否"]]
        elif field.type in ("number", "integer"):
            told["number"] = True
        elif field.partial_date:
            told["date"] = True
        if "pattern" in field.constraints:
            told["pattern"] = field.constraints["pattern"]
        found.append(told)
    return found
