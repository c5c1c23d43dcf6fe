"""How an objective went day by day, in words and as a row of bars."""

from __future__ import annotations

from dataclasses import replace

from govops.render.service.wording import sparkline
from govops.render.wording import many
from govops.service import Trend, shown

MOST_DAYS = 31  # of a row of bars; `govops sla chart` draws all


def sparkline_words(trend: Trend) -> str:
    """The last days as bars, and the same in numbers: ``▁▃█ (3 days: 120 to 700, last 700, 1 missed)``."""
    last = replace(trend, days=trend.days[-MOST_DAYS:])
    return f"{sparkline(last)} ({trend_words(last)})"


def trend_words(trend: Trend) -> str:
    """``28 days: 99.1 to 100, last 99.9, 2 missed, 1 without data``; values rounded away from compliance."""
    values = [day.value for day in trend.days if day.value is not None]
    days = many(len(trend.days), "day")
    if not values:
        return f"{days}: no data"
    low, high, last = (shown(trend.metric, value, trend.target) for value in (min(values), max(values), values[-1]))
    missed, empty = sum(day.is_kept is False for day in trend.days), len(trend.days) - len(values)
    parts = [f"{low} to {high}", f"last {last}"]
    parts += [f"{missed} missed"] if missed else []
    parts += [f"{empty} without data"] if empty else []
    return f"{days}: {', '.join(parts)}"
