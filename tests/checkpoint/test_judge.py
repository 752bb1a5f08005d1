"""The judge of pictures: its file, and what it says of real pictures, noise, blends and what a decoder ignores."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import latent_explorer
from latent_explorer.checkpoint import judge, tensor_file
from latent_explorer.checkpoint.judge import USUAL_SHARE, Judge
from latent_explorer.data import datasets
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import InputError
from latent_explorer.labs.compare.queries import InventedShares
from latent_explorer.models.picture_judge import PictureJudge


@pytest.fixture(scope="module")
def digits():
    return latent_explorer.load("digits-vae", "cpu")


@pytest.fixture(scope="module")
def held_out(digits):
    data = datasets.load(digits.config.data, seed=digits.config.training.seed)
    return np.divide(data.test.images.numpy(), 255, dtype=np.float32), data.test.labels.numpy()


def share(judge: Judge, images) -> float:
    return float((judge.compute_plausibility(np.asarray(images, np.float32)) >= USUAL_SHARE).mean())


def test_real_pictures_pass_and_noise_and_blends_do_not(digits, held_out):
    (images, labels), random = held_out, np.random.default_rng(0)
    assert share(digits.judge, images) >= 0.9
    assert share(digits.judge, random.random(images.shape)) <= 0.1
    assert share(digits.judge, images.reshape(len(images), -1)[:, random.permutation(64)].reshape(images.shape)) <= 0.1
    other = random.permutation(len(images))
    assert share(digits.judge, ((images + images[other]) / 2)[labels != labels[other]]) <= 0.1
    assert share(digits.judge, np.maximum(images, images[other])[labels != labels[other]]) <= 0.1
    for axis in (2, 3):
        halves = np.concatenate([np.split(images, 2, axis)[0], np.split(images[other], 2, axis)[1]], axis)
        assert share(digits.judge, halves[labels != labels[other]]) <= 0.1


def test_no_class_passes_much_less_than_another(digits, held_out):
    images, labels = held_out
    assert min(share(digits.judge, images[labels == label]) for label in range(10)) >= 0.75


def test_what_the_decoder_ignores_changes_no_share(digits):
    shares = InventedShares("digits-vae").answer(QueryContext({"digits-vae": digits}, {}))
    moved = replace(digits)
    random, decode = np.random.default_rng(1), digits.decode
    noise = random.normal(0, 50, (len(digits.latents), 3)).astype(np.float32)
    atlas = latent_explorer.atlas.Atlas(digits.atlas.projection, np.hstack([digits.latents, noise]), digits.labels)
    moved.maps, moved.decode = {"tsne": atlas}, lambda z, labels=None: decode(z[:, : digits.latents.shape[1]], labels)
    again = InventedShares("moved").answer(QueryContext({"moved": moved}, {}))
    assert (again.near, again.apart) == (shares.near, shares.apart)


def test_another_map_and_its_way_back_change_no_share(digits):
    alone = replace(digits, maps={"pca": digits.maps["pca"]})
    shares, again = (InventedShares("one").answer(QueryContext({"one": one}, {})) for one in (digits, alone))
    assert again == shares


def test_the_plausibility_is_the_share_of_real_pictures_that_score_no_higher(digits, held_out):
    images, _ = held_out
    plausibility = digits.judge.compute_plausibility(images)
    assert ((plausibility >= 0) & (plausibility <= 1)).all()
    assert np.median(plausibility) == pytest.approx(0.5, abs=0.15)
    assert digits.judge.compute_plausibility(images[:0]).shape == (0,)
    bytes_ = [np.round(image[0] * 255).astype(np.uint8) for image in images[:20]]
    assert digits.judge.judge_pictures(bytes_) == pytest.approx(plausibility[:20], abs=0.02)
    assert np.isfinite(digits.judge.compute_plausibility(images[:1] * np.nan)).all()


def test_a_file_comes_back_as_it_was_written(tmp_path, digits):
    path = tmp_path / "one.judge"
    judge.save(path, digits.judge)
    back = judge.load_judge(path)
    assert back.image_shape == digits.judge.image_shape
    assert all(np.array_equal(back.weights[name], value) for name, value in digits.judge.weights.items())
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(InputError, match=r"one\.judge"):
        judge.load_judge(path)


def test_a_judge_that_took_the_place_of_another_is_read(tmp_path, digits):
    path, other = tmp_path / "one.judge", np.float32(digits.judge.real_scores + 1)
    judge.save(path, digits.judge)
    first = judge.load_judge(path)
    assert judge.load_judge(path) is first
    judge.save(path, replace(digits.judge, real_scores=other))
    assert np.array_equal(judge.load_judge(path).real_scores, other)


def leave_out_side(path):
    """Rewrite a judge's file as earlier versions did, which chose the side by the pictures."""
    change_header(path, side=None)


