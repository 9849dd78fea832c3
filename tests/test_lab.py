"""The notebooks in JupyterLab, run from its menu in a browser, as after ``make lab``."""

import html
import os
import pathlib
import re
import secrets
import socket
import subprocess
import sys
import time

import pytest

from stdpolicy.reproduction.notebooks import LANGUAGES, list_notebooks, read_notebook, to_text

#: The notebooks as ``make reproduce`` leaves them: what JupyterLab has to show.
MADE = pathlib.Path(__file__).resolve().parents[1] / "reports" / "notebooks"
BOOKS = list_notebooks()
#: Only one in the fast run, since JupyterLab takes its time.
RUNS = [
    pytest.param(
        book,
        language,
        marks=[] if (book, language) == (BOOKS[0], "zh") else pytest.mark.full,
        id=f"{book.stem}-{language}",
    )
    for book in BOOKS
    for language in LANGUAGES
]
PATIENCE = 300  # seconds
#: Kind, text and widths of the pictures of every output.
OUTPUTS = """
    [...document.querySelectorAll(".jp-Notebook .jp-OutputArea-output")].map(output => [
        output.dataset.mimeType,
        output.textContent,
        [...output.querySelectorAll("img")].map(picture => picture.naturalWidth),
    ])
"""
#: Every cell has run and shows what it made, or one has failed, which stops those below it;
#: JupyterLab shows an error as it does stderr.
DONE = r"""
    document.querySelector(".jp-Notebook [data-mime-type*=err]") !== null
    || [...document.querySelectorAll(".jp-Notebook .jp-CodeCell .jp-InputPrompt")]
        .every(prompt => /^\[\d+\]:$/.test(prompt.textContent.trim()))
    && [...document.images].every(picture => picture.complete)
"""


@pytest.fixture
def lab(tmp_path):
    """Address, token and folder of a JupyterLab of its own that asks nothing of the internet."""
    folder, own, token = tmp_path / "notebooks", tmp_path / "jupyter", secrets.token_hex()
    folder.mkdir()
    quiet = own / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--notebook-dir={folder}", "--no-browser"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--allow-root"),
        *(f"--IdentityProvider.token={token}", "--LabApp.extension_manager=readonly"),
    ]
    environment = os.environ | {
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
    }
    log = own / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        late = time.monotonic() + PATIENCE
        while not listens(port):
            alive = server.poll() is None and time.monotonic() < late
            assert alive, log.read_text(encoding="utf-8", errors="replace")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", token, folder
    finally:
        server.terminate()  # and so the kernels
        server.wait(60)


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def put(book: pathlib.Path, language: str, folder: pathlib.Path) -> str:
    """A copy without outputs and with the language set where a reader would set it."""
    notebook = read_notebook(book)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if "parameters" in cell.metadata.get("tags", []):
            assert 'language = "en"' in cell.source
            cell.source = cell.source.replace('language = "en"', f'language = "{language}"')
    (folder / book.name).write_text(to_text(notebook), encoding="utf-8")
    return book.name


def bare(text: str) -> str:
    return "".join(text.split())


def made(book: pathlib.Path, language: str) -> list[tuple[str, str]]:
    """Kind and text of every output in the copy that was made by ``make reproduce``."""
    cells = read_notebook(MADE / language / book.name).cells
    found = []
    for output in [o for cell in cells for o in cell.get("outputs", [])]:
        kinds = ("image/png", "text/html", "text/plain")
        kind = next(kind for kind in kinds if kind in output.data)
        text = "" if kind == "image/png" else output.data[kind]
        if kind == "text/html":
            text = html.unescape(re.sub(r"<[^>]*>", "", text))
        found.append((kind, bare(text)))
    return found


@pytest.mark.parametrize(("book", "language"), RUNS)
def test_notebook_runs_in_jupyterlab_and_shows_what_is_in_the_reports(
    chromium, lab, book, language
):
    address, token, folder = lab
    page = chromium.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{address}/lab/tree/{put(book, language, folder)}?token={token}")
    # Cells that are told to run before the kernel is there do nothing.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(DONE)

    outputs = page.evaluate(OUTPUTS)
    faults = [text for kind, text, _ in outputs if "err" in kind]
    assert faults == []
    assert [(kind, bare(text)) for kind, text, _ in outputs] == made(book, language)
    pictures = [widths for kind, _, widths in outputs if kind.startswith("image/")]
    assert pictures
    assert all(len(widths) == 1 and widths[0] > 300 for widths in pictures)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    page.close()
