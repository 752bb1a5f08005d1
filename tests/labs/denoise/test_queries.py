from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer import config
from latent_explorer.data.corruption import CORRUPTION_KINDS
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.split import Split
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.errors import InputError
from latent_explorer.labs.denoise import queries
from latent_explorer.labs.denoise.queries import MAX_PSNR, NOISE_LEVELS, SAMPLE_COUNT, Denoising, NoiseCurve
from latent_explorer.metrics import image_quality
from latent_explorer.user_image import OwnImage
from tests import stage

CLEANING = Denoising("first", "tsne", "first", Dot(4), "gaussian", 0.3, 0)
DRAWN = OwnImage(bytes(range(0, 256, 4)), (8, 8), 1, drawn=True)


def dataset(count: int = 80) -> Dataset:
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (count, 1, 8, 8)).astype(np.uint8))
    half = (
        Split(images[: count // 2], torch.zeros(count // 2)),
        Split(images[count // 2 :], torch.zeros(1)),
    )
    return Dataset("mnist", *half, ("zero", "one", "two"))


def answer(request, world, originals=None):
    return request.answer(QueryContext(world, {} if originals is None else originals))


# -- noise --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CORRUPTION_KINDS)
def test_one_seed_is_one_noise_at_every_strength(kind):
    x = np.random.default_rng(1).random((1, 1, 8, 8), np.float32) * 0.2 + 0.4
    weak, strong = (queries.add_noise(x, kind, level, 5) for level in (0.1, 0.3))
    assert np.array_equal(weak, queries.add_noise(x, kind, 0.1, 5))
    assert not np.array_equal(strong, queries.add_noise(x, kind, 0.3, 6))
    assert np.array_equal(queries.add_noise(x, kind, 0.0, 5), x)
    changed = weak != x
    assert changed.any()
    assert (strong != x)[changed].all()  # what weak noise hits, strong noise hits too
    assert np.square(strong - x).mean() > np.square(weak - x).mean()


def test_noise_that_there_is_not_is_said():
    x = np.zeros((1, 1, 8, 8), np.float32)
    with pytest.raises(InputError, match="'fog' arrived; gaussian, masking, salt_and_pepper are allowed"):
        queries.add_noise(x, "fog", 0.1, 0)
    for level in (-0.1, 1.5, np.nan):
        with pytest.raises(InputError, match=r"strength .* arrived; 0 to 1 is allowed"):
            queries.add_noise(x, "gaussian", level, 0)


# -- one picture --------------------------------------------------------------------------------------


def test_a_cleaning_is_noise_encode_decode(world):
    first = world["first"]
    value = answer(CLEANING, world, {first.data_key: dataset()})
    clean = dataset().get_image(int(first.indices[4])).numpy()[None].astype(np.float32) / 255
    noisy = queries.add_noise(clean, "gaussian", 0.3, 0)
    output = first.decode(first.encode(noisy))
    for picture, image in ((value.clean, clean), (value.noisy, noisy), (value.restored, output)):
        assert np.abs(picture - 255 * image[0, 0]).max() <= 0.51
    assert (value.noisy_quality.psnr, value.noisy_quality.ssim) == pytest.approx(
        (image_quality.compute_psnr(clean[0], noisy[0]), image_quality.compute_ssim(clean[0], noisy[0]))
    )
    assert (value.restored_quality.psnr, value.restored_quality.ssim) == pytest.approx(
        (image_quality.compute_psnr(clean[0], output[0]), image_quality.compute_ssim(clean[0], output[0])), rel=1e-4
    )
    codes = first.encode(np.concatenate([clean, noisy, output]))
    assert np.asarray(value.xy) == pytest.approx(first.atlas.transform(codes))
    assert value.noise_shift == pytest.approx(
        np.linalg.norm(codes[1] - codes[0]) / first.neighbours.sample_spacing, rel=1e-3
    )
    assert value.note == ""


def test_both_models_are_given_the_same_picture_and_noise(world):
    one = answer(CLEANING, world)
    other = answer(replace(CLEANING, model="second"), world)
    assert np.array_equal(one.clean, other.clean)
    assert np.array_equal(one.noisy, other.noisy)
    assert not np.array_equal(one.restored, other.restored)
    assert one.noisy_quality == other.noisy_quality


def test_without_the_data_set_the_reconstruction_stands_in_and_that_is_said(world):
    value = answer(CLEANING, world, {world["first"].data_key: stage.AWAY})
    decoded = world["first"].decode(world["first"].latents[[4]])
    assert np.abs(value.clean - 255 * decoded[0, 0]).max() <= 0.51
    assert value.note.startswith(f"{stage.AWAY}: ")


def test_a_picture_of_the_user_s_own(world):
    value = answer(replace(CLEANING, subject=DRAWN, level=0.0), world)
    seen, _ = QueryContext(world, {}).find_image("first", DRAWN)  # as the window fits it everywhere
    assert np.abs(value.clean - 255 * seen[0]).max() <= 0.51
    assert value.clean.max() > 50
    assert value.noisy_quality.psnr == MAX_PSNR
    assert value.noisy_quality.ssim == pytest.approx(1)
    assert value.noise_shift == 0


def test_a_conditional_model_is_told_the_sample_s_class():
    model = stage.make_checkpoint("told", seed=7, objective=config.Objective(name="conditional", classes=3))
    value = answer(replace(CLEANING, model="told", source_model="told"), {"told": model})
    clean = model.decode(model.latents[[4]], model.labels[[4]])
    noisy = queries.add_noise(clean, "gaussian", 0.3, 0)
    output = model.decode(model.encode(noisy, model.labels[[4]]), model.labels[[4]])
    assert np.abs(value.restored - 255 * output[0, 0]).max() <= 1
    answer(replace(CLEANING, model="told", source_model="told", subject=DRAWN), {"told": model})


def test_models_of_other_pictures_are_refused(world, tiny):
    models = {**world, "large": replace(tiny, image_shape=(1, 9, 9))}
    with pytest.raises(InputError, match="large takes samples of"):
        answer(replace(CLEANING, model="large"), models)


def test_what_an_old_answer_may_stand_for():
    assert CLEANING.has_same_subject(replace(CLEANING, level=0.4, seed=3, noise="masking"))
    assert CLEANING.has_same_subject(replace(CLEANING, subject=Dot(5)))  # no gap while the mouse goes from dot to dot
    assert not CLEANING.has_same_subject(replace(CLEANING, map_name="pca"))
    assert not CLEANING.has_same_subject(replace(CLEANING, model="second"))
    assert not NoiseCurve("first", "first", "masking").has_same_subject(NoiseCurve("first", "first", "gaussian"))
    assert NoiseCurve("first", "first", "masking").has_same_subject(NoiseCurve("first", "first", "masking"))


# -- curves -------------------------------------------------------------------------------------------


def test_a_curve_is_the_average_over_samples(world):
    first, originals = world["first"], {world["first"].data_key: dataset()}
    value = answer(NoiseCurve("first", "first", "gaussian"), world, originals)
    assert value.levels.tolist() == pytest.approx(NOISE_LEVELS)
    assert value.sample_count == SAMPLE_COUNT
    assert (np.diff(value.noisy_psnr) < 0).all()
    dots = np.unique(np.linspace(0, 59, SAMPLE_COUNT).astype(int))
    clean = np.stack([dataset().get_image(int(first.indices[dot])).numpy() for dot in dots]).astype(np.float32) / 255
    noisy = queries.add_noise(clean, "gaussian", NOISE_LEVELS[5], 0)
    output = first.decode(first.encode(noisy))
    each = [[image_quality.compute_psnr(a, b) for a, b in zip(clean, other, strict=True)] for other in (noisy, output)]
    assert (value.noisy_psnr[5], value.restored_psnr[5]) == pytest.approx(
        (np.mean(each[0]), np.mean(each[1])), rel=1e-4
    )
    assert value.note == ""


def test_a_curve_says_what_stands_in(world):
    assert "stands in" in answer(NoiseCurve("second", "first", "masking"), world).note


def test_a_trained_model_takes_strong_noise_off(tiny):
    value = answer(NoiseCurve("tiny", "tiny", "gaussian"), {"tiny": tiny})
    assert value.restored_psnr[-1] > value.noisy_psnr[-1] + 2
