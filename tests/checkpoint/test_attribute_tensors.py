"""Attributes of the dots in the file: there and back, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint import attribute_tensors, checkpoint_file, trained_model
from latent_explorer.data.attributes import UNKNOWN, Attribute
from latent_explorer.errors import InputError


@pytest.fixture
def known(tiny):
    count = len(tiny.latents)
    smile = np.linspace(-1, 1, count).astype(np.float16).astype(np.float32)
    smile[3] = np.nan
    hat = (np.arange(count) % 3 + UNKNOWN).astype(np.float32)
    return replace(tiny, attributes={"smile": Attribute(smile, unit="cm"), "hat": Attribute(hat, ("no", "yes"))})


def put(known, name, attribute):
    return replace(known, attributes={**known.attributes, name: attribute})


def test_attributes_come_back(known, tmp_path):
    path = known.save(tmp_path / "one.safetensors")
    again = checkpoint_file.read(path)
    assert list(again.attributes) == ["smile", "hat"]
    for name, one in again.attributes.items():
        np.testing.assert_array_equal(one.values, known.attributes[name].values)
        assert (one.categories, one.unit) == (known.attributes[name].categories, known.attributes[name].unit)
    assert again.save(tmp_path / "two.safetensors").read_bytes() == path.read_bytes()


def test_a_training_on_digits_measures_the_dots_and_a_file_may_have_none(tiny, tmp_path):
    assert {"thickness", "slant"} <= tiny.attributes.keys()
    assert np.nanmedian(tiny.attributes["thickness"].values) > 0.5
    bare = replace(tiny, attributes={})
    assert "attributes" not in trained_model.make_header(bare)
    assert checkpoint_file.read(bare.save(tmp_path / "bare.safetensors")).attributes == {}


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("short", lambda count: Attribute(np.zeros(count - 1, np.float32))),
        ("square", lambda count: Attribute(np.zeros((count, 2), np.float32))),
        ("infinite", lambda count: Attribute(np.full(count, np.inf, np.float32))),
        ("huge", lambda count: Attribute(np.full(count, 1e30, np.float32))),
        ("nameless", lambda count: Attribute(np.full(count, 2, np.float32), ("no", "yes"))),
        ("half", lambda count: Attribute(np.full(count, 0.5, np.float32), ("no", "yes"))),
        ("no category", lambda count: Attribute(np.full(count, np.nan, np.float32), ("no", "yes"))),
        ("mute", lambda count: Attribute(np.zeros(count, np.float32), ("no", ""))),
        ("many", lambda count: Attribute(np.zeros(count, np.float32), ("no",) * 2000)),
        ("unit", lambda count: Attribute(np.zeros(count, np.float32), unit="m" * 100)),
        ("", lambda count: Attribute(np.zeros(count, np.float32))),
        ("n" * 100, lambda count: Attribute(np.zeros(count, np.float32))),
        ("a\nb", lambda count: Attribute(np.zeros(count, np.float32))),
    ],
    ids=lambda one: repr(one)[:12] if isinstance(one, str) else "",
)
def test_a_damaged_attribute_is_refused_in_one_line(known, tmp_path, name, damage):
    bad = put(known, name, damage(len(known.latents))).save(tmp_path / "bad.safetensors")
    with pytest.raises(InputError, match=r"bad\.safetensors: [^\n]+$"):
        checkpoint_file.read(bad)


@pytest.mark.parametrize("entries", [{}, 3, [3], [{"name": "smile"}], [{"name": "smile", "categories": 0, "unit": ""}]])
def test_entries_of_another_form_are_refused(known, tmp_path, monkeypatch, entries):
    monkeypatch.setattr(attribute_tensors, "make_header", lambda attributes: {"attributes": entries})
    bad = known.save(tmp_path / "bad.safetensors")
    with pytest.raises(InputError, match=r"bad\.safetensors: [^\n]+$"):
        checkpoint_file.read(bad)


def test_a_name_that_comes_twice_is_refused():
    entry = {"name": "smile", "categories": [], "unit": ""}
    with pytest.raises(ValueError, match="smile"):
        attribute_tensors.check_header([entry, entry])


@pytest.mark.parametrize("values", [[2023.25, 2023.5], [12345.0, 12346.0], [np.nan, 1.6e9], [0.1, 0.9]])
def test_numbers_close_together_far_from_zero_stay_apart(values):
    (stored,) = attribute_tensors.make_tensors({"it": Attribute(np.array(values, np.float32))}).values()
    known = np.array(values, np.float32)
    assert np.allclose(stored, known, rtol=0, atol=1e-3 * np.ptp(known[np.isfinite(known)]), equal_nan=True)
