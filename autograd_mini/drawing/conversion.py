"""With this one can turn a drawing into PNG or PDF, where a library for it is installed.

Start from `converted`. The picture is that of the drawing's theme, the light one under "auto".
Files are written in `autograd_mini.files`.
"""

from __future__ import annotations

FORMATS = (".png", ".pdf")
"""The endings of the formats that a library makes."""

_SCALE = 2


def converted(svg: str, suffix: str) -> bytes:
    """Return a picture in another format.

    Parameters
    ----------
    svg : str
    suffix : {".png", ".pdf"}

    Returns
    -------
    bytes
        A PNG has two pixels for each unit of the drawing.

    Raises
    ------
    ImportError
        If no library for it is installed.
    """
    return _pdf(svg) if suffix == ".pdf" else _png(svg)


def _pdf(svg: str) -> bytes:
    try:
        import cairosvg  # noqa: PLC0415 - optional
    except (ImportError, OSError) as error:  # OSError: its Cairo is missing
        raise _missing(".pdf", "cairosvg") from error
    made: bytes = cairosvg.svg2pdf(bytestring=svg.encode())
    return made


def _png(svg: str) -> bytes:
    try:
        import resvg_py  # noqa: PLC0415 - optional
    except ImportError:
        return _png_by_cairo(svg)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=_SCALE))


def _png_by_cairo(svg: str) -> bytes:
    try:
        import cairosvg  # noqa: PLC0415 - optional
    except (ImportError, OSError) as error:
        raise _missing(".png", "resvg-py` or `pip install cairosvg") from error
    made: bytes = cairosvg.svg2png(bytestring=svg.encode(), scale=_SCALE)
    return made


def _missing(suffix: str, libraries: str) -> ImportError:
    return ImportError(f"saving {suffix} needs a library: `pip install {libraries}`, or save .svg")
