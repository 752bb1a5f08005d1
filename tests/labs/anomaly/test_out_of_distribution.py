"""Pictures that are of no model's data: which there are, and that they are what they are called."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer.config import Config, Data, Model
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.split import Split
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.anomaly import out_of_distribution
from latent_explorer.labs.anomaly.out_of_distribution import Outlier
from latent_explorer.labs.anomaly.queries import OutlierScores, Score
from latent_explorer.samples import Curves
from tests import stage
from tests.labs.anomaly.on_screen import NAME


def test_foreign_pictures_look_like_what_they_are_called(digits_at_hand, mnist_is_missing):
    value = OutlierScores(NAME, Dot(3)).answer(QueryContext(*digits_at_hand))
    found = dict(zip(value.kinds, value.pictures, strict=True))
    original = Score(NAME, Dot(3)).answer(QueryContext(*digits_at_hand)).original
    assert "digits" not in found, "its own data set is not foreign"
    assert "mnist" not in found, "it is not on this machine"
    assert (found["inverted"] == 255 - original).all()
    assert sorted(found["shuffled"].ravel()) == sorted(original.ravel())
    assert (found["turned"] == np.rot90(original)).all()
    assert (found["blank"] == 0).all()
    assert (found["halved"][4:] == 0).all()
    assert (found["halved"][:4] == original[:4]).all()
    assert found["photo"].std() > 10


def test_scikit_learn_s_digits_are_foreign_to_every_other_model(world):
    kinds = out_of_distribution.list_outliers(world["first"])  # it says it learnt MNIST
    assert "digits" in kinds
    assert "mnist" not in kinds
    image, _ = out_of_distribution.get_image(Outlier("digits", Dot(0)), "first", QueryContext(world, {}))
    assert image.shape == (1, 8, 8)
    assert 0 <= image.min() < 0.1 < 0.5 < image.max() <= 1


def test_a_spoilt_curve_is_the_sample_in_another_order_or_with_another_end():
    plain, shape = stage.make_plane_model("signals"), (1, 1, 6)
    data = Data(name="signal", shape=shape, curves=Curves((0.0,), (2.0,), (), "mV"))
    model = replace(plain, config=Config(data=data, model=Model(latent_dim=2)), image_shape=shape)
    rows = torch.rand((int(model.indices.max()) + 1, *shape), generator=torch.Generator().manual_seed(0))
    known = Dataset("signal", Split(rows, torch.zeros(len(rows))), Split(rows[:0], torch.zeros(0)), ())
    context = QueryContext({"signals": model}, {model.data_key: known})
    assert set(out_of_distribution.list_outliers(model)) == set(out_of_distribution.OF_CURVES)
    sample = rows[model.indices[9], 0, 0].numpy()

    def spoil(kind: str) -> list[float]:
        return out_of_distribution.get_image(Outlier(kind, Dot(9)), "signals", context)[0].ravel().tolist()

    assert spoil("reversed") == sample[::-1].tolist()
    assert spoil("cut") == [*sample[:3], *[sample[3]] * 3]
    assert spoil("inverted") == pytest.approx(1 - sample)
    assert sorted(spoil("shuffled")) == sorted(sample.tolist())
    assert spoil("shuffled") != sample.tolist()
    assert spoil("flat") == [0.5] * 6
