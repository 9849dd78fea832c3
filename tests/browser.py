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
#: Contrast of the text of elements with the ground they stand on (WCAG 2.2, relative luminance).
_CONTRASTS = """(names) => {
  const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (c) => {
    const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(part);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => {
    const c = getComputedStyle(e).backgroundColor;
    return c === "rgba(0, 0, 0, 0)" ? ground(e.parentElement) : c;
  };
  return names.map((name) => {
    const e = document.querySelector(name);
    const [a, b] = [getComputedStyle(e).color, ground(e)].map(light);
    return [name, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  });
}"""


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


def contrasts(page: Any, selectors: str) -> dict[str, float]:
    """Contrast of the first element of each selector (parted by ;) with its ground, 1 to 21."""
    names = [name.strip() for name in selectors.split(";")]
    return {name: float(ratio) for name, ratio in page.evaluate(_CONTRASTS, names)}
