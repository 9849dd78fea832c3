"""Which runs have to be made, and why: what each depends on is compared by content, not by time."""

import contextlib
import dataclasses
import functools
import importlib.metadata
import importlib.util
import json
import pathlib
import platform
import sys
import sysconfig
import tempfile
from typing import Any

from stdpolicy import schema
from stdpolicy.files import sha256
from stdpolicy.reproduction.run import SCRATCH, Job, Result

#: Packages whose version can change what a notebook makes.
MAKERS = (
    "fonttools",
    "icalendar",
    "ipykernel",
    "ipython",
    "jinja2",
    "lxml",
    "matplotlib",
    "nbclient",
    "nbformat",
    "networkx",
    "numpy",
    "pandas",
    "papermill",
    "pillow",
    "python-docx",
    "scipy",
    "seaborn",
    "zhplot",
)

#: Modules that make every run what it is, whether the notebook loads them or not.
RUNNER = (
    "stdpolicy",
    "stdpolicy.errors",
    "stdpolicy.files",
    "stdpolicy.reproduction",
    "stdpolicy.reproduction.kernel",
    "stdpolicy.reproduction.notebooks",
    "stdpolicy.reproduction.run",
    "stdpolicy.schema",
)

_FONTS = (".ttf", ".otf", ".ttc")


@dataclasses.dataclass(frozen=True)
class Plan:
    """A run that is wanted: a notebook with parameters, and where its results go.

    ``name`` is for people. ``prefix`` is put before the names of all results, below the folder
    that takes them.
    """

    name: str
    notebook: pathlib.Path
    parameters: dict[str, Any]
    language: str | None
    prefix: str = ""

    @property
    def source(self) -> str:
        """The notebook as records name it."""
        return f"notebooks/{self.notebook.name}"

    @property
    def copy(self) -> str:
        """Name of the executed copy below the folder of the run."""
        inside = f"{self.language}/" if self.language else ""
        return f"reports/notebooks/{inside}{self.notebook.name}"


@dataclasses.dataclass(frozen=True)
class Record:
    """A run that was made: from what, and what came of it, with the hashes of both."""

    name: str
    notebook: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    versions: dict[str, str]
    results: dict[str, str]


