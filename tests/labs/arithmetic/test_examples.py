"""Examples that come out: what the hint says of them is true of the pictures."""

import numpy as np
import pytest

import latent_explorer
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.measurements.judge_pictures import judge_pictures
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs import LABS
from latent_explorer.labs.arithmetic import examples
from latent_explorer.labs.arithmetic.queries import Equation, Group
from latent_explorer.scene.events import Set
from tests import stage
from tests.labs import shipped
from tests.stage import begin, play

HAS = {"with": "yes", "without": "no"}


def measure(picture, word: str, mean: float) -> bool:
    """Whether a picture has the trait of a word."""
    image = picture[None].astype(np.float32) / 255
    slant = float(examples.compute_slants(image)[0])
    is_so = {
        "slanted": slant > examples.MIN_SLANT, "upright": abs(slant) < examples.MAX_UPRIGHT,
        "bold": image.mean() > mean, "thin": image.mean() < mean,
    }  # fmt: skip
    return is_so[word]


@pytest.mark.parametrize("model", ["digits-vae", "mnist-vae", "mnist-ae"])
@pytest.mark.parametrize("number", [0, 1])
def test_what_an_example_says_is_true_by_computation(model, number):
    checkpoint = latent_explorer.load(model)
    groups = [Group(example=number, part=part) for part in range(3)]
    value = Equation(model, *groups, 5).answer(QueryContext(stage.World({model: checkpoint}), {}))
    a, b, c, result = ((name.trait, name.class_name) for name in value.names)
    assert a[1] == b[1] != c[1] == result[1]
    assert b[0] == c[0] != a[0] == result[0]
    mean = float(checkpoint.decode(checkpoint.latents[::20]).mean())
    assert all(measure(*one, mean) for one in zip(value.pictures, (a[0], b[0], c[0], result[0]), strict=True))
    assert {checkpoint.class_names[checkpoint.labels[dot]] for dot in value.nearest_dots} == {c[1]}
    judged = judge_pictures(checkpoint, value.pictures[3:])
    assert judged is not None
    assert judged[0] >= USUAL_SHARE


@pytest.mark.slow
def test_what_faces_have_is_carried_over_to_those_with_other_hair():
    faces = latent_explorer.load("faces-vae", "cpu")
    found = examples.find_examples(faces)
    assert {name.attribute for one in found for name in one.names} == {"beard", "glasses", "hat"}
    for one in found:
        a, b, c, result = one.names
        assert (a.class_name, c.class_name) == (b.class_name, result.class_name)
        assert {a.trait, b.trait} == {"with", "without"}
        assert (a.trait, b.trait) == (result.trait, c.trait)
        for name, dots in zip(one.names, one.dots, strict=False):
            known = faces.attributes[name.attribute]
            assert {known.categories[int(value)] for value in known.values[dots]} == {HAS[name.trait]}
            assert {faces.class_names[label] for label in faces.labels[dots]} == {name.class_name}


def test_the_button_shows_another_example_and_the_hint_what_it_shows():
    lab = LABS["arithmetic"]
    state = begin(shipped.world(), "arithmetic", (1366, 768), models=("digits-vae", "digits-vae"))
    seen = set()
    for _ in range(3):
        results = shipped.answered(state)
        value = results.get_value("equation", object)
        assert all(name.trait in stage.texts(lab.make_view(state, results)) for name in value.names)
        seen.add(tuple(map(tuple, value.dots)))
        state = play(state, Set("example"))
    assert len(seen) == 3


@pytest.mark.parametrize("lean", [-0.6, 0.0, 0.4])
def test_the_slant_is_that_of_a_drawn_stroke(lean):
    y, x = np.mgrid[:41, :41]
    stroke = (np.abs(x - 20 - lean * (20 - y)) < 1.5).astype(np.float32)
    assert examples.compute_slants(stroke[None])[0] == pytest.approx(lean, abs=0.02)
