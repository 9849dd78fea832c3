"""Money: the subsidy schedule, and what it costs if the targets are met.

A plan that pays for each standard led, base built or secretariat hosted binds its payer to an
amount that nobody wrote down. It follows from the numbers promised, from the shares of them that
are paid for, and from the amounts. Little is known of the shares: the result is an interval, and
every assumption a parameter. Nothing is drawn at random.
"""

from stdpolicy.money.assumptions import ALTERNATIVES, CONDITIONS, WORDS, Assumptions
from stdpolicy.money.exposure import (
    as_seen,
    assumed,
    exposure,
    in_wan,
    links,
    sensitivity,
    shares_seen,
)
from stdpolicy.money.schedule import attached, for_promises, schedule

__all__ = [
    "ALTERNATIVES",
    "CONDITIONS",
    "WORDS",
    "Assumptions",
    "as_seen",
    "assumed",
    "attached",
    "exposure",
    "for_promises",
    "in_wan",
    "links",
    "schedule",
    "sensitivity",
    "shares_seen",
]
