"""Running one notebook through papermill."""

import dataclasses
import logging
import os
import pathlib
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


class NotebookError(StdpolicyError):
    """A cell of a notebook failed. The message shows the cell, the error and the parameters."""


@dataclasses.dataclass(frozen=True)
class Job:
    """One run: a notebook, its parameters, and the folder that takes its files.

    ``language`` is that of the text cells to keep; without it all are kept.
    """

    notebook: pathlib.Path
    parameters: dict[str, Any]
    target: pathlib.Path
    language: str | None = None


@dataclasses.dataclass(frozen=True)
class Result:
    """How a run went: seconds it took, and the error in words when it failed."""

    job: Job
    seconds: float
    error: str | None


@contextmanager
def _quiet_environment() -> Iterator[None]:
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="stdpolicy-ipython-") as profile:
        os.environ.update(_ENVIRONMENT, IPYTHONDIR=profile)
        try:
            yield
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
        When a cell fails; nothing is written then.
    """
    # Imported here: papermill takes a second, and only runs need it.
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from stdpolicy.files import write_text

    check_parameters(job.notebook, job.parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with _quiet_environment(), tempfile.TemporaryDirectory(prefix="stdpolicy-run-") as scratch:
        executed = pathlib.Path(scratch) / "executed.ipynb"
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
                    cwd=scratch,
                )
        except PapermillExecutionError as error:
            raise NotebookError(_failure(job, error)) from None
        text = to_text(normalise(read_notebook(executed), job.language))
    write_text(job.target, text)


def _failure(job: Job, error: Any) -> str:
    source = "\n".join(f"    {line}" for line in str(error.source).splitlines())
    given = ", ".join(f"{k}={v!r}" for k, v in job.parameters.items()) or "the defaults"
    return (
        f"{job.notebook.name} failed in code cell {error.exec_count}:\n{source}\n"
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
    except Exception as failure:  # a broken kernel must not stop the other runs
        error = f"{job.notebook.name} could not be run: {type(failure).__name__}: {failure}"
    return Result(job, time.monotonic() - start, error)
