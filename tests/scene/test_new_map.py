import re
from dataclasses import replace

import pytest

from latent_explorer import texts as language
from latent_explorer.atlas import Atlas, projection
from latent_explorer.atlas.map_quality import MapQuality
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.atlas.projection import UMAP
from latent_explorer.atlas.tsne_umap import UMAP_MISSING
from latent_explorer.engine.map_events import MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import hint_line, map_menu, map_panel, new_map
from latent_explorer.scene.controls import Number
from latent_explorer.scene.events import Key, Move, Set, Tick
from latent_explorer.scene.items import CornerNote, Gauge, Map
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import update
from tests import stage
from tests.stage import BROKEN, begin, map_rect, of_kind, play, px_of, texts

PCA13 = MapSpec("pca", axes=(1, 3))


@pytest.fixture
def world() -> stage.World:
    """Its own for each test, since maps are added to it."""
    return stage.make_world()


def view(state):
    return LABS[state.lab].make_view(state, stage_results())


def stage_results():
    from latent_explorer.engine.results import Results

    return Results()


def form(state, *actions):
    return play(state, Key("P"), *actions)


def control(state, name):
    (found,) = [one for one in update.list_controls(state) if one.name == name]
    return found


def add(world, model, spec) -> str:
    one = world[model]
    world[model].maps[spec.map_name] = Atlas(
        projection.fit(spec.method, one.latents, **spec.arguments), one.latents, one.labels
    )
    return spec.map_name


# -- the form -----------------------------------------------------------------------------------------


def test_the_menu_of_maps_ends_with_a_new_one(world):
    state = begin(world)
    assert [value for value, _ in control(state, "map").options] == ["tsne", "pca", "new"]
    assert play(state, Set("map", "new")).map_task.form is not None
    assert play(state, Set("map", "new")).view.map_name == "tsne"


def test_everything_can_be_said_with_the_keyboard(world):
    state = form(begin(world), Key("1"), Key("2"), Key("tab"), Key("4"), Key("e"), Key("return"))
    assert state.map_task.form is None
    assert state.map_task.in_progress.spec == MapSpec("tsne", perplexity=12, seed=4, metric="cosine")
    assert state.map_task.in_progress.models == ("first",)


def test_everything_can_be_said_with_the_mouse(world):
    state = form(begin(world), Set("new map", "pca"))
    up = control(state, "up")
    state = play(state, Set("up", up.step_value(1)), Set("make map"))
    assert state.map_task.in_progress.spec == PCA13


@pytest.mark.parametrize("name", ["escape", "P"])
def test_the_form_closes_without_a_map(world, name):
    before = begin(world)
    assert play(form(before), Key(name)) == before
    assert play(form(before), Set("close map")) == before


def test_no_key_of_the_labs_acts_while_the_form_is_open(world):
    state = form(begin(world))
    for name in ("m", "n", "c", "d", "s", "a", "home"):
        assert play(state, Key(name)) == state
    assert play(state, Key("t")).preferences.theme == "light"
    assert play(state, Key("f1")).overlay.help


def test_the_keyboard_goes_round_the_numbers(world):
    state = form(begin(world))
    assert [one.name for one in update.list_controls(state) if isinstance(one, Number)] == ["perplexity", "seed"]
    assert play(state, Key("tab")).map_task.form.focus == "seed"
    assert play(state, Key("tab"), Key("tab")).map_task.form.focus == "perplexity"
    assert play(state, Key("p")).map_task.form.focus == "across"  # PCA has no perplexity
    typed = play(state, Key("1"), Key("5"), Key("backspace"))
    assert typed.map_task.form.spec.perplexity == 1
    assert play(typed, Key("up")).map_task.form.spec.perplexity == 2
    assert play(state, Set("seed")).map_task.form.focus == "seed"


def test_steps_stay_within_what_is_allowed():
    one = Number("n", "N", 20, 2, 19, (2, 10, 15, 30), "")
    assert one.step_value(1) == 20  # typed beyond the last one
    assert one.step_value(-1) == 15
    assert replace(one, value=2).step_value(-1) == 2
    assert replace(one, value=10).step_value(1) == 15


def test_what_cannot_be_made_is_one_line_and_the_form_stays(world):
    state = form(begin(world), Key("9"), Key("9"))
    shown = texts(view(state))
    state = play(state, Key("return"))
    assert state.status.message in shown
    assert re.findall(r"\d+", state.status.message) == ["99", "60", "2", "19"]
    assert state.map_task.form is not None
    assert state.map_task.in_progress is None
    same = form(begin(world), Set("new map", "latent"), Set("up", 1), Set("make map"))
    assert "axes 1-1" in same.status.message


