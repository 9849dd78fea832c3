"""The same work on many items, side by side: in processes of this machine or on a Dask cluster.

Both have one method, ``map``, which gives answers as they come. An item whose process ends before
it has answered is tried again; where that ends its process too, the others are done first and then
:class:`LostError` says which it was.
"""

import collections
import contextlib
import dataclasses
import functools
import itertools
import multiprocessing
import os
import pathlib
import pickle
import platform
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from multiprocessing import connection
from typing import Any, Protocol, TypeVar

from stdpolicy.errors import StdpolicyError, UsageError

Item = TypeVar("Item")
Answer = TypeVar("Answer")

#: Processes that may be lost before it is the machine, not the items.
_LOST = 16
#: Seconds within which a scheduler has to answer, and workers have to come (again).
_CONNECT = 10.0
_WORKERS = 30.0


class LostError(StdpolicyError):
    """Processes ended before they answered; ``numbers`` are those of the items they were at."""

    def __init__(self, numbers: Sequence[int]):
        self.numbers = sorted(numbers)
        super().__init__(
            f"{len(self.numbers)} processes ended unexpectedly; "
            "see whether there is memory enough, and run it again with fewer"
        )


class Executor(Protocol):
    """What runs a function on items, side by side."""

    def map(
        self, function: Callable[[Item], Answer], items: Sequence[Item]
    ) -> Iterator[tuple[int, Answer]]:
        """Number of an item and what the function says of it, as they come.

        Raises
        ------
        LostError
            When the process of an item was lost, and lost again; all others are done by then.
        Exception
            What the function raises.
        """
        ...


def _twice(
    attempt: Callable[[Sequence[int], list[int], bool], Iterator[tuple[int, Answer]]], number: int
) -> Iterator[tuple[int, Answer]]:
    """Attempt all items, then those that were lost, each of them alone.

    Its process may have been lost by no fault of its own, or had too little memory beside others.
    """
    lost: list[int] = []
    yield from attempt(range(number), lost, False)
    if 0 < len(lost) < _LOST:
        again: list[int] = []
        yield from attempt(lost, again, True)
        lost = again
    if lost:
        raise LostError(lost)


# --- processes of this machine ------------------------------------------------------------------


class Processes:
    """Processes of this machine, which end with the one that asks, however it ends.

    Parameters
    ----------
    number : int
        How many at once.
    """

    def __init__(self, number: int):
        self.number = number

    def map(
        self, function: Callable[[Item], Answer], items: Sequence[Item]
    ) -> Iterator[tuple[int, Answer]]:
        """See :meth:`Executor.map`."""
        return _twice(functools.partial(_crew, self.number, function, items), len(items))


def _crew(
    number: int,
    function: Callable[[Item], Answer],
    items: Sequence[Item],
    order: Sequence[int],
    lost: list[int],
    alone: bool,
) -> Iterator[tuple[int, Answer]]:
    """Answers to some of the items; notes whose process ended instead."""
    number = 1 if alone else number
    context = multiprocessing.get_context("spawn")  # the same on every system
    waiting = collections.deque(order)
    busy: dict[Any, tuple[Any, int]] = {}  # a pipe has another class on every system

    def give(pipe: Any, process: Any) -> None:
        if waiting and len(lost) < _LOST:
            busy[pipe] = process, waiting.popleft()
            with contextlib.suppress(OSError):  # it has ended, which shows when it should answer
                pipe.send(items[busy[pipe][1]])
        else:
            pipe.close()
            process.join()

    def hire() -> None:
        mine, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, function), daemon=True)
        with _deaf():
            process.start()
        theirs.close()
        give(mine, process)

    try:
        while len(busy) < number and waiting:
            hire()
        while busy:
            for ready in connection.wait(list(busy)):
                pipe: Any = ready
                process, at = busy.pop(pipe)
                answer: Any
                error: Exception | None
                try:
                    answer, error = pipe.recv()
                except (EOFError, OSError):
                    process.join()
                    lost.append(at)
                    if waiting and len(lost) < _LOST:
                        hire()
                    continue
                if error is not None:
                    busy[pipe] = process, at
                    raise error
                give(pipe, process)
                yield at, answer
    finally:
        for process, _ in busy.values():
            process.kill()
            process.join()


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ignore Ctrl-C for a moment; a process that is started then does so from its beginning."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(pipe: Any, function: Callable[[Any], Any]) -> None:
    """Answer until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    asker = multiprocessing.parent_process()
    assert asker

    def end_with_the_asker() -> None:
        connection.wait([asker.sentinel])
        os._exit(1)

    threading.Thread(target=end_with_the_asker, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            item = pipe.recv()
            answer: tuple[Any, Exception | None]
            try:
                answer = function(item), None
            except MemoryError:
                return  # as if the system had ended it
            except Exception as error:  # it is for the one who asks
                answer = None, _portable(error)
            pipe.send(answer)


def _portable(error: Exception) -> Exception:
    """An error as it can be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return StdpolicyError(f"{type(error).__name__}: {error}")
    return error


