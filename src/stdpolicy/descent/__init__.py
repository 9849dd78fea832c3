"""Where a policy comes from: citations and their lags, vocabulary in common, text taken over.

Citations tell what a document says it rests on, terms what it speaks of, repeated passages what it
took over word for word. Each is told with its limits: citations are known of coded documents only,
dates to a day, a month or a year, and a passage that two texts share may come from a third.
"""

from stdpolicy.descent.citations import (
    DESCENT,
    by_level,
    citation_graph,
    citing,
    lags,
    lineage,
    lineages,
    precedence,
    roots,
)
from stdpolicy.descent.repeats import by_section, passages, shares
from stdpolicy.descent.texts import Policy, read_policies, reuse_tables, term_counts
from stdpolicy.descent.vocabulary import distinctive, similarity, usage

__all__ = [
    "DESCENT",
    "Policy",
    "by_level",
    "by_section",
    "citation_graph",
    "citing",
    "distinctive",
    "lags",
    "lineage",
    "lineages",
    "passages",
    "precedence",
    "read_policies",
    "reuse_tables",
    "roots",
    "shares",
    "similarity",
    "term_counts",
    "usage",
]
