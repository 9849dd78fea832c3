"""The folder of a study: what lies where in it."""

import dataclasses
import pathlib

from stdpolicy import schema
from stdpolicy.errors import StdpolicyError, UsageError
from stdpolicy.tables import Folder


class StudyError(StdpolicyError, ValueError):
    """Something in the files of a study that keeps a document from being drafted or accepted."""


@dataclasses.dataclass(frozen=True)
class Study:
    """The folder of a study, below which everything has its place."""

    root: pathlib.Path

    @property
    def data(self) -> pathlib.Path:
        """The tables."""
        return self.root / "data"

    @property
    def aside(self) -> pathlib.Path:
        """Where the tables stand for the moment in which new ones take their place."""
        return self.root / ".data-before"

    @property
    def documents(self) -> pathlib.Path:
        """The texts, ``<doc_id>.txt`` each; they stay out of version control."""
        return self.root / "documents"

    def text(self, doc: str) -> pathlib.Path:
        return self.documents / f"{doc}.txt"

    def draft(self, doc: str) -> pathlib.Path:
        return self.root / "drafts" / f"{doc}.json"

    def accepted(self, doc: str) -> pathlib.Path:
        """What the last acceptance put into the tables for a document."""
        return self.root / "drafts" / f"{doc}.accepted.json"

    def page(self, doc: str) -> pathlib.Path:
        return self.root / "review" / f"{doc}.html"


def find_study(folder: Folder | None = None) -> Study:
    """The study in a folder; in the working directory without one.

    Raises
    ------
    UsageError
        When there is none, or the folder holds the packaged tables, which are nobody's study.
    """
    study = Study(pathlib.Path(folder or "."))
    if study.aside.is_dir() and not study.data.exists():
        study.aside.rename(study.data)  # an acceptance was stopped while it put tables in place
    if not (study.data / schema.DESCRIPTOR).is_file():
        raise UsageError(
            f"{study.root} holds no study (no data/{schema.DESCRIPTOR}); make one with "
            "stdpolicy new STUDY and name it with --study"
        )
    if study.data.resolve() == schema.packaged_folder().resolve():
        raise UsageError(
            f"{study.root} holds the packaged tables; make a study of your own with "
            "stdpolicy new STUDY"
        )
    return study
