"""The kernel of a run: it notes what it loads and reads, and writes in its own folders only.

``python -m stdpolicy.reproduction.kernel`` starts one like any other kernel. Where processes can be
forked, :class:`ForkedKernel` is one that was forked with the heavy imports done and waits to be
told its connection file; it is as clean as a new one, since nothing has run in it.
"""

import contextlib
import json
import os
import pathlib
import signal
import sys
import time
from collections.abc import Iterable
from typing import Any, cast

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir

#: Carries the settings of :func:`watch` to a kernel that is started by command.
_SETTINGS = "STDPOLICY_WATCH"
#: A socket's path may have some 100 characters, of which a kernel's name takes half.
_LONGEST_FOLDER = 50

_NO_WRITE = (
    "a notebook writes below its output folder only, and this one tried to write {}; "
    "write to the folder that the parameter 'output' names"
)


# --- in the kernel ------------------------------------------------------------------------------


def watch(trace: str, writable: Iterable[str]) -> None:
    """Note in a file which modules of the package load and which files are read, from now on.

    Parameters
    ----------
    trace : str
        Takes a line for each module and each file, once: ``module NAME`` or ``read PATH``.
    writable : iterable of str
        Folders below which files may be written; elsewhere an attempt raises ``PermissionError``.
    """
    note = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    known: set[str] = set()
    home = pathlib.Path.home()
    own = (*writable, home / ".cache", home / ".config" / "matplotlib", "/dev")
    allowed = tuple(os.path.realpath(folder) for folder in own)

    def tell(line: str) -> None:
        if line not in known:
            known.add(line)
            os.write(note, line.encode("utf-8", "surrogateescape") + b"\n")

    def forbid(path: Any) -> None:
        name = os.path.realpath(os.fsdecode(path))
        own = any(name == folder or name.startswith(folder + os.sep) for folder in allowed)
        if not own and "__pycache__" not in name:
            raise PermissionError(_NO_WRITE.format(name))

    def see(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import":
            name = arguments[0]
            if name.split(".")[0] == "stdpolicy":
                tell(f"module {name}")
        elif event == "open":
            path, mode, flags = arguments
            if isinstance(path, (str, bytes)):
                writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if flags else 0
                if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
                    forbid(path)
                else:
                    # Links stay as they are, so that a path below the run's folder is seen as one.
                    tell(f"read {os.path.abspath(os.fsdecode(path))}")  # noqa: PTH100
        elif event in ("os.remove", "os.mkdir", "os.rmdir", "os.truncate"):
            if isinstance(arguments[0], (str, bytes)):
                forbid(arguments[0])
        elif event in ("os.rename", "os.link", "os.symlink"):
            forbid(arguments[1])

    sys.addaudithook(see)


def settings(trace: pathlib.Path, writable: Iterable[pathlib.Path]) -> dict[str, str]:
    """Environment by which a kernel that is started by command knows what to watch."""
    return {_SETTINGS: json.dumps([str(trace), [str(folder) for folder in writable]])}


def serve(arguments: list[str]) -> None:
    """Be the kernel until it is told to stop."""
    from ipykernel.kernelapp import IPKernelApp

    if _SETTINGS in os.environ:
        watch(*json.loads(os.environ.pop(_SETTINGS)))
    application = IPKernelApp.instance()
    # No notices in the display, and no history of what programs typed.
    own = ["--IPKernelApp.log_level=40", "--HistoryManager.enabled=False"]
    application.initialize([*arguments, *own])  # type: ignore[no-untyped-call]
    application.start()  # type: ignore[no-untyped-call]


# --- beside it ----------------------------------------------------------------------------------


class FileKernelManager(AsyncKernelManager):
    """A manager whose kernels watch themselves and talk through files where that is possible.

    Ports of two kernels started at once can be mixed up; files in Jupyter's runtime folder, which
    has to be one run's own, cannot.
    """

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        folder = jupyter_runtime_dir()
        if sys.platform == "linux" and len(folder) < _LONGEST_FOLDER:
            self.transport = "ipc"
            self.ip = str(pathlib.Path(folder) / "kernel")

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command of the kernel: this module, whatever the kernel's own specification says."""
        command = [sys.executable, "-m", "stdpolicy.reproduction.kernel"]
        return [*command, "-f", os.path.realpath(self.connection_file), *(extra_arguments or [])]


class ForkedKernel:
    """A process that will be a kernel; beside that it looks like ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, folder: pathlib.Path) -> None:
        """Fork this process, in which no kernel and no other thread may have run."""
        self.returncode: int | None = None
        listen, self._tell = os.pipe()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            with contextlib.suppress(SystemExit):
                os.close(self._tell)
                self._become(listen, folder, parent)
                status = 0
            os._exit(status)
        os.close(listen)

    @staticmethod
    def _become(listen: int, folder: pathlib.Path, parent: int) -> None:
        with os.fdopen(listen, encoding="utf-8") as stream:
            told = stream.read()
        if not told:  # the run ended before it began
            return
        os.chdir(folder)
        if "numpy" in sys.modules:
            import numpy as np

            np.random.seed()  # chance is not shared with other runs
        sys.argv = ["kernel"]
        serve([*json.loads(told), f"--IPKernelApp.parent_handle={parent}"])

    def start(self, arguments: list[str]) -> None:
        """Tell it to be a kernel now."""
        with os.fdopen(self._tell, "w", encoding="utf-8") as stream:
            json.dump(arguments, stream)

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int:
        """Its exit status, once it ended."""
        while (status := self.poll()) is None:
            time.sleep(0.005)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class _ForkedProvisioner(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        waiting = ForkedKernelManager.waiting
        assert waiting is not None
        waiting.start(cmd[3:])  # what follows python -m MODULE
        # Without a process group of its own, since it shares that of the run.
        self.process, self.pid = cast(Any, waiting), cast(Any, waiting.pid)
        return self.connection_info


class ForkedKernelManager(FileKernelManager):
    """A manager of the kernel that waits in this process."""

    waiting: ForkedKernel | None = None

    async def _async_pre_start_kernel(self, **settings: Any) -> Any:
        self.kernel_id = "forked"
        self.provisioner = _ForkedProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        return await super()._async_pre_start_kernel(**settings)


if __name__ == "__main__":
    serve(sys.argv[1:])
