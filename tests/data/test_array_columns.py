"""Labels and attributes that come as arrays or lists."""

import numpy as np
import pytest
import torch

from latent_explorer.data import array_columns
from latent_explorer.data.array_columns import MAX_CLASS_NAME, Annotations
from latent_explorer.data.array_images import make_dataset
from latent_explorer.data.attributes import MAX_ATTRIBUTES, MAX_WHOLE, Attribute
from latent_explorer.errors import InputError

pytestmark = pytest.mark.usefixtures("own_cache")


GREY = np.arange(20 * 6 * 9, dtype=np.uint8).reshape(20, 6, 9)


@pytest.mark.parametrize(
    ("labels", "names", "expected"),
    [
        (None, None, ()), (np.arange(20) % 2 * 5 - 1, None, ("4",)), (["b", "a", "", None] * 5, None, ("a", "b")),
        (np.arange(20)[:, None] % 2, ["no", "yes"], ("no", "yes")), ([1.0, np.nan] * 10, None, ("1",)),
        (np.array([b"x", b"y"] * 10), ["y", "x", "z"], ("y", "x", "z")), (torch.arange(20) % 2 == 0, None, ("0", "1")),
    ],
)  # fmt: skip
def test_labels_are_numbers_or_texts_or_unknown(labels, names, expected):
    dataset = make_dataset(GREY, Annotations(labels, names))
    assert dataset.class_names == expected
    both = (dataset.train + dataset.test).labels.numpy()
    assert both.max() < max(len(expected), 1)
    assert (both == -1).sum() == {(): 20, ("4",): 10, ("a", "b"): 10, ("1",): 10}.get(expected, 0)


def test_attributes_go_with_their_pictures():
    depth, kind = np.arange(20) * 1.5, np.array(["new", "old"] * 10)
    own = Attribute(np.arange(20, dtype=np.float32) + 0.5, unit="mm")
    some = {"depth": depth, "kind": kind, "own": own, "lit": kind == "old", "level": np.arange(20) % 3 + 1}
    bad = {
        "same": np.ones(20),
        "class": depth,
        "when": np.array(["2020-01-01"] * 20, "M8[D]"),
        "few": [1, 2],
        "x" * 99: depth,
    }
    dataset = make_dataset(GREY, Annotations(np.arange(20), attributes=some | bad))
    assert set(dataset.attributes) == set(some)
    order = (dataset.train + dataset.test).labels.numpy()
    assert np.array_equal(dataset.attributes["depth"].values, depth[order].astype(np.float32))
    assert dataset.attributes["kind"].categories == ("new", "old")
    assert dataset.attributes["lit"].categories == ("no", "yes")
    assert dataset.attributes["level"].categories == ("1", "2", "3")
    assert dataset.attributes["own"].unit == "mm"
    assert len(dataset.remarks) == len(bad)


@pytest.mark.parametrize(
    ("values", "categories"),
    [
        (np.arange(MAX_WHOLE), tuple(map(str, range(MAX_WHOLE)))),  # so few whole numbers are categories
        (np.arange(MAX_WHOLE + 1), ()),
        (np.arange(MAX_WHOLE) + 0.5, ()),
        (["b", "", "a", None], ("a", "b")),
        ([True, False, True], ("no", "yes")),
        ([2, None, 1, np.nan], ("1", "2")),
        ([-1, 3, -1], ("-1", "3")),
    ],
)
def test_few_whole_numbers_and_texts_are_categories(values, categories):
    found = array_columns.to_attribute(values, len(values))
    assert found.categories == categories
    given = array_columns.to_column(values).tolist()
    back = [found.categories[int(one)] if one >= 0 else None for one in found.values] if categories else found.values
    names = {True: "yes", False: "no"}
    for one, value in zip(given, back, strict=True):
        if not categories:
            assert value == one
        elif one == "" or one != one:
            assert value is None  # unknown
        else:
            assert value == (names[one] if isinstance(one, bool) else one if isinstance(one, str) else f"{one:.0f}")


@pytest.mark.parametrize(
    "values", [[1, 1, 1], [np.nan] * 3, ["a", "a", ""], [1, 2], [1e300, 1, 2], np.array([1, "a", 2], object), [[1]] * 3]
)
def test_what_tells_nothing_or_is_of_several_kinds_is_no_attribute(values):
    assert isinstance(array_columns.to_attribute(values, 3), str)


def test_more_attributes_than_allowed_are_left_out_and_counted():
    columns = {f"a{k}": [k, k + 0.5] for k in range(MAX_ATTRIBUTES + 2)}
    kept, left_out = array_columns.to_attributes(columns, 2)
    assert list(kept) == list(columns)[:MAX_ATTRIBUTES]
    assert left_out == (f"2 more attributes left out: up to {MAX_ATTRIBUTES} are allowed",)


def test_a_class_name_has_up_to_so_many_letters_and_stands_for_one_class():
    names = ["x" * MAX_CLASS_NAME, "y"]
    assert array_columns.to_classes([0, 1], names, 2)[1] == tuple(names)
    for odd in (["x" * (MAX_CLASS_NAME + 1), "y"], ["y", "y"], ["", "y"]):
        with pytest.raises(InputError, match=r"^class_names: "):
            array_columns.to_classes([0, 1], odd, 2)


@pytest.mark.parametrize("odd", [3, [1, 2], {"a": 3}, {"a": "xy"}, {1: [1, 2]}, {"a": [1, 2, 3]}])
def test_attributes_of_another_form_are_named(odd):
    with pytest.raises(InputError, match=r"^attributes: "):
        array_columns.check_attributes(odd, 2)
    array_columns.check_attributes({"a": [1, 2]}, 2)
