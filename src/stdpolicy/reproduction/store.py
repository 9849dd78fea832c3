"""The folder that takes results: one writer at a time, and every result whole or not at all.

Runs work in ``.stdpolicy/`` below that folder. A run that is done waits there with its record until
all are done; then a list of what goes where is written, and only then is anything moved. Whatever
is stopped at any moment, the next run finds either nothing of that list, or the list, and goes on
from there.
"""

import contextlib
import dataclasses
import json
import pathlib
import shutil
import sys
from collections.abc import Iterator

from stdpolicy.errors import UsageError
from stdpolicy.files import sha256, write_text
from stdpolicy.reproduction.reuse import Plan, Record

_FOLDER, _LIST, _RECORD, _FILES = ".stdpolicy", "moves.json", "record.json", "files"


class Store:
    """The folder of the results, with the place where they are prepared."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.folder = root / _FOLDER
        self._runs, self._stages = self.folder / "runs", self.folder / "stages"

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one that writes here; waits for another one, and ends what it left undone.

        Raises
        ------
        UsageError
            When the folder cannot be written to.
        """
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "lock")
            try:
                lock.acquire(timeout=0.05)
            except Timeout:
                print(f"waiting for another run that writes to {self.root}", file=sys.stderr)
                lock.acquire()
        except OSError as error:
            raise UsageError(
                f"cannot write to {self.root} ({error.strerror}); name another folder (--output)"
            ) from error
        try:
            self._move()
            shutil.rmtree(self._stages, ignore_errors=True)
            yield
        finally:
            shutil.rmtree(self._stages, ignore_errors=True)
            lock.release()

    def stage(self, number: int) -> pathlib.Path:
        """An empty folder for a run."""
        # A short name, since paths of a system can be too long.
        folder = self._stages / f"{number:03d}"
        folder.mkdir(parents=True)
        return folder

    def keep(self, plan: Plan, stage: pathlib.Path, record: Record) -> None:
        """Keep what a run made until it is put in its place."""
        place = self._place(record)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name in record.results:
            target = place / _FILES / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (stage / name.removeprefix(plan.prefix)).replace(target)
        write_text(place / _RECORD, json.dumps(dataclasses.asdict(record)))

    def _place(self, record: Record) -> pathlib.Path:
        return self._runs / "".join(c if c.isalnum() else "-" for c in record.name)

    def kept(self) -> dict[str, Record]:
        """Records of runs that were done and not yet put in their places, by name."""
        found = {}
        for path in sorted(self._runs.glob(f"*/{_RECORD}")):
            with contextlib.suppress(ValueError, TypeError):
                record = Record(**json.loads(path.read_text(encoding="utf-8")))
                found[record.name] = record
        return found

    def waiting(self, record: Record, name: str) -> pathlib.Path:
        """Where a result of such a run waits."""
        return self._place(record) / _FILES / name

    def publish(
        self,
        good: list[Record],
        stay: list[Record],
        replaced: list[Record],
        manifest: str,
        text: str,
    ) -> None:
        """Put results in their places, and take away those that are no more.

        Parameters
        ----------
        good : list of Record
            Runs whose results are wanted; those that wait are moved. What waits of other runs, such
            as one that was stopped before its inputs changed back, is not.
        stay : list of Record
            Earlier runs whose results stay where they are.
        replaced : list of Record
            Earlier runs; what they made and nobody wants goes, unless somebody changed it.
        manifest, text : str
            Name and content of the manifest.
        """
        wanted = {name for record in (*good, *stay) for name in record.results}
        gone = {
            name
            for record in replaced
            for name, then in record.results.items()
            if name not in wanted and sha256(self.root / name) == then
        }
        moves = {}
        waiting = [record for record in self.kept().values() if record in good]
        for record in waiting:
            for name in record.results:
                moves[name] = self.waiting(record, name).relative_to(self.root).as_posix()
        write_text(self.folder / manifest, text)
        moves[manifest] = f"{_FOLDER}/{manifest}"
        plan = {"moves": moves, "gone": sorted(gone)}
        write_text(self.folder / _LIST, json.dumps(plan, indent=1))
        self._move()

    def _move(self) -> None:
        """Do what the list says, if there is one; doing it again does no harm."""
        path = self.folder / _LIST
        if not path.exists():
            return
        plan = json.loads(path.read_text(encoding="utf-8"))
        for name, source in plan["moves"].items():
            target = self.root / name
            if (self.root / source).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                (self.root / source).replace(target)
        for name in plan["gone"]:
            (self.root / name).unlink(missing_ok=True)
            for folder in (self.root / name).parents:
                if folder == self.root or any(folder.iterdir()):
                    break
                folder.rmdir()
        path.unlink()
        shutil.rmtree(self._runs, ignore_errors=True)
