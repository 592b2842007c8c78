"""The normal distribution and its inverse, to the last digit of Java's library.

After `Erf` and `Gamma` of Apache Commons Math 3.6.1 (Apache License 2.0), which Trino uses.
"""

from __future__ import annotations

import math
from typing import Final

from athena_on_duckdb.translation.java_format import wrong

# The inverse of erf by polynomials, the highest power first, over three ranges.
_MIDDLE: Final = (
    -3.6444120640178196996e-21,
    -1.685059138182016589e-19,
    1.2858480715256400167e-18,
    1.115787767802518096e-17,
    -1.333171662854620906e-16,
    2.0972767875968561637e-17,
    6.6376381343583238325e-15,
    -4.0545662729752068639e-14,
    -8.1519341976054721522e-14,
    2.6335093153082322977e-12,
    -1.2975133253453532498e-11,
    -5.4154120542946279317e-11,
    1.051212273321532285e-09,
    -4.1126339803469836976e-09,
    -2.9070369957882005086e-08,
    4.2347877827932403518e-07,
    -1.3654692000834678645e-06,
    -1.3882523362786468719e-05,
    0.0001867342080340571352,
    -0.00074070253416626697512,
    -0.0060336708714301490533,
    0.24015818242558961693,
    1.6536545626831027356,
)
_OUTER: Final = (
    2.2137376921775787049e-09,
    9.0756561938885390979e-08,
    -2.7517406297064545428e-07,
    1.8239629214389227755e-08,
    1.5027403968909827627e-06,
    -4.013867526981545969e-06,
    2.9234449089955446044e-06,
    1.2475304481671778723e-05,
    -4.7318229009055733981e-05,
    6.8284851459573175448e-05,
    2.4031110387097893999e-05,
    -0.0003550375203628474796,
    0.00095328937973738049703,
    -0.0016882755560235047313,
    0.0024914420961078508066,
    -0.0037512085075692412107,
    0.005370914553590063617,
    1.0052589676941592334,
    3.0838856104922207635,
)
_FAR: Final = (
    -2.7109920616438573243e-11,
    -2.5556418169965252055e-10,
    1.5076572693500548083e-09,
    -3.7894654401267369937e-09,
    7.6157012080783393804e-09,
    -1.4960026627149240478e-08,
    2.9147953450901080826e-08,
    -6.7711997758452339498e-08,
    2.2900482228026654717e-07,
    -9.9298272942317002539e-07,
    4.5260625972231537039e-06,
    -1.9681778105531670567e-05,
    7.5995277030017761139e-05,
    -0.00021503011930044477347,
    -0.00013871931833623122026,
    1.0103004648645343977,
    4.8499064014085844221,
)
_MIDDLE_BELOW: Final = 6.25
_OUTER_BELOW: Final = 16.0
_PRECISION: Final = 1e-15
_LOG_GAMMA_OF_HALF: Final = 0.5723649429247001
_FAR_OUT: Final = 40


def normal_cdf(mean: float, deviation: float, value: float) -> float:
    """Give the share of a normal distribution that lies at or below a value."""
    if not deviation > 0:
        wrong("standardDeviation must be > 0")
    return 0.5 * (1 + _erf((value - mean) / (deviation * math.sqrt(2))))


def inverse_normal_cdf(mean: float, deviation: float, share: float) -> float:
    """Give the value below which a share of a normal distribution lies."""
    if not deviation > 0 or not 0 < share < 1:
        wrong("p must be 0 > p > 1, and the standard deviation > 0")
    return mean + deviation * 1.4142135623730951 * _inverse_erf(2 * share - 1)


def _inverse_erf(x: float) -> float:
    inside = (1 - x) * (1 + x)
    if inside == 0:
        return math.copysign(math.inf, x)
    w = -math.log(inside)
    if w < _MIDDLE_BELOW:
        powers, at = _MIDDLE, w - 3.125
    elif w < _OUTER_BELOW:
        powers, at = _OUTER, math.sqrt(w) - 3.25
    else:
        powers, at = _FAR, math.sqrt(w) - 5
    found = powers[0]
    for power in powers[1:]:
        found = power + found * at
    return found * x


def _erf(x: float) -> float:
    if abs(x) > _FAR_OUT:
        return math.copysign(1, x)
    square = x * x
    if square == 0:
        return 0.0
    front = math.exp(-square + 0.5 * math.log(square) - _LOG_GAMMA_OF_HALF)
    size = 1 - front / _fraction(square) if square >= 1.5 else front * _series(square)  # noqa: PLR2004 -- the half that erf is of, and one
    return math.copysign(size, x)


def _series(x: float) -> float:
    """Sum the regularized gamma function of a half."""
    n, part = 0, 2.0
    total = part
    while abs(part / total) > _PRECISION:
        n += 1
        part *= x / (0.5 + n)
        total += part
    return total


def _fraction(x: float) -> float:
    """Evaluate the continued fraction of its complement, by Lentz's method."""
    found = at = x + 0.5
    inverse, n, change = 0.0, 1, 0.0
    while abs(change - 1) >= _PRECISION:
        a, b = (2 * n + 1) - 0.5 + x, n * (0.5 - n)
        inverse = 1 / (a + b * inverse)
        at = a + b / at
        change = at * inverse
        found *= change
        n += 1
    return found
