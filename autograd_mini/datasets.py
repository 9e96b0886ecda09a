r"""With this one can load small data sets that are ready to train on, or read one's own CSV file.

Start from `load` (by name: real data and generated data), `read_csv` (a person's own file), and
the `Dataset` that both return, which splits itself into a training and a test part. `Scaling`
brings features to a common size.

What does not live here: training (`autograd_mini.training`) and the files that models are stored
in (`autograd_mini.model_files`). Sources and licences of the data stand in
`autograd_mini/data/LICENSES.md`.
"""

import csv
import dataclasses
import gzip
import io
import math
import random
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = [
    "Dataset",
    "Scaling",
    "circles",
    "load",
    "moons",
    "names",
    "read_csv",
    "spirals",
    "xor",
]


@dataclasses.dataclass(frozen=True, repr=False)
class Dataset:
    """Objects with their features, and the class of each: what a network learns from.

    Parameters
    ----------
    name : str
    features : list of n lists of K floats
        One row for each example; the lecture's objects x.
    targets : list of n ints
        The class of each example, as an index into `class_names`; the lecture's answers y. Empty
        where the answers are not known.
    feature_names : list of K strings
    class_names : list of strings
    source, licence : str
        Where the data come from, and on which terms.

    Raises
    ------
    ValueError
        If a row has not K features, or the targets do not match the rows or the classes.

    Examples
    --------
    >>> data = load("iris")
    >>> data
    Dataset('iris': 150 examples, 4 features, 3 classes)
    >>> data.features[0], data.class_names[data.targets[0]]
    ([5.1, 3.5, 1.4, 0.2], 'setosa')
    """

    name: str
    features: list[list[float]]
    targets: list[int]
    feature_names: list[str]
    class_names: list[str]
    source: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        _check_widths(self.features, len(self.feature_names))
        if self.targets and len(self.targets) != len(self.features):
            raise ValueError(
                f"targets has {len(self.targets)} entries for {len(self.features)} examples; "
                "accepted: one for each example, or none at all",
            )
        for target in self.targets:
            if not 0 <= target < self.class_count:
                raise ValueError(
                    f"targets holds {target!r}; accepted: indices of the {self.class_count} "
                    f"class names, from 0 to {self.class_count - 1}",
                )

    def __len__(self) -> int:
        return len(self.features)

    def __repr__(self) -> str:
        return (
            f"Dataset({self.name!r}: {len(self)} examples, {self.feature_count} features, "
            f"{self.class_count} classes)"
        )

    @property
    def feature_count(self) -> int:
        """The number K of features of an example."""
        return len(self.feature_names)

    @property
    def class_count(self) -> int:
        """The number of classes."""
        return len(self.class_names)

    def shuffled_split(
        self,
        test_fraction: float = 0.2,
        seed: int = 0,
    ) -> tuple["Dataset", "Dataset"]:
        """Return a training and a test part, drawn at random from every class alike.

        Of a class with m examples, ``round(m * test_fraction)`` go into the test part, though at
        least one, and at least one stays for training (which comes first). The same seed gives
        the same parts, in the same order.

        Parameters
        ----------
        test_fraction : float
            Between 0 and 1, both excluded.
        seed : int

        Returns
        -------
        tuple of two Datasets
            The training part, then the test part.

        Raises
        ------
        ValueError
            If the fraction is out of range, the targets are not known, or every class has a
            single example.

        Examples
        --------
        >>> train, test = load("iris").shuffled_split(0.2, seed=1)
        >>> len(train), len(test)
        (120, 30)
        """
        if not 0 < test_fraction < 1:
            raise ValueError(f"test_fraction is {test_fraction!r}; accepted: 0 < fraction < 1")
        if len(set(self.targets)) == len(self.targets):
            raise ValueError(
                f"{self!r} can't be split by class: a class of two examples or more is needed",
            )
        order = random.Random(seed).sample(range(len(self)), len(self))
        test = _held_out(order, self.targets, test_fraction)
        return (
            self._subset(index for index in order if index not in test),
            self._subset(index for index in order if index in test),
        )

    def scaled(self, scaling: "Scaling") -> "Dataset":
        """Return the same data with its features scaled.

        Parameters
        ----------
        scaling : Scaling
            Learnt on the training part, and applied to both parts.

        Returns
        -------
        Dataset

        Examples
        --------
        >>> train, test = load("iris").shuffled_split()
        >>> scaling = Scaling.fit(train.features)
        >>> train, test = train.scaled(scaling), test.scaled(scaling)
        """
        return dataclasses.replace(self, features=scaling.apply(self.features))

    def _subset(self, indices: Iterable[int]) -> "Dataset":
        """Return the examples at these indices, in this order."""
        chosen = list(indices)
        return dataclasses.replace(
            self,
            features=[self.features[index] for index in chosen],
            targets=[self.targets[index] for index in chosen],
        )


