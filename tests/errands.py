"""What processes are sent to do in tests; it loads fast."""

import os
import pathlib
import signal
import time


def double(item: int) -> int:
    return 2 * item


def die_once(folder: str, item: int) -> int:
    """Die at every third item, the first time."""
    mark = pathlib.Path(folder, str(item))
    if item % 3 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def die(item: int) -> int:
    if item == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def want_memory(item: int) -> int:
    raise MemoryError


def complain(item: int) -> int:
    raise OSError(28, "No space left on device", "t.csv")


def wait(mark: str) -> None:
    pathlib.Path(mark).touch()
    time.sleep(60)
