from pathlib import Path

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.data import datasets
from latent_explorer.data.dataset import Dataset
from latent_explorer.errors import InputError

COUNT, POINTS = 20, 12
SERIES = np.round(np.cumsum(np.random.default_rng(0).normal(size=(COUNT, POINTS)), axis=1), 3)
LABELS = np.array(["up", "down"])[(SERIES[:, -1] < 0).astype(int)]


def load(path: Path, **settings: object) -> Dataset:
    return datasets.load(config.from_dict({"data": {"name": "signal", "path": str(path), **settings}}).data)


def check(dataset: Dataset, expected: np.ndarray = SERIES) -> None:
    """The data set has these signals, each with its label."""
    values = np.concatenate([dataset.train.images.numpy(), dataset.test.images.numpy()])
    found = dataset.kind.restore_units(values)[:, 0]
    labels = np.concatenate([dataset.train.labels, dataset.test.labels])
    assert found.shape == expected.shape
    for row, label in zip(found, labels, strict=True):
        at = np.abs(expected - row).max(axis=1).argmin()
        assert np.abs(expected[at] - row).max() < 1e-3
        assert dataset.class_names[label] == LABELS[at]


def write(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([*([header] if header else []), *rows]) + "\n", encoding="utf-8")
    return path


def test_arrays_with_labels(tmp_path):
    np.savez(tmp_path / "a.npz", x=SERIES, y=LABELS, load=np.arange(COUNT) / 7)
    dataset = load(tmp_path / "a.npz")
    check(dataset)
    assert set(dataset.attributes) == {"load"}


def test_arrays_whose_channels_come_last_are_said_to_be(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.stack([SERIES, -SERIES], axis=2), y=LABELS)
    dataset = load(tmp_path / "a.npz")
    check(dataset)
    assert dataset.image_shape == (2, 1, POINTS)
    assert any("(N, T, C)" in remark for remark in dataset.remarks)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_series_a_row_with_its_label_anywhere(tmp_path, separator):
    rows = [
        separator.join([*map(str, one[:4]), label, *map(str, one[4:])])
        for one, label in zip(SERIES, LABELS, strict=False)
    ]
    if separator == ";":
        rows = [row.replace(".", ",") for row in rows]
    names = [f"p{k}" for k in range(POINTS)]
    check(load(write(tmp_path / "a.csv", separator.join([*names[:4], "Class", *names[4:]]), rows)))
    header = separator.join([*names[:4], "state", *names[4:]])
    check(load(write(tmp_path / "b.csv", header, rows), label="state"))


def test_rows_of_a_recording_are_moments(tmp_path):
    rows = [f"{k / 50},{np.sin(k)},{k % 7}" for k in range(400)]
    dataset = load(write(tmp_path / "a.csv", "Seconds,temperature,load", rows), window=20)
    assert dataset.image_shape == (2, 1, 20)
    assert len(dataset.train) + len(dataset.test) == 20
    assert dataset.kind.channels == ("temperature", "load")
    assert dataset.kind.seconds == pytest.approx(0.4)
    first = np.argsort(dataset.attributes["position"].values)[0]
    found = dataset.kind.restore_units(dataset.get_image(int(first)).numpy()[None])[0, 1]
    assert found == pytest.approx(np.arange(20) % 7, abs=1e-4)


def test_the_archives_format(tmp_path):
    header = "# a comment\n@problemName a\n@univariate true\n@classLabel true up down\n@data"
    rows = [f"{','.join(map(str, one))}:{label}" for one, label in zip(SERIES, LABELS, strict=False)]
    dataset = load(write(tmp_path / "a.ts", header, rows))
    check(dataset)
    assert dataset.class_names == ("up", "down")


