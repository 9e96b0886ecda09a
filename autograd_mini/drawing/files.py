"""With this one can write a file whole or not at all.

Start from `write_whole`. What is written lives with the drawings and plots.
"""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file so that nobody ever finds half of it; after an error the old one is there.

    Parameters
    ----------
    path : path
    content : str or bytes
        Text is written in UTF-8, with its line ends as they are.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
