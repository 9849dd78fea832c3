"""Policy text in one form, whatever site it was copied from."""

from stdpolicy.text.folding import fold, fold_with_places, folded_sha256, seen_with_places

__all__ = ["fold", "fold_with_places", "folded_sha256", "seen_with_places"]