def change_header(path, **changes):
    """Rewrite a judge's file with other values in its header, without those that are None."""
    header, tensors = tensor_file.read(path, lambda header, layout: dict(header))
    header.update(changes)
    tensor_file.write(path, {key: value for key, value in header.items() if value is not None}, tensors)


def test_large_pictures_are_judged_at_the_side_that_the_file_says(tmp_path, digits):
    images, scores = np.random.default_rng(0).random((2, 3, 64, 64), np.float32), digits.judge.real_scores
    for side, is_said in ((32, True), (64, False)):
        path = tmp_path / f"{side}.judge"
        made = Judge.from_network(PictureJudge((3, 64, 64), side=side), (3, 64, 64), scores)
        judge.save(path, made)
        if not is_said:
            leave_out_side(path)
        back = judge.load_judge(path)
        assert back.network.side == side
        assert back.compute_plausibility(images) == pytest.approx(made.compute_plausibility(images), abs=0.02)


def test_a_file_says_how_many_layers_look_at_the_whole_picture(tmp_path, digits):
    path, x = tmp_path / "one.judge", torch.rand(3, 1, 8, 8)
    for layers in (0, 1, 2):
        network = PictureJudge((1, 8, 8), late_layers=layers).eval()
        judge.save(path, Judge.from_network(network, (1, 8, 8), digits.judge.real_scores))
        assert judge.read_judge(path).network.score(x).numpy() == pytest.approx(network.score(x).numpy(), abs=0.01)
    for said in (None, 1, -1, 10**9, "many"):
        change_header(path, late_layers=said)
        with pytest.raises(InputError, match=r"one\.judge: damaged"):
            judge.read_judge(path)


def test_the_smaller_networks_of_earlier_versions_open_too(tmp_path, digits):
    old = PictureJudge((1, 8, 8), deep=False, side=32)
    written = Judge.from_network(old, (1, 8, 8), digits.judge.real_scores)
    judge.save(tmp_path / "old.judge", written)
    leave_out_side(tmp_path / "old.judge")
    back, x = judge.load_judge(tmp_path / "old.judge"), torch.rand(3, 1, 8, 8)
    assert back.network.score(x).numpy() == pytest.approx(old.score(x).numpy(), abs=0.01)
    judge.save(tmp_path / "other.judge", replace(written, weights=dict(list(written.weights.items())[2:])))
    with pytest.raises(InputError, match=r"other\.judge: damaged"):
        judge.load_judge(tmp_path / "other.judge")


def test_the_judge_beside_a_checkpoint_comes_before_the_shipped_one(tmp_path, digits):
    mine = replace(digits, path=tmp_path / "mine.safetensors")
    assert mine.judge_path.parent.name == "checkpoints"
    judge.save(tmp_path / "mine.judge", digits.judge)
    assert replace(mine).judge_path == tmp_path / "mine.judge"
    other = replace(digits, path=tmp_path / "mine.safetensors", image_shape=(1, 28, 28))
    with pytest.raises(InputError, match="28"):
        _ = other.judge


def test_a_model_of_other_pictures_has_none(digits):
    cut = replace(digits, config=replace(digits.config, data=replace(digits.config.data, limit=500)))
    assert cut.judge_path is None
    assert not cut.has_judge
    with pytest.raises(InputError, match="no judge"):
        cut.require_judge()
