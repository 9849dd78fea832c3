"""Running jobs side by side, from the side that asks for it."""

import contextlib
import dataclasses
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from typing import IO, Literal, Protocol

from stdpolicy.errors import StdpolicyError, UsageError
from stdpolicy.parallel import Executor, LostError
from stdpolicy.reproduction.run import ENVIRONMENT, Job, Result
from stdpolicy.reproduction.server import to_line, understood

#: Forked processes, new ones, or whatever suits the system.
Kind = Literal["auto", "fork", "plain"]
KINDS = ("auto", "fork", "plain")


class Runner(Protocol):
    """What runs jobs side by side."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """Numbers of jobs and their results, as they come.

        The job of a result can have another folder than the one that was asked for; what was made
        is there.

        Raises
        ------
        StdpolicyError
            When a process ends before its jobs are done.
        """
        ...


class Workers:
    """Processes that run jobs, started at once so that they are ready when jobs come.

    Parameters
    ----------
    number : int
        Jobs that are run side by side.
    kind : str
        ``fork``: processes forked from one that has done the imports, on Linux; ``plain``: new
        processes; ``auto``: the first where it is possible.
    modules : sequence of str
        What the notebooks will import, so that forked processes have it already.

    Raises
    ------
    UsageError
        When processes cannot be forked here.
    """

    def __init__(self, number: int, kind: Kind = "auto", modules: Sequence[str] = ()) -> None:
        can_fork = sys.platform == "linux"
        if kind == "fork" and not can_fork:
            raise UsageError("workers 'fork' are possible on Linux only; use 'plain'")
        forks = can_fork and kind != "plain"
        self._processes: list[subprocess.Popen[str]] = []
        self._lanes: list[tuple[IO[str], IO[str]]] = []
        if forks:
            self._start_forking(number, modules)
        else:
            self._start_plain(number)

    def _start_forking(self, number: int, modules: Sequence[str]) -> None:
        theirs: list[int] = []
        for _ in range(number):
            asked, ask = os.pipe()
            told, tell = os.pipe()
            theirs += [asked, tell]
            self._lanes.append(
                (os.fdopen(ask, "w", encoding="utf-8"), os.fdopen(told, encoding="utf-8"))
            )
        arguments = ["--lanes", *map(str, theirs), "--modules", *modules]
        self._launch(arguments, pass_fds=theirs, stdin=subprocess.DEVNULL)
        for descriptor in theirs:
            os.close(descriptor)

    def _start_plain(self, number: int) -> None:
        for _ in range(number):
            process = self._launch([], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert process.stdin
            assert process.stdout
            self._lanes.append((process.stdin, process.stdout))

    def _launch(self, arguments: list[str], **settings: object) -> "subprocess.Popen[str]":
        process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "stdpolicy.reproduction.server", *arguments],
            env=os.environ | ENVIRONMENT,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the one who asked
            **settings,  # type: ignore[call-overload]
        )
        self._processes.append(process)
        return process

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """See :meth:`Runner.run`."""
        waiting: queue.SimpleQueue[tuple[int, Job]] = queue.SimpleQueue()
        done: queue.SimpleQueue[tuple[int, Result | str]] = queue.SimpleQueue()
        for numbered in enumerate(jobs):
            waiting.put(numbered)

        def serve(ask: IO[str], told: IO[str]) -> None:
            with contextlib.suppress(queue.Empty):
                while True:
                    number, job = waiting.get_nowait()
                    try:
                        ask.write(to_line(job))
                        ask.flush()
                        line = told.readline()
                    except (OSError, ValueError):
                        line = ""
                    done.put((number, understood(line, job) if line else job.notebook.name))
                    if not line:
                        return

        for lane in self._lanes:
            threading.Thread(target=serve, args=lane, daemon=True).start()
        for _ in jobs:
            number, result = done.get()
            if isinstance(result, str):
                raise StdpolicyError(
                    f"the process that ran {result} ended unexpectedly; run it again, "
                    "and see whether there is memory enough"
                )
            yield number, result

    def close(self) -> None:
        """End the processes and whatever they run."""
        for ask, _ in self._lanes:
            with contextlib.suppress(OSError):
                ask.close()
        for process in self._processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for _, told in self._lanes:
            with contextlib.suppress(OSError):
                told.close()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Away:
    """The workers of a cluster.

    Parameters
    ----------
    executor : Executor
    """

    def __init__(self, executor: Executor):
        self._executor = executor

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """See :meth:`Runner.run`."""
        try:
            yield from self._executor.map(run_away, jobs)
        except LostError as error:
            names = ", ".join(sorted({jobs[number].notebook.name for number in error.numbers}))
            raise StdpolicyError(
                f"the workers that ran {names} ended unexpectedly, again and again; "
                "see whether they have memory enough"
            ) from error

    def __enter__(self) -> "Away":
        return self

    def __exit__(self, *_: object) -> None:
        pass


def run_away(job: Job) -> Result:
    """Run a job in a new process, in a folder that no other attempt at it writes to.

    Where a worker is lost or only out of reach, another one tries while the first may go on.
    """
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{job.folder.name}-", dir=job.folder.parent))
    shutil.copytree(job.folder, folder, symlinks=True, dirs_exist_ok=True)
    target = folder / job.target.relative_to(job.folder)
    with Workers(1, "plain") as workers:
        ((_, result),) = workers.run([dataclasses.replace(job, folder=folder, target=target)])
    return result
