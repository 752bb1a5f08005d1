import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.data import loaded_images, signals
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.signals import SignalTable
from latent_explorer.errors import InputError
from latent_explorer.samples import Curves

SETTINGS = config.Data(name="signal")


def waves(count: int = 20, points: int = 30, channels: int = 1) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    return list(np.cumsum(draw.normal(size=(count, channels, points)), axis=2))


def make(series: list[np.ndarray], settings: config.Data = SETTINGS, **more: object) -> Dataset:
    return signals.make_dataset(SignalTable(series, **more), settings, 0)


def restored(dataset: Dataset) -> np.ndarray:
    """All signals (N, C, T) in their own units."""
    values = np.concatenate([dataset.train.images.numpy(), dataset.test.images.numpy()])
    return dataset.kind.restore_units(values)


def match(found: np.ndarray, given: list[np.ndarray]) -> bool:
    return all(np.abs(found - one).max(axis=(1, 2)).min() < 1e-4 for one in given)


def test_each_channel_fills_its_own_range_and_comes_back_in_its_units():
    series = [np.concatenate([one, 1000 + 50 * one]) for one in waves()]
    dataset = make(series, channels=("small", "large"), step=0.1)
    assert dataset.train.images.dtype.is_floating_point
    every = np.concatenate([dataset.train.images.numpy(), dataset.test.images.numpy()])
    assert (every.min(axis=(0, 2, 3)) == 0).all()
    assert (every.max(axis=(0, 2, 3)) == 1).all()
    assert np.abs(restored(dataset)[:, 1] - 1000).max() > 50
    kind = dataset.kind
    assert isinstance(kind, Curves)
    assert kind.channels == ("small", "large")
    assert kind.seconds == pytest.approx(3)


def test_labels_and_attributes_go_with_their_signals():
    series = waves()
    starts = np.array([one[0, 0] for one in series])
    dataset = make(series, labels=["up" if s > 0 else "down" for s in starts], attributes={"start": starts})
    labels = np.concatenate([dataset.train.labels, dataset.test.labels])
    found = restored(dataset)[:, 0, 0]
    assert [dataset.class_names[k] for k in labels] == ["up" if s > 0 else "down" for s in found]
    assert dataset.attributes["start"].values == pytest.approx(found, abs=1e-4)


def test_gaps_are_bridged_by_straight_lines_and_counted():
    series = waves()
    series[3] = np.arange(30, dtype=float)[None]
    series[3][0, [0, 10, 11]] = np.nan
    dataset = make(series)
    expected = np.arange(30, dtype=float)
    expected[0] = 1
    assert match(restored(dataset), [expected[None]])
    assert any(remark.startswith("3 missing") for remark in dataset.remarks)


def test_shorter_series_are_continued_and_much_shorter_ones_left_out():
    series = [*waves(20), np.arange(20.0)[None], np.arange(5.0)[None]]
    dataset = make(series, attributes={"row": np.arange(22)})
    assert len(dataset.train) + len(dataset.test) == 21
    assert match(restored(dataset), [np.concatenate([np.arange(20.0), np.full(10, 19.0)])[None]])
    assert 21 not in dataset.attributes["row"].values
    assert len(dataset.remarks) == 2


def test_a_recording_is_cut_into_windows_in_its_order():
    recording = np.cumsum(np.random.default_rng(2).normal(size=(2, 1050)), axis=1)
    dataset = make([recording], config.Data(name="signal", window=50))
    assert len(dataset.train) + len(dataset.test) == 21
    assert dataset.image_shape == (2, 1, 50)
    order = np.argsort(dataset.attributes["position"].values)
    assert np.concatenate(list(restored(dataset)[order]), axis=1) == pytest.approx(recording[:, :1050], abs=1e-3)


def test_signals_lie_in_the_cache_under_their_content():
    first, same, other = make(waves()), make(waves()), make(waves(21))
    assert first.folder_digest == same.folder_digest != other.folder_digest
    assert loaded_images.load_cached(first.folder_digest).images.shape == (20, 1, 1, 30)


@pytest.mark.parametrize(
    ("series", "part"),
    [
        (waves(5), "5 signals"), ([np.ones((1, 30))] * 20, "1 alone"), (waves(20, 3), "3 points"),
        ([*waves(), *waves(1, channels=2)], "channels"), ([np.full((1, 30), np.nan)] * 20, "no signal"),
        (waves(20, 5, 70), "70 channels"), ([1e12 * one for one in waves()], "1e+09"), ([], "0 points"),
    ],
)  # fmt: skip
def test_what_cannot_be_learnt_from_is_refused_in_a_line(series, part):
    with pytest.raises(InputError) as error:
        make(series)
    assert part in str(error.value)
    assert "\n" not in str(error.value)


def test_arrays_are_read_by_their_axes():
    assert [one.shape for one in signals.from_array(np.zeros((4, 9)))] == [(1, 9)] * 4
    assert [one.shape for one in signals.from_array(np.zeros((4, 2, 9)))] == [(2, 9)] * 4
    assert [one.shape for one in signals.from_array(np.zeros((4, 9, 2)), 2)] == [(2, 9)] * 4
    for bad in (np.zeros(4), np.zeros((2, 2, 2, 2)), np.array([["a"]])):
        with pytest.raises(InputError):
            signals.from_array(bad)


def test_the_padding_of_a_table_is_no_gap():
    series = waves(20, 30)
    series[2] = np.concatenate([np.arange(20.0), np.full(10, np.nan)])[None]
    series[5] = np.full((1, 90), np.nan)
    dataset = make(series)
    assert len(dataset.train) + len(dataset.test) == 19
    assert match(restored(dataset), [np.concatenate([np.arange(20.0), np.full(10, 19.0)])[None]])
    assert not any("missing" in remark for remark in dataset.remarks)


def test_windows_of_several_recordings_stay_in_their_order():
    recordings = [1000 * k + np.arange(120.0)[None] for k in range(3)]
    dataset = make(recordings, config.Data(name="signal", window=20))
    order = np.argsort(dataset.attributes["position"].values)
    assert (np.diff(restored(dataset)[order][:, 0, 0]) > 0).all()
    for wrong in ({"labels": ["a"] * 5}, {"attributes": {"x": np.zeros(2)}}, {"attributes": {"position": np.zeros(3)}}):
        with pytest.raises(InputError, match=r"recordings|position"):
            make(recordings, config.Data(name="signal", window=20), **wrong)


def test_names_of_channels_can_be_kept_in_a_file():
    dataset = make(waves(), channels=("ECG\xa0(mV)\t" + "x" * 90,))
    dataset.kind.check((1, 1, 30))
    assert dataset.kind.channels[0].startswith("ECG (mV) x")


def test_long_signals_are_opened_again():
    kind = Curves((0.0,), (1.0,))
    known = {"data": {"name": "signal", "shape": [1, 1, 65_536], "curves": {"low": [0.0], "high": [1.0]}}}
    assert config.from_dict(known).data.sample_kind == kind
