"""Choices that a result rests on, as named parameters with a default."""

import dataclasses
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from stdpolicy.errors import UsageError


@dataclasses.dataclass(frozen=True)
class Choices:
    """What readings and assumptions have in common."""

    #: What one of them is called.
    noun: ClassVar[str]

    def items(self) -> Iterable[tuple[str, Any]]:
        """Names and values, in order."""
        return [(f.name, getattr(self, f.name)) for f in dataclasses.fields(self)]

    def but(self, **changes: Any) -> Self:
        """The same choices with some of them changed.

        Raises
        ------
        UsageError
            When there is no such choice or it cannot have that value.
        """
        known = [name for name, _ in self.items()]
        for name in changes:
            if name not in known:
                raise UsageError(f"there is no {self.noun} {name!r}; there are {', '.join(known)}")
        return dataclasses.replace(self, **changes)
