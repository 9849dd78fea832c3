"""Ticks at round numbers."""

from matplotlib.ticker import MaxNLocator


def round_ticks(low: float, high: float) -> list[float]:
    """Round numbers within a range, a handful of them."""
    every = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [round(float(tick), 9) for tick in every if low - slack <= tick <= high + slack]
