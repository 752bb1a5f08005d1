"""A safetensors file with a JSON header and a digest over both: written atomically and validated when read.

No pickle; the caller checks names, types and shapes before a tensor is read, and nothing larger than the file itself
is ever allocated. The digest detects flipped bits.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer import files
from latent_explorer.errors import InputError

T = TypeVar("T")
FORMAT = 2  # 1 had no smooth inverse projections, and the positions of PCA maps
METADATA_KEY = "latent_explorer"  # the one metadata entry; several would be written in no fixed order
MAX_FILE_SIZE = 4 << 30  # bytes; a larger file is not opened
DTYPES = {
    "F16": "float16", "F32": "float32", "F64": "float64",
    "U8": "uint8", "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64",
}  # fmt: skip
"""numpy's dtype name by safetensors' name; other dtypes keep safetensors' name."""
Header = Mapping[str, Any]
Arrays = dict[str, NDArray[Any]]
TensorLayout = dict[str, tuple[str, tuple[int, ...]]]
"""dtype and shape of each tensor, by tensor name."""


def write(path: Path, header: dict[str, Any], tensors: Arrays) -> None:
    """Write the file atomically; raise `WorkError` if it cannot be written."""
    files.write(path, to_bytes(header, tensors))


def to_bytes(header: dict[str, Any], tensors: Arrays) -> bytes:
    """Serialise `header`, with format number and digest added, and `tensors` to the file's bytes."""
    from safetensors.numpy import save

    tensors = {name: np.asarray(value, order="C") for name, value in tensors.items()}  # keeps 0-dimensional arrays
    header = {"format": FORMAT, **header}
    header["digest"] = compute_digest(header, tensors)
    return save(tensors, metadata={METADATA_KEY: to_json(header)})


def read(path: Path, check: Callable[[Header, TensorLayout], T]) -> tuple[T, Arrays]:
    """Read an intact file: what `check` returns for its header, and its tensors, which are read after it.

    Raises `InputError` for a file that is missing, truncated, damaged, foreign or of a newer format.
    """
    from safetensors import SafetensorError, safe_open

    try:
        size = path.stat().st_size
        if not 8 <= size <= MAX_FILE_SIZE:
            problem = "is empty" if size == 0 else f"has {size:,} bytes; 8 to {MAX_FILE_SIZE:,} are allowed"
            raise InputError(f"{path}: {problem}; it is no latent_explorer checkpoint")
        with safe_open(path, framework="np") as file:
            header = _parse_header(path, (file.metadata() or {}).get(METADATA_KEY))
            names = file.keys()
            checked = check(header, {name: _describe_tensor(file.get_slice(name)) for name in names})
            tensors = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise InputError(f"{path}: truncated, damaged or no checkpoint ({reason})") from None
    if header.get("digest") != compute_digest(header, tensors):
        raise InputError(f"{path}: damaged: its content does not match its digest")
    return checked, tensors


def select_prefix(prefix: str, arrays: Arrays) -> Arrays:
    """Return the tensors whose names begin with `prefix`, by the rest of their names."""
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def to_json(header: Any) -> str:
    """Return the JSON of a header, the same for equal headers."""
    return json.dumps(header, sort_keys=True)


def compute_digest(header: Header, tensors: Arrays) -> str:
    """Compute the BLAKE2 digest of the header and of every tensor's name, type, shape and bytes."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(to_json({k: v for k, v in header.items() if k != "digest"}).encode())
    for name in sorted(tensors):
        value = tensors[name]
        digest.update(f"{name} {value.dtype.str} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).data)
    return digest.hexdigest()


def _parse_header(path: Path, written: str | None) -> dict[str, Any]:
    if written is None:
        raise InputError(f"{path}: a safetensors file, but no latent_explorer checkpoint; train one with train.py")
    try:
        header = json.loads(written)
        same = to_json(header) == written  # some flipped bits do not change the values: 1e-3 and 1E-3
    except (ValueError, RecursionError):
        raise InputError(f"{path}: damaged: its header is not JSON") from None
    if not same:
        raise InputError(f"{path}: damaged: its header is not as it was written")
    version = header.get("format") if isinstance(header, dict) else None
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{path}: damaged: its header has no format number")
    if version > FORMAT:
        raise InputError(
            f"{path}: format {version} arrived; this latent_explorer reads up to {FORMAT}: install a newer one"
        )
    return dict(header)


def _describe_tensor(tensor: Any) -> tuple[str, tuple[int, ...]]:
    dtype = tensor.get_dtype()
    return DTYPES.get(dtype, dtype), tuple(tensor.get_shape())
