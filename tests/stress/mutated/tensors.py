"""Mutations of files of arrays that know the format: safetensors with and without a digest, .npy, .npz, and idx."""

import gzip
import io
import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint import tensor_file
from tests.stress.mutated import containers
from tests.stress.mutated.plain import INTEGERS, NUMBERS, TEXTS, Mutator, mutate_bytes, mutate_tree, to_json

Arrays = dict[str, NDArray[Any]]
NAMES = {dtype: name for name, dtype in tensor_file.DTYPES.items()} | {
    "bool": "BOOL", "uint16": "U16", "uint32": "U32", "uint64": "U64",
}  # fmt: skip
TYPES = {name: dtype for dtype, name in NAMES.items()}
KEY = tensor_file.METADATA_KEY


def split(data: bytes) -> tuple[dict[str, Any], Arrays]:
    """Return the metadata and the tensors of a whole safetensors file."""
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, one in header.items():
        start, end = one["data_offsets"]
        arrays[name] = np.frombuffer(data[8 + length + start : 8 + length + end], TYPES[one["dtype"]]).reshape(
            one["shape"]
        )
    return metadata, arrays


def join(metadata: dict[str, Any], arrays: Arrays) -> bytes:
    """Return a safetensors file, sound in itself."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    parts, at = [], 0
    for name, value in arrays.items():
        raw = np.ascontiguousarray(value).tobytes()
        header[name] = {
            "dtype": NAMES[str(value.dtype)],
            "shape": list(value.shape),
            "data_offsets": [at, at + len(raw)],
        }
        parts.append(raw)
        at += len(raw)
    return _pack(to_json(header), b"".join(parts))


def _pack(header: bytes, rest: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header + rest


def mutate_safetensors(draw: Mutator, data: bytes) -> bytes:
    """Return a file whose own header lies; or whose document and tensors changed, with a digest that is right."""
    metadata, arrays = split(data)
    if draw.often(0.2):
        return _mutate_raw_header(draw, data)
    document = {key: json.loads(value) if value[:1] in "[{" else value for key, value in metadata.items()}
    if document and draw.often(0.6):
        key = draw.choice(sorted(document))
        document[key] = mutate_tree(draw, document[key])
    else:
        arrays = mutate_arrays(draw, arrays)
    if draw.often(0.15):
        arrays = mutate_arrays(draw, arrays)
    own = document.get(KEY)
    if isinstance(own, dict):
        try:
            own["digest"] = tensor_file.compute_digest(own, arrays)
            metadata = {**metadata, KEY: tensor_file.to_json(own)}
        except (ValueError, UnicodeError, TypeError):  # a document that is no text, like half a surrogate
            metadata = {**metadata, KEY: json.dumps(own, sort_keys=True)}
    else:
        metadata = {key: value if isinstance(value, str) else json.dumps(value) for key, value in document.items()}
    return join(metadata, {name: value for name, value in arrays.items() if str(value.dtype) in NAMES})


def _mutate_raw_header(draw: Mutator, data: bytes) -> bytes:
    length = struct.unpack("<Q", data[:8])[0]
    header, rest = json.loads(data[8 : 8 + length]), data[8 + length :]
    names = [name for name in header if name != "__metadata__"]
    name = draw.choice(names) if names else "none"
    way = draw.choice(("length", "tree", "shape", "offsets", "dtype", "swap", "twice", "json", "many", "metadata"))
    draw.note(f"safetensors: {way} of {name}")
    one = header.get(name, {})
    match way:
        case "length":
            return struct.pack("<Q", draw.choice(INTEGERS) % 2**64) + data[8:]
        case "tree":
            header = mutate_tree(draw, header)
        case "shape":
            sides = list(one.get("shape", []))
            one["shape"] = draw.choice(
                ([*sides, 1], sides[::-1], [0], [2**62, 2**62], [-1], [2**63], [1.5], ["3"], sides * 2, [10**9, 10**9])
            )
        case "offsets":
            start, end = one.get("data_offsets", [0, 0])
            one["data_offsets"] = draw.choice(
                (
                    [end, start],
                    [0, end],
                    [start, len(rest)],
                    [start, 2**63],
                    [-1, end],
                    [start + 1, end + 1],
                    [start],
                    [],
                )
            )
        case "dtype":
            one["dtype"] = draw.choice((*TYPES, "BF16", "F8_E4M3", "C64", "X", ""))
        case "swap":
            other = header[draw.choice(names)] if names else {}
            one["data_offsets"], other["data_offsets"] = other.get("data_offsets"), one.get("data_offsets")
        case "twice":
            text = json.dumps(header)
            return _pack((text[:-1] + f', "{name}": {json.dumps(one)}}}').encode(), rest)
        case "json":
            return _pack(mutate_bytes(draw, data[8 : 8 + length]), rest)
        case "many":
            header |= {
                f"t{k}": {"dtype": "F32", "shape": [0], "data_offsets": [len(rest), len(rest)]} for k in range(20_000)
            }
        case "metadata":
            header["__metadata__"] = mutate_tree(draw, header.get("__metadata__", {}))
    return _pack(to_json(header), rest)


def mutate_arrays(draw: Mutator, arrays: Arrays) -> Arrays:
    """Return arrays with other values, shapes, types or names."""
    arrays = dict(arrays)
    for _ in range(draw.choice((1, 1, 2, 4))):
        if not arrays:
            break
        name = draw.choice(sorted(arrays))
        value = arrays[name]
        way = draw.choice(
            (
                "values",
                "one value",
                "one value",
                "fill",
                "scale",
                "scale",
                "shuffle",
                "finite",
                "finite",
                "finite",
                "shape",
                "rows",
                "all rows",
                "dtype",
                "drop",
                "rename",
                "swap",
                "copy",
                "sort",
            )
        )
        draw.note(f"{name}: {way}")
        match way:
            case "values":
                arrays[name] = _cast(
                    np.frombuffer(draw.randbytes(value.nbytes), value.dtype).reshape(value.shape), value.dtype
                )
            case "scale":  # within what the type holds, so that it is looked at
                with np.errstate(all="ignore"):
                    scaled = value.astype(np.float64) * draw.choice((-1, 0, 1e-30, 1e-4, 0.5, 3, 1000))
                    most = 60_000.0 if value.dtype == np.float16 else 1e6
                    arrays[name] = (
                        _cast(np.clip(np.nan_to_num(scaled), -most, most), value.dtype)
                        if value.dtype.kind == "f"
                        else value[::-1]
                    )
            case "finite" if value.size:
                changed = value.copy()
                for _ in range(draw.choice((1, 1, 5, value.size // 3 + 1))):
                    small = (
                        draw.choice((0, 1, 2, -1, 7, 100)) if value.dtype.kind != "u" else draw.choice((0, 1, 2, 100))
                    )
                    changed.reshape(-1)[draw.randrange(value.size)] = (
                        small if value.dtype.kind != "f" else draw.choice((0, 1e-7, 0.5, -1, 50, -3000, 6e4))
                    )
                arrays[name] = changed
            case "shuffle" if value.ndim:
                arrays[name] = value[np.random.default_rng(draw.randrange(99)).permutation(len(value))]
            case "one value" if value.size:
                changed = value.copy()
                for _ in range(draw.choice((1, 1, 5))):
                    changed.reshape(-1)[draw.randrange(value.size)] = _make_number(draw, value.dtype)
                arrays[name] = changed
            case "fill":
                arrays[name] = np.full(value.shape, _make_number(draw, value.dtype), value.dtype)
            case "shape":
                arrays[name] = draw.choice(
                    (
                        value.reshape(-1),
                        value[None],
                        value.T,
                        value[..., None],
                        value.reshape(-1)[:1],
                        value[:0],
                        value.reshape(-1, 1),
                    )
                )
            case "rows":
                arrays[name] = value[: draw.choice((0, 1, 2, len(value) - 1))] if value.ndim else value
            case "all rows":  # as many rows fewer everywhere, as of a file that is sound in itself
                count = draw.choice((0, 1, 2, 3, 20))
                same = len(value) if value.ndim else -1
                arrays = {
                    one: other[:count] if other.ndim and len(other) == same else other for one, other in arrays.items()
                }
            case "dtype":
                arrays[name] = _cast(value, np.dtype(draw.choice(tuple(NAMES))))
            case "drop":
                del arrays[name]
            case "rename":
                arrays[draw.choice((*TEXTS[:20], f"{name}x", *arrays)).encode("utf-8", "replace").decode()] = (
                    arrays.pop(name)
                )
            case "swap":
                other = draw.choice(sorted(arrays))
                arrays[name], arrays[other] = arrays[other], arrays[name]
            case "copy":
                arrays[f"{name}.x"] = value
            case "sort":
                arrays[name] = np.sort(value, axis=0)[::-1] if value.ndim else value
    return arrays


def _cast(value: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    with np.errstate(all="ignore"):
        return value.astype(dtype)


def _make_number(draw: Mutator, dtype: np.dtype[Any]) -> Any:
    number = draw.choice(NUMBERS)
    with np.errstate(all="ignore"):
        if dtype.kind == "f":
            return (
                np.float64(number if abs(number) < 1e308 else 1e308).astype(dtype)
                if number == number
                else dtype.type("nan")
            )
        if dtype.kind in "iu":
            limits = np.iinfo(dtype)
            return (
                min(max(int(number), limits.min), limits.max)
                if np.isfinite(float(min(max(number, -1e300), 1e300)))
                else limits.max
            )
        return bool(number)


# -- .npy, .npz, idx ------------------------------------------------------------------------------------

HEADERS = (
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", "{}", "[]", "",
    "{'descr': '|O', 'fortran_order': False, 'shape': (24,), }", "__import__('os').system('touch x')",
    "{'descr': '<U99999999', 'fortran_order': False, 'shape': (24,), }",
    "{'descr': [('a', '<f4'), ('b', '|O')], 'fortran_order': False, 'shape': (3,), }", "(" * 3000, "'" + "x" * 9000,
    "{'descr': '<f4', 'fortran_order': True, 'shape': (24, 8, 8), }",
    "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (24,), }",
    "{'descr': '|V0', 'fortran_order': False, 'shape': (24, 8, 8), }",
    "{'descr': '<c16', 'fortran_order': False, 'shape': (24, 8, 8), }",
    "{'descr': '>f8', 'fortran_order': False, 'shape': (24, 4), }",
    "{'descr': '<f2', 'fortran_order': 3, 'shape': [24, 8, 8], }",
)  # fmt: skip
SHAPES = (
    "()", "(0,)", "(1,)", "(24,)", "(24, 0, 8)", "(-1,)", "(24, -8, -8)", "(1000000000, 1000000000)",
    "(9223372036854775807,)", "(4294967296, 4294967296)", "(24, 8, 8, 1, 1)", "(24, 64)", "(2, 3, 4, 5, 6, 7)",
    "(24, 8)", "(16, 2, 2)", "(1,) * 40", "(24L,)", "(True, 8)", "(0, 8, 8)", "(0, 1000000000000)",
)  # fmt: skip


def mutate_npy(draw: Mutator, data: bytes) -> bytes:
    """Return an array's file with another header, or with other values."""
    way = draw.choice(("header", "shape", "descr", "version", "values", "values", "values", "tail"))
    draw.note(f"npy: {way}")
    start = 10 + struct.unpack("<H", data[8:10])[0]
    header, rest = data[10:start].decode("latin1"), data[start:]
    match way:
        case "header":
            return _to_npy(draw.choice(HEADERS), rest)
        case "shape":
            at = header.index("(")
            return _to_npy(header[:at] + draw.choice(SHAPES) + header[header.index(")") + 1 :], rest)
        case "descr":
            at = header.index("'descr': '") + 10
            end = header.index("'", at)
            kind = draw.choice(
                (
                    "|b1",
                    "|u1",
                    "|i1",
                    "<u2",
                    ">i4",
                    "<i8",
                    "<u8",
                    "<f2",
                    ">f4",
                    "<f8",
                    "<f16",
                    "<c8",
                    "|O",
                    "<U3",
                    "|S5",
                    "|V3",
                    "<m8",
                    "<M8[D]",
                    "x",
                    "",
                    "<f3",
                )
            )
            return _to_npy(header[:at] + kind + header[end:], rest)
        case "version":
            return data[:6] + bytes(draw.choice(((0, 0), (2, 0), (3, 0), (9, 9)))) + data[8:]
        case "values":
            array = np.load(io.BytesIO(data), allow_pickle=False)
            return write_npy(mutate_arrays(draw, {"a": array}).get("a", np.empty(0)))
    return data[: start + draw.choice((0, 1, len(rest) // 2, max(0, len(rest) - 1)))]


def _to_npy(header: str, rest: bytes) -> bytes:
    text = header.encode("latin1", "replace") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", min(len(text), 65535)) + text + rest


def write_npy(array: NDArray[Any]) -> bytes:
    written = io.BytesIO()
    np.lib.format.write_array(written, np.asarray(array), allow_pickle=True)
    return written.getvalue()


def write_npz(arrays: Arrays, *, packed: bool = True) -> bytes:
    return containers.write_zip({f"{name}.npy": write_npy(value) for name, value in arrays.items()}, packed=packed)


def mutate_npz(draw: Mutator, data: bytes) -> bytes:
    """Return an archive of arrays with a mutated member, or with members that lie."""
    members = containers.read_zip(data)
    if draw.often(0.35):
        return containers.mutate_zip(draw, data)
    name = draw.choice(sorted(members))
    if name == "gallery.npy" and draw.often(0.8):
        text = np.load(io.BytesIO(members[name])).tobytes()
        try:
            document = to_json(mutate_tree(draw, json.loads(text)))
        except UnicodeError:
            document = mutate_bytes(draw, text)
        members[name] = write_npy(np.frombuffer(document, np.uint8))
    else:
        members[name] = mutate_npy(draw, members[name])
    return containers.write_zip(members, packed=draw.often(0.5))


def mutate_idx(draw: Mutator, data: bytes) -> bytes:
    """Return an idx file with other sides or another type."""
    packed = data[:2] == b"\x1f\x8b"
    content = bytearray(gzip.decompress(data) if packed else data)
    way = draw.choice(("sides", "sides", "type", "bytes", "bomb"))
    draw.note(f"idx: {way}")
    if way == "sides":
        at = 4 + 4 * draw.randrange(content[3])
        content[at : at + 4] = struct.pack(">I", draw.choice(INTEGERS) % 2**32)
    elif way == "type":
        content[draw.randrange(4)] = draw.choice((0, 1, 8, 9, 11, 13, 14, 255))
    elif way == "bytes":
        content = bytearray(mutate_bytes(draw, bytes(content)))
    elif packed:
        return gzip.compress(bytes(content) + bytes(100_000_000), 1, mtime=0)
    return gzip.compress(bytes(content), 1, mtime=0) if packed else bytes(content)
