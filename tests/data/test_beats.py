import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.data import beats, datasets

MIDDLE = beats.POINTS // 2
SIX = {name: np.full(6, (low + high) / 2) for name, (low, high) in beats.RANGES.items()}
PLAIN = {**SIX, "flutter": np.zeros(6), "flutter phase": np.zeros(6)}


def draw(**changes: float) -> np.ndarray:
    return beats.draw_beats({**PLAIN, **{name.replace("_", " "): np.full(6, v) for name, v in changes.items()}}, 0)[0]


def test_the_r_wave_stands_in_the_middle_at_its_height():
    for height in (0.8, 1.4):
        beat = draw(R_height=height)
        assert abs(int(beat.argmax()) - MIDDLE) <= 1
        assert beat.max() == pytest.approx(height, abs=0.08)


def test_p_and_t_waves_stand_where_the_heart_rate_puts_them():
    slow, fast = draw(heart_rate=50.0), draw(heart_rate=110.0)
    # T lies a quarter of a cycle behind R: t = (pi/2) rate^(1/4) / (2 pi rate), in beats a second
    for beat, rate in ((slow, 50 / 60), (fast, 110 / 60)):
        seconds = rate**0.25 / (4 * rate)
        expected = MIDDLE + seconds / beats.SECONDS * beats.POINTS
        assert MIDDLE + 15 + beat[MIDDLE + 15 : MIDDLE + 50].argmax() == pytest.approx(expected, abs=3)
    assert draw(P_height=0.22)[: MIDDLE - 12].max() == pytest.approx(0.22, abs=0.05)
    assert draw(P_height=0.0)[: MIDDLE - 12].max() < 0.06


def test_each_anomaly_is_what_its_name_says():
    labels = np.repeat(np.arange(5), 200)
    factors = beats.sample_factors(labels, 7)
    signals = beats.draw_beats(factors, 8)
    normal, ventricular, no_p, elevated, inverted = (labels == k for k in range(5))
    assert (factors["P height"][no_p | ventricular] == 0).all()
    assert (factors["P height"][normal] > 0.05).all()
    assert (factors["T height"][inverted] < 0).all()
    behind = signals[:, MIDDLE + 9 : MIDDLE + 14].mean(axis=1)  # just behind S
    assert np.median(behind[elevated]) > np.median(behind[normal]) + 0.12
    wide = (signals > 0.5 * signals.max(axis=1, keepdims=True)).sum(axis=1)
    assert np.median(wide[ventricular]) > 2 * np.median(wide[normal])


def test_the_set_is_the_same_every_time_and_its_parts_differ():
    dataset = datasets.load(config.Data(name="beats"))
    again = datasets.load(config.Data(name="beats"))
    assert (dataset.train.images == again.train.images).all()
    assert dataset.image_shape == config.Data(name="beats").image_shape == (1, 1, beats.POINTS)
    assert tuple(np.bincount(dataset.train.labels)) == beats.TRAINING
    assert tuple(np.bincount(dataset.test.labels)) == beats.HELD_OUT
    assert not (dataset.train.images[:100] == dataset.test.images[:100]).all(dim=-1).any()
    assert float(dataset.train.images.min()) >= 0
    assert float(dataset.train.images.max()) <= 1


def test_attributes_belong_to_their_beats():
    dataset = datasets.load(config.Data(name="beats", limit=100))
    assert len(dataset.train) == 100
    indices = np.array([3, 99, 100, 700])
    heights = dataset.make_attributes(indices)["R height"]
    for index, height in zip(indices.tolist(), heights.values, strict=True):
        signal = beats.KIND.restore_units(dataset.get_image(index).numpy()[None])[0, 0]
        assert signal[MIDDLE - 4 : MIDDLE + 4].max() == pytest.approx(height, abs=0.25)
    assert heights.unit == "mV"
