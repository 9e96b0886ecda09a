r"""With this one can say how wrong an answer of a network is: the loss J of one example.

- `log_loss`, the lecture's, and `log_loss_from_logits`, which keeps its digits where neurons
  saturate; `cross_entropy` and `quadratic`, `hinge`, `huber` likewise, all summed over the outputs.
- `l1` and `l2`: what large parameters cost.
- `LOSSES` knows of each loss by name which labels it takes; `resolve` finds the stable form.
- `one_hot` turns a class number into labels.

All of it is made of the table's rows, so that it differentiates to any order. The average over
examples is taken outside, by `functions.mean` or by what trains; networks live in `neurons`.
"""

from __future__ import annotations

import math
import operator

from autograd_mini.containers import flatten
from autograd_mini.errors import InfiniteLossError, UnknownNameError
from autograd_mini.functions import (
    abs,
    less_equal,
    log,
    log1p,
    log_softmax,
    logsumexp,
    not_equal,
    relu,
    softplus,
    square,
    sum,
    symbols_rule,
    where,
)
from autograd_mini.graph import scope
from autograd_mini.operations import HOOK, is_number, number
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

__all__ = ["LOSSES", "Loss", "cross_entropy", "cross_entropy_from_logits", "hinge", "huber"]
__all__ += ["l1", "l2", "log_loss", "log_loss_from_logits", "one_hot", "quadratic", "resolve"]

ANY, BETWEEN = "finite numbers", "numbers from 0 to 1"
SIGNS, DISTRIBUTION = "−1 or 1", "numbers from 0 to 1 that add up to 1 (one-hot)"

_ACCEPTS: dict[str, Callable[[list[Any]], bool]] = {
    ANY: lambda y: all(map(math.isfinite, y)),
    BETWEEN: lambda y: all(0 <= label <= 1 for label in y),
    SIGNS: lambda y: all(label in {-1, 1} for label in y),
    DISTRIBUTION: lambda y: min(y) >= 0 and math.isclose(math.fsum(y), 1.0, abs_tol=1e-9),
}
"""Whether a loss takes the labels of an example, by the words that its message uses."""


def log_loss(a: Any, y: Any) -> Any:
    r"""Return the log loss of probabilities, the binary cross-entropy summed over the outputs.

    .. math:: J = -\sum_{j=1}^{K}\bigl(y^{(j)}\ln\hat y^{(j)} + (1-y^{(j)})\ln(1-\hat y^{(j)})\bigr)

    Lecture, *Perceptron* and *Many classes*. 0·ln 0 is 0. Of a sigmoid's answer it is better
    computed by `log_loss_from_logits`, which has digits where `a` has been rounded to 0 or 1.

    Parameters
    ----------
    a : number or Value, or sequence of K
        The answer :math:`\hat y`, probabilities from 0 to 1.
    y : number, or sequence of K
        The labels, from 0 to 1.

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If the lengths differ, a label or a probability is not from 0 to 1, or a probability is
        exactly wrong, so that the loss is infinite.

    Examples
    --------
    >>> log_loss([0.75, 0.5], [1, 0]) == math.log(4 / 3) + math.log(2)
    True
    """
    a, y = _pair("log_loss", a, y)
    _check_probabilities("log_loss", a, y, both=True)
    with scope("loss"):
        return -sum(term for p, label in zip(a, y, strict=True) for term in _log_loss(p, label))


def _log_loss(p: Any, y: Any) -> list[Any]:
    """Return y ln ŷ and (1 - y) ln(1 - ŷ)."""
    right = _weighted(y, lambda: log(_counted(p, y, 1.0)))
    return right + _weighted(1 - y, lambda: log1p(-_counted(p, 1 - y, 0.0)))


