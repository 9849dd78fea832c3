"""What every page is filled with: its template, and the scripts and styles inside it."""

import base64
import hashlib
import pathlib

import jinja2
from markupsafe import Markup

HERE = pathlib.Path(__file__).parent


def environment(folder: pathlib.Path) -> jinja2.Environment:
    """Templates of a folder; what is put in is text, and what is missing is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def inside(*files: pathlib.Path) -> Markup:
    """Files of the package, one behind the other, which go into a page as they are."""
    return Markup("\n".join(file.read_text(encoding="utf-8") for file in files))


def named(content: str) -> str:
    """What the page's policy names a style or script by, so that no other one runs."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def held(content: str) -> Markup:
    """JSON that a page holds in an element of its own, where no sign of it can end the element."""
    return Markup(content.replace("<", "\\u003c").replace("\u2028", "\\u2028"))
