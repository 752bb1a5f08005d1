"""The direction of an attribute: how far a picture is moved along it, what changes with it, and how sure it is."""

import numpy as np
import pytest

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic import attribute_direction, separation
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey
from latent_explorer.labs.arithmetic.attribute_queries import AttributeDirection, AttributeShift
from latent_explorer.metrics.attribute_direction import split_by_category

LEAN, RING = AttributeKey("lean"), AttributeKey("ring", "yes")


def ask(shelf, query):
    return query.answer(QueryContext(shelf, {}))


def test_a_picture_is_moved_by_standard_deviations_of_a_number(shelf):
    lean = shelf["known"].attributes["lean"].values
    moved = ask(shelf, AttributeShift("known", LEAN, Dot(3), 2.0, 5))
    by = 3 * moved.z[0] - moved.z[1] + 5 - lean[3]
    assert by == pytest.approx(2 * lean.std(), rel=0.06)  # few samples: the penalty shrinks the weights
    assert moved.position - lean[3] == pytest.approx(2 * lean.std(), rel=0.06)
    assert len(moved.film) == 5


def test_a_category_is_the_step_from_the_mean_without_it_to_the_mean_with_it(shelf):
    known = shelf["known"]
    ring = known.attributes["ring"].values
    means = [known.latents[ring == k].mean(axis=0) for k in (0, 1)]
    moved = ask(shelf, AttributeShift("known", RING, Dot(3), 1.0, 0))
    assert moved.z == pytest.approx(known.latents[3] + means[1] - means[0], abs=1e-4)


def test_what_changes_is_read_from_the_picture_and_only_by_probes_that_can_read(shelf):
    context, known = QueryContext(shelf, {}), shelf["known"]
    moved = ask(shelf, AttributeShift("known", LEAN, Dot(3), 2.0, 0))
    assert [one.name for one in moved.changes] == ["lean", "ring", "class"]
    pictures = np.stack([moved.source_picture, moved.picture]).astype(np.float32)[:, None] / 255
    probe = attribute_direction.find_probes(context, "known")["lean"]
    before, after = probe.read(known.encode(pictures))[:, 0]
    assert moved.changes[0].change == pytest.approx((after - before) / probe.spread, abs=1e-4)
    still = ask(shelf, AttributeShift("known", LEAN, Dot(3), 0.0, 0))
    assert all(one.change == pytest.approx(0, abs=1e-6) for one in still.changes)
    assert [name for name, _ in ask(shelf, AttributeDirection("known", LEAN)).unread] == ["chance"]


def test_the_scores_are_held_out(shelf):
    known = shelf["known"]
    split = split_by_category(known.attributes["ring"], "yes")
    value = ask(shelf, AttributeDirection("known", RING))
    held_out = separation.compute_auc(separation.project_held_out(known.latents, *split))
    assert value.separation.auc == pytest.approx(held_out)
    number = ask(shelf, AttributeDirection("known", AttributeKey("chance")))
    assert number.probe.score < 0.1
    assert np.corrcoef(number.read, number.true)[0, 1] < 0.3  # what the chart shows


def test_a_score_of_one_attribute_stands_in_for_no_other():
    one = AttributeDirection("known", LEAN)
    assert one.has_same_subject(AttributeDirection("known", LEAN))
    assert not one.has_same_subject(AttributeDirection("known", RING))
    moved = AttributeShift("known", LEAN, Dot(3), 2.0, 5)
    assert moved.has_same_subject(AttributeShift("known", LEAN, Dot(4), 1.0, 5))
    assert not moved.has_same_subject(AttributeShift("known", RING, Dot(3), 2.0, 5))


def test_of_several_categories_the_change_is_the_probability_that_changed_hands(shelf):
    context, known = QueryContext(shelf, {}), shelf["known"]
    moved = ask(shelf, AttributeShift("known", LEAN, Dot(3), 2.0, 0))
    pictures = np.stack([moved.source_picture, moved.picture]).astype(np.float32)[:, None] / 255
    before, after = attribute_direction.find_probes(context, "known")["class"].read(known.encode(pictures))
    (change,) = (one for one in moved.changes if one.name == "class")
    assert change.change == pytest.approx(np.maximum(after - before, 0).sum(), abs=1e-4)
    assert change.likeliest == tuple(known.class_names[one.argmax()] for one in (before, after))
    assert change.chances == pytest.approx((before.max(), after[before.argmax()]), abs=1e-4)
