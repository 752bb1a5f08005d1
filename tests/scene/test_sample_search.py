"""What the search for samples matches."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import languages, texts
from latent_explorer.checkpoint.kept_samples import KeptSamples
from latent_explorer.data.attributes import Attribute
from latent_explorer.scene.sample_search import FILE, MAX_MATCHES, TEXT, find_matches
from tests.stage import World, begin


@pytest.fixture
def world(tiny):
    hats = Attribute((np.arange(len(tiny.latents)) % 2).astype(np.float32), ("no hat", "straw hat"))
    return World({"first": replace(tiny, attributes={"head": hats})})


def search(world, text, names=()):
    state = begin(world)
    known = replace(state.knowledge, file_names={world["first"].data_key: names} if names else {})
    return find_matches(state.put(known), 0, text)


def test_a_class_is_found_with_its_samples(world):
    (one,) = search(world, "7")
    assert (one.kind, one.title) == ("class", "7")
    assert (world["first"].labels[one.dots] == 7).all()
    assert one.count == (world["first"].labels == 7).sum()


def test_an_empty_text_lists_classes_then_categories_the_largest_first(world):
    found = search(world, "")
    counts = [one.count for one in found if one.kind == "class"]
    assert counts == sorted(counts, reverse=True)
    assert [one.kind for one in found[len(counts) :]] == ["head", "head"]


def test_all_words_count_in_any_case_and_order(world):
    assert [one.title for one in search(world, "STRAW head")] == ["straw hat"]
    assert search(world, "straw tin") == ()


def test_files_come_last_and_each_is_one_sample(world):
    checkpoint = world["first"]
    names = tuple(f"birds/{index:05}.png" for index in range(checkpoint.indices.max() + 1))
    found = search(world, f"{checkpoint.indices[5]:05}.PNG", names)
    assert [(one.kind, one.dots.tolist()) for one in found] == [(FILE, [5])]
    every = [one.title for one in search(world, "birds", names[::-1])]
    assert len(every) == min(MAX_MATCHES, len(checkpoint.latents))
    assert every == sorted(every)


def test_hostile_texts_match_nothing(world):
    for text in ("\\", "(.*", "%s", "\x00", "7" * 10_000):
        assert all(one.kind == "class" for one in search(world, text))


def test_the_own_texts_of_samples_are_found_those_that_begin_so_first(world):
    count = len(world["first"].latents)
    texts = (*("other",) * (count - 4), "The Cat", "cats and dogs", "cat", "Άνθρωπος")
    named = World({"first": replace(world["first"], kept=KeptSamples(texts))})
    found = search(named, "CAT")
    assert [(one.kind, one.title) for one in found] == [(TEXT, "cat"), (TEXT, "cats and dogs"), (TEXT, "The Cat")]
    assert found[0].dots.tolist() == [count - 2]
    assert [one.title for one in search(named, "ΆΝΘΡ")] == ["Άνθρωπος"]
    assert len(search(named, "other")) == min(MAX_MATCHES, count - 4)


def test_a_name_is_found_in_english_and_in_the_language_of_the_window(tiny):
    glasses = Attribute((np.arange(len(tiny.latents)) % 2).astype(np.float32), ("no", "yes"))
    world = World({"first": replace(tiny, attributes={"glasses": glasses})})
    assert search(world, "brille ja") == ()
    texts.use(languages.read("de"))
    for typed in ("Brille ja", "glasses yes", "brille yes"):
        assert [(one.kind, one.title) for one in search(world, typed)] == [("glasses", "yes")]