def _held_out(order: Iterable[int], targets: Sequence[int], fraction: float) -> set[int]:
    """Return the indices of the test part: the first of each class in the shuffled order."""
    by_class: dict[int, list[int]] = {}
    for index in order:
        by_class.setdefault(targets[index], []).append(index)
    held_out: set[int] = set()
    for members in by_class.values():
        wanted = max(1, round(len(members) * fraction))
        held_out.update(members[: min(wanted, len(members) - 1)])
    return held_out


def _check_widths(rows: Iterable[Sequence[float]], width: int) -> None:
    """Raise ValueError unless every row has `width` features."""
    for number, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(f"features[{number}] has {len(row)} features; accepted: {width}")


# ------------------------------------------------------------------------------------- scaling


@dataclasses.dataclass(frozen=True)
class Scaling:
    r"""Features brought to a common size, as the training part has it.

    .. math:: x^{(j)} \mapsto \frac{x^{(j)} - m_j}{s_j}

    Parameters
    ----------
    mean : list of K floats
        The numbers :math:`m_j` that are subtracted.
    scale : list of K floats
        The numbers :math:`s_j > 0` by which is divided.

    Raises
    ------
    ValueError
        If the lengths differ, a number is not finite or a scale not positive.

    Examples
    --------
    >>> scaling = Scaling.fit([[1.0, 5.0], [3.0, 5.0]])
    >>> scaling
    Scaling(mean=[2.0, 5.0], scale=[1.0, 1.0])
    >>> scaling.apply([[4.0, 5.0]])
    [[2.0, 0.0]]
    """

    mean: list[float]
    scale: list[float]

    def __post_init__(self) -> None:
        if len(self.mean) != len(self.scale):
            raise ValueError(
                f"mean has {len(self.mean)} numbers and scale {len(self.scale)}; "
                "accepted: one of each for every feature",
            )
        if not all(map(math.isfinite, self.mean)):
            raise ValueError(f"mean is {self.mean!r}; accepted: finite numbers")
        if not all(0 < scale < math.inf for scale in self.scale):
            raise ValueError(f"scale is {self.scale!r}; accepted: finite numbers greater than 0")

    @classmethod
    def fit(cls, features: Sequence[Sequence[float]]) -> "Scaling":
        r"""Return the scaling that gives each feature mean 0 and standard deviation 1.

        .. math:: m_j = \tfrac1n\sum_i x_i^{(j)}, \qquad
                  s_j = \sqrt{\tfrac1n\sum_i\bigl(x_i^{(j)} - m_j\bigr)^2}

        A feature that never changes keeps its size: :math:`s_j = 1`.

        Parameters
        ----------
        features : n sequences of K floats, n > 0
            Those of the training part alone, so that nothing is learnt from the test part.

        Returns
        -------
        Scaling

        Raises
        ------
        ValueError
            If there is no example, or the examples differ in length.
        """
        if not features:
            raise ValueError("features is empty; accepted: at least one example")
        _check_widths(features, len(features[0]))
        columns = list(zip(*features, strict=True))
        mean = [math.fsum(column) / len(column) for column in columns]
        return cls(mean, [_deviation(*pair) for pair in zip(columns, mean, strict=True)])

    def apply(self, features: Iterable[Sequence[float]]) -> list[list[float]]:
        """Return the features scaled; the argument stays as it is.

        Parameters
        ----------
        features : n sequences of K floats

        Returns
        -------
        list of n lists of K floats

        Raises
        ------
        ValueError
            If an example has not K features.
        """
        rows = list(features)
        _check_widths(rows, len(self.mean))
        return [
            [(x - m) / s for x, m, s in zip(row, self.mean, self.scale, strict=True)]
            for row in rows
        ]

    def to_dict(self) -> dict[str, list[float]]:
        """Return the scaling as a dictionary of lists, ready for JSON.

        Returns
        -------
        dict
            ``{"mean": [...], "scale": [...]}``; `from_dict` takes it back, to the bit.
        """
        return {"mean": list(self.mean), "scale": list(self.scale)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Sequence[float]]) -> "Scaling":
        """Return the scaling that `to_dict` has written down.

        Parameters
        ----------
        stored : dict
            ``{"mean": [...], "scale": [...]}``.

        Returns
        -------
        Scaling

        Raises
        ------
        ValueError
            If a key is missing or unknown, or the numbers are not a scaling.
        """
        if set(stored) != {"mean", "scale"}:
            raise ValueError(
                f"stored has the keys {sorted(stored)}; accepted: exactly 'mean' and 'scale'",
            )
        try:
            return cls(list(map(float, stored["mean"])), list(map(float, stored["scale"])))
        except TypeError as error:
            raise ValueError(f"stored is {stored!r}; accepted: two lists of numbers") from error


