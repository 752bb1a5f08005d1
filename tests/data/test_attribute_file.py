"""A table of what is known of one's own images: read whole, or refused in one line that names the line of the file."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_explorer import config
from latent_explorer.data import attribute_file, datasets
from latent_explorer.errors import InputError

NAMES = tuple(f"cats/{k}.png" for k in range(20))


pytestmark = pytest.mark.usefixtures("own_cache")


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "known.csv"
    path.write_bytes(text.encode(encoding))
    return path


def table(rows, columns: str = "file,age,kind") -> str:
    return "\n".join([columns, *rows])


ROWS = [f"{name},{k + 0.5},{('old', 'new')[k % 2]}" for k, name in enumerate(NAMES)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_read_alike(tmp_path, encoding, separator):
    text = table(ROWS).replace(",", separator)
    found, remarks = attribute_file.match(attribute_file.read(write(tmp_path, text, encoding)), NAMES)
    assert found["age"].values.tolist() == [k + 0.5 for k in range(20)]
    assert not found["age"].categories
    assert found["kind"].categories == ("new", "old")
    assert found["kind"].values.tolist() == [1.0, 0.0] * 10
    assert remarks == ()


@pytest.mark.parametrize(
    ("cells", "categories"),
    [
        ([str(k % 3) for k in range(20)], ("0", "1", "2")),
        ([str(k % 11) for k in range(20)], ()),
        ([f"{k % 2 + 0.5}" for k in range(20)], ()),
        (["9", "10", "x", "y"] * 5, ("9", "10", "x", "y")),
    ],
)
def test_few_whole_numbers_and_texts_are_categories(tmp_path, cells, categories):
    rows = [f"{name},{cell}" for name, cell in zip(NAMES, cells, strict=True)]
    found, _ = attribute_file.match(attribute_file.read(write(tmp_path, table(rows, "file,it"))), NAMES)
    assert found["it"].categories == categories


def test_decimal_commas_are_read_beside_semicolons(tmp_path):
    path = write(tmp_path, table([f"{name};{k},5" for k, name in enumerate(NAMES)], "file;age"))
    found, _ = attribute_file.match(attribute_file.read(path), NAMES)
    assert found["age"].values[3] == 3.5


def test_what_does_not_match_is_counted_and_unknown(tmp_path):
    rows = ["gone.png,1,old", "./" + ROWS[0], ROWS[1].replace("/", "\\"), f"{NAMES[2]},,", *ROWS[3:18]]
    found, remarks = attribute_file.match(attribute_file.read(write(tmp_path, table(rows))), NAMES)
    assert np.isnan(found["age"].values[[2, 18, 19]]).all()
    assert found["kind"].values[[2, 18, 19]].tolist() == [-1, -1, -1]
    assert found["age"].values[1] == 1.5
    assert len(remarks) == 3
    assert "not in the folder: 1;" in remarks[0]
    assert "line 2" in remarks[0]
    assert "2 of 20" in remarks[1]
    assert remarks[2].endswith("stay unknown: 1 in age, 1 in kind")


def test_empty_cells_of_many_columns_are_counted_in_one_line(tmp_path):
    columns = [f"c{k}" for k in range(7)]
    rows = [f"{name}," + ",".join([f"{k + 0.5}" if k else ""] * 7) for k, name in enumerate(NAMES)]
    _, remarks = attribute_file.match(
        attribute_file.read(write(tmp_path, table(rows, ",".join(["file", *columns])))), NAMES
    )
    assert len(remarks) == 1
    assert remarks[0].endswith("1 in c3, 1 in c4, more in other columns: 2")


def test_another_separator_is_answered_with_those_that_are_read(tmp_path):
    with pytest.raises(InputError, match=r"line 1: one column 'file\|age\|kind' arrived; .*comma, semicolon, tab"):
        attribute_file.read(write(tmp_path, table(ROWS).replace(",", "|")))


@pytest.mark.parametrize(
    "cells",
    [
        ["same"] * 20,
        [""] * 20,
        ["0.5", "0.50"] * 10,
        ["x" * 61, "y"] * 10,
        ["a\x07", "b"] * 10,
        [str(1_700_000_000 + k) for k in range(20)],
    ],
)
def test_a_column_that_tells_nothing_is_left_out_with_a_word(tmp_path, cells):
    rows = [f"{name},{k},{cell}" for k, (name, cell) in enumerate(zip(NAMES, cells, strict=True))]
    found, remarks = attribute_file.match(attribute_file.read(write(tmp_path, table(rows))), NAMES)
    assert list(found) == ["age"]
    assert len(remarks) == 1
    assert "kind" in remarks[0]
    assert remarks[0].isprintable()


def test_ten_thousand_texts_are_left_out(tmp_path):
    names = [f"{k}.png" for k in range(10_000)]
    rows = [f"{name},{k},text {k}" for k, name in enumerate(names)]
    found, remarks = attribute_file.match(attribute_file.read(write(tmp_path, table(rows))), names)
    assert list(found) == ["age"]
    assert "10,000" in remarks[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (table([*ROWS[:5], f"{NAMES[5]},many,old", *ROWS[6:]]), 7),  # a text among numbers
        (table([*ROWS[:5], f"{NAMES[5]},inf,old", *ROWS[6:]]), 7),
        (table([*ROWS, ROWS[0]]), 22),  # a second row of an image
        (table(ROWS, "file,age,age"), 1),
        (table(ROWS, "name,age,kind"), 1),
        (table(ROWS, "file,age,Class"), 1),
        (table(ROWS, f"file,age,{'k' * 61}"), 1),
        (table([row.split(",")[0] for row in ROWS], "file"), 1),
        (table([",".join(["a"] * 102)], ",".join(["file", *map(str, range(101))])), 1),
        (table([*ROWS[:3], "a,b"]), 5),
        (table([*ROWS[:3], 'a,"b'])[:-1] + '"c",d', 5),
        (table([row.replace("cats", "dogs") for row in ROWS]), 2),  # of no image
        ("file,age\n\n\n" + "cats/1.png,1,2", 4),
    ],
)
def test_what_is_not_allowed_is_one_line_that_names_the_line(tmp_path, text, line):
    with pytest.raises(InputError, match=f"line {line}: ") as error:
        attribute_file.match(attribute_file.read(write(tmp_path, text)), NAMES)
    message = str(error.value)
    assert "known.csv" in message
    assert len(message) <= 300
    assert message.endswith(("allowed", "needed"))


def test_files_that_are_no_table_are_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="line 3: "):
        attribute_file.read(write(tmp_path, table([ROWS[0], "é.png,1,old"]), "latin-1"))
    with pytest.raises(InputError, match="line 1: "):
        attribute_file.read(write(tmp_path, table(ROWS), "utf-16-le"))  # without its mark
    for path in (tmp_path / "nothing.csv", tmp_path, Path("a\0b"), write(tmp_path, ""), write(tmp_path, "file,age")):
        with pytest.raises(InputError, match=r"data\.attributes"):
            attribute_file.read(path)
    monkeypatch.setattr(attribute_file, "MAX_BYTES", 100)
    with pytest.raises(InputError, match="large"):
        attribute_file.read(write(tmp_path, table(ROWS)))


def test_only_a_folder_has_a_table():
    with pytest.raises(InputError, match=r"data\.attributes"):
        config.from_dict({"data": {"name": "mnist", "attributes": "known.csv"}})


def test_they_stay_in_the_checkpoint_when_the_table_is_gone(tmp_path, monkeypatch, capsys):
    from latent_explorer.checkpoint import checkpoint_file
    from latent_explorer.commands import train

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine" / "cats").mkdir(parents=True)
    for k, name in enumerate(NAMES):
        Image.new("RGB", (8, 8), (12 * k, 0, 0)).save(tmp_path / "mine" / name)
    path = write(tmp_path, table([*ROWS, "gone.png,1,old"]))
    settings = ["data.name=folder", "data.path=mine", f"data.attributes={path}", "data.size=8", "training.epochs=1"]
    settings += ["map.methods=[pca]", "map.points=16", "model.hidden=[8]"]
    assert train.main([x for one in settings for x in ("--set", one)] + ["--out", "mine.safetensors"]) == 0
    assert "line 22" in capsys.readouterr().err
    path.unlink()
    made = checkpoint_file.load("mine.safetensors")
    dataset = datasets.load(config.Data(name="folder", path="mine", size=8), seed=made.config.training.seed)
    red = np.array([int(dataset.get_image(int(index))[0].max()) for index in made.indices])
    assert made.attributes["age"].values.tolist() == (red / 12 + 0.5).tolist()
    assert made.attributes["kind"].categories == ("new", "old")
