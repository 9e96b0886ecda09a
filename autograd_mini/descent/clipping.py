r"""With this one can shorten a gradient before a step is made with it.

- `clip_by_norm` shortens it as a whole, `clip_by_value` each component by itself.

What then becomes of the gradient lives in `optimizers`.
"""

from __future__ import annotations

import math

from autograd_mini.descent.ranges import positive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["clip_by_norm", "clip_by_value"]


def clip_by_norm(gradients: Any, limit: float) -> Any:
    r"""Return the gradient, shortened if it is longer than the limit; its direction stays.

    .. math:: g \gets g\,\min\Bigl(1, \frac{c}{|g|}\Bigr)

    Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks*, 2013.

    Parameters
    ----------
    gradients : sequence or array of N floats
    limit : float
        c > 0.

    Returns
    -------
    list or array of N floats
        As the gradient came.

    Examples
    --------
    >>> clip_by_norm([3.0, 4.0], 2.5), clip_by_norm([3.0, 4.0], 10.0)
    ([1.5, 2.0], [3.0, 4.0])
    """
    limit = positive(limit, "limit")
    is_array = hasattr(gradients, "tolist")
    length = _array_length(gradients) if is_array else math.hypot(*gradients)
    if length <= limit:
        return gradients.copy() if is_array else list(gradients)
    if math.isinf(length):  # too long for a float, though each component is one
        largest = max(map(abs, gradients))
        shortened = clip_by_norm([g / largest for g in gradients], limit)
        return gradients * 0.0 + shortened if is_array else shortened
    share = limit / length
    return gradients * share if is_array else [g * share for g in gradients]


def clip_by_value(gradients: Any, limit: float) -> Any:
    r"""Return the gradient with each component cut to the limit; its direction may change.

    .. math:: g_j \gets \min(\max(g_j, -c), c)

    Parameters
    ----------
    gradients : sequence or array of N floats
    limit : float
        c > 0.

    Returns
    -------
    list or array of N floats
        As the gradient came.

    Examples
    --------
    >>> clip_by_value([3.0, -0.5, -4.0], 1.0)
    [1.0, -0.5, -1.0]
    """
    limit = positive(limit, "limit")
    if hasattr(gradients, "tolist"):
        return gradients.clip(-limit, limit)
    return [min(max(g, -limit), limit) for g in gradients]


def _array_length(array: Any) -> float:
    import numpy as np  # noqa: PLC0415 - lists do without

    with np.errstate(over="ignore"):
        length = math.sqrt(array.dot(array))
    return length if LEAST < length < math.inf else math.hypot(*array)


LEAST = 1e-140
"""Length below which the squares of an array's components may have lost their digits."""