# --- a Dask cluster -----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Terms:
    """What the workers of a cluster must have in common with the one who asks.

    Parameters
    ----------
    describe : callable
        Says what matters where it is called: names and versions. It has to say the same there. A
        function of a module.
    paths : tuple of path
        What the workers have to see.
    folder : path
        Where a token is written for a while; who reads it shares our files.
    """

    describe: Callable[[], dict[str, str]]
    paths: tuple[pathlib.Path, ...]
    folder: pathlib.Path
    here: dict[str, str] = dataclasses.field(init=False)
    secret: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        object.__setattr__(self, "here", self.describe())

    @property
    def token(self) -> pathlib.Path:
        """The file that is written for a while."""
        return self.folder / f"{self.secret}.token"


def unlike(terms: Terms) -> list[str]:
    """In what the process that calls this differs, in words."""
    try:
        shared = terms.token.read_text(encoding="utf-8") == terms.secret
    except OSError:
        shared = False
    if not shared:
        return [f"does not see {terms.folder}"]
    found = [f"does not see {path}" for path in terms.paths if not path.exists()]
    there = terms.describe()
    for name in sorted(terms.here.keys() | there.keys()):
        if there.get(name) != terms.here.get(name):
            theirs, ours = there.get(name) or "not there", terms.here.get(name) or "not there"
            found.append(f"has another {name} ({theirs}, here {ours})")
    return found


_found_unlike: dict[str, list[str]] = {}


def _on_worker(terms: Terms, function: Callable[[Item], Answer], item: Item) -> Answer:
    """Run a function on a worker; one that came late is looked at too."""
    if terms.secret not in _found_unlike:
        _found_unlike[terms.secret] = unlike(terms)
    if found := _found_unlike[terms.secret]:
        raise UsageError(_refusal({"that came later": found}))
    return function(item)


def _refusal(found: dict[str, list[str]]) -> str:
    lines = [f"  worker {name}: {'; '.join(said)}" for name, said in sorted(found.items())]
    return (
        "the cluster's workers must share our files and have the same versions:\n"
        + "\n".join(lines)
        + "\nstart them in the same environment, where these folders are seen under the same path"
    )


