"""The menu of maps, and what the hint says while one is specified or made."""

from dataclasses import replace

from latent_explorer import texts as language
from latent_explorer.scene import map_menu
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Gauge, Text
from latent_explorer.scene.new_map_state import MapInProgress
from latent_explorer.scene.rect import Rect
from tests.scene.maps import PCA13, add_map, find_control
from tests.stage import begin, play

HINT = Rect(10, 600, 900, 24)


def making(world, share: float):
    state = begin(world)
    task = MapInProgress(("first",), PCA13, share)
    return state.put(replace(state.map_task, in_progress=task))


def test_a_map_in_progress_has_a_bar_before_its_words_and_its_end_in_the_menu(world):
    state, words = making(world, 0.25), Text(HINT, "words")
    bar, text = map_menu.make_progress_items(state, HINT, words)
    assert isinstance(bar, Gauge)
    assert (bar.share, bar.rect.x, text.rect.right) == (0.25, HINT.x, HINT.right)
    assert bar.rect.right < text.rect.x
    assert map_menu.make_menu(state).options[-1][0] == map_menu.CANCEL
    assert map_menu.make_progress_items(begin(world), HINT, words) == [words]
    narrow = Rect(10, 600, 199, 24)
    assert map_menu.make_progress_items(state, narrow, words) == [words]


def test_a_map_that_is_not_the_usual_one_is_called_by_all_that_makes_it(own_world):
    name = add_map(own_world, "first", PCA13)
    titles = dict(map_menu.make_menu(begin(own_world)).options)
    assert titles[name] == PCA13.title != titles["pca"]


def test_the_menu_of_maps_ends_with_a_new_one(world):
    state = begin(world)
    assert [value for value, _ in find_control(state, "map").options] == ["tsne", "pca", "new"]
    assert play(state, Set("map", "new")).map_task.form is not None
    assert play(state, Set("map", "new")).view.map_name == "tsne"


def test_what_is_wrong_with_a_map_is_said_in_the_language_of_the_window(world):
    state = play(begin(world), Key("P"), *map(Key, "9999"))
    language.use(language.Language("xx", "Brackets", lambda text: f"[{text}]"))
    try:
        assert map_menu.choose_hint(state, "").startswith("[perplexity 9999 arrived")
    finally:
        language.use(language.ENGLISH)