def _deviation(column: Sequence[float], mean: float) -> float:
    """Return the standard deviation of a column, or 1 where the column never changes."""
    # Asked of the values themselves: rounding of the mean would leave 1e-17 in place of 0.
    if min(column) == max(column):
        return 1.0
    # hypot neither overflows nor underflows in its squares; `or` is for denormal columns.
    return math.hypot(*(x - mean for x in column)) / math.sqrt(len(column)) or 1.0


# ----------------------------------------------------------------------------- data by its name


def names() -> list[str]:
    """Return the names that `load` knows.

    Returns
    -------
    list of str

    Examples
    --------
    >>> names()
    ['digits', 'iris', 'breast-cancer', 'moons', 'circles', 'xor', 'spirals']
    """
    return [*_STORED, *_GENERATED]


def load(name: str) -> Dataset:
    """Return one of the data sets that come with the package.

    ``digits`` (8 × 8 pixels from 0 to 16), ``iris`` and ``breast-cancer`` are real data;
    ``moons``, ``circles``, ``xor`` and ``spirals`` are the functions of these names, called
    without arguments. Classes stand in the order of their names: in ``breast-cancer`` benign is
    0 and malignant 1.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If there is no data set of this name.

    Examples
    --------
    >>> load("digits")
    Dataset('digits': 1797 examples, 64 features, 10 classes)
    """
    if name in _GENERATED:
        return _GENERATED[name]()
    if name not in _STORED:
        raise ValueError(f"name is {name!r}; accepted: {', '.join(names())}")
    stored = _STORED[name]
    data = read_csv(Path(__file__).parent / "data" / stored.file, stored.target)
    return dataclasses.replace(data, name=name, source=stored.source, licence="CC BY 4.0")


class _Stored(NamedTuple):
    """A file of the data folder."""

    file: str
    target: str
    source: str


_STORED = {
    "digits": _Stored(
        "digits.csv.gz",
        "digit",
        "Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, "
        "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49",
    ),
    "iris": _Stored(
        "iris.csv",
        "species",
        "Fisher (1936), Iris, UCI Machine Learning Repository, https://doi.org/10.24432/C56C76",
    ),
    "breast-cancer": _Stored(
        "breast-cancer.csv.gz",
        "diagnosis",
        "Wolberg, Mangasarian, Street and Street (1993), Breast Cancer Wisconsin (Diagnostic), "
        "UCI Machine Learning Repository, https://doi.org/10.24432/C5DW2B",
    ),
}


# ------------------------------------------------------------------------------- generated data


