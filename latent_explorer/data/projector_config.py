"""TensorBoard's `projector_config.pbtxt`: which files of a folder hold an embedding, its metadata, and its thumbnails,
which are one large picture (a sprite)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import image_file
from latent_explorer.data import memory_limit
from latent_explorer.errors import InputError, quote

NAME = "projector_config.pbtxt"
MAX_BYTES = 1 << 20
MAX_DIGITS = 6  # of a number of pixels
SPRITE_MEGAPIXELS = 68.0
"""8192 x 8192 pixels, which are TensorBoard's largest."""
TOKEN = re.compile(r'(\w+)\s*:\s*("(?:[^"\\\n]|\\.)*"|[^\s{}]+)|(\w+)\s*:?\s*\{|(\})|#[^\n]*|[\s,;]+')


@dataclass(frozen=True)
class Embedding:
    vectors: Path
    metadata: Path | None = None
    sprite: Path | None = None
    tile: tuple[int, int] = (0, 0)
    """Width and height of each thumbnail in the sprite."""
    others: tuple[str, ...] = ()
    """Files of the further embeddings that the config names."""


def read(path: Path) -> Embedding:
    """Read a config, or that of a folder; raise `InputError` for one that names no file of vectors."""
    config = path / NAME if path.is_dir() else path
    try:
        if config.stat().st_size > MAX_BYTES:
            raise InputError(f"{config}: more than {MAX_BYTES:,} bytes arrived")
        text = config.read_text("utf-8")
    except FileNotFoundError:
        raise InputError(f"{path}: a folder without {NAME} arrived; a file of vectors is allowed") from None
    except OSError as error:
        raise InputError(f"{config}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{config}: bytes that are no UTF-8 arrived; text is allowed") from None
    embeddings = [one for key, one in _parse(config, text) if key == "embeddings" and isinstance(one, list)]
    named = [dict(one) for one in embeddings]
    files = [_unquote(one["tensor_path"]) for one in named if "tensor_path" in one]
    if not files:
        raise InputError(
            f"{config}: no tensor_path arrived; vectors in a TensorFlow checkpoint have to be written to a .tsv file"
        )
    first = next(one for one in named if "tensor_path" in one)
    sprite = first.get("sprite")
    pairs = sprite if isinstance(sprite, list) else []
    image = next((_unquote(value) for key, value in pairs if key == "image_path"), "")
    sides = [str(value) for key, value in pairs if key == "single_image_dim"]
    odd = next((side for side in sides if not side.isdecimal() or len(side) > MAX_DIGITS), None)
    if odd is not None:
        raise InputError(f"{config}: single_image_dim: {quote(odd)} arrived; a number of pixels is allowed")
    tile = list(map(int, sides))
    metadata = _unquote(first["metadata_path"]) if "metadata_path" in first else ""
    odd_name = next((name for name in (files[0], metadata, image) if not name.isprintable()), None)
    if odd_name is not None or not files[0]:
        raise InputError(f"{config}: the file {quote(odd_name or '')} arrived; a printable name is allowed")
    folder = config.parent
    return Embedding(
        folder / files[0],
        folder / metadata if metadata else None,
        folder / image if image and len(tile) == 2 and min(tile) > 0 else None,
        (tile[0], tile[1]) if len(tile) == 2 else (0, 0),
        tuple(files[1:]),
    )


def cut_sprite(path: Path, tile: tuple[int, int], count: int) -> NDArray[np.uint8]:
    """Return the first `count` thumbnails (N, H, W, 3) of a sprite, row by row."""
    width, height = tile
    memory_limit.check_memory(count, (3, height, width))
    try:
        with path.open("rb") as file, image_file.open_image(file, 1 << 16, SPRITE_MEGAPIXELS) as image:
            columns, rows = image.width // width, image.height // height
            if columns * rows < count:
                raise InputError(
                    f"{image.width} x {image.height} pixels arrived, which hold {columns * rows:,} pictures of "
                    f"{width} x {height}; {count:,} are needed"
                )
            pictures = np.empty((count, height, width, 3), np.uint8)
            for first in range(0, count, columns):  # a row at a time, since the whole sprite is large
                top = first // columns * height
                row = np.asarray(image.crop((0, top, columns * width, top + height)).convert("RGB"))
                cut = row.reshape(height, columns, width, 3).swapaxes(0, 1)
                pictures[first : first + columns] = cut[: count - first]
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return pictures


def _parse(path: Path, text: str) -> list[tuple[str, Any]]:
    """Return the entries of a message in protocol buffers' text format: values as text, messages as lists."""
    open_messages: list[list[tuple[str, Any]]] = [[]]
    at = 0
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None or (token[4] and len(open_messages) == 1) or len(open_messages) > 20:
            line = text.count("\n", 0, at) + 1
            raise InputError(f"{path}, line {line}: {quote(text[at : at + 20])} arrived, which is no {NAME}")
        if token[1]:
            open_messages[-1].append((token[1], token[2]))
        elif token[3]:
            inner: list[tuple[str, Any]] = []
            open_messages[-1].append((token[3], inner))
            open_messages.append(inner)
        elif token[4]:
            open_messages.pop()
        at = token.end()
    return open_messages[0]


def _unquote(value: Any) -> str:
    text = str(value)
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