def test_a_missing_library_is_said_with_the_way_to_get_it(world, monkeypatch):
    monkeypatch.setattr(UMAP, "is_installed", staticmethod(lambda: False))
    state = form(begin(world), Set("new map", "umap"))
    assert UMAP_MISSING in texts(view(state))
    assert UMAP_MISSING in play(state, Set("make map")).status.message


def test_a_map_that_is_there_is_shown_at_once(world):
    name = add(world, "first", PCA13)
    state = form(begin(world), Set("new map", "pca"), Set("up", 3), Set("make map"))
    assert state.map_task.in_progress is None
    assert state.view.map_name == name
    assert control(state, "map").options[-2] == (name, "PCA 1-3")


# -- the making ---------------------------------------------------------------------------------------


def making(world, **changes):
    state = begin(world, **changes)
    return new_map.request_map(state, PCA13)


@pytest.mark.parametrize("method", ["tsne", "pca", "latent"])
def test_the_form_offers_a_map_that_is_not_there_yet(world, method):
    offered = set()
    for _ in range(3):
        opened = play(begin(world), Key("P"), Set("new map", method))
        spec = opened.map_task.form.spec.normalised
        assert spec.method == method
        assert play(opened, Key("return")).map_task.in_progress.spec == spec
        assert spec not in offered
        offered.add(spec)
        add(world, "first", spec)
        again = opened.put(replace(opened.map_task, form=replace(opened.map_task.form, spec=spec)))
        assert spec.title in map_menu.choose_hint(again, "")


def test_what_is_wrong_with_a_map_is_said_in_the_language_of_the_window(world):
    state = play(begin(world), Key("P"), *map(Key, "9999"))
    language.use(language.Language("xx", "Brackets", lambda text: f"[{text}]"))
    try:
        assert map_menu.choose_hint(state, "").startswith("[perplexity 9999 arrived")
    finally:
        language.use(language.ENGLISH)


def test_of_a_map_that_is_there_and_of_one_given_up_it_is_said(world):
    first, second = (MapSpec("tsne", perplexity=perplexity) for perplexity in (5, 6))
    state = new_map.request_map(begin(world), first)
    assert (state.map_task.in_progress.spec, state.status.message) == (first.normalised, "")
    state = new_map.request_map(state, second)
    assert state.map_task.in_progress.spec == second.normalised
    assert first.title in state.status.message
    add(world, "first", second)
    state = new_map.request_map(state, second)
    assert state.map_task.in_progress is None
    assert (state.status.message, second.title in state.status.notice) == ("", True)


def test_the_old_map_stays_until_the_new_one_is_ready(world):
    state = play(making(world), MapProgress(PCA13, 0.25, "KL 2.50"))
    assert state.view.map_name == "tsne"
    assert "PCA 1-3: 25%, KL 2.50" in texts(view(state))
    assert [one.share for one in of_kind(view(state), Gauge)] == [0.25]
    add(world, "first", PCA13)
    state = play(state, MapFinished("first", PCA13, PCA13.map_name))
    assert state.view.map_name == PCA13.map_name
    assert state.map_task.in_progress is None


@pytest.mark.parametrize("lab", ["compare", "denoise"])
def test_both_models_of_a_lab_get_the_map_before_it_is_shown(world, lab):
    state = making(world, lab=lab)
    assert state.map_task.in_progress.models == ("first", "second")
    add(world, "first", PCA13)
    state = play(state, MapFinished("first", PCA13, PCA13.map_name))
    assert state.view.map_name == "tsne"
    assert state.map_task.in_progress.models == ("second",)
    add(world, "second", PCA13)
    assert play(state, MapFinished("second", PCA13, PCA13.map_name)).view.map_name == PCA13.map_name


def test_esc_and_the_menu_end_it_and_a_map_that_comes_late_changes_nothing(world):
    state = making(world)
    assert control(state, "map").options[-1][0] == "cancel"
    assert play(state, Key("escape")).map_task.in_progress is not None  # it asks first
    for actions in ((Key("escape"), Key("return")), (Set("map", "cancel"),)):
        ended = play(state, *actions)
        assert ended.map_task.in_progress is None
        assert not ended.status.closing
        add(world, "first", PCA13)
        assert play(ended, MapFinished("first", PCA13, PCA13.map_name)) == ended