class Cluster:
    """The workers of a Dask cluster.

    Parameters
    ----------
    scheduler : str
        Its address (``tcp://host:8786``), or the path of its scheduler file.
    terms : Terms
        Workers that do not keep them are refused.
    """

    def __init__(self, scheduler: str, terms: Terms):
        self.scheduler, self.terms = scheduler, terms

    def map(
        self, function: Callable[[Item], Answer], items: Sequence[Item]
    ) -> Iterator[tuple[int, Answer]]:
        """See :meth:`Executor.map`.

        Raises
        ------
        UsageError
            When the scheduler cannot be reached, or its workers are unlike us.
        StdpolicyError
            When the scheduler or all workers have gone.
        """
        with self._connected() as client:
            yield from _twice(functools.partial(self._round, client, function, items), len(items))

    def _round(
        self,
        client: Any,
        function: Callable[[Item], Answer],
        items: Sequence[Item],
        order: Sequence[int],
        lost: list[int],
        alone: bool,
    ) -> Iterator[tuple[int, Answer]]:
        """Answers to some of the items; notes whose workers ended instead."""
        from distributed import KilledWorker

        work = functools.partial(_on_worker, self.terms, function)
        room = 1 if alone else 2 * max(1, sum(client.nthreads().values()))
        waiting = iter(order)
        pending: dict[Any, int] = {}
        while True:
            for at in itertools.islice(waiting, room - len(pending)):
                pending[client.submit(work, items[at], pure=False)] = at
            if not pending:
                return
            for future in self._done(client, list(pending)):
                try:
                    failure = future.exception(timeout=2)
                    answer: Any = None if failure else future.result(timeout=2)
                except TimeoutError:
                    continue  # its worker was lost with the answer, and another one is at it
                except CancelledError as error:
                    raise self._gone() from error
                at = pending.pop(future)
                if failure is None:
                    yield at, answer
                elif isinstance(failure, (KilledWorker, MemoryError)):
                    lost.append(at)
                else:
                    raise failure

    def _done(self, client: Any, pending: list[Any]) -> list[Any]:
        """Futures that are done, once there are any.

        Raises
        ------
        StdpolicyError
            When nobody is left who could do them.
        """
        from distributed import wait

        seen = time.monotonic()
        while True:
            try:
                with client.as_current():
                    wait(pending, timeout=2, return_when="FIRST_COMPLETED")
            except TimeoutError:
                if client.scheduler_info()["workers"]:
                    seen = time.monotonic()
                elif time.monotonic() - seen > _WORKERS:
                    raise StdpolicyError(
                        f"the workers of {self.scheduler} have all gone; start some and run "
                        "this again, what is done stays"
                    ) from None
            except (CancelledError, OSError) as error:
                raise self._gone() from error
            else:
                return [future for future in pending if future.done()]

    def _gone(self) -> StdpolicyError:
        return StdpolicyError(
            f"the scheduler {self.scheduler} has gone; start it and run this again, "
            "what is done stays"
        )

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError(
                f"--scheduler needs the package {error.name}: pip install stdpolicy[cluster]"
            ) from error
        file = pathlib.Path(self.scheduler)
        place = {"scheduler_file": str(file)} if file.is_file() else {"address": self.scheduler}
        try:
            client = Client(**place, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(
                f"no Dask scheduler answers at {self.scheduler} within {_CONNECT:.0f} s; "
                "see whether it runs, and whether the address is the one it printed"
            ) from error
        with client:
            try:
                client.wait_for_workers(1, timeout=_WORKERS)
            except TimeoutError:
                raise UsageError(
                    f"the scheduler {self.scheduler} has no workers after {_WORKERS:.0f} s; "
                    f"start some: dask worker {self.scheduler} --nthreads 1"
                ) from None
            self.terms.folder.mkdir(parents=True, exist_ok=True)
            self.terms.token.write_text(self.terms.secret, encoding="utf-8")
            try:
                self._look_at_workers(client)
                yield client
            finally:
                self.terms.token.unlink(missing_ok=True)

    def _look_at_workers(self, client: Any) -> None:
        """Refuse workers that are unlike us.

        Raises
        ------
        UsageError
        """
        own = ".".join(platform.python_version_tuple()[:2])
        found: dict[str, list[str]] = {}
        for name, said in client.get_versions()["workers"].items():
            python = ".".join(str(said["host"]["python"]).split(".")[:2])
            if python != own:
                found[name] = [f"has another python ({python}, here {own})"]
        if not found:
            # Sent by value: a worker may have no stdpolicy at all.
            answers = client.run(_by_value(), pickle.dumps(self.terms), on_error="return")
            found = {name: list(map(str, said)) for name, said in answers.items() if said}
        if found:
            raise UsageError(_refusal(found))


def _by_value() -> Callable[[bytes], list[str]]:
    def look(terms: bytes) -> list[str]:
        import pickle

        try:
            from stdpolicy.parallel import unlike

            return unlike(pickle.loads(terms))
        except ImportError as error:
            return [f"has no stdpolicy like ours ({error})"]

    return look
