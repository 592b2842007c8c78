"""Moments of numbers and of pairs, to the last digit by the steps of Trino's aggregates.

Steps: core/trino-main/src/main/java/io/trino/operator/aggregation/state/CentralMomentsState.java,
CovarianceState.java, CorrelationState.java and RegressionState.java
"""

from __future__ import annotations

import math
from typing import Final

_LEAST_SKEWED: Final = 3
_LEAST_PEAKED: Final = 4


def moments(name: str, numbers: list[float | None]) -> str | None:
    """Give the skewness or the kurtosis, as a text, because DuckDB takes Python's NaN for NULL."""
    count, mean, m2, m3, m4 = 0, 0.0, 0.0, 0.0, 0.0
    for number in numbers:
        if number is None:
            continue
        before = count
        count += 1
        delta = number - mean
        step = delta / count
        square = step * step
        grown = delta * step * before
        mean += step
        m4 = m4 + grown * square * (count * count - 3 * count + 3) + 6 * square * m2 - 4 * step * m3
        m3 = m3 + grown * step * (count - 2) - 3 * step * m2
        m2 += grown
    if count < (_LEAST_SKEWED if name == "skewness" else _LEAST_PEAKED):
        return None
    if m2 == 0 or not math.isfinite(m2):
        return "nan"
    if name == "skewness":
        return repr(math.sqrt(count) * m3 / math.pow(m2, 1.5))
    n = float(count)
    beyond = 3 * ((n - 1) * (n - 1)) / ((n - 2) * (n - 3))
    return repr((n - 1) * n * (n + 1) / ((n - 2) * (n - 3)) * m4 / (m2 * m2) - beyond)


def comoments(name: str, pairs: list[list[float] | None]) -> str | None:
    """Give what is asked of pairs (y, x), as a text.

    Args:
        name: `corr`, `covar_pop`, `covar_samp`, `regr_slope` or `regr_intercept`.
        pairs: The pairs; none where one of them is NULL.
    """
    n, mean_x, mean_y, c2, m2_x, m2_y = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for pair in pairs:
        if pair is None:
            continue
        y, x = pair
        n += 1
        from_x, from_y = x - mean_x, y - mean_y
        mean_x += from_x / n
        mean_y += from_y / n
        c2 += from_x * (y - mean_y)
        m2_x += from_x * (x - mean_x)
        m2_y += from_y * (y - mean_y)
    if name.startswith("covar"):
        divisor = n - 1 if name == "covar_samp" else n
        return repr(c2 / divisor) if divisor > 0 else None
    if m2_x == 0 or (name == "corr" and m2_y == 0):
        return None
    if name == "corr":
        made = c2 / math.sqrt(m2_x) / math.sqrt(m2_y)
    else:
        made = c2 / m2_x
        if name == "regr_intercept":
            # States are merged, though with an empty one: the means are rounded again.
            made = n * mean_y / n - made * (n * mean_x / n)
    return repr(made) if math.isfinite(made) else None
