import numpy as np
import pytest

from latent_explorer.metrics import linear_probe


def clusters(count: int, d: int, classes: int, spread: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Gaussian clusters around corners of a cube."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, classes, count)
    centres = np.array([[(k >> axis) & 1 for axis in range(d)] for k in range(classes)], float)
    return (centres[labels] + spread * draw.normal(size=(count, d))).astype(np.float32), labels


def test_separate_classes_are_found_and_noise_is_chance():
    x, y = clusters(1500, 4, 4, 0.1, 0)
    found = linear_probe.measure_probe_accuracies(x[:1200], y[:1200], x[1200:], y[1200:])
    assert list(found) == ["knn_100", "linear_100", "knn_1000", "linear_1000", "knn_all", "linear_all"]
    assert min(found.values()) > 0.98
    noise = np.random.default_rng(1).normal(size=x.shape).astype(np.float32)
    found = linear_probe.measure_probe_accuracies(noise[:1200], y[:1200], noise[1200:], y[1200:])
    assert 0.15 < min(found.values()) <= max(found.values()) < 0.35


def test_what_no_plane_separates_is_for_neighbours():
    """Exclusive or: neighbours see it, a linear probe cannot."""
    x, corner = clusters(1200, 2, 4, 0.12, 2)
    y = (corner == 1) | (corner == 2)
    found = linear_probe.measure_probe_accuracies(x[:1000], y[:1000].astype(int), x[1000:], y[1000:].astype(int))
    assert found["knn_all"] > 0.95
    assert found["linear_all"] < 0.8
    assert "knn_1000" not in found  # there are no more than that


def test_more_labels_do_not_hurt_and_scale_does_not_matter():
    x, y = clusters(1800, 6, 8, 0.5, 3)
    found = linear_probe.measure_probe_accuracies(x[:1200], y[:1200], x[1200:], y[1200:])
    assert found["linear_100"] < found["linear_1000"] <= found["linear_all"] + 0.01
    assert found["knn_100"] < found["knn_all"]
    again = linear_probe.measure_probe_accuracies(1e4 * x[:1200] + 7, y[:1200], 1e4 * x[1200:] + 7, y[1200:])
    assert again == pytest.approx(found, abs=0.01)


@pytest.mark.slow
def test_codes_are_compared_with_pixels_and_principal_components_of_their_size(digits):
    pixels = tuple(part.images.flatten(1).numpy().astype(np.float32) / 255 for part in (digits.train, digits.test))
    labels = tuple(part.labels.numpy() for part in (digits.train, digits.test))
    codes = tuple(part[:, ::8] for part in pixels)  # a poor code: one pixel a row
    found = linear_probe.compare_representations(codes, pixels, labels)
    assert list(found) == ["codes", "pixels", "pca"]
    assert found["codes"]["linear_all"] < found["pca"]["linear_all"] < found["pixels"]["linear_all"]
    assert found["pca"]["knn_all"] > 0.9
    lines = linear_probe.format_table(found).splitlines()
    assert lines[0].split()[:3] == ["accuracy", "with", "labels"]
    assert len({len(line) for line in lines}) == 1


def test_samples_without_a_label_are_left_out():
    x, y = clusters(600, 3, 4, 0.1, 4)
    odd = y.copy()
    odd[::2] = -1
    found = linear_probe.compare_representations((x[:400], x[400:]), (x[:400], x[400:]), (odd[:400], odd[400:]))
    kept = linear_probe.measure_probe_accuracies(x[:400][1::2], y[:400][1::2], x[400:][1::2], y[400:][1::2])
    assert found["codes"] == pytest.approx(kept)


def test_one_class_alone_is_always_right():
    x = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    found = linear_probe.measure_probe_accuracies(x[:20], np.zeros(20, int), x[20:], np.zeros(10, int))
    assert found == {"knn_all": 1.0, "linear_all": 1.0}
