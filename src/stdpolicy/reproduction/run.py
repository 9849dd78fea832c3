"""Running one notebook through papermill."""

import dataclasses
import logging
import os
import pathlib
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stdpolicy.errors import StdpolicyError
from stdpolicy.reproduction.notebooks import check_parameters, normalise, read_notebook, to_text

#: What the kernel of every run sees, so that results do not depend on the machine's settings.
_ENVIRONMENT = {
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, not one of the user's
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
}

#: A socket's path may have some 100 characters, of which a kernel's name takes half.
_LONGEST_FOLDER = 50


class NotebookError(StdpolicyError):
    """A cell of a notebook failed. The message shows the cell, the error and the parameters."""


@dataclasses.dataclass(frozen=True)
class Job:
    """One run: a notebook, its parameters, the file that takes the executed copy.

    ``folder`` is where the kernel works, to which relative paths refer. ``language`` is that of the
    text cells to keep; without it all are kept.
    """

    notebook: pathlib.Path
    parameters: dict[str, Any]
    target: pathlib.Path
    folder: pathlib.Path
    language: str | None = None


@dataclasses.dataclass(frozen=True)
class Result:
    """How a run went: seconds it took, and the error in words when it failed."""

    job: Job
    seconds: float
    error: str | None


@contextmanager
def _quiet_environment() -> Iterator[pathlib.Path]:
    """Settings for a run; gives a scratch folder that goes with it."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="sp-") as folder:
        os.environ.update(_ENVIRONMENT, IPYTHONDIR=folder, JUPYTER_RUNTIME_DIR=folder)
        try:
            yield pathlib.Path(folder)
        finally:
            os.environ.clear()
            os.environ.update(before)


def run_notebook(job: Job) -> None:
    """Run a notebook in a kernel of its own and write the executed copy to ``job.target``.

    Raises
    ------
    UsageError
        When the notebook or a parameter does not exist.
    NotebookError
        When a cell fails or the kernel cannot be run; nothing is written then.
    """
    # Imported here: papermill takes a second, and only runs need it.
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from stdpolicy.files import write_text

    check_parameters(job.notebook, job.parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with _quiet_environment() as scratch:
        executed = scratch / "executed.ipynb"
        transport = {}
        if sys.platform == "linux" and len(str(scratch)) < _LONGEST_FOLDER:
            transport["kernel_manager_class"] = "stdpolicy.reproduction.kernel.FileKernelManager"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # notices of the runner, not of the notebook
                papermill.execute_notebook(
                    str(job.notebook),
                    str(executed),
                    parameters=job.parameters,
                    kernel_name="python3",
                    progress_bar=False,
                    log_output=False,
                    extra_arguments=["--IPKernelApp.log_level=40"],  # no notices in the display
                    cwd=str(job.folder),
                    language="python",
                    **transport,
                )
        except PapermillExecutionError as error:
            raise NotebookError(_failure(job, error)) from None
        except Exception as error:  # whatever the kernel or the runner breaks on
            raise NotebookError(
                f"{job.notebook.name} could not be run ({type(error).__name__}: {error}); "
                "run it again, and open it in JupyterLab if that does not help"
            ) from error
        text = to_text(normalise(read_notebook(executed), job.language))
    write_text(job.target, text)


def _failure(job: Job, error: Any) -> str:
    source = "\n".join(f"    {line}" for line in str(error.source).splitlines())
    given = ", ".join(f"{k}={v!r}" for k, v in job.parameters.items()) or "the defaults"
    # The cell that the runner adds for the parameters is not in the notebook as one knows it.
    number = error.exec_count - bool(job.parameters)
    return (
        f"{job.notebook.name} failed in code cell {number}:\n{source}\n"
        f"  {error.ename}: {error.evalue}\n  parameters: {given}"
    )


def attempt(job: Job) -> Result:
    """Run a job and report failure as a value, for runs side by side."""
    start = time.monotonic()
    error = None
    try:
        run_notebook(job)
    except StdpolicyError as failure:
        error = str(failure)
    return Result(job, time.monotonic() - start, error)