def log_loss_from_logits(s: Any, y: Any) -> Any:
    r"""Return the log loss of sigmoids, computed from their weighted sums without loss of digits.

    .. math:: J = \sum_{j=1}^{K}\bigl((1-y^{(j)})\ln(1+e^{s_j}) + y^{(j)}\ln(1+e^{-s_j})\bigr)

    since :math:`-\ln\sigma(s) = \ln(1+e^{-s})`. Its slope :math:`(1-y)\sigma(s) - y\sigma(-s)` is
    the lecture's :math:`\hat y - y`, which is 4e-8 off at s = 20 and 0 at 37.

    Parameters
    ----------
    s : number or Value, or sequence of K
        The weighted sums :math:`s^L` of the sigmoid outputs.
    y : number, or sequence of K
        The labels, from 0 to 1.

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If the lengths differ, or a label is not from 0 to 1.

    Examples
    --------
    >>> log_loss_from_logits(1000.0, 0), log_loss_from_logits(1000.0, 1)
    (1000.0, 0.0)
    >>> s = Value(37.0)
    >>> log_loss_from_logits(s, 1).backward()
    >>> s.grad == -math.exp(-37.0)
    True
    """
    s, y = _pair("log_loss_from_logits", s, y)
    with scope("loss"):
        pairs = zip(s, y, strict=True)
        return sum(term for v, label in pairs for term in _log_loss_from_logit(v, label))


def _log_loss_from_logit(s: Any, y: Any) -> list[Any]:
    """Return (1 - y) softplus(s) and y softplus(-s)."""
    return _weighted(1 - y, lambda: softplus(s)) + _weighted(y, lambda: softplus(-s))


def cross_entropy(a: Any, y: Any) -> Any:
    r"""Return the cross-entropy of a distribution over K classes, as softmax gives one.

    .. math:: J = -\sum_{k=1}^{K} y^{(k)}\ln\hat y^{(k)}

    0·ln 0 is 0. Of a softmax it is better computed by `cross_entropy_from_logits`.

    Parameters
    ----------
    a : sequence of K numbers or Values
        The answer :math:`\hat y`, probabilities from 0 to 1.
    y : sequence of K numbers
        The labels, which add up to 1 (see `one_hot`).

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If the lengths differ, the labels are no distribution, a number is no probability, or the
        probability of the true class is 0, so that the loss is infinite.

    Examples
    --------
    >>> cross_entropy([0.25, 0.75], [1, 0]) == math.log(4)
    True
    """
    a, y = _pair("cross_entropy", a, y)
    _check_probabilities("cross_entropy", a, y, both=False)
    with scope("loss"):
        return -sum(term for p, label in zip(a, y, strict=True) for term in _log(p, label))


def _log(p: Any, y: Any) -> list[Any]:
    """Return y ln ŷ."""
    return _weighted(y, lambda: log(_counted(p, y, 1.0)))


def cross_entropy_from_logits(s: Any, y: Any) -> Any:
    r"""Return the cross-entropy of a softmax, computed from its weighted sums.

    .. math:: J = \sum_{k=1}^{K} y^{(k)}\ln\sum_{j=1}^{K} e^{s_j - s_k}

    The term j = k is the plain 1, so that the value keeps its digits where the network is
    confident. So does the slope :math:`\hat y - y`: that by the true class's sum is minus the
    sum of the others', and no 1 − ŷ is computed.

    Parameters
    ----------
    s : sequence of K numbers or Values
        The weighted sums :math:`s^L` of the softmax outputs.
    y : sequence of K numbers
        The labels, which add up to 1 (see `one_hot`).

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If the lengths differ, or the labels are no distribution.

    Examples
    --------
    >>> cross_entropy_from_logits([0.0, 37.0], [0, 1]) == math.exp(-37.0)
    True
    """
    s, y = _pair("cross_entropy_from_logits", s, y)
    with scope("loss"):
        if symbols_rule(s, "__autograd_log_softmax__"):  # K numbers in place of K² differences
            pairs = zip(log_softmax(s), y, strict=True)
            return -sum(term for p, label in pairs for term in _weighted(label, _ready(p)))
        return sum(term for k in range(len(s)) for term in _cross_entropy_from_logits(s, y, k))


