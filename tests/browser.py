"""A real browser for tests of pages: headless Chromium, new and empty, with a Chinese font."""

import contextlib
import importlib.util
import os
import pathlib
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{}</dir>
</fontconfig>
"""


@contextlib.contextmanager
def chromium(scratch: pathlib.Path) -> Iterator[Any]:
    """Start Chromium without a window; a test that asks for it is skipped where there is none.

    Each context of the browser is as a new reader has it: nothing remembered.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("NOT CHECKED: no chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("NOT CHECKED: no chromium (the package playwright is not installed)")
    package = importlib.util.find_spec("zhplot")
    assert package is not None
    assert package.origin is not None
    fonts = scratch / "fonts.conf"
    folder = pathlib.Path(package.origin).parent / "fonts"
    fonts.write_text(_FONTS.format(folder), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=ARGUMENTS,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        try:
            yield browser
        finally:
            browser.close()
