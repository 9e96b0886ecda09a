"""With this one can take numbers out of nested containers, and put others in their places.

`flatten` knows lists, tuples (named ones too), dictionaries, dataclasses, NumPy arrays, and
everything that has the method ``__autograd_flatten__`` (a network does). Anything else is a leaf.
What is done with the leaves lives elsewhere: in `derivatives`, `descent`, `compiler`.
"""

from __future__ import annotations

import copy
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Rebuild = Callable[[Sequence[Any]], Any]

__all__ = ["flatten", "is_array", "same_structure"]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """Return the leaves of nested containers, and a function that puts others in their places.

    Parameters
    ----------
    tree : nested containers, or a single leaf

    Returns
    -------
    leaves : list
        From left to right; dictionaries in the order of their keys' insertion.
    rebuild : callable
        Takes as many leaves, and returns containers of the same kind around them. Of a NumPy
        array the result has floats if all leaves are plain numbers, else objects. A dataclass
        keeps its fields that hold text, a bool, a function, or None.

    Examples
    --------
    >>> leaves, rebuild = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> rebuild([10.0, 20.0, 30.0])
    {'w': [10.0, 20.0], 'b': 30.0}
    """
    if hasattr(tree, "__autograd_flatten__") and not isinstance(tree, type):
        leaves, rebuild = tree.__autograd_flatten__()
        return list(leaves), rebuild
    if is_array(tree):
        return tree.ravel().tolist(), lambda new: _array_like(tree, new)
    if isinstance(tree, dict):
        return _parts(list(tree.values()), lambda new: _dictionary_like(tree, new))
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return _parts(tree, lambda new: type(tree)(*new))
    if isinstance(tree, (list, tuple)):
        return _parts(tree, type(tree))
    if hasattr(tree, "__dataclass_fields__") and not isinstance(tree, type):
        names = _contents(tree)
        contents = [getattr(tree, name) for name in names]
        return _parts(
            contents, lambda new: _dataclass_like(tree, dict(zip(names, new, strict=True)))
        )
    return [tree], lambda new: new[0]


def is_array(tree: Any) -> bool:
    """Tell whether `tree` is a NumPy array, without importing NumPy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(tree, numpy.ndarray)


def same_structure(tree: Any, other: Any) -> bool:
    """Tell whether two nests of containers hold as many leaves in the same places.

    Examples
    --------
    >>> same_structure([1.0, (2.0,)], [3.0, (4.0,)]), same_structure([1.0], (1.0,))
    (True, False)
    """
    return bool(_shape(tree) == _shape(other))


def _shape(tree: Any) -> Any:
    """Return what can be compared of a structure: its containers, with places for leaves."""
    if is_array(tree):
        return ("array", tree.shape)
    leaves, _ = flatten(tree)
    if len(leaves) == 1 and leaves[0] is tree:
        return "leaf"
    if hasattr(tree, "__autograd_flatten__"):
        return (type(tree), len(leaves))
    if isinstance(tree, dict):
        return (dict, tuple((key, _shape(value)) for key, value in tree.items()))
    if isinstance(tree, (list, tuple)):
        return (type(tree), tuple(map(_shape, tree)))
    return (type(tree), tuple((name, _shape(getattr(tree, name))) for name in _contents(tree)))


def _parts(parts: Sequence[Any], build: Callable[[list[Any]], Any]) -> tuple[list[Any], Rebuild]:
    """Flatten each part; `build` gets the parts as they are rebuilt."""
    flattened = [flatten(part) for part in parts]

    def rebuild(new: Sequence[Any]) -> Any:
        rebuilt, start = [], 0
        for leaves, rebuild_part in flattened:
            rebuilt.append(rebuild_part(new[start : start + len(leaves)]))
            start += len(leaves)
        return build(rebuilt)

    return [leaf for leaves, _ in flattened for leaf in leaves], rebuild


def _contents(tree: Any) -> list[str]:
    """Return the names of a dataclass's fields that are differentiated, not just carried along."""
    names = [field.name for field in sys.modules["dataclasses"].fields(tree)]
    return [name for name in names if _is_content(getattr(tree, name))]


def _is_content(field: Any) -> bool:
    if hasattr(field, "__autograd_flatten__"):
        return True
    return not (field is None or isinstance(field, (str, bytes, bool)) or callable(field))


def _dictionary_like(tree: dict[Any, Any], new: list[Any]) -> dict[Any, Any]:
    rebuilt = copy.copy(tree)
    rebuilt.update(zip(tree, new, strict=True))
    return rebuilt


def _dataclass_like(tree: Any, fields: dict[str, Any]) -> Any:
    rebuilt = copy.copy(tree)
    for name, field in fields.items():
        object.__setattr__(rebuilt, name, field)  # frozen ones too
    return rebuilt


def _array_like(tree: Any, new: Sequence[Any]) -> Any:
    numpy = sys.modules["numpy"]
    plain = all(isinstance(leaf, (int, float)) for leaf in new)
    rebuilt = numpy.empty(len(new), dtype=float if plain else object)
    for index, leaf in enumerate(new):
        rebuilt[index] = leaf
    return rebuilt.reshape(tree.shape)