def plain(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters as records hold them: text, numbers and truth values."""
    simple = (str, int, float, bool)
    return {k: v if isinstance(v, simple) else json.dumps(v) for k, v in parameters.items()}


@functools.cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages whose version matters, as far as they are here."""
    out = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in MAKERS:
        try:
            out[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return out


class Inputs:
    """What runs read, by the names that records give it: where it lies, and its hash.

    ``notebooks/`` and ``data/`` are wherever they are taken from, ``src/stdpolicy/`` is the package
    as it is imported, ``site-packages/`` holds fonts; other files are named from ``root``, or by
    their address.
    """

    def __init__(self, root: pathlib.Path, data: pathlib.Path | None):
        self.root = root
        self.data = (data or schema.packaged_folder()).resolve()
        self.package = pathlib.Path(schema.__file__).resolve().parent
        self.site = pathlib.Path(sysconfig.get_path("purelib")).resolve()
        self._known: dict[pathlib.Path, str] = {}

    def hash(self, name: str, notebook: pathlib.Path) -> str:
        """Hash of an input as it is now; empty where it is no more."""
        path = self._path(name, notebook)
        if path not in self._known:
            self._known[path] = sha256(path)
        return self._known[path]

    def _path(self, name: str, notebook: pathlib.Path) -> pathlib.Path:
        if name.startswith("file:"):
            return pathlib.Path(name.removeprefix("file://"))
        first, _, rest = name.partition("/")
        if first == "notebooks" and rest == notebook.name:
            return notebook
        if first == "data":
            # The schema is always the packaged one.
            own = rest == schema.DESCRIPTOR
            return (schema.packaged_folder() if own else self.data) / rest
        if name.startswith("src/stdpolicy/"):
            return self.package / name.removeprefix("src/stdpolicy/")
        return self.site / rest if first == "site-packages" else self.root / name

    def of(self, result: Result) -> list[str]:
        """Names of all that a run depended on."""
        names = {f"notebooks/{result.job.notebook.name}"}
        for module in RUNNER:
            names |= self._module(module)
        for text in result.reads:
            names |= self._read(pathlib.Path(text), result.job)
        return sorted(names)

    def _module(self, module: str) -> set[str]:
        parts = module.split(".")[1:]
        for file in ("/".join([*parts, "__init__.py"]), "/".join(parts) + ".py"):
            if (self.package / file).is_file():
                return {f"src/stdpolicy/{file}"}
        return set()

    def _read(self, path: pathlib.Path, job: Job) -> set[str]:
        if path.is_relative_to(job.folder):
            inside = path.relative_to(job.folder)
            return {inside.as_posix()} if inside.parts[0] == "data" else set()
        if path.suffix == ".pyc":
            with contextlib.suppress(ValueError):
                path = pathlib.Path(importlib.util.source_from_cache(str(path)))
        path = path.resolve()
        if path.is_relative_to(self.data):
            return {f"data/{path.relative_to(self.data).as_posix()}"}
        if path.is_relative_to(schema.packaged_folder().resolve()):
            return {f"data/{path.name}"}
        if path.is_relative_to(self.package):
            own = path.suffix in (".py", ".html", ".css", ".js", ".j2")
            return {f"src/stdpolicy/{path.relative_to(self.package).as_posix()}"} if own else set()
        if path.is_relative_to(self.site):
            name = f"site-packages/{path.relative_to(self.site).as_posix()}"
            return {name} if path.suffix in _FONTS else set()
        if path.suffix in (".py", ".pyc") or _of_the_system(path) or not path.is_file():
            return set()
        if path.is_relative_to(self.root):
            return {path.relative_to(self.root).as_posix()}
        return {f"file://{path.as_posix()}"}


@functools.cache
def _system_folders() -> tuple[pathlib.Path, ...]:
    folders = [sys.prefix, sys.base_prefix, "/usr", "/etc", "/proc", "/sys", "/dev", "/lib"]
    # Settings and caches are nobody's data.
    folders += [str(pathlib.Path.home() / name) for name in (".cache", ".config")]
    return tuple(pathlib.Path(folder).resolve() for folder in folders)


def _of_the_system(path: pathlib.Path) -> bool:
    """Whether a file belongs to the system, or to the scratch folder of the run."""
    scratch = pathlib.Path(tempfile.gettempdir()).resolve()
    if path.is_relative_to(scratch) and path.relative_to(scratch).parts[0].startswith(SCRATCH):
        return True
    return any(path.is_relative_to(folder) for folder in _system_folders())


def why(plan: Plan, record: Record | None, inputs: Inputs, results: dict[str, str]) -> list[str]:
    """Reasons for which a run has to be made, in words; none where an earlier one will do.

    Parameters
    ----------
    plan : Plan
    record : Record or None
        The earlier run of the same notebook, if there was one.
    inputs : Inputs
    results : dict of str
        Hash that each result of the earlier run has now, empty where it is gone.
    """
    if record is None:
        return ["it was not run before"]
    reasons = []
    given = plain(plan.parameters)
    for name in sorted(record.parameters.keys() | given.keys()):
        then, value = record.parameters.get(name), given.get(name)
        if then != value or type(then) is not type(value):
            reasons.append(f"{name} was {then!r} and is {value!r}")
    now = versions()
    for name in sorted(record.versions.keys() | now.keys()):
        then = record.versions.get(name)
        if then != now.get(name):
            reasons.append(f"{name} was {then or 'not there'} and is {now.get(name, 'gone')}")
    for name, then in record.inputs.items():
        found = inputs.hash(name, plan.notebook)
        if found != then:
            reasons.append(f"{name} {'changed' if found else 'is gone'}")
    for name, then in record.results.items():
        if results[name] != then:
            reasons.append(f"{name} {'was changed' if results[name] else 'is gone'}")
    return reasons
