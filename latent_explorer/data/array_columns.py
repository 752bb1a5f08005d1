"""Labels and attributes that come as arrays or lists, one value a picture. It knows no pictures and no files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import is_tensor
from latent_explorer.data.attributes import (
    MAX_ATTRIBUTES,
    MAX_CATEGORIES,
    MAX_NUMBER,
    MAX_WHOLE,
    RESERVED,
    UNKNOWN,
    Attribute,
)
from latent_explorer.errors import InputError, quote
from latent_explorer.files import to_printable
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH

MAX_CLASSES = 10_000
MAX_CLASS_NAME = 1000  # characters
MAX_TEXT_BYTES = 1 << 30  # of a column


@dataclass(frozen=True, eq=False)
class Annotations:
    """What is said of samples by those who give them, one value a sample; it is checked where it is used."""

    labels: Any = None
    """Whole numbers (N,), -1 where unknown, or texts; None for no classes."""
    class_names: Sequence[str] | None = None
    attributes: Mapping[str, Any] | None = None
    """Numbers or texts (N,), by name."""


NO_ANNOTATIONS = Annotations()


def to_classes(labels: Any, class_names: Sequence[str] | None, count: int) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the class of each of `count` pictures, -1 where unknown, and the classes' names.

    `labels` are None, whole numbers (-1 or NaN is unknown) or texts (an empty one is unknown). With `class_names`
    numbers count them; without, they are named by their number. Raises `InputError` for anything else.
    """
    if labels is None:
        return np.full(count, -1, np.int64), ()
    names = None if class_names is None else _check_class_names(class_names)
    values = to_column(labels)
    if values.shape == (count, 1):
        values = values[:, 0]
    if values.shape != (count,):
        several = "; where a sample has several, give each as an attribute of its own" if values.ndim == 2 else ""
        raise InputError(f"labels: shape {values.shape} arrived; one a sample, ({count},), is allowed{several}")
    if values.dtype.kind == "U":
        return _number_texts(values, names)
    if values.dtype.kind not in "buif":
        raise InputError(f"labels: {values.dtype} arrived; whole numbers or texts are allowed")
    known = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(count, bool)
    present = values[known]
    if len(present) and not (np.isfinite(present).all() and (np.abs(present.astype(np.float64)) < 2**53).all()):
        raise InputError("labels: numbers beyond 2^53 arrived; whole numbers from -1 are allowed")
    whole = np.full(count, -1, np.int64)
    whole[known] = present.astype(np.int64)
    if (whole[known] != present).any() or (whole < -1).any():
        odd = present[(whole[known] != present) | (whole[known] < -1)][0]
        raise InputError(f"labels: {odd:g} arrived; whole numbers from -1 (unknown) or texts are allowed")
    if names is None:
        different, positions = np.unique(whole[whole >= 0], return_inverse=True)
        _check_class_count(len(different))
        whole[whole >= 0] = positions
        return whole, tuple(map(str, different.tolist()))
    if whole.max(initial=-1) >= len(names):
        raise InputError(f"labels: {whole.max()} arrived; -1 to {len(names) - 1} are allowed for {len(names)} names")
    return whole, names


def check_attributes(attributes: Any, count: int | None) -> None:
    """Raise `InputError` for attributes that a caller gives in another form, or of another length, than the `count`
    samples."""
    if attributes is None:
        return
    if not callable(getattr(attributes, "items", None)):
        arrived = type(attributes).__name__
        raise InputError(f"attributes: {arrived} arrived; a dict of names and arrays, a value a sample, is allowed")
    for name, values in attributes.items():
        if not isinstance(name, str):
            raise InputError(f"attributes: the name {name!r} arrived; a text is allowed")
        there = len(values) if hasattr(values, "__len__") and not isinstance(values, str) else None
        if count is not None and there != count and not isinstance(values, Attribute):
            arrived = type(values).__name__ if there is None else f"{there:,} values"
            raise InputError(f"attributes: {quote(name)}: {arrived} arrived; one a sample, {count:,}, is allowed")


def to_attributes(columns: Mapping[str, Any], count: int) -> tuple[dict[str, Attribute], tuple[str, ...]]:
    """Return `columns` of `count` values as attributes, and what to say of those left out."""
    attributes: dict[str, Attribute] = {}
    left_out, too_many = [], 0
    for name, values in columns.items():
        problem: Attribute | str
        if not (0 < len(name) <= MAX_NAME_LENGTH and name.isprintable()) or name.casefold() == RESERVED:
            problem = f"another printable name of up to {MAX_NAME_LENGTH} characters is needed"
        elif len(attributes) == MAX_ATTRIBUTES:
            too_many += 1
            continue
        else:
            problem = to_attribute(values, count)
        if isinstance(problem, Attribute):
            attributes[name] = problem
        else:
            left_out.append(to_printable(f"attribute {quote(name)} left out: {problem}"))
    if too_many:
        left_out.append(f"{too_many:,} more attributes left out: up to {MAX_ATTRIBUTES} are allowed")
    return attributes, tuple(left_out)


