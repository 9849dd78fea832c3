"""The process that runs notebooks: it imports what they need once, and forks for each of them.

``python -m stdpolicy.reproduction.server`` reads one job a line (JSON) and answers each with one
line. Where processes can be forked it is started with ``--lanes``, pairs of file descriptors, and
serves as many jobs side by side as there are pairs: every lane forks for every job, and asks a
process that has imported ``--modules`` and run nothing to fork a kernel, so that each notebook
begins as in a new process. Otherwise it serves one job after the other, each in a kernel that is a
new process anyway.
"""

import argparse
import contextlib
import dataclasses
import functools
import itertools
import json
import os
import pathlib
import queue
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import NoReturn, TextIO

from stdpolicy.reproduction.run import Job, Result, attempt


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
    return Result(job, fields["seconds"], fields["error"], tuple(fields["reads"]))


def _import_runner() -> None:
    """Import what runs notebooks."""
    # A grammar that only checks addresses in other schemas, and takes a second to build.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    import papermill  # noqa: F401

    del sys.modules["rfc3987_syntax"]


def serve_in_turn(questions: TextIO, answers: TextIO) -> None:
    """Run one job after the other; end at once, and the kernel too, when nobody waits any more."""
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> NoReturn:
        for line in questions:
            asked.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        answers.write(answer(attempt(from_line(asked.get()))))
        answers.flush()


def serve_by_forking(lanes: list[tuple[int, int]], modules: list[str]) -> None:
    """Fork a lane for each pair of descriptors, and the nurse of all kernels; wait for them."""
    from stdpolicy.reproduction.kernel import nurse

    pairs = [socket.socketpair() for _ in lanes]
    children = [os.fork()]
    if children[0] == 0:
        for descriptor in itertools.chain(*lanes):
            os.close(descriptor)
        for mine, _ in pairs:
            mine.close()
        _leave(lambda: nurse([theirs for _, theirs in pairs], modules))
    for _, theirs in pairs:
        theirs.close()
    _import_runner()  # while the nurse imports what notebooks need
    for lane, (mine, _) in zip(lanes, pairs, strict=True):
        child = os.fork()
        if child == 0:
            for descriptor in itertools.chain(*(other for other in lanes if other != lane)):
                os.close(descriptor)
            for other, _ in pairs:
                if other is not mine:
                    other.close()
            _leave(functools.partial(_lane, *lane, mine))
        children.append(child)
    for descriptor in itertools.chain(*lanes):
        os.close(descriptor)
    for mine, _ in pairs:
        mine.close()
    for child in children:
        os.waitpid(child, 0)


def _leave(work: Callable[[], None]) -> NoReturn:
    """Work in a forked process, and end it without what its parent would do at the end."""
    try:
        work()
    finally:
        os._exit(0)


def _lane(questions: int, answers: int, nurse: socket.socket) -> None:
    with os.fdopen(questions, encoding="utf-8") as asked, os.fdopen(answers, "w") as told:
        # A line at a time and none ahead, so that the end of questions shows in the descriptor.
        while line := asked.readline():
            receive, send = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(receive)
                asked.close()
                told.close()
                _leave(functools.partial(_run, line, send, nurse))
            os.close(send)
            said = _listen(receive, asked.fileno(), child)
            os.waitpid(child, 0)
            if said is None:
                return
            told.write(said)
            told.flush()


def _run(line: str, send: int, nurse: socket.socket) -> None:
    with os.fdopen(send, "w", encoding="utf-8") as stream:
        stream.write(answer(attempt(from_line(line), nurse)))


def _listen(receive: int, questions: int, child: int) -> str | None:
    """What a run says in the end; None when nobody waits for it any more, and it is stopped."""
    parts = []
    while True:
        ready = select.select([receive, questions], [], [])[0]
        if questions in ready:  # the next question comes after the answer: this is the end
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)  # and with it its kernel
            return None
        part = os.read(receive, 65536)
        if not part:
            break
        parts.append(part)
    os.close(receive)
    said = b"".join(parts).decode("utf-8")
    lost = {"seconds": 0.0, "error": "the process of the run was ended from outside"}
    return said or json.dumps(lost | {"reads": []}) + "\n"


def main(arguments: list[str]) -> None:
    """Serve until there are no more questions."""
    if not arguments:
        _import_runner()
        serve_in_turn(sys.stdin, sys.stdout)
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--lanes", nargs="+", type=int, required=True)
    parser.add_argument("--modules", nargs="*", default=[])
    chosen = parser.parse_args(arguments)
    numbers = chosen.lanes
    serve_by_forking(list(zip(numbers[::2], numbers[1::2], strict=True)), chosen.modules)


if __name__ == "__main__":
    main(sys.argv[1:])