def _cross_entropy_from_logits(s: list[Any], y: list[Any], k: int) -> list[Any]:
    """Return -y ln softmax_k(s), where the k-th of the differences is the plain 0."""
    several = len(s) > 1  # of a single output the loss is 0, but still a Value

    def term() -> Any:
        return logsumexp([0.0 if several and j == k else s_j - s[k] for j, s_j in enumerate(s)])

    return _weighted(y[k], term)


def quadratic(a: Any, y: Any) -> Any:
    r"""Return half the squared distance between answer and labels.

    .. math:: J = \tfrac12\sum_{j=1}^{K}(\hat y^{(j)} - y^{(j)})^2

    Parameters
    ----------
    a : number or Value, or sequence of K
        The answer :math:`\hat y`.
    y : number, or sequence of K
        The labels, any finite numbers.

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If the lengths differ, or a label is not finite.

    Examples
    --------
    >>> quadratic([1.0, 3.0], [0.0, 1.0])
    2.5
    """
    a, y = _pair("quadratic", a, y)
    with scope("loss"):
        return sum(square(answer - label) for answer, label in zip(a, y, strict=True)) / 2


def hinge(a: Any, y: Any) -> Any:
    r"""Return the hinge loss, which asks for a margin of 1 on the right side of 0.

    .. math:: J = \sum_{j=1}^{K}\max\bigl(0, 1 - y^{(j)}\hat y^{(j)}\bigr)

    At the kink, where :math:`y\hat y = 1`, its slope is 0.

    Parameters
    ----------
    a : number or Value, or sequence of K
        The answer, of an output without activation (the identity).
    y : number, or sequence of K
        The labels, each −1 or 1.

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If the lengths differ, or a label is neither −1 nor 1.

    Examples
    --------
    >>> hinge([2.0, 0.5], [1, -1])
    1.5
    """
    a, y = _pair("hinge", a, y)
    with scope("loss"):
        return sum(relu(1 - label * answer) for answer, label in zip(a, y, strict=True))


def huber(a: Any, y: Any) -> Any:
    r"""Return the Huber loss: quadratic up to a distance of 1, linear beyond it.

    .. math:: J = \sum_{j=1}^{K} h(\hat y^{(j)} - y^{(j)}), \qquad
        h(d) = \begin{cases}d^2/2 & |d| \le 1\\ |d| - \tfrac12 & \text{otherwise}\end{cases}

    Parameters
    ----------
    a : number or Value, or sequence of K
        The answer :math:`\hat y`.
    y : number, or sequence of K
        The labels, any finite numbers.

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If the lengths differ, or a label is not finite.

    Examples
    --------
    >>> huber([3.0, 0.5], [0.0, 0.0])
    2.625
    """
    a, y = _pair("huber", a, y)
    with scope("loss"):
        return sum(_huber(answer - label) for answer, label in zip(a, y, strict=True))


def _huber(d: Any) -> Any:
    distance = abs(d)
    return where(less_equal(distance, 1), lambda: d * d / 2, lambda: distance - 0.5)


def l1(parameters: Any, strength: float) -> Any:
    r"""Return what the parameters' absolute values cost; it drives the useless ones to 0.

    .. math:: \lambda\sum_i|\theta_i|

    Parameters
    ----------
    parameters : Values, in any nested containers or a network
        The weights of one layer are ``layer.W``.
    strength : number
        :math:`\lambda`, at least 0.

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If `strength` is negative or not finite.

    Examples
    --------
    >>> l1([Value(-2.0), Value(1.0)], 0.1).data == 0.1 * 3
    True
    """
    strength = _strength(strength)
    with scope("regularisation"):
        return strength * sum(abs(theta) for theta in flatten(parameters)[0])


def l2(parameters: Any, strength: float) -> Any:
    r"""Return what the parameters' squares cost: half their sum, so that the slope is λθ.

    .. math:: \frac\lambda2\sum_i\theta_i^2

    Parameters
    ----------
    parameters : Values, in any nested containers or a network
        The weights of one layer are ``layer.W``.
    strength : number
        :math:`\lambda`, at least 0.

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If `strength` is negative or not finite.

    Examples
    --------
    >>> w = Value(3.0)
    >>> l2([w], 0.5).backward()
    >>> w.grad
    1.5
    """
    strength = _strength(strength)
    with scope("regularisation"):
        return strength / 2 * sum(theta * theta for theta in flatten(parameters)[0])