def test_channels_missing_points_and_lengths_of_the_archives_format(tmp_path):
    rows = [f"{','.join(map(str, one[: POINTS - k % 3]))}:?,1,{k}:up" for k, one in enumerate(SERIES)]
    dataset = load(write(tmp_path / "a.ts", "@classLabel true up\n@data", rows))
    assert dataset.image_shape == (2, 1, POINTS)
    assert any("missing" in remark for remark in dataset.remarks)


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("a.csv", "", "nothing arrived"), ("a.csv", "a,b\n", "names alone"), ("a.csv", "1,2,x\n" * 20, "line 1"),
        ("a.csv", "p,q\n1,2\n1,zwei\n", "line 3"), ("a.ts", "1,2:a\n", "line 1"), ("a.ts", "@relation\n", "@data"),
        ("a.ts", "@timestamps true\n@data\n", "timestamps"), ("a.wav", "RIFF", "another kind"),
        ("a.npy", "no array", "file"), ("a.csv", "5,4,3,2,1\n", "1 signal arrived"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_a_line(tmp_path, name, text, part):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as error:
        load(tmp_path / name)
    assert part in str(error.value)
    assert "\n" not in str(error.value)


def test_a_label_that_is_no_column_and_windows_that_do_not_fit_are_refused(tmp_path):
    path = write(tmp_path / "a.csv", "p,q,r,s", ["1,2,3,4"] * 20)
    with pytest.raises(InputError, match=r"data\.label"):
        load(path, label="kind")
    with pytest.raises(InputError, match=r"a\.csv: data\.window"):
        load(path, window=15)


def test_the_first_line_is_names_or_numbers(tmp_path):
    counted = ",".join(map(str, range(POINTS)))
    rows = [",".join(map(str, one)) for one in SERIES]
    for header in (counted, "a" + counted, ""):
        assert len(load(write(tmp_path / "a.csv", header, rows)).train) == 16
    gap = ["?" + row[row.index(",") :] for row in rows[:1]] + rows[1:]
    assert len(load(write(tmp_path / "a.csv", "", gap)).train) == 16


def test_a_window_has_the_label_of_most_of_its_moments(tmp_path):
    words = ["rest"] * 10 + ["run"] * 10 + ["run"] * 11 + ["rest"] * 9 + ["rest"] * 8 + [""] * 12 + ["run"] * 340
    rows = [f"{k / 10},{np.sin(k)},{word}" for k, word in enumerate(words)]
    path = write(tmp_path / "a.csv", "seconds,a,state", rows)
    dataset = load(path, window=20, label="state")
    labels = np.concatenate([dataset.train.labels, dataset.test.labels])
    order = np.argsort(dataset.attributes["position"].values)
    names = ["?" if k < 0 else dataset.class_names[k] for k in labels[order]]
    assert names == ["rest", "run", "?", *["run"] * 17]
    assert dataset.kind.channels == ("a",)
    assert any("3 windows held several" in remark for remark in dataset.remarks)
    codes = np.array([{"rest": 4, "run": 7, "": -1}[word] for word in words])
    np.savez(tmp_path / "a.npz", x=np.sin(np.arange(400.0)), labels=codes)
    dataset = load(tmp_path / "a.npz", window=20)
    labels = np.concatenate([dataset.train.labels, dataset.test.labels])
    order = np.argsort(dataset.attributes["position"].values)
    assert (labels[order] == [0, 1, -1, *[1] * 17]).all()
    assert dataset.class_names == ("4", "7")


def test_unit_and_rate_are_drawn_on_the_curve(tmp_path):
    rows = [f"{k / 50},{np.sin(k)}" for k in range(400)]
    path = write(tmp_path / "a.csv", "seconds,a", rows)
    assert (load(path, window=20).kind.unit, load(path, window=20).kind.seconds) == ("", pytest.approx(0.4))
    dataset = load(path, window=20, unit="mV", rate=100)
    assert (dataset.kind.value_unit, dataset.kind.seconds) == ("mV", pytest.approx(0.2))
    assert any(remark.startswith("data.rate: 100") for remark in dataset.remarks)
    assert not any("data.rate" in remark for remark in load(path, window=20, rate=50).remarks)
    for wrong in ({"unit": ""}, {"unit": "m\nV"}, {"unit": "m" * 21}, {"rate": 0}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            load(path, **wrong)


def test_no_column_is_the_label_if_none_is_wanted(tmp_path):
    path = write(tmp_path / "a.csv", "a,y", [f"{np.sin(k)},{k % 5}" for k in range(400)])
    assert load(path, window=20, label="").kind.channels == ("a", "y")


def test_labels_of_another_length_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=SERIES, labels=LABELS[:-1])
    with pytest.raises(InputError, match="19 arrived for 20"):
        load(tmp_path / "a.npz")


def test_targets_are_attributes_and_channels_are_bounded(tmp_path):
    rows = [f"{','.join(map(str, one))}:{k / 2}" for k, one in enumerate(SERIES)]
    dataset = load(write(tmp_path / "a.ts", "@targetlabel true\n@data", rows))
    assert sorted(dataset.attributes["target"].values) == [k / 2 for k in range(COUNT)]
    assert dataset.image_shape == (1, 1, POINTS)
    with pytest.raises(InputError, match="channels"):
        load(write(tmp_path / "b.ts", "@data", [":".join(["1"] * 3000 + [",".join(["1"] * 3000)])]))


def test_times_of_an_unknown_unit_are_no_seconds(tmp_path):
    rows = [f"{1_700_000_000_000 + 4 * k},{np.sin(k)}" for k in range(400)]
    dataset = load(write(tmp_path / "a.csv", "timestamp,a", rows), window=20)
    assert dataset.kind.seconds == 0
    assert any("timestamp" in remark for remark in dataset.remarks)
