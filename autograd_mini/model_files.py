"""With this one can keep a model in a file: a dictionary to JSON, and back to the bit.

Start from `write` and `read`. A file says that it is a model of this package, of which version,
and holds a checksum, so that a damaged or foreign one is refused. It is written whole or not at
all, and reading runs nothing. What stands in it is the business of `neurons`, which this module
does not know.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from pathlib import Path

from autograd_mini.errors import ModelFileError
from autograd_mini.files import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["FORMAT", "VERSION", "read", "write"]

FORMAT = "autograd_mini model"
"""What a file says that it is."""

VERSION = 1
"""Version of the layout; a newer file is refused."""


def write(path: str | os.PathLike[str], content: Mapping[str, Any]) -> None:
    """Write a dictionary as a model file, whole or not at all.

    Floats are written with as many digits as give the same bits back.

    Parameters
    ----------
    path : path
        An existing file is replaced at the end, in one step; after an error it is as it was.
    content : mapping
        Of what JSON holds: text, finite numbers, bools, None, lists and dictionaries of them.
        Tuples come back as lists, and keys as text.

    Raises
    ------
    TypeError
        If `content` holds something else.
    ValueError
        If it holds a number that is not finite.
    OSError
        If the file can't be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(folder + "/model.json", {"w": [0.1, -0.0]})
    ...     read(folder + "/model.json")
    {'w': [0.1, -0.0]}
    """
    try:
        kept = json.loads(json.dumps(dict(content), allow_nan=False))
    except ValueError as error:
        raise ValueError(f"content can't be kept in a model file: {error}") from None
    document = {"format": FORMAT, "version": VERSION, "checksum": _checksum(kept), "content": kept}
    write_whole(path, json.dumps(document, indent=1) + "\n")


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the dictionary that a model file holds.

    Parameters
    ----------
    path : path

    Returns
    -------
    dict

    Raises
    ------
    ModelFileError
        If the file is no model of this package, of a newer version, or damaged.
    OSError
        If it can't be read at all.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = folder + "/model.json"
    ...     write(path, {"sizes": [2, 1]})
    ...     read(path)
    {'sizes': [2, 1]}
    """
    name = os.fspath(path)
    document = _parsed(name, Path(path).read_bytes())
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ModelFileError(name, f"it does not say that it is of the format {FORMAT!r}")
    version, content = document.get("version"), document.get("content")
    if version != VERSION:
        raise ModelFileError(name, f"it is of version {version!r}, and {VERSION} can be read")
    if not isinstance(content, dict):
        raise ModelFileError(name, "it has no content")
    if document.get("checksum") != _checksum(content):
        raise ModelFileError(name, "its checksum does not fit, so it was damaged or changed")
    return content


def _parsed(path: str, text: bytes) -> Any:
    """Return what the JSON says; numbers that are not finite are refused."""
    try:
        return json.loads(text.decode(), parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(path, f"it is not JSON of finite numbers ({error})") from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number


def _checksum(content: dict[str, Any]) -> str:
    """Return a checksum of what JSON says, however it is spaced and ordered."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"crc32:{zlib.crc32(text.encode()):08x}"
