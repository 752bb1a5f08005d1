"""The state as a document: everything comes back, and what does not fit is said and left as it was."""

import json
from dataclasses import replace

import pytest

from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.camera import MAX_ZOOM, Camera
from latent_explorer.scene.events import Key, Scroll, Set
from latent_explorer.scene.state_slices import SLICES
from latent_explorer.shell import session
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import click, dot_px, drag, map_rect, play


@pytest.fixture(scope="module")
def world():
    return stage.make_world()


@pytest.fixture
def busy(world):
    """A state in which much has been done."""
    state = play(stage.begin(world), *stage.WITHOUT_WAY)
    state = play(state, *click(dot_px(state, 3)), *click(dot_px(state, 31)))
    state = play(state, Scroll(map_rect(state).centre, 3), Key("t"), Key("1"), Set("layer", "distance"))
    state = play(state, Set("lab", "compare"))
    state = play(state, *drag(dot_px(state, 5), dot_px(state, 40)), Set("map", "pca"), Key("n"))
    return state.put(
        replace(state.drawing, image=OwnImage(bytes(range(64)), (8, 8), 1, drawn=True, name="pad")),
        replace(state.preferences, text_scale=1.25),
    )


def through(state, world, into=None, **changes):
    """What a fresh window makes of the state's document, written and read as text."""
    kept, lost = session.make_document(state, {})
    assert lost == ()
    data = json.loads(json.dumps({**kept, **changes}, allow_nan=False))
    return session.restore(into or stage.begin(world), session.check(data, "file"))


def test_everything_comes_back(busy, world):
    found = through(busy, world)
    assert found.problems == ()
    assert found.summary == ""
    for name in ("lab", "models", "lab_states"):
        assert getattr(found.state, name) == getattr(busy, name), name
    for part in SLICES:
        for name in part.list_session_keys().values():
            assert getattr(getattr(found.state, part.name), name) == getattr(getattr(busy, part.name), name), name


def test_a_session_has_the_keys_of_every_version(busy):
    keys = [key for part in SLICES for key in part.list_session_keys()]
    assert sorted(keys) == sorted(
        (
            "which",
            "layer",
            "colour_by",
            "brushes",
            "theme",
            "names",
            "smooth",
            "gallery",
            "glide",
            "covered",
            "text_scale",
            "hidden",
            "image",
            "lesson",
            "cameras",
            "votes",
            "tally",
        )
    )
    assert set(keys) <= set(session.make_document(busy, {})[0])


def test_the_window_keeps_its_size_and_forgets_what_was_being_done(busy, world):
    into = play(stage.begin(world, size=(640, 480)), *drag((300, 200), (340, 260))[:-1])
    found = through(busy, world, into.put(replace(into.status, pending_export="gif"))).state
    assert found.size == (640, 480)
    assert found.pointer.press is None
    assert found.pointer.hover is None
    assert found.history.undo_stack == ()
    assert found.status.pending_export == "", "it was asked of another lab"


def test_a_document_of_nothing_but_its_version_changes_nothing(world):
    before = stage.begin(world)
    found = session.restore(before, session.check({session.KIND: session.VERSION}, "file"))
    assert found.problems == ()
    assert found.state == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "no session"),
        ({}, "no session"),
        ({"lab": "explore"}, "no session"),
        ({session.KIND: 2}, "version 2 arrived; version 1"),
        ({session.KIND: True}, "version True"),
        ({session.KIND: {"a": "b" * 1000}}, "version {'a': 'bbb"),
        ({session.KIND: None}, "version nothing arrived"),
    ],
)
def test_what_is_no_session_is_refused_in_one_line(data, said):
    with pytest.raises(InputError) as error:
        session.check(data, "file.json")
    assert str(error.value).startswith("file.json: ")
    assert said in str(error.value)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lab": "cooking"}, "lab 'cooking' is unknown"),
        ({"lab": 5}, "lab '5' is unknown"),
        ({"theme": 5}, "theme: 5 arrived"),
        ({"cameras": "wide"}, "cameras: 'wide' arrived"),
        ({"hidden": [1]}, "hidden[0]: 1 arrived"),
        ({"own": 5}, "own: int arrived"),
        ({"own": {"explore": {"pins": 3}}}, "Explore begins anew (own.explore.pins: unknown key"),
        ({"own": {"compare": {"start": "x"}}}, "Compare begins anew (own.compare.start: 'x'"),
        ({"models": 5}, "models: 5 arrived"),
        ({"models": []}, "models: 0 arrived; 1 to 8"),
        ({"which": "atlas"}, "map 'atlas' is not here"),
        ({"image": {"pixels": "AAAA", "size": [8, 8], "channels": 1}}, "image: 3 bytes arrived; 64 are allowed"),
    ],
)
def test_a_piece_that_does_not_fit_is_said_and_the_rest_comes_back(busy, world, changes, said):
    found = through(busy, world, **changes)
    assert any(said in line for line in found.problems), found.problems
    assert found.state.preferences.text_scale == 1.25
    assert found.state.view.layer == "distance"
    for lab in LABS.values():
        lab.make_view(replace(found.state, lab=lab.name), session.Results())


