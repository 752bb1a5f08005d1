"""Files that are cut, flipped, foreign or nested: each one is an `InputError` that names the file."""

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from safetensors.numpy import save as to_bytes

from latent_explorer.checkpoint import checkpoint_file, tensor_file, trained_model
from latent_explorer.checkpoint.tensor_file import FORMAT, METADATA_KEY
from latent_explorer.errors import InputError
from tests.checkpoint.conftest import refused


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "damaged.safetensors"


# -- damage -------------------------------------------------------------------------------------------


def test_every_kind_of_prefix_is_refused(tiny_path, scratch):
    whole = tiny_path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    lengths = {0, 1, 7, 8, 9, header // 2, header - 1, header, header + 1, len(whole) // 2, len(whole) - 1}
    for length in sorted(lengths):
        scratch.write_bytes(whole[:length])
        refused(scratch)


@given(st.data())
def test_any_prefix_is_refused(tiny_path, scratch, data):
    whole = tiny_path.read_bytes()
    scratch.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(InputError):
        checkpoint_file.read(scratch)


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.data())
def test_any_flipped_bit_is_found(tiny_path, scratch, data):
    whole = tiny_path.read_bytes()
    scratch.write_bytes(flipped(whole, data.draw(st.integers(0, 8 * len(whole) - 1))))
    with pytest.raises(InputError):
        checkpoint_file.read(scratch)


def test_flipped_bits_of_the_header_are_found(tiny_path, scratch):
    """Every bit of the length, a share of all others, and those that turn 1e-05 into 1E-05."""
    whole = tiny_path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    text = whole[:header]
    bits = {*range(64), *np.random.default_rng(0).integers(64, 8 * header, 800).tolist()}
    bits |= {8 * at + 5 for at in range(1, header - 1) if text[at : at + 1] == b"e" and text[at + 1 : at + 2] in b"-+"}
    for bit in sorted(bits):
        scratch.write_bytes(flipped(whole, bit))
        with pytest.raises(InputError):
            checkpoint_file.read(scratch)


def test_another_spelling_of_the_same_header_is_refused(tiny, scratch):
    header, tensors = {"format": FORMAT, **trained_model.make_header(tiny)}, trained_model.make_tensors(tiny)
    header["digest"] = tensor_file.compute_digest(header, tensors)
    text = tensor_file.to_json(header)
    scratch.write_bytes(to_bytes(tensors, metadata={METADATA_KEY: text}))
    checkpoint_file.read(scratch)
    scratch.write_bytes(to_bytes(tensors, metadata={METADATA_KEY: text.replace('"tsne"', '"\\u0074sne"', 1)}))
    refused(scratch, "damaged")


@pytest.mark.parametrize("extra", [b"\0", b"more"])
def test_what_follows_the_end_is_refused(tiny_path, scratch, extra):
    scratch.write_bytes(tiny_path.read_bytes() + extra)
    refused(scratch)


# -- foreign files ------------------------------------------------------------------------------------


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (os._exit, (3,))


def png() -> bytes:
    from io import BytesIO

    file = BytesIO()
    Image.new("L", (64, 64), 128).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        b"\0" * 100,
        b"\xff" * 100,
        b"training:\n  epochs: 3\n" * 9,
        (2**63).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (100_000_000).to_bytes(8, "little") + b"{",
        (6000).to_bytes(8, "little") + b"[" * 6000,
        png(),
        pickle.dumps(Trap()),
    ],
)
def test_a_file_of_another_kind_is_refused(scratch, content):
    scratch.write_bytes(content)
    refused(scratch)


def test_a_torch_checkpoint_is_refused(scratch):
    torch.save({"weights": torch.zeros(3)}, scratch)
    refused(scratch)


def test_a_foreign_safetensors_file_says_what_makes_one(scratch):
    scratch.write_bytes(to_bytes({"weight": np.zeros((3, 3), np.float32)}))
    refused(scratch, "no latent_explorer checkpoint", "train.py")


def test_an_empty_file_says_it_is_empty(scratch):
    scratch.write_bytes(b"")
    refused(scratch, "is empty")


def test_a_file_too_large_is_not_opened(tiny_path, monkeypatch):
    monkeypatch.setattr(tensor_file, "MAX_FILE_SIZE", 1000)
    refused(tiny_path, "8 to 1,000 are allowed")


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "[" * 5000, '{"format": "1"}', '{"format": 0}', "1" * 5000])
def test_a_header_that_is_none_is_refused(scratch, text):
    scratch.write_bytes(to_bytes({"latents": np.zeros((1, 1), np.float32)}, metadata={METADATA_KEY: text}))
    refused(scratch, "damaged")


# -- headers and types that are odd ---------------------------------------------------------------------


def test_a_newer_format_says_to_install_a_newer_program(forged):
    path = forged(lambda header, _: header.update(format=FORMAT + 1))
    refused(path, f"format {FORMAT + 1} arrived", f"reads up to {FORMAT}")


@pytest.mark.parametrize("depth", [100, 900, 988, 1000, 3000])
def test_a_header_nested_deeply_is_refused(scratch, depth):
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        text = '{"config": ' + opening * depth + "1" + closing * depth + ', "format": 1}'
        scratch.write_bytes(to_bytes({"latents": np.zeros((1, 1), np.float32)}, metadata={METADATA_KEY: text}))
        refused(scratch, "damaged")


def test_a_type_that_numpy_lacks_is_refused(scratch, tiny):
    from safetensors.torch import save

    weights = {"latents": torch.zeros(120, 4, dtype=torch.float8_e4m3fn)}
    scratch.write_bytes(
        save(
            weights, metadata={METADATA_KEY: tensor_file.to_json({"format": FORMAT, **trained_model.make_header(tiny)})}
        )
    )
    refused(scratch, "latents is F8_E4M3")