def test_what_goes_wrong_is_shown_and_the_old_map_stays(world):
    state = play(making(world), MapFailed(PCA13, BROKEN))
    assert (state.view.map_name, state.map_task.in_progress, state.status.message) == ("tsne", None, BROKEN)
    assert play(begin(world), MapUpdate("first", BROKEN)).status.message == BROKEN
    remarked = play(begin(world), MapUpdate("first", remark=BROKEN))
    _, line = hint_line.make_message_items(remarked, Results(), Rect(0, 0, 300, 20))
    assert (line.text, line.colour) == (BROKEN, "muted")
    assert play(remarked, Key("c")).status.remark == ""


def test_the_mouse_is_over_the_new_map_s_dots(world):
    state = begin(world)
    state = play(state, Move(px_of(state, (0.2, 0.25))))
    after = play(state, Set("map", "pca"))
    assert after.pointer.hover.px == state.pointer.hover.px
    assert after.pointer.hover.dot != state.pointer.hover.dot


# -- the way from map to map --------------------------------------------------------------------------


def dots(state) -> Map:
    (found,) = of_kind(view(state), Map)
    return found


def test_the_dots_go_from_one_map_to_the_other(world):
    state = play(begin(world), Set("map", "pca"))
    ways = []
    for now in (10.0, 10.2, 10.3, 10.4, 10.59):
        state = play(state, Tick(now))
        assert (dots(state).previous_map, dots(state).map_name) == ("tsne", "pca")
        ways.append(dots(state).progress)
    assert ways[0] == 0
    assert ways == sorted(ways)
    assert ways[2] == pytest.approx(0.5)
    assert ways[1] < 0.3  # slowly off, slowly in
    assert ways[4] > 0.99
    state = play(state, Tick(10.61))
    assert state.map_task.transition is None
    assert dots(state).previous_map == ""


def test_a_ring_goes_with_its_dot(world):
    old = begin(world)
    new = play(old, Set("map", "pca"))
    rect = map_rect(old)
    ends = [map_panel.get_dot_px(one.put(replace(one.map_task, transition=None)), 0, 5, rect) for one in (old, new)]
    assert map_panel.get_dot_px(play(new, Tick(1.0)), 0, 5, rect) == pytest.approx(ends[0])
    middle = map_panel.get_dot_px(play(new, Tick(1.0), Tick(1.3)), 0, 5, rect)
    assert middle == pytest.approx([(a + b) / 2 for a, b in zip(*ends, strict=True)])


def test_without_motion_they_are_there_at_once(world):
    state = play(begin(world, animate_maps=False), Set("map", "pca"))
    assert state.map_task.transition is None
    held = new_map.freeze_transition(state, 0.5)
    assert (dots(held).previous_map, dots(held).progress) == ("tsne", 0.5)
    assert new_map.freeze_transition(held, 1).map_task.transition is None
    assert new_map.freeze_transition(begin(world), 0.5).map_task.transition is None  # it has come from nowhere


def test_another_model_or_lab_ends_the_way(world):
    state = play(begin(world), Set("map", "pca"))
    assert play(state, Set("model", "other")).map_task.transition is None
    assert play(state, Set("lab", "compare")).map_task.transition is None


# -- what stands in the corners -----------------------------------------------------------------------


def notes(state) -> str:
    return "\n".join(line for note in of_kind(view(state), CornerNote) for line in note.lines)


def test_the_figures_of_the_map_are_shown_and_explained(world):
    state = begin(world)
    assert notes(state) == ""
    world["first"].maps["tsne"].quality = MapQuality(0.987, 0.95, 0.9)
    state = begin(world)  # as the window has another one after every event of a map
    assert re.findall(r"[\d.]+%?$|[\d.]+(?=   )", notes(state)) == ["0.99", "0.95", "90%"]
    corner = (map_rect(state).x + 9, map_rect(state).bottom - 9)
    for asked in (play(state, Key("q")), play(state, Move(corner))):
        assert len(notes(asked).splitlines()) == 3, "a line a figure"
    world["first"].maps["tsne"].quality = MapQuality(None, None, None)
    assert notes(state) == ""


def test_the_axes_say_what_they_are(world):
    shares = world["first"].maps[add(world, "first", PCA13)].projection.explained_variance_ratio
    assert f"component 1, {shares[0]:.0%}" in notes(begin(world, map_name=PCA13.map_name))
    assert f"↑ component 3, {shares[1]:.0%}" in notes(begin(world, map_name=PCA13.map_name))
    latent = add(world, "first", MapSpec("latent", axes=(4, 2)))
    assert {"z4 →", "↑ z2"} <= set(notes(begin(world, map_name=latent)).splitlines())


def test_a_small_map_has_no_room_for_notes(world):
    world["first"].maps["tsne"].quality = MapQuality(0.9, 0.9, 0.9)
    assert notes(begin(world, size=(300, 200))) == ""