def to_attribute(values: Any, count: int) -> Attribute | str:
    """Return `count` values as an attribute, or why they are none: numbers, or categories if they are texts, truth
    values or at most `MAX_WHOLE` different whole numbers."""
    if isinstance(values, Attribute):
        return values if values.values.shape == (count,) else f"{len(values.values):,} values for {count:,} pictures"
    try:
        column = to_column(values)
    except InputError as error:
        return str(error)
    if column.shape != (count,):
        return f"shape {column.shape}; one value a picture, ({count},), is allowed"
    if column.dtype.kind == "U":
        return _to_categories(column)
    if column.dtype.kind == "b":
        return _refuse_constant(Attribute(column.astype(np.float32), ("no", "yes")))
    if column.dtype.kind not in "iuf":
        return f"{column.dtype}; numbers or texts are allowed"
    numbers = column.astype(np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    known = np.isfinite(numbers)
    if (np.abs(numbers[known]) > MAX_NUMBER).any():
        return f"numbers beyond {MAX_NUMBER:g}"
    different, positions = np.unique(numbers[known], return_inverse=True)
    if len(different) <= MAX_WHOLE and (different == np.round(different)).all():
        numbers[known], numbers[~known] = positions, UNKNOWN
        return _refuse_constant(Attribute(numbers.astype(np.float32), tuple(f"{one:.0f}" for one in different)))
    return _refuse_constant(Attribute(numbers.astype(np.float32)))


def to_column(values: Any) -> NDArray[Any]:
    """Return values as an array of numbers, truth values or texts, None as unknown; raise `InputError` for others."""
    if is_tensor(values):
        import torch

        values = values.detach().cpu()
        return np.asarray((values.float() if values.dtype == torch.bfloat16 else values).numpy())
    try:
        column = np.asarray(values)
        if column.dtype.kind == "S":
            return np.char.decode(column, "utf-8", "replace")
        if column.dtype.kind != "O":
            return column
        items = column.tolist()
        if not isinstance(items, list) or any(isinstance(one, list) for one in items):
            raise TypeError
        if any(isinstance(one, str) for one in items):
            if not all(isinstance(one, str) or _is_unknown(one) for one in items):
                raise TypeError
            texts = ["" if _is_unknown(one) else one for one in items]
            if 4 * len(texts) * max(map(len, texts)) > MAX_TEXT_BYTES:  # an array of texts is as wide as the longest
                raise InputError(f"{len(texts):,} texts of up to {max(map(len, texts)):,} characters; too large")
            return np.array(texts)
        return np.array([np.nan if _is_unknown(one) else float(one) for one in items])
    except (TypeError, ValueError, OverflowError):
        raise InputError("values of several kinds arrived; numbers or texts are allowed") from None


def _is_unknown(value: Any) -> bool:
    return value is None or value != value


def _check_class_names(class_names: Sequence[str]) -> tuple[str, ...]:
    names = to_column(class_names)
    if names.ndim != 1 or names.dtype.kind not in "Uiu":
        raise InputError(f"class_names: {names.dtype}, shape {names.shape} arrived; a list of texts is allowed")
    printable = tuple(to_printable(str(name)) for name in names.tolist())
    if not all(0 < len(name) <= MAX_CLASS_NAME for name in printable) or len(set(printable)) < len(printable):
        raise InputError(f"class_names: an empty, repeated or long name arrived; up to {MAX_CLASS_NAME} characters are "
                         "allowed")  # fmt: skip
    _check_class_count(len(printable))
    return printable


def _check_class_count(count: int) -> None:
    if count > MAX_CLASSES:
        raise InputError(f"labels: {count:,} classes arrived; up to {MAX_CLASSES:,} are allowed")


def _number_texts(texts: NDArray[Any], names: tuple[str, ...] | None) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    different, positions = np.unique(texts, return_inverse=True)
    printable = [to_printable(text)[:MAX_CLASS_NAME] for text in different.tolist()]
    if names is None:
        names = tuple(dict.fromkeys(name for name in printable if name))
        _check_class_count(len(names))
    numbers = {"": -1} | {name: k for k, name in enumerate(names)}
    for name in printable:
        if name not in numbers:
            raise InputError(f"labels: {quote(name)} arrived; one of the {len(names)} class names is allowed")
    return np.array([numbers[name] for name in printable], np.int64)[positions.reshape(-1)], names


def _to_categories(texts: NDArray[Any]) -> Attribute | str:
    different, positions = np.unique(texts, return_inverse=True)
    names = [text for text in different.tolist() if text]
    if len(names) > MAX_CATEGORIES:
        return f"{len(names):,} different texts; up to {MAX_CATEGORIES:,} are allowed"
    odd = next((text for text in names if len(text) > MAX_NAME_LENGTH or not text.isprintable()), None)
    if odd is not None:
        return f"{quote(odd)}; printable texts of up to {MAX_NAME_LENGTH} characters are allowed"
    unknown_first = len(different) - len(names)  # the empty text sorts first
    return _refuse_constant(Attribute((positions - unknown_first).astype(np.float32), tuple(names)))


def _refuse_constant(attribute: Attribute) -> Attribute | str:
    known = attribute.values[attribute.values >= 0 if attribute.categories else np.isfinite(attribute.values)]
    return attribute if len(np.unique(known)) > 1 else "the same in every row, or unknown"
