"""The kernel of a run: it notes what it loads and reads, and writes in its own folders only.

``python -m stdpolicy.reproduction.kernel`` starts one like any other kernel. Where processes can be
forked, :func:`nurse` does the heavy imports once and forks a kernel whenever a run asks for one; it
is as clean as a new one, since nothing has run in the process that it comes from.
"""

import contextlib
import gc
import importlib
import json
import os
import pathlib
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from typing import Any, cast

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir

#: What every kernel needs.
_OWN = (
    "IPython.core.completer",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "tornado.queues",
)
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
    """Note in a file which files are read from now on, those of modules too.

    Parameters
    ----------
    trace : str
        Takes a line for each path, once.
    writable : iterable of str
        Folders below which files may be written; elsewhere an attempt raises ``PermissionError``.
    """
    note = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    known: set[str] = set()
    home = pathlib.Path.home()
    own: list[str | pathlib.Path] = [
        *writable,
        home / ".cache",
        home / ".config" / "matplotlib",
        "/dev",
    ]
    allowed = tuple(os.path.realpath(folder) for folder in own)

    def tell(path: str) -> None:
        if path not in known:
            known.add(path)
            os.write(note, path.encode("utf-8", "surrogateescape") + b"\n")

    def forbid(path: Any) -> None:
        name = os.path.realpath(os.fsdecode(path))
        own = any(name == folder or name.startswith(folder + os.sep) for folder in allowed)
        if not own and "__pycache__" not in name:
            raise PermissionError(_NO_WRITE.format(name))

    def see(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, (str, bytes)):
                writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if flags else 0
                if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
                    forbid(path)
                else:
                    # Links stay as they are, so that a path below the run's folder is seen as one.
                    tell(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100
        elif event in ("os.remove", "os.mkdir", "os.rmdir", "os.truncate"):
            if isinstance(arguments[0], (str, bytes)):
                forbid(arguments[0])
        elif event in ("os.rename", "os.link", "os.symlink"):
            forbid(arguments[1])

    sys.addaudithook(see)


def settings(trace: pathlib.Path, writable: Iterable[pathlib.Path]) -> dict[str, str]:
    """Environment by which a kernel that is started by command knows what to watch."""
    return {_SETTINGS: json.dumps([str(trace), [str(folder) for folder in writable]])}


def _import_own() -> None:
    """Import the kernel, without its debugger: nobody steps through a run, and it is large."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in _OWN:
        importlib.import_module(name)
    del sys.modules["debugpy"]


def serve(arguments: list[str]) -> None:
    """Be the kernel until it is told to stop."""
    _import_own()
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
    """A kernel forked by a nurse; beside that it looks like ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, nurse: socket.socket, arguments: list[str]) -> None:
        """Ask a nurse for a kernel that works here, in the environment of this process."""
        self.returncode: int | None = None
        # The kernel ends when this end of the pipe is closed, however this process ends.
        listen, self._life = os.pipe()
        asked = {"arguments": arguments, "folder": str(pathlib.Path.cwd()), "env": {**os.environ}}
        socket.send_fds(nurse, [json.dumps(asked).encode() + b"\n"], [listen])
        os.close(listen)
        self.pid = int(nurse.recv(64) or 0)
        if not self.pid:
            raise RuntimeError("the process that forks kernels has ended")
        self._handle = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        """A status once it ended, None while it runs."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            self.returncode = 0
        return self.returncode

    def wait(self) -> int:
        """A status, once it ended."""
        select.select([self._handle], [], [])
        self.returncode = 0
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def nurse(runs: list[socket.socket], modules: Iterable[str]) -> None:
    """Import modules, then fork a kernel for every request, until no run can ask any more."""
    _import_own()
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels
    while runs:
        for run in select.select(runs, [], [])[0]:
            text, descriptors, _, _ = socket.recv_fds(run, 2**20, 1)
            if not text:
                runs.remove(run)
                run.close()
                continue
            while not text.endswith(b"\n"):
                text += run.recv(2**20)
            child = os.fork()
            if child == 0:
                status = 1
                with contextlib.suppress(SystemExit):
                    for other in runs:
                        other.close()
                    _become(json.loads(text), descriptors[0])
                    status = 0
                os._exit(status)
            os.close(descriptors[0])
            run.sendall(str(child).encode())


def _become(asked: dict[str, Any], life: int) -> None:
    """Be the kernel that was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["folder"])
    if "numpy" in sys.modules:
        import numpy as np

        np.random.seed()  # chance is not shared with other runs

    def end_with_the_run() -> None:
        os.read(life, 1)
        os._exit(1)

    threading.Thread(target=end_with_the_run, daemon=True).start()
    sys.argv = ["kernel"]
    serve([*asked["arguments"], f"--IPKernelApp.parent_handle={os.getppid()}"])


class _ForkedProvisioner(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        nurse = ForkedKernelManager.nurse
        assert nurse is not None
        kernel = ForkedKernel(nurse, cmd[3:])  # what follows python -m MODULE
        self.process, self.pid = cast(Any, kernel), cast(Any, kernel.pid)
        return self.connection_info


class ForkedKernelManager(FileKernelManager):
    """A manager of kernels that come from the nurse of this process."""

    nurse: socket.socket | None = None

    async def _async_pre_start_kernel(self, **settings: Any) -> Any:
        self.kernel_id = "forked"
        self.provisioner = _ForkedProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        return await super()._async_pre_start_kernel(**settings)


if __name__ == "__main__":
    serve(sys.argv[1:])
