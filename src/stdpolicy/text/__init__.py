"""Reading policy text: folding it, and finding the quantities in it."""

from stdpolicy.text.folding import fold, folded_sha256
from stdpolicy.text.quantities import quantities, read_quantity

__all__ = ["fold", "folded_sha256", "quantities", "read_quantity"]
