"""An own picture lies where its code belongs, and is as unusual as its error says."""

from collections.abc import Callable

import numpy as np
import pytest

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.decode import decode_dot_pictures
from latent_explorer.engine.measurements import dataset_framing
from latent_explorer.engine.queries import user_image
from latent_explorer.engine.queries.user_image import (
    NearestToUserImage,
    PenSetup,
    TypicalErrors,
    UserImageQuery,
    UserImageQueryValue,
)
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import InputError
from latent_explorer.user_image import OwnImage, framing_stats
from tests.stage import strokes_of

DRAWN = strokes_of([(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)]).to_image()


@pytest.fixture
def ask(tiny: Checkpoint, digits: Dataset) -> Callable[..., UserImageQueryValue]:
    def answer(image: OwnImage | None = DRAWN, **changes: object) -> UserImageQueryValue:
        assert image is not None
        desk = QueryContext({"tiny": tiny}, {tiny.data_key: digits})
        return UserImageQuery("tiny", str(changes.get("which", "tsne")), image).answer(desk)

    return answer


def test_it_is_encoded_decoded_and_placed(tiny: Checkpoint, ask: Callable[..., UserImageQueryValue]) -> None:
    value = ask()
    assert value.original.shape == (1, 8, 8)
    assert np.array_equal(tiny.encode(value.original[None])[0], value.z)
    assert value.error == pytest.approx(float(np.mean((tiny.decode(value.z[None])[0] - value.original) ** 2)))
    assert np.allclose(tiny.atlas.transform(value.z[None])[0], value.xy)


def test_its_neighbours_are_shown_as_they_are_or_as_the_model_has_them(
    tiny: Checkpoint, digits: Dataset, ask: Callable[..., UserImageQueryValue]
) -> None:
    assert DRAWN is not None
    value = NearestToUserImage("tiny", DRAWN, 6).answer(QueryContext({"tiny": tiny}, {tiny.data_key: digits}))
    away = np.linalg.norm(tiny.latents - ask().z, axis=1)
    assert value.dots.tolist() == np.argsort(away)[:6].tolist()
    assert np.allclose(value.distances * tiny.neighbours.sample_spacing, np.sort(away)[:6], atol=1e-4)
    first = digits.get_image(int(tiny.indices[value.dots[0]]))[0].numpy()
    assert np.array_equal(value.pictures[0], first)
    alone = NearestToUserImage("tiny", DRAWN, 6).answer(QueryContext({"tiny": tiny}, {}))
    assert np.array_equal(alone.pictures[0], decode_dot_pictures(tiny, value.dots)[0])


def test_without_the_data_it_is_compared_with_what_the_training_measured(tiny: Checkpoint) -> None:
    assert DRAWN is not None
    alone = UserImageQuery("tiny", "tsne", DRAWN).answer(QueryContext({"tiny": tiny}, {}))
    assert alone.percentile is None
    assert alone.mean_error == pytest.approx(tiny.metrics["test"]["mse"])


def test_a_picture_of_the_data_is_usual_and_noise_is_not(
    tiny: Checkpoint, digits: Dataset, ask: Callable[..., UserImageQueryValue]
) -> None:
    usual = TypicalErrors("tiny").answer(QueryContext({"tiny": tiny}, {tiny.data_key: digits}))
    assert len(usual.errors) == min(len(digits.test), user_image.MAX_ERRORS_MEASURED)
    assert (np.diff(usual.errors) >= 0).all()
    checks = np.indices((8, 8)).sum(axis=0) % 2
    odd = float(np.mean((tiny.decode(tiny.encode(checks[None, None].astype(np.float32)))[0] - checks) ** 2))
    assert usual.compute_percentile(odd) == 100
    value = ask()
    assert value.percentile == usual.compute_percentile(value.error)


def test_without_the_data_nothing_is_usual(tiny: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(tiny.metrics, "errors", raising=False)
    value = TypicalErrors("tiny").answer(QueryContext({"tiny": tiny}, {tiny.data_key: "it is not here"}))
    assert value.compute_percentile(0.1) is None


def test_what_the_training_measured_serves_without_the_data(tiny: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tiny.metrics, "errors", {"normal": [0.0, 0.01, 0.02]})
    value = TypicalErrors("tiny").answer(QueryContext({"tiny": tiny}, {tiny.data_key: "it is not here"}))
    assert value.compute_percentile(0.01) == pytest.approx(50, abs=1)


def test_what_shows_nothing_is_one_clear_line(ask: Callable[..., UserImageQueryValue]) -> None:
    with pytest.raises(InputError, match="one even surface"):
        ask(OwnImage.of(np.zeros((5, 5), np.uint8), name="blank.png"))


def test_old_answers_stand_in_on_the_same_map_alone() -> None:
    assert DRAWN is not None
    one, other = UserImageQuery("a", "tsne", DRAWN), UserImageQuery("a", "tsne", OwnImage(b"\1", (1, 1), 1))
    assert one.has_same_subject(other)
    assert not one.has_same_subject(UserImageQuery("a", "pca", DRAWN))
    assert not one.has_same_subject(UserImageQuery("b", "tsne", DRAWN))
    assert one.cost_key == other.cost_key


def test_what_the_first_drawing_would_wait_for_is_done_when_the_pad_opens(
    tiny: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DRAWN is not None
    monkeypatch.setattr(framing_stats, "PUBLISHED", {})
    monkeypatch.setattr(dataset_framing, "known_framings", {})
    context = QueryContext({"tiny": tiny}, {})
    PenSetup("tiny", "tsne").answer(context)
    monkeypatch.setattr(framing_stats, "measure_framing", lambda images: pytest.fail("measured while the pen waits"))
    assert UserImageQuery("tiny", "tsne", DRAWN).answer(context).image == DRAWN
