"""Mutations of bytes, of text, and of the values of a JSON or YAML document, whatever they mean."""

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

Files = dict[str, bytes]
"""The content of the files of one case, by their paths in its folder."""

NUMBERS = (
    0, 1, -1, 2, 3, 7, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53, 2**63 - 1, 2**63, -(2**63),
    2**64, 10**12, 10**30, -(10**30), 0.0, -0.0, 0.5, -0.5, 1.5, 1e-320, 1e-45, 1e-7, 1e7, 3e38, 1e39, 1e300, -1e300,
    float("nan"), float("inf"), float("-inf"),
)  # fmt: skip
TEXTS = (
    "", " ", "0", "-1", "nan", "NaN", "inf", "1e999", "None", "true", "x", "x" * 300, "x" * 70_000, "\0", "\n", "a\nb",
    "\x1b[31m", "\ud800", "\u202e", "é" * 50, "../../etc/passwd", "/etc/passwd", "~", "~nobody/x", "C:\\x", "%s%n",
    "{}", "${HOME}", "$(touch x)", "__class__", "os.system", "digits-vae", "mnist", "tsne", "pca", "latent",
    "9" * 5000,
)  # fmt: skip
VALUES = (
    None, True, False, [], [[]], {}, [None], [{}], {"": None}, [0] * 1000, ["x"] * 1000, [[0.5, 0.5]] * 50,
    {"a": {"a": {}}},
)  # fmt: skip
MAGIC = (
    b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00" * 8,
    b"\xff" * 8, b"\xff" * 7 + b"\x7f", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\x1f\x8b", b"\n" * 9, b"[" * 99,
)  # fmt: skip
INTEGERS = (0, 1, -1, 127, 255, 2**15, 2**16 - 1, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1)
LARGEST = 4_000_000
"""Bytes of a mutated file: what is larger costs time of its own."""


class Mutator(random.Random):
    """Random choices, and what they did to a file."""

    done: list[str]

    def note(self, text: str) -> None:
        self.__dict__.setdefault("done", []).append(text[:160].encode("utf-8", "backslashreplace").decode())

    def often(self, share: float) -> bool:
        return self.random() < share


# -- bytes ----------------------------------------------------------------------------------------------


def mutate_bytes(draw: Mutator, data: bytes) -> bytes:
    """Return bytes with one to three plain mutations: flipped bits, blocks inserted, doubled, deleted, cut off."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        change = draw.choice(BYTE_CHANGES)
        draw.note(f"bytes: {change.__name__.strip('_')}")
        data = change(draw, bytearray(data))[:LARGEST]
    return data


def _find_block(draw: Mutator, data: bytes) -> tuple[int, int]:
    start = draw.randrange(len(data) + 1) if draw.often(0.7) else draw.randrange(min(len(data), 300) + 1)
    return start, start + draw.choice((1, 2, 4, 8, 16, 100, 1000, len(data) // 4))


def _flip_bits(draw: Mutator, data: bytearray) -> bytes:
    for _ in range(draw.choice((1, 1, 2, 5, 50)) if data else 0):
        at = draw.randrange(len(data)) if draw.often(0.6) else draw.randrange(min(len(data), 300))
        data[at] ^= 1 << draw.randrange(8)
    return bytes(data)


def _cut(draw: Mutator, data: bytearray) -> bytes:
    return bytes(
        data[
            : draw.choice(
                (0, 1, 2, 7, 8, 9, 16, 100, len(data) // 2, max(0, len(data) - 1), draw.randrange(len(data) + 1))
            )
        ]
    )


def _cut_the_start(draw: Mutator, data: bytearray) -> bytes:
    return bytes(data[draw.choice((1, 2, 4, 8, len(data) // 2)) :])


def _insert(draw: Mutator, data: bytearray) -> bytes:
    start, end = _find_block(draw, data)
    return bytes(data[:start] + draw.randbytes(min(end - start, 5000)) + data[start:])


def _double(draw: Mutator, data: bytearray) -> bytes:
    start, end = _find_block(draw, data)
    return bytes(data[:end] + data[start:end] * draw.choice((1, 1, 2, 20)) + data[end:])


def _delete(draw: Mutator, data: bytearray) -> bytes:
    start, end = _find_block(draw, data)
    return bytes(data[:start] + data[end:])


def _overwrite(draw: Mutator, data: bytearray) -> bytes:
    start, end = _find_block(draw, data)
    fill = draw.choice((b"\0", b"\xff", b"?"))
    data[start:end] = fill * len(data[start:end])
    return bytes(data)


def _put_magic(draw: Mutator, data: bytearray) -> bytes:
    start, _ = _find_block(draw, data)
    magic = draw.choice(MAGIC)
    data[start : start + len(magic)] = magic
    return bytes(data)


def _put_integer(draw: Mutator, data: bytearray) -> bytes:
    start, width = _find_block(draw, data)[0], draw.choice((1, 2, 4, 8))
    number = draw.choice(INTEGERS) % (1 << (8 * width))
    data[start : start + width] = number.to_bytes(width, draw.choice(("little", "big")))
    return bytes(data)


def _swap(draw: Mutator, data: bytearray) -> bytes:
    (a, b), (c, d) = sorted((_find_block(draw, data), _find_block(draw, data)))
    b = min(b, c)
    return bytes(data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:])


def _append(draw: Mutator, data: bytearray) -> bytes:
    return bytes(data) + draw.choice(
        (draw.randbytes(draw.choice((1, 100, 5000))), bytes(100_000), bytes(data[:100_000]))
    )


def _replace_all(draw: Mutator, data: bytearray) -> bytes:
    return draw.choice((draw.randbytes(draw.choice((1, 8, 100, 10_000))), bytes(draw.choice((1, 8, 1000))), b""))


BYTE_CHANGES: tuple[Callable[[Mutator, bytearray], bytes], ...] = (
    _flip_bits, _flip_bits, _flip_bits, _cut, _cut, _cut_the_start, _insert, _double, _delete, _overwrite, _put_magic,
    _put_integer, _put_integer, _swap, _append, _replace_all,
)  # fmt: skip


# -- text -----------------------------------------------------------------------------------------------

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
ODD = (
    "\0", "\t", ",", ";", ":", '"', "'", "\\", "#", "%", "&a ", "*a", "!!int ", "!!python/name:os.system x", "<<: ",
    "- ", "[", "]", "{", "}", "\r", "\r\n", "\n\n", "\ufeff", "\u2028", "\x85", "é", "😀", "|", ">", "? ", "@data", "_",
    "1_0", "0x1f", "1:2", "--- ", "...\n", "NaN", "inf", "-", "+", "e", "٣",
)  # fmt: skip


def mutate_text(draw: Mutator, data: bytes) -> bytes:
    """Return a text with mistakes: other numbers, lines, cells, separators and encodings."""
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        change = draw.choice(TEXT_CHANGES)
        draw.note(f"text: {change.__name__.strip('_')}")
        text = change(draw, text)[:LARGEST]
    encoding = draw.choice(("utf-8",) * 12 + ("utf-16", "utf-8-sig", "utf-32", "utf-16-le"))
    return (
        text.encode(encoding, "surrogatepass" if encoding != "utf-8" else "surrogateescape")[:LARGEST]
        if encoding == "utf-8"
        else (text.encode("utf-8", "replace").decode("utf-8", "replace").encode(encoding)[:LARGEST])
    )


def _change_number(draw: Mutator, text: str) -> str:
    found = list(NUMBER.finditer(text[:500_000]))
    for one in reversed(
        sorted(draw.sample(found, min(len(found), draw.choice((1, 1, 3, 30)))), key=lambda one: one.start())
    ):
        text = text[: one.start()] + str(draw.choice((*NUMBERS, *TEXTS[:12]))) + text[one.end() :]
    return text


def _change_lines(draw: Mutator, text: str) -> str:
    lines = text.split("\n")
    at, count = draw.randrange(len(lines)), draw.choice((1, 1, 2, 10))
    block = lines[at : at + count]
    other = draw.randrange(len(lines))
    changed = draw.choice((
        lines[:at] + lines[at + count :], lines[:at] + block * draw.choice((2, 2, 50)) + lines[at + count :],
        lines[:at] + [""] * draw.choice((1, 1000)) + lines[at:], lines[:at] + block[::-1] + lines[at + count :],
        [*lines[:at], draw.choice(TEXTS), *lines[at:]], lines[: at + 1], lines[at:],
        lines[:other] + block + lines[other:],
    ))  # fmt: skip
    return "\n".join(changed)


def _insert_odd(draw: Mutator, text: str) -> str:
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(len(text) + 1)
        text = text[:at] + draw.choice(ODD) + text[at + draw.choice((0, 0, 1, 9)) :]
    return text


def _replace_everywhere(draw: Mutator, text: str) -> str:
    found = [one for one in (",", "\t", ";", " ", "\n", ":", ".", "-", '"', "1", "e") if one in text]
    if not found:
        return text
    return text.replace(
        draw.choice(found), draw.choice((*ODD[:12], "", " ", ",", "\t", ";", "\n")), draw.choice((1, 5, -1))
    )


def _repeat(draw: Mutator, text: str) -> str:
    start = draw.randrange(len(text) + 1)
    block = text[start : start + draw.choice((1, 5, 50, 500))]
    return text[:start] + block * draw.choice((2, 10, 1000, 20_000 if len(block) < 50 else 20)) + text[start:]


def _insert_long(draw: Mutator, text: str) -> str:
    at = draw.randrange(len(text) + 1)
    piece = draw.choice(
        (
            "[" * 3000,
            "{a: " * 3000,
            "x" * 100_000,
            "9" * 20_000,
            "- " * 3000,
            "1," * 20_000,
            "\t" * 20_000,
            "\n" * 20_000,
            "1e5" * 4000,
            "0." + "1" * 20_000,
            "&a [*a]",
            LAUGH,
        )
    )
    return text[:at] + piece + text[at:]


LAUGH = "[x, x, x, x, x, x, x, x, x]"
for _level in range(9):
    LAUGH = f"[&a{_level} {LAUGH}{f', *a{_level}' * 8}]"
TEXT_CHANGES: tuple[Callable[[Mutator, str], str], ...] = (
    _change_number, _change_number, _change_number, _change_lines, _change_lines, _insert_odd, _insert_odd,
    _replace_everywhere, _repeat, _insert_long,
)  # fmt: skip


# -- values ---------------------------------------------------------------------------------------------


def list_places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values within a document."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in entries for place in list_places(value, (*path, key)))]


def mutate_tree(draw: Mutator, document: Any) -> Any:
    """Return a JSON document with other values: of other types, huge, nested, missing, doubled, swapped."""
    document = json.loads(json.dumps(document))
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        places = list_places(document)
        path = draw.choice(places)
        # lists of numbers would get nearly all mutations, the few settings none
        shallow = [place for place in places if len(place) <= draw.choice((1, 2, 3, 4))]
        path = draw.choice(shallow) if draw.often(0.6) else path
        change = draw.choice(TREE_CHANGES)
        draw.note(f"{'.'.join(map(str, path))[:60] or 'all'}: {change.__name__.strip('_')}")
        document = change(draw, document, path)
    return document


def get(document: Any, path: Sequence[Any]) -> Any:
    for key in path:
        document = document[key]
    return document


def put(document: Any, path: Sequence[Any], value: Any) -> Any:
    if not path:
        return value
    get(document, path[:-1])[path[-1]] = value
    return document


def _put_value(draw: Mutator, document: Any, path: tuple[Any, ...]) -> Any:
    old = get(document, path)
    near: list[Any] = []
    if isinstance(old, int | float) and not isinstance(old, bool):
        near = [
            old + 1,
            old - 1,
            -old,
            old * 1000,
            old / 3,
            str(old),
            [old],
            float(old) if abs(old) < 1e300 else 0,
            round(old) if abs(old) < 1e300 and old == old else 0,
        ]
    elif isinstance(old, str):
        near = [old + "x", old[:-1], old.upper(), old * 40, [old], {old: old}, old + "\n"]
    elif isinstance(old, list):
        near = [
            old[:1],
            old[:-1],
            old * 2,
            old[::-1],
            old * 500 if len(old) < 100 else old,
            [old],
            dict(enumerate(map(str, old))),
        ]
        near[-1] = {str(key): value for key, value in near[-1].items()}
    elif isinstance(old, dict):
        near = [list(old), list(old.values()), dict(list(old.items())[1:]), {key: None for key in old}]
    elif isinstance(old, bool):
        near = [not old, int(old), str(old)]
    kinds = [NUMBERS, TEXTS, VALUES, *([near] * 3 if near else [])]
    return put(document, path, draw.choice(draw.choice(kinds)))


def _remove(draw: Mutator, document: Any, path: tuple[Any, ...]) -> Any:
    if path:
        del get(document, path[:-1])[path[-1]]
    return document


def _rename(draw: Mutator, document: Any, path: tuple[Any, ...]) -> Any:
    owner = get(document, path[:-1]) if path else None
    if isinstance(owner, dict):
        name = draw.choice((*TEXTS[:14], f"{path[-1]}x", str(path[-1]).upper(), *map(str, owner)))
        owner[name] = owner.pop(path[-1])
    return document


def _add(draw: Mutator, document: Any, path: tuple[Any, ...]) -> Any:
    owner, value = get(document, path), draw.choice((*NUMBERS, *TEXTS, *VALUES))
    if isinstance(owner, dict):
        owner[draw.choice(TEXTS)] = value
    elif isinstance(owner, list):
        owner.insert(draw.randrange(len(owner) + 1), value)
    return document


def _swap_values(draw: Mutator, document: Any, path: tuple[Any, ...]) -> Any:
    other = draw.choice(list_places(document))
    a, b = get(document, path), get(document, other)
    if path[: len(other)] == other or other[: len(path)] == path:  # one is within the other
        return document
    return put(put(document, path, b), other, a)


def _copy_value(draw: Mutator, document: Any, path: tuple[Any, ...]) -> Any:
    other = draw.choice(list_places(document))
    return put(document, path, json.loads(json.dumps(get(document, other)))) if path else document


def _nest(draw: Mutator, document: Any, path: tuple[Any, ...]) -> Any:
    value = get(document, path)
    for _ in range(draw.choice((1, 2, 30, 200))):
        value = [value] if draw.often(0.5) else {"a": value}
    return put(document, path, value)


TREE_CHANGES: tuple[Callable[[Mutator, Any, tuple[Any, ...]], Any], ...] = (
    _put_value, _put_value, _put_value, _put_value, _remove, _rename, _add, _swap_values, _copy_value, _nest,
)  # fmt: skip


def to_json(document: Any) -> bytes:
    return json.dumps(document).encode("utf-8", "surrogatepass")