def one_hot(index: int, classes: int) -> list[float]:
    """Return the labels that say "class `index`": 1 in its place, 0 in the others.

    Parameters
    ----------
    index : int
        From 0 to K − 1.
    classes : int
        Their number K.

    Returns
    -------
    list of K floats

    Raises
    ------
    ValueError
        If there is no such class.

    Examples
    --------
    >>> one_hot(2, 4)
    [0.0, 0.0, 1.0, 0.0]
    """
    if not 0 <= operator.index(index) < classes:
        raise ValueError(f"index must be a class from 0 to {classes - 1}, not {index}")
    return [float(k == index) for k in range(classes)]


class Loss:
    """What is known of a loss.

    Parameters
    ----------
    function : callable
        Takes what the network says and the labels, and gives the loss of one example.
    labels : str
        The labels that are accepted, in words.
    output : str
        The activation that outputs have if nothing else is asked for.
    from_logits : bool
        Whether `function` takes the weighted sums s of the outputs, instead of their answer a.
    partner : str, optional
        Name of the loss that, with outputs of the activation `output`, is the same function of
        the weighted sums, and keeps its digits.

    Examples
    --------
    >>> LOSSES["log_loss"]
    Loss('log_loss', labels='numbers from 0 to 1', output='sigmoid')
    >>> LOSSES["hinge"].code(1, 3)
    [-1.0, 1.0, -1.0]
    """

    def __init__(
        self,
        function: Callable[[Any, Any], Any],
        labels: str = ANY,
        output: str = "identity",
        *,
        from_logits: bool = False,
        partner: str | None = None,
    ) -> None:
        self.function = function
        self.name: str = getattr(function, "__name__", type(function).__name__)
        self.labels, self.output, self.from_logits = labels, output, from_logits
        self.partner = partner

    def __call__(self, answer: Any, y: Any) -> Any:
        """Return the loss of one example."""
        return self.function(answer, y)

    def code(self, index: int, outputs: int) -> list[float]:
        """Return the labels of a class, in the numbers that the loss takes.

        Several outputs stand for a class each. A single output is 1 for class 1; for class 0 it
        is 0, or −1 if the loss takes signs.

        Parameters
        ----------
        index : int
            The class.
        outputs : int
            Their number K.

        Returns
        -------
        list of K floats

        Raises
        ------
        ValueError
            If there is no such class.
        """
        labels = one_hot(index, 2)[1:] if outputs == 1 else one_hot(index, outputs)
        return [2 * label - 1 for label in labels] if self.labels == SIGNS else labels

    def __repr__(self) -> str:
        return f"Loss({self.name!r}, labels={self.labels!r}, output={self.output!r})"


# fmt: off
_KNOWN = [
    Loss(log_loss,                  BETWEEN,      "sigmoid", partner="log_loss_from_logits"),
    Loss(log_loss_from_logits,      BETWEEN,      "sigmoid", from_logits=True),
    Loss(cross_entropy,             DISTRIBUTION, "softmax", partner="cross_entropy_from_logits"),
    Loss(cross_entropy_from_logits, DISTRIBUTION, "softmax", from_logits=True),
    Loss(quadratic,                 ANY,          "sigmoid"),
    Loss(hinge,                     SIGNS,        "identity"),
    Loss(huber,                     ANY,          "identity"),
]
# fmt: on

LOSSES: Mapping[str, Loss] = {loss.name: loss for loss in _KNOWN}
"""The losses by name."""


