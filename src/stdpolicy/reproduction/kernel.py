"""Kernels that talk through files, so that two started at once cannot take each other's port."""

import pathlib

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir


class FileKernelManager(AsyncKernelManager):
    """A kernel manager that uses Unix domain sockets below Jupyter's runtime folder.

    That folder has to be one run's own.
    """

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        self.transport = "ipc"
        self.ip = str(pathlib.Path(jupyter_runtime_dir()) / "kernel")
