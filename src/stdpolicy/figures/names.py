"""What figures of several levels call things."""

import dataclasses
from typing import Any

import pandas as pd

from stdpolicy.figures.style import document_names, label_of, pick

Tables = dict[str, pd.DataFrame]

#: Columns of targets and observations from which a promise is told.
_WRITTEN = ["jurisdiction", "indicator", "domain", "value_low", "value_high", "unit", "bound"]


@dataclasses.dataclass(frozen=True)
class Names:
    """What the figures call things: labels by key, and promises by key as they are written."""

    language: str
    plans: dict[str, str]
    places: dict[str, str]
    indicators: dict[str, str]
    domains: dict[str, str]
    promises: dict[str, Any]

    @classmethod
    def of(cls, tables: Tables, language: str) -> "Names":
        targets = tables["targets"].astype("object").set_index("target_id")
        seen = tables["observations"].astype("object").set_index("observation_id")
        rows = pd.concat([targets, seen])[["doc_id", *_WRITTEN]].itertuples()
        return cls(
            language,
            document_names(tables, language),
            label_of(tables["jurisdictions"], language),
            label_of(tables["indicators"], language),
            label_of(tables["domains"], language),
            {str(row.Index): row for row in rows},
        )

    def who(self, promise: Any) -> str:
        """The plan that promises, or the jurisdiction of a reported target."""
        if isinstance(promise.doc_id, str):
            return self.plans.get(promise.doc_id, promise.doc_id)
        place = self.place(promise.jurisdiction)
        return pick(self.language, f"{place} (as reported)", f"{place}（据公开报道）")

    def place(self, key: str) -> str:
        return str(self.places.get(key, key))

    def field(self, key: str) -> str:
        return str(self.domains.get(key, key))

    def counted(self, indicator: str, domain: str) -> str:
        """What is counted, with its field."""
        name = str(self.indicators.get(indicator, indicator))
        if domain == "all":
            return name
        field = self.field(domain)
        return name + pick(self.language, f", {field}", f"（{field}）")