def resolve(loss: Any, output: Any = None) -> Loss:
    """Return what is known of a loss; of one with a stable partner for these outputs, the partner.

    Parameters
    ----------
    loss : str, callable or Loss
        A name out of `LOSSES`, one of its functions, or one's own, which takes the answer a and
        the labels y.
    output : str, optional
        The activation of the outputs.

    Returns
    -------
    Loss

    Raises
    ------
    UnknownNameError
        If there is no loss of this name.
    TypeError
        If it is no loss at all.

    Examples
    --------
    >>> resolve(log_loss, "sigmoid").name, resolve("log_loss", "softmax").name
    ('log_loss_from_logits', 'log_loss')
    """
    if isinstance(loss, str):
        if loss not in LOSSES:
            raise UnknownNameError("loss", loss, LOSSES)
        known = LOSSES[loss]
    elif isinstance(loss, Loss):
        known = loss
    elif callable(loss):
        known = next((row for row in _KNOWN if row.function is loss), None) or Loss(loss)
    else:
        raise TypeError(f"loss must be a name, a function or a Loss, not {type(loss).__name__}")
    if known.partner is not None and output == known.output:
        return LOSSES[known.partner]
    return known


def _pair(loss: str, answer: Any, y: Any) -> tuple[list[Any], list[Any]]:
    """Return what the network says and the labels as lists of one length, the labels accepted."""
    answers, labels = _listed(answer, "an output"), _listed(y, "a label")
    if len(answers) != len(labels):
        raise ValueError(
            f"{loss} takes one label y for each output: {len(labels)} came for {len(answers)} "
            "(a class number is coded by one_hot)"
        )
    if not answers:
        raise ValueError(f"{loss} takes one output or more, none came")
    numbers = [_plain(label) for label in labels]
    accepted = LOSSES[loss].labels
    # A compiler's symbol is no number yet, and what it stands for is the compiler's business.
    if all(map(is_number, numbers)) and not _ACCEPTS[accepted](numbers):
        raise ValueError(f"{loss} takes labels y that are {accepted}, got {numbers}")
    return answers, labels


def _listed(given: Any, name: str) -> list[Any]:
    """Return one operand, or a sequence of them, as a list of Values, symbols and plain numbers."""
    given = given.tolist() if hasattr(given, "tolist") else given
    items: Iterable[Any] = [given] if hasattr(given, HOOK) or is_number(given) else given
    return [item if hasattr(item, HOOK) else number(item, name) for item in items]


def _check_probabilities(loss: str, a: list[Any], y: list[Any], *, both: bool) -> None:
    """Refuse what is no probability, and one of which the logarithm of 0 would be taken."""
    for p, label in zip(map(_plain, a), map(_plain, y), strict=True):
        if not (is_number(p) and is_number(label)):
            continue
        if not 0 <= p <= 1:
            raise ValueError(
                f"{loss} takes probabilities from 0 to 1, but an output is {p}: "
                "use sigmoid or softmax outputs"
            )
        if (p == 0 and label > 0) or (both and p == 1 and label < 1):
            raise InfiniteLossError(
                f"{loss} is infinite, as a probability is exactly wrong "
                f"(it is {p} for the label {label}): use {loss}_from_logits"
            )


def _weighted(weight: Any, term: Callable[[], Any]) -> list[Any]:
    """Return weight · term; nothing where the weight is a plain 0, the term where it is 1."""
    if not is_number(weight):
        return [weight * term()]
    return [] if weight == 0 else [term()] if weight == 1 else [weight * term()]


def _ready(term: Any) -> Callable[[], Any]:
    return lambda: term


def _counted(p: Any, weight: Any, harmless: float) -> Any:
    """Return p; where the weight is a compiler's symbol for 0, a number whose logarithm is 0."""
    symbolic = not (is_number(weight) or isinstance(weight, Value))
    return where(not_equal(weight, 0), p, harmless) if symbolic else p


def _plain(operand: Any) -> Any:
    return operand.data if isinstance(operand, Value) else operand


def _strength(strength: Any) -> Any:
    strength = number(strength, "strength")
    if not 0 <= strength < math.inf:
        raise ValueError(f"strength must be finite and at least 0, not {strength}")
    return strength