def moons(n: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    r"""Return two half circles that reach into each other.

    .. math:: (\cos t, \sin t) \quad\text{and}\quad (1 - \cos t, \tfrac12 - \sin t),
              \qquad 0 \le t \le \pi

    Parameters
    ----------
    n : int, at least 2
        The number of points; half of them, rounded down, in the upper moon.
    noise : float
        The standard deviation of the Gaussian noise on both coordinates.
    seed : int
        The same seed gives the same points.

    Returns
    -------
    Dataset
        In random order. scikit-learn's ``make_moons`` has the same geometry.

    Raises
    ------
    ValueError
        If there are too few points, or the noise is negative or not finite.

    Examples
    --------
    >>> moons(100)
    Dataset('moons': 100 examples, 2 features, 2 classes)
    """
    _check_size(n, 2, noise)
    upper = [(math.cos(t), math.sin(t)) for t in _spread(0, math.pi, n // 2)]
    lower = [(1 - math.cos(t), 0.5 - math.sin(t)) for t in _spread(0, math.pi, n - n // 2)]
    return _planar("moons", {"upper": upper, "lower": lower}, noise, seed)


def circles(n: int = 200, noise: float = 0.05, factor: float = 0.5, seed: int = 0) -> Dataset:
    r"""Return a circle of radius 1 and a smaller one inside it.

    .. math:: (\cos t, \sin t) \quad\text{and}\quad (f\cos t, f\sin t), \qquad 0 \le t < 2\pi

    Parameters
    ----------
    n : int, at least 2
        The number of points; half of them, rounded down, on the outer circle.
    noise : float
        The standard deviation of the Gaussian noise on both coordinates.
    factor : float
        The radius f of the inner circle, between 0 and 1, both excluded.
    seed : int
        The same seed gives the same points.

    Returns
    -------
    Dataset
        In random order. scikit-learn's ``make_circles`` has the same geometry.

    Raises
    ------
    ValueError
        If there are too few points, or noise or factor are out of range.

    Examples
    --------
    >>> circles(100)
    Dataset('circles': 100 examples, 2 features, 2 classes)
    """
    _check_size(n, 2, noise)
    if not 0 < factor < 1:
        raise ValueError(f"factor is {factor!r}; accepted: 0 < factor < 1")
    points = {"outer": _circle(1, n // 2), "inner": _circle(factor, n - n // 2)}
    return _planar("circles", points, noise, seed)


def xor(n: int = 4, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Return the four corners of the unit square, with "exclusive or" as their class.

    No straight line parts the classes, so one perceptron can't learn them.

    Parameters
    ----------
    n : int, at least 4
        The number of points. The corners follow each other in turn: (0, 0), (0, 1), (1, 0),
        (1, 1), and again.
    noise : float
        The standard deviation of the Gaussian noise on both coordinates.
    seed : int
        The same seed gives the same points.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If there are too few points, or the noise is negative or not finite.

    Examples
    --------
    >>> for x, y in zip(xor().features, xor().targets):
    ...     print(x, y)
    [0.0, 0.0] 0
    [0.0, 1.0] 1
    [1.0, 0.0] 1
    [1.0, 1.0] 0
    """
    _check_size(n, 4, noise)
    corners = [divmod(number % 4, 2) for number in range(n)]
    targets = [left ^ right for left, right in corners]
    features = _noisy(corners, noise, random.Random(seed))
    return Dataset("xor", features, targets, list(_AXES), ["0", "1"], *_OURS)


def spirals(n: int = 300, noise: float = 0.02, arms: int = 3, seed: int = 0) -> Dataset:
    r"""Return spiral arms that wind around each other, a class for each arm.

    .. math:: r\,(\cos t, \sin t), \qquad
              t = \frac{2\pi k}{\text{arms}} + 4r, \qquad 0.1 \le r \le 1

    Parameters
    ----------
    n : int, at least `arms`
        The number of points; the first arms have one more where it does not divide evenly.
    noise : float
        The standard deviation of the Gaussian noise on both coordinates.
    arms : int, at least 2
        The number of arms.
    seed : int
        The same seed gives the same points.

    Returns
    -------
    Dataset
        In random order.

    Raises
    ------
    ValueError
        If there are too few points or arms, or the noise is negative or not finite.

    Examples
    --------
    >>> spirals(90)
    Dataset('spirals': 90 examples, 2 features, 3 classes)
    """
    if arms < 2:
        raise ValueError(f"arms is {arms!r}; accepted: at least 2")
    _check_size(n, arms, noise)
    points = {
        f"arm {arm + 1}": [
            (
                r * math.cos(math.tau * arm / arms + 4 * r),
                r * math.sin(math.tau * arm / arms + 4 * r),
            )
            for r in _spread(0.1, 1, len(range(arm, n, arms)))
        ]
        for arm in range(arms)
    }
    return _planar("spirals", points, noise, seed)


_GENERATED: dict[str, Callable[[], Dataset]] = {
    "moons": moons,
    "circles": circles,
    "xor": xor,
    "spirals": spirals,
}
_AXES = ("x1", "x2")
_OURS = ("computed by autograd_mini", "MIT")


def _check_size(n: int, least: int, noise: float) -> None:
    """Raise ValueError unless there are enough points and the noise is a spread."""
    if n < least:
        raise ValueError(f"n is {n!r}; accepted: at least {least}")
    if not 0 <= noise < math.inf:
        raise ValueError(f"noise is {noise!r}; accepted: 0 or a positive finite number")


def _spread(first: float, last: float, count: int) -> list[float]:
    """Return `count` evenly spaced numbers, both ends among them."""
    return [first + (last - first) * number / max(count - 1, 1) for number in range(count)]


def _circle(radius: float, count: int) -> list[tuple[float, float]]:
    """Return `count` evenly spaced points of a circle."""
    angles = [math.tau * number / count for number in range(count)]
    return [(radius * math.cos(t), radius * math.sin(t)) for t in angles]


def _planar(
    name: str,
    points: dict[str, list[tuple[float, float]]],
    noise: float,
    seed: int,
) -> Dataset:
    """Return the points of all classes in random order, with noise."""
    generator = random.Random(seed)
    pairs = [(point, number) for number, group in enumerate(points.values()) for point in group]
    generator.shuffle(pairs)
    features = _noisy([point for point, _ in pairs], noise, generator)
    targets = [target for _, target in pairs]
    return Dataset(name, features, targets, list(_AXES), list(points), *_OURS)


def _noisy(
    points: Iterable[tuple[float, float]],
    noise: float,
    generator: random.Random,
) -> list[list[float]]:
    """Return the points as rows, with Gaussian noise on every coordinate."""
    return [[x + generator.gauss(0.0, noise) for x in point] for point in points]


# ---------------------------------------------------------------------------- a person's own file


def read_csv(
    path: str | Path,
    target: str | None = None,
    *,
    columns: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
    delimiter: str | None = None,
) -> Dataset:
    r"""Return the data of a comma-separated file.

    The first line names the columns. A column of numbers is a feature; a column of words, such as
    ``colour``, becomes a feature of 0 and 1 for each word: ``colour=blue``, ``colour=red``. The
    target column holds words or whole numbers, each of which is a class; classes stand in sorted
    order (numbers by size). The text is UTF-8, with or without a byte order mark; a file whose
    name ends in ``.gz`` is unpacked; blank lines are skipped. Missing values, columns that mix
    numbers and words, and columns of more than 100 different words or classes are refused.

    For a model that is already there, pass its `columns` and `class_names`: then the features
    come in the model's order, other columns are left aside, and the target column may be missing.

    Parameters
    ----------
    path : str or Path
    target : str, optional
        The name of the column to be learnt; needed unless `columns` is given.
    columns : sequence of str, optional
        The features wanted, as `Dataset.feature_names` of the training data has them.
    class_names : sequence of str, optional
        The classes, as `Dataset.class_names` of the training data has them.
    delimiter : str, optional
        What stands between two columns. By default whichever of comma, semicolon, tab and
        vertical bar is most frequent in the first line.

    Returns
    -------
    Dataset
        Without targets where the file has no target column.

    Raises
    ------
    ValueError
        If a number or word is missing or not accepted; the message names the file, the line and
        the column.
    OSError
        If the file can't be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "fruit.csv"
    ...     _ = path.write_text("weight,colour,fruit\n8,red,cherry\n150,green,apple\n")
    ...     data = read_csv(path, "fruit")
    >>> data.feature_names, data.features
    (['weight', 'colour=green', 'colour=red'], [[8.0, 0.0, 1.0], [150.0, 1.0, 0.0]])
    >>> data.class_names, data.targets
    (['apple', 'cherry'], [1, 0])
    """
    table = _read_table(Path(path), delimiter)
    if columns is None:
        columns = _feature_names(table, target)
    classes = list(class_names or [])
    targets: list[int] = []
    if target is not None and target in table.header:
        labels = _labels(table, target)
        classes = classes or _classes(table, target, labels)
        targets = _indices(table, target, labels, classes)
    return Dataset(
        name=table.path.name.removesuffix(".gz").removesuffix(".csv"),
        features=_features(table, columns),
        targets=targets,
        feature_names=list(columns),
        class_names=classes,
        source=table.path.name,
    )


# What stands in a cell where a person means "not known".
_MISSING = frozenset({"", "?", "na", "n/a", "nan", "null"})
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_QUOTED = re.compile(r'"[^"]*"')
# More different words than this are names or free text; more classes are a quantity.
_MOST_WORDS = 100

_Cells = list[tuple[int, str]]


class _Table(NamedTuple):
    """A file as text: the names of its columns, and its rows with the line of each."""

    path: Path
    header: list[str]
    rows: list[tuple[int, list[str]]]

    def error(self, column: str, problem: str, line: int | None = None) -> ValueError:
        """Return an error that says where it is."""
        place = f"{self.path}, " if line is None else f"{self.path}, line {line}, "
        return ValueError(f"{place}column {column!r}: {problem}")

    def known(self) -> str:
        """Return the names of the columns, cut short where there are many."""
        rest = f", … ({len(self.header)} in all)" if len(self.header) > 12 else ""
        return ", ".join(map(repr, self.header[:12])) + rest

    def cells(self, column: str) -> _Cells:
        """Return the cells of a column with their lines; none is missing."""
        index = self.header.index(column)
        found = [(line, row[index].strip()) for line, row in self.rows]
        for line, cell in found:
            if cell.lower() in _MISSING:
                problem = f"the value is missing ({cell!r}); accepted: a value in every row"
                raise self.error(column, problem, line)
            if "," in cell and _DECIMAL_COMMA.fullmatch(cell):
                point = cell.replace(",", ".")
                problem = f"{cell!r} has a decimal comma; accepted: a decimal point, as in {point}"
                raise self.error(column, problem, line)
        return found


def _read_text(path: Path) -> str:
    """Return the text of a file, unpacked if need be."""
    content = path.read_bytes()
    try:
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {line}: not UTF-8; accepted: text in UTF-8") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path} can't be unpacked ({error}); accepted: a gzip file") from error


def _read_table(path: Path, delimiter: str | None) -> _Table:
    """Return the table of a file, with as many cells in each row as there are columns."""
    rows = _read_rows(path, delimiter)
    if len(rows) < 2:
        raise ValueError(
            f"{path} is empty or has no row below its header; accepted: a line that names the "
            "columns, then a line for each example",
        )
    header = _checked_header(path, *rows[0])
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise ValueError(
                f"{path}, line {line}: {len(row)} values; accepted: {len(header)}, "
                f"one for each column that line {rows[0][0]} names",
            )
    return _Table(path, header, rows[1:])


def _read_rows(path: Path, delimiter: str | None) -> list[tuple[int, list[str]]]:
    """Return the cells of all lines that are not blank, with the numbers of the lines."""
    text = _read_text(path)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter or _likely_delimiter(text),
        strict=True,
        skipinitialspace=True,
    )
    try:
        return [(reader.line_num, row) for row in reader if len(row) > 1 or "".join(row).strip()]
    except csv.Error as error:
        raise ValueError(
            f"{path}, line {reader.line_num}: {error}; accepted: cells that are plain, or in "
            "quotation marks from end to end",
        ) from error


def _likely_delimiter(text: str) -> str:
    """Return the delimiter most frequent in the first line, the comma if there is none.

    The guesses of csv.Sniffer depend on the data below too, and may fall on a letter.
    """
    first = _QUOTED.sub("", text.lstrip().partition("\n")[0])
    return max(",;\t|", key=first.count)


def _checked_header(path: Path, line: int, row: list[str]) -> list[str]:
    """Return the names of the columns, each of which stands there once."""
    header = [name.strip() for name in row]
    for number, name in enumerate(header, start=1):
        if not name:
            raise ValueError(
                f"{path}, line {line}: column {number} has no name; accepted: a name for every "
                "column",
            )
        if header.index(name) < number - 1:
            raise ValueError(
                f"{path}, line {line}: column {number} is named {name!r} like column "
                f"{header.index(name) + 1}; accepted: every name once",
            )
    return header


def _number(cell: str) -> float | None:
    """Return the number that a cell spells, or None for a word."""
    try:
        # float would read 1_000, which no table means.
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _is_numeric(table: _Table, column: str) -> bool:
    """Say whether a column holds numbers; a mixture of numbers and words is refused."""
    cells = table.cells(column)
    words = [(line, cell) for line, cell in cells if _number(cell) is None]
    if 0 < len(words) < len(cells):
        line, cell = words[0]
        raise table.error(
            column,
            f"{cell!r} is not a number, but other rows of this column are; accepted: numbers in "
            "every row, or words in every row",
            line,
        )
    return not words


def _feature_names(table: _Table, target: str | None) -> list[str]:
    """Return the features of all columns but the target."""
    if target not in table.header:
        raise ValueError(
            f"{table.path} has no target column {target!r}; accepted: one of the columns that its "
            f"first line names: {table.known()}",
        )
    columns = [name for name in table.header if name != target]
    if not columns:
        raise ValueError(f"{table.path} has no column beside the target; accepted: one or more")
    return [feature for column in columns for feature in _features_of(table, column)]


def _features_of(table: _Table, column: str) -> list[str]:
    """Return the features of one column: itself, or one for each of its words."""
    if _is_numeric(table, column):
        return [column]
    words = sorted({cell for _, cell in table.cells(column)})
    if len(words) > _MOST_WORDS:
        problem = f"{len(words)} different words; accepted: up to {_MOST_WORDS}, or no such column"
        raise table.error(column, problem)
    return [f"{column}={word}" for word in words]


def _features(table: _Table, columns: Sequence[str]) -> list[list[float]]:
    """Return the features of these names, a row for each example."""
    if not columns or len(set(columns)) < len(columns):
        raise ValueError(
            f"{table.path}: the features are {list(columns)!r}; accepted: at least one, each once",
        )
    origins = [_origin(table, column) for column in columns]
    words: dict[str, set[str]] = {}
    for column, word in origins:
        if word is not None:
            words.setdefault(column, set()).add(word)
    for column, known in words.items():
        _check_words(table, column, known)
    series = [_series(table, column, word) for column, word in origins]
    return [list(row) for row in zip(*series, strict=True)]


def _origin(table: _Table, feature: str) -> tuple[str, str | None]:
    """Return the column that a feature comes from, and its word if the column holds words."""
    if feature in table.header:
        return feature, None
    columns = [name for name in table.header if feature.startswith(f"{name}=")]
    if not columns:
        raise ValueError(
            f"{table.path} has no column for the feature {feature!r}; its columns are "
            f"{table.known()}; accepted: all the columns that the model was trained on",
        )
    column = max(columns, key=len)
    return column, feature[len(column) + 1 :]


def _check_words(table: _Table, column: str, known: set[str]) -> None:
    """Raise ValueError if a column has a word that no feature stands for."""
    for line, cell in table.cells(column):
        if cell not in known:
            problem = f"{cell!r} is new to the model; accepted: {', '.join(sorted(known))}"
            raise table.error(column, problem, line)


def _series(table: _Table, column: str, word: str | None) -> list[float]:
    """Return one feature of every row."""
    if word is not None:
        return [float(cell == word) for _, cell in table.cells(column)]
    return [_finite(table, column, *place) for place in table.cells(column)]


def _finite(table: _Table, column: str, line: int, cell: str) -> float:
    """Return the finite number that a cell spells."""
    number = _number(cell)
    if number is None or not math.isfinite(number):
        problem = f"{cell!r} is not a finite number; accepted: numbers such as 3, -2.5 or 1e-3"
        raise table.error(column, problem, line)
    return number


def _labels(table: _Table, target: str) -> _Cells:
    """Return the class of every row as a word, with its line."""
    cells = table.cells(target)
    if not _is_numeric(table, target):
        return cells
    for line, cell in cells:
        if not float(cell).is_integer():
            problem = (
                f"{cell!r} is not a whole number; accepted: classes, written as words or whole "
                "numbers (quantities can't be learnt)"
            )
            raise table.error(target, problem, line)
    return [(line, str(int(float(cell)))) for line, cell in cells]


def _classes(table: _Table, target: str, labels: _Cells) -> list[str]:
    """Return the classes in sorted order, numbers by size."""
    found = {label for _, label in labels}
    if not 2 <= len(found) <= _MOST_WORDS:
        problem = f"{len(found)} different values; accepted: from 2 to {_MOST_WORDS} classes"
        raise table.error(target, problem)
    return sorted(found, key=int) if _is_numeric(table, target) else sorted(found)


def _indices(table: _Table, target: str, labels: _Cells, classes: Sequence[str]) -> list[int]:
    """Return the classes of all rows as indices."""
    for line, label in labels:
        if label not in classes:
            problem = f"{label!r} is new to the model; accepted: {', '.join(classes)}"
            raise table.error(target, problem, line)
    return [classes.index(label) for _, label in labels]
