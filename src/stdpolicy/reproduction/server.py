"""The process that runs notebooks: it imports what they need once, and forks for each of them.

``python -m stdpolicy.reproduction.server`` reads one job a line (JSON) and answers each with one
line. Where processes can be forked it is started with ``--lanes``, pairs of file descriptors, and
serves as many jobs side by side as there are pairs: every lane is a fork that has run nothing and
forks again for every job, so that each notebook begins as in a new process. Otherwise it serves
one job after the other, each in a kernel that is a new process anyway.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import select
import signal
import sys
from typing import Any, TextIO

from stdpolicy.reproduction.run import Job, Result, attempt

#: What most notebooks import, and what runs them.
_HEAVY = (
    "IPython.core.completer",
    "debugpy",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "nbclient",
    "pandas",
    "PIL.Image",
    "PIL.PngImagePlugin",
    "scipy.optimize",
    "scipy.sparse.csgraph",
    "seaborn",
)


def to_line(job: Job) -> str:
    """A job as the line that asks for it."""
    fields = dataclasses.asdict(job)
    paths = {name: str(fields[name]) for name in ("notebook", "target", "folder")}
    return json.dumps(fields | paths) + "\n"


def from_line(line: str) -> Job:
    """The job that a line asks for."""
    fields = json.loads(line)
    paths = {name: pathlib.Path(fields[name]) for name in ("notebook", "target", "folder")}
    return Job(**fields | paths)


def answer(result: Result) -> str:
    """A result as the line that tells it."""
    fields = dataclasses.asdict(result)
    del fields["job"]
    return json.dumps(fields) + "\n"


def understood(line: str, job: Job) -> Result:
    """The result of a job that a line tells."""
    fields = json.loads(line)
    for name in ("modules", "reads"):
        fields[name] = tuple(fields[name])
    return Result(job, **fields)


def _prepare() -> None:
    """Import what notebooks and their runner need."""
    # A grammar that only checks addresses in other schemas, and takes a second to build.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    import papermill  # noqa: F401

    del sys.modules["rfc3987_syntax"]


def _import_heavy() -> None:
    from importlib import import_module

    for name in _HEAVY:
        with contextlib.suppress(ImportError):
            import_module(name)


def serve_in_turn(questions: TextIO, answers: TextIO) -> None:
    """Run one job after the other."""
    for line in questions:
        answers.write(answer(attempt(from_line(line))))
        answers.flush()


def serve_by_forking(lanes: list[tuple[int, int]]) -> None:
    """Fork a lane for each pair of descriptors, and wait for them."""
    children = []
    for mine in lanes:
        child = os.fork()
        if child == 0:
            for other in lanes:
                if other != mine:
                    os.close(other[0])
                    os.close(other[1])
            try:
                _lane(*mine)
            finally:
                os._exit(0)
        children.append(child)
    for lane in lanes:
        os.close(lane[0])
        os.close(lane[1])
    for child in children:
        os.waitpid(child, 0)


def _lane(questions: int, answers: int) -> None:
    with os.fdopen(questions, encoding="utf-8") as asked, os.fdopen(answers, "w") as told:
        # A line at a time and none ahead, so that the end of questions shows in the descriptor.
        while line := asked.readline():
            receive, send = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(receive)
                os.setsid()  # so that the run and its kernel can be ended together
                asked.close()
                told.close()
                _run_forked(line, send)
            os.close(send)
            said = _listen(receive, asked.fileno(), child)
            os.waitpid(child, 0)
            if said is None:
                return
            told.write(said)
            told.flush()


def _run_forked(line: str, send: int) -> None:
    with contextlib.suppress(BaseException), os.fdopen(send, "w", encoding="utf-8") as stream:
        stream.write(answer(attempt(from_line(line), fork=True)))
    os._exit(0)


def _listen(receive: int, questions: int, child: int) -> str | None:
    """What a run says in the end; None when nobody waits for it any more, and it is stopped."""
    parts = []
    while True:
        ready = select.select([receive, questions], [], [])[0]
        if questions in ready:  # the next question comes after the answer: this is the end
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            return None
        part = os.read(receive, 65536)
        if not part:
            break
        parts.append(part)
    os.close(receive)
    said = b"".join(parts).decode("utf-8")
    lost = {"seconds": 0.0, "error": "the process of the run was ended from outside"}
    return said or json.dumps(lost | {"modules": [], "reads": []}) + "\n"


def main(arguments: list[str]) -> None:
    """Serve until there are no more questions."""
    _prepare()
    if arguments[:1] == ["--lanes"]:
        _import_heavy()
        numbers: Any = [int(text) for text in arguments[1:]]
        serve_by_forking(list(zip(numbers[::2], numbers[1::2], strict=True)))
    else:
        serve_in_turn(sys.stdin, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
