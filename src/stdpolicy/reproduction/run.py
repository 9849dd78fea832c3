"""Running one notebook through papermill."""

import dataclasses
import logging
import os
import pathlib
import socket
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stdpolicy.errors import StdpolicyError
from stdpolicy.files import write_text
from stdpolicy.reproduction.notebooks import check_parameters, normalise, read_notebook, to_text

#: What the kernel of every run sees, so that results do not depend on the machine's settings. The
#: order of additions depends on the number of threads.
ENVIRONMENT = {
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, not one of the user's
    "LC_ALL": "C.UTF-8",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no notices of the debugger
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
}

#: Beginning of the names of scratch folders; short, since paths of sockets have to be.
SCRATCH = "sp-"


class NotebookError(StdpolicyError):
    """A cell of a notebook failed. The message shows the cell, the error and the parameters."""


@dataclasses.dataclass(frozen=True)
class Job:
    """One run: a notebook, its parameters, the file that takes the executed copy.

    ``folder`` is where the kernel works, to which relative paths refer; below it and the folder
    that the parameter ``output`` names the notebook may write. ``language`` is that of the text
    cells to keep; without it all are kept.
    """

    notebook: pathlib.Path
    parameters: dict[str, Any]
    target: pathlib.Path
    folder: pathlib.Path
    language: str | None = None


@dataclasses.dataclass(frozen=True)
class Result:
    """How a run went: seconds, the error in words when it failed, which files it read."""

    job: Job
    seconds: float
    error: str | None
    reads: tuple[str, ...] = ()


@contextmanager
def _quiet_environment() -> Iterator[pathlib.Path]:
    """Settings for a run; gives a scratch folder that goes with it."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, ignore_cleanup_errors=True) as folder:
        os.environ.update(ENVIRONMENT, IPYTHONDIR=folder, JUPYTER_RUNTIME_DIR=folder)
        try:
            yield pathlib.Path(folder)
        finally:
            os.environ.clear()
            os.environ.update(before)


def run_notebook(job: Job, nurse: socket.socket | None = None) -> tuple[str, ...]:
    """Run a notebook in a kernel of its own and write the executed copy to ``job.target``.

    Parameters
    ----------
    job : Job
    nurse : socket, optional
        Leads to a process that forks kernels; a new process is the kernel without it.

    Returns
    -------
    tuple of str
        Files that the notebook read, those of modules too.

    Raises
    ------
    UsageError
        When the notebook or a parameter does not exist.
    NotebookError
        When a cell fails or the kernel cannot be run; nothing is written then.
    """
    check_parameters(job.notebook, job.parameters)
    with _quiet_environment() as scratch:
        trace = scratch / "trace"
        own = [job.folder, scratch, job.folder / str(job.parameters.get("output") or ".")]
        from stdpolicy.reproduction import kernel

        os.environ.update(kernel.settings(trace, own))
        kernel.ForkedKernelManager.nurse = nurse
        manager = "ForkedKernelManager" if nurse else "FileKernelManager"
        executed = scratch / "executed.ipynb"
        _execute(job, executed, f"{kernel.__name__}.{manager}")
        lines = trace.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        text = to_text(normalise(read_notebook(executed), job.language))
    write_text(job.target, text)
    return tuple(sorted(lines))


def _execute(job: Job, executed: pathlib.Path, manager: str) -> None:
    # Imported here: papermill takes a second, and only runs need it.
    import papermill
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
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
                request_save_on_cell_execute=False,
                cwd=str(job.folder),
                language="python",
                kernel_manager_class=manager,
                shutdown_kernel="immediate",  # it has nothing of its own to put in order
            )
    except PapermillExecutionError as error:
        raise NotebookError(_failure(job, error)) from None
    except Exception as error:  # whatever the kernel or the runner breaks on
        raise NotebookError(
            f"{job.notebook.name} could not be run ({type(error).__name__}: {error}); "
            "run it again, and open it in JupyterLab if that does not help"
        ) from error


def _failure(job: Job, error: Any) -> str:
    source = "\n".join(f"    {line}" for line in str(error.source).splitlines())
    given = ", ".join(f"{k}={v!r}" for k, v in job.parameters.items()) or "the defaults"
    # The cell that the runner adds for the parameters is not in the notebook as one knows it.
    number = error.exec_count - bool(job.parameters)
    return (
        f"{job.notebook.name} failed in code cell {number}:\n{source}\n"
        f"  {error.ename}: {error.evalue}\n  parameters: {given}"
    )


def attempt(job: Job, nurse: socket.socket | None = None) -> Result:
    """Run a job and report failure as a value, for runs side by side."""
    start = time.monotonic()
    error: str | None = None
    reads: tuple[str, ...] = ()
    try:
        reads = run_notebook(job, nurse)
    except StdpolicyError as failure:
        error = str(failure)
    except OSError as failure:
        place = f" {failure.filename}" if failure.filename else ""
        error = f"{job.notebook.name}: cannot read or write{place}: {failure.strerror}"
    return Result(job, time.monotonic() - start, error, reads)
