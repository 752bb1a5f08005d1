"""Checkpoints of vectors without a model: made, saved, opened again with all that is known of them; and what is not."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer import load
from latent_explorer.checkpoint import kept_samples
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.kept_samples import KeptSamples
from latent_explorer.errors import InputError
from latent_explorer.samples import WrittenSample

DRAW = np.random.default_rng(0)
VECTORS = DRAW.normal(size=(40, 6)).astype(np.float32)
TEXTS = ["άνθρωπος", "человек", "中文", *(f"word {k}" for k in range(3, 40))]
IMAGES = DRAW.integers(0, 256, (40, 12, 20, 3), np.uint8)


def make(vectors=VECTORS, texts=TEXTS, **further):
    return Checkpoint.from_embeddings(vectors, texts, **{"methods": ("pca",), "name": "words", **further})


def through_file(made, tmp_path):
    return load(made.save(tmp_path / "words.safetensors"))


def test_the_file_holds_vectors_texts_classes_and_attributes(tmp_path):
    made = make(labels=["odd" if k % 2 else "even" for k in range(40)], attributes={"rank": np.arange(40) / 2})
    again = through_file(made, tmp_path)
    assert again.kept.texts == tuple(TEXTS)
    assert (again.class_names, again.labels[:3].tolist()) == (("even", "odd"), [0, 1, 0])
    np.testing.assert_allclose(again.attributes["rank"].values, np.arange(40) / 2)
    np.testing.assert_allclose(again.latents, VECTORS, atol=5e-3)
    assert not again.can_decode
    assert again.data_key == made.data_key


def test_what_needs_a_decoder_says_that_there_is_none(tmp_path):
    again = through_file(make(), tmp_path)
    for ask in (lambda: again.decode(VECTORS[:1]), lambda: again.encode(np.zeros((1, 1, 1, 1), np.float32))):
        with pytest.raises(InputError, match="not here"):
            ask()
    with pytest.raises(InputError, match="has vectors only"):
        load(tmp_path / "words.safetensors", decode=lambda z: z)


def test_a_text_stands_in_the_place_of_a_picture():
    shown = make().kept.show([2, 0])
    assert [one.text for one in shown if isinstance(one, WrittenSample)] == ["中文", "άνθρωπος"]


def test_pictures_are_kept_with_their_proportions_within_a_bound(tmp_path, monkeypatch):
    made = make(images=IMAGES)
    np.testing.assert_array_equal(through_file(made, tmp_path).kept.show([7])[0], IMAGES[7])
    monkeypatch.setattr(kept_samples, "MAX_PICTURE_BYTES", 40 * 3 * 6 * 10)
    assert make(images=IMAGES).kept.pictures.shape == (40, 3, 6, 10)


def test_without_text_or_picture_a_sample_is_its_row():
    assert make(texts=None).kept.texts[:2] == ("row 1", "row 2")


def test_of_many_vectors_some_are_drawn_with_their_texts():
    made = make(points=16)
    assert len(made.latents) == len(made.kept.texts) == 16
    assert made.kept.texts == tuple(TEXTS[k] for k in made.indices)


def test_cosine_makes_near_what_has_one_direction():
    made = make(torch.from_numpy(np.concatenate([VECTORS, 1e5 * VECTORS])), texts=None, metric="cosine")
    np.testing.assert_allclose(np.linalg.norm(made.latents, axis=1), 1, atol=2e-3)
    np.testing.assert_allclose(made.latents[:40], made.latents[40:], atol=2e-3)


def test_a_text_is_one_line_without_control_characters():
    made = make(texts=["a\nb\x1b[0m", "x" * 5000, *TEXTS[2:]])
    assert made.kept.texts[0] == "a b[0m"
    assert len(made.kept.texts[1]) == kept_samples.MAX_TEXT


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vectors": VECTORS[:3]}, "(3, 6)"),
        ({"vectors": VECTORS[0]}, "(6,)"),
        ({"vectors": np.where(VECTORS[3, 3] == VECTORS, np.nan, VECTORS)}, "NaN"),
        ({"vectors": [["a", "b"]] * 40}, "numbers"),
        ({"vectors": np.float32(1e16) * VECTORS}, "cosine"),
        ({"texts": TEXTS[:-1]}, "39"),
        ({"texts": "one text"}, "str"),
        ({"texts": [*TEXTS[:-1], 3]}, "int"),
        ({"images": IMAGES[:-1]}, "39"),
        ({"images": IMAGES[:, 0, 0, 0]}, "images"),
        ({"labels": [1, 2]}, "(2,)"),
        ({"metric": "manhattan"}, "cosine"),
        ({"methods": ("pcx",)}, "pcx"),
    ],
)
def test_what_does_not_fit_is_refused(changes, said):
    with pytest.raises(InputError) as refused:
        make(**changes)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_model_that_decodes_keeps_no_samples(tiny, tmp_path):
    forged = replace(tiny, kept=KeptSamples(("a",) * len(tiny.latents)))
    with pytest.raises(InputError, match="no such tensor"):
        load(forged.save(tmp_path / "forged.safetensors"))