def test_a_sample_that_is_not_there_ends_in_a_line_and_no_crash(busy, world):
    kept, _ = session.make_document(busy, {})
    kept["own"]["compare"] = {"start": 10**9, "end": -5, "slot": 7}
    found = session.restore(stage.begin(world), kept)
    assert found.state.lab == "compare"
    LABS["compare"].make_view(found.state, session.Results())


def test_a_lab_that_cannot_show_what_it_kept_begins_anew(busy, world, monkeypatch):
    def make_view(self, state, results):
        raise IndexError("sample 1000000000")

    kept, _ = session.make_document(busy, {})
    monkeypatch.setattr(type(LABS["explore"]), "make_view", make_view)
    found = session.restore(stage.begin(world), kept)
    assert [LABS["explore"].title in one for one in found.problems] == [True]
    assert found.state.lab_states["explore"] == LABS["explore"].make_initial_state()
    assert found.state.lab_states["compare"] == busy.lab_states["compare"]


def test_a_checkpoint_that_is_not_here_is_said_and_another_is_shown(busy, world):
    found = through(busy, world, models=["first", "gone"])
    assert found.state.models[:2] == ("first", "second")
    assert "'gone'" in found.problems[0]
    assert "second" in found.problems[0]


def test_what_is_beyond_all_bounds_is_brought_within(busy, world):
    camera = {"centre": [-5, 0.5], "zoom": 1e8}
    found = through(busy, world, text_scale=1e9, cameras=[[["first", "tsne"], camera]], theme="pink", layer="gold")
    assert found.state.preferences.text_scale == 2.0
    assert found.state.view.cameras == {("first", "tsne"): Camera((0.0, 0.5), MAX_ZOOM)}
    assert found.state.preferences.theme == "dark"
    assert found.state.view.layer == "none"


def test_checkpoints_by_another_name_are_followed_everywhere(busy, world):
    kept, _ = session.make_document(busy, {})
    text = json.dumps(kept).replace('"first"', '"mine"')
    found = session.restore(stage.begin(world), session.rename_checkpoints(json.loads(text), {"mine": "first"}))
    assert found.problems == ()
    assert found.state.lab_states == busy.lab_states
    assert found.state.view.cameras == busy.view.cameras


def test_only_the_files_that_are_spoken_of_are_kept(busy):
    kept, _ = session.make_document(busy, {"first": "a/first.safetensors", "unused": "b.safetensors"})
    assert session.read_checkpoint_paths(kept) == {"first": "a/first.safetensors"}


def test_many_troubles_are_a_short_line():
    found = session.RestoredSession(None, ("one", "two", "three", "four"))
    assert found.summary.split(";")[:2] == ["one", " two"]
    assert " 2 " in found.summary


def test_a_drawing_comes_back_with_its_strokes_and_no_others_do(world):
    from latent_explorer.user_image import strokes

    drawn = stage.strokes_of([(0.2, 0.2), (0.8, 0.3)], [(0.5, 0.5)])
    state = stage.begin(world)
    state = state.put(replace(state.drawing, image=drawn.to_image(), pad=replace(state.drawing.pad, strokes=drawn)))
    assert through(state, world).state.image_and_strokes == state.image_and_strokes
    other = state.with_pad(replace(state.drawing.pad, strokes=stage.strokes_of([(0.9, 0.9), (0.8, 0.3)])))
    again = through(state, world, into=other).state
    assert again.image_and_strokes == state.image_and_strokes  # not what was on the pad before
    file = state.put(replace(state.drawing, image=OwnImage(bytes(4), (2, 2), 1, name="cat.png")))
    assert through(file, world).state.drawing.pad.strokes == strokes.Strokes()
    for damaged in ([[["x"]]], 7, {"strokes": [{"spots": [[1e300, 0.5]], "erases": False}]}):
        assert through(state, world, strokes=damaged).state.drawing.image == state.drawing.image


def test_the_next_lab_shows_the_models_that_came_with_the_session(world):
    other = play(stage.begin(world), Set("model", "other"))
    found = through(other, world).state
    assert play(found, Set("lab", "cluster")).models[0] == "other"


def test_what_stands_on_the_screen_is_the_restored_labs(world):
    learn = play(stage.begin(world), Set("lab", "learn"))
    assert learn.displayed_models
    assert through(learn, world).state.displayed_models == learn.displayed_models
    assert through(stage.begin(world), world, into=learn).state.displayed_models == ()
