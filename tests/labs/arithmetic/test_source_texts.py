"""What is moved, said for each kind of source."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.labs.arithmetic.queries import Group
from latent_explorer.labs.arithmetic.source_texts import describe_addition, describe_film
from latent_explorer.user_image import OwnImage
from tests.stage import World, begin

SOURCES = (OwnImage(bytes(64), (8, 8), 1), MapPosition((0.5, 0.5), map_name="tsne"), Dot(3), Group(label="one"))

every_text = pytest.mark.parametrize("describe", [describe_addition, partial(describe_film, typical=False)])


@every_text
def test_each_source_is_told_from_the_others_with_what_is_added_to_it(start, describe):
    said = {describe(start, source, "+2 lean") for source in SOURCES}
    said.add(describe(start, Dot(3), "+2 lean", typical=True))
    assert len(said) == len(SOURCES) + 1
    assert all("+2 lean" in text for text in said)


@every_text
def test_of_a_chosen_sample_the_class_is_named_if_there_are_classes(world, start, describe):
    first = world["first"]
    for dot in (3, 8):
        assert first.class_names[first.labels[dot]] in describe(start, Dot(dot), "")
        assert describe(start, Dot(dot), "", typical=True) == describe(start, Dot(0), "", typical=True)  # nobody's
    blank = Atlas(first.atlas.projection, first.latents, np.full(len(first.latents), -1))
    bare = begin(World(first=replace(first, class_names=(), maps={"tsne": blank})), "arithmetic", models=("first",))
    assert describe(bare, Dot(3), "") == describe(bare, Dot(8), "") != describe(bare, Dot(3), "", typical=True)
