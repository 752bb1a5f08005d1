"""Scripts: what is refused, and what each verb does through real pygame events."""

import pygame
import pytest

from latent_explorer import files
from latent_explorer.errors import InputError, WorkError
from latent_explorer.labs import LABS
from latent_explorer.scene.camera import Camera
from latent_explorer.ui.automation import script_steps
from latent_explorer.ui.automation.script import Script
from tests import stage
from tests.stage import DISK_FULL, disk_full, px_of


@pytest.fixture
def run(apps, write, tmp_path):
    """Plays a script to its end in an unseen window and gives the app."""

    def run(text: str, lab: str = "explore"):
        app = apps(lab, ready=False, player=Script(script_steps.read(write(text)), tmp_path))
        app.run()
        return app

    return run


def at_line(number: int) -> str:
    return f"mine.yaml, line {number}"


def test_an_empty_list_is_a_script_of_no_steps(write, run):
    assert script_steps.read(write("[]")) == []
    assert run("[]").ready


def test_an_option_that_yaml_reads_as_a_number_is_its_name(run):
    assert run("- lab: compare\n- set: {count: 3}\n").state.model_count == 3


def test_lab_and_set(run):
    app = run("- lab: compare\n- set: {map: pca, names: false, theme: light}\n- set: {help:}\n")
    assert (
        app.state.lab,
        app.state.view.map_name,
        app.state.preferences.show_class_names,
        app.state.preferences.theme,
    ) == (
        "compare",
        "pca",
        False,
        "light",
    )
    assert app.state.overlay.help


def test_move_hovers_the_position(run):
    app = run("- move: [0.3, 0.6]")
    assert app.state.pointer.hover.xy == pytest.approx((0.3, 0.6), abs=0.003)
    app = run("- move: [0.3, 0.6]\n  map: 2", "compare")
    assert app.state.pointer.hover.slot == 1
    assert app.state.pointer.hover.xy == pytest.approx((0.3, 0.6), abs=0.005)


def test_click_pins(run):
    (pin,) = stage.marks(run("- click: [0.5, 0.45]").state).pins
    assert pin.xy == pytest.approx((0.5, 0.45), abs=0.003)


def test_two_clicks_on_one_spot_are_two_clicks(run):
    """However quickly a script goes on: the second click removes the pin, and the map stays as it is."""
    app = run("- scroll: [0.5, 0.45, 3]\n- click: [0.5, 0.45]\n- click: [0.5, 0.45]")
    assert stage.marks(app.state).pins == ()
    assert app.state.get_camera(0).zoom > 1


def test_a_drag_right_after_a_click_on_the_same_dot_is_a_drag(run, world):
    x, y = world["first"].atlas.xy[3].tolist()
    app = run(f"- click: [{x}, {y}]\n- drag: [[{x}, {y}], [0.5, 0.45]]")
    assert len(stage.marks(app.state).trace) > 5


def test_double_click_fits(run):
    app = run("- scroll: [0.5, 0.45, 3]\n- double_click: [0.5, 0.45]")
    assert app.state.get_camera(0) == Camera()
    assert stage.marks(app.state).pins == ()


def test_scroll_zooms_where_it_says(run, world):
    app = run("- scroll: [0.2, 0.25, 4]")
    assert app.state.get_camera(0).zoom > 2
    before = stage.begin(world)
    assert px_of(app.state, (0.2, 0.25)) == pytest.approx(px_of(before, (0.2, 0.25)), abs=2)
    assert run("- scroll: [0.2, 0.25, -1]").state.get_camera(0).zoom < 1


def test_drag_begins_at_the_nearest_dot(run, world):
    app = run("- drag: [[0.21, 0.26], [0.5, 0.45], [0.8, 0.3]]")
    trace = stage.marks(app.state).trace
    _, dot = world["first"].atlas.find_nearest([[0.21, 0.26]])
    assert trace[0] == pytest.approx(tuple(world["first"].atlas.xy[dot[0]]), abs=0.004)
    assert trace[-1] == pytest.approx((0.8, 0.3), abs=0.004)
    assert min(abs(x - 0.5) + abs(y - 0.45) for x, y in trace) < 0.01
    assert app.state.pointer.press is None


def test_drag_in_the_second_map(run, world):
    app = run("- drag: [[0.2, 0.25], [0.8, 0.3]]\n  map: 2", "compare")
    own = app.state.lab_states["compare"]
    assert own.slot == 1
    second = world["second"]
    assert [int(second.labels[second.dot_of_image[image]]) for image in (own.start, own.end)] == [0, 1]


def test_pan_moves_the_map_by_the_right_button(run):
    app = run("- pan: [[0.5, 0.45], [0.6, 0.45]]")
    assert app.state.get_camera(0).centre == pytest.approx((0.4, 0.5), abs=0.005)
    assert stage.marks(app.state).trace == ()


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [("p", "map_name", "pca"), ("T", "theme", "dark"), ("t", "theme", "light"), ("f1", "help", True),
     ("'?'", "help", True), ("1", "hidden", frozenset({"zero"})), ("Tab", "lab", list(LABS)[1])],
)  # fmt: skip
def test_key(run, key, name, value):
    assert stage.value_of(run(f"- key: {key}").state, name) == value


def test_arrow_and_enter_keys(run):
    app = run("- key: right\n- key: return\n")
    assert app.state.pointer.hover is not None
    assert len(stage.marks(app.state).pins) == 1


def test_escape_ends_the_script_with_the_window(run):
    app = run("- key: escape\n- key: return\n- lab: compare\n- lab: compare")
    assert app.state.status.closing


def test_wait_does_not_wait_unseen(run):
    run("- wait: 500")  # or this test would take that long


WAY = "- move: [0.2, 0.25]\n- move: [0.8, 0.3]\n"


@pytest.fixture
def shots(run, tmp_path):
    """The pixels of the screenshots `a.png`, `b.png`, ... that a script makes."""

    def shots(text: str, lab: str = "explore") -> list:
        for path in tmp_path.glob("*.png"):
            path.unlink()
        run(text, lab)
        return [pygame.surfarray.array3d(pygame.image.load(path)) for path in sorted(tmp_path.glob("*.png"))]

    return shots


@pytest.mark.slow
@pytest.mark.parametrize("lab", sorted(LABS))
def test_a_screenshot_shows_where_a_glide_ends(shots, lab):
    (there,) = shots(WAY + "- screenshot: a.png", lab)
    (jumped,) = shots("- set: {glide: false}\n" + WAY + "- set: {glide: true}\n- screenshot: a.png", lab)
    assert (there == jumped).all()


@pytest.mark.slow
@pytest.mark.parametrize("lab", stage.GLIDING)
def test_waits_show_the_way_and_it_is_the_same_every_time(shots, lab):
    steps = WAY + "- wait: 0.03\n- screenshot: a.png\n- wait: 0.03\n- screenshot: b.png\n- wait: 1\n- screenshot: c.png"
    early, late, over = shots(steps, lab)
    assert (early != late).any()
    assert (late != over).any()
    for again, before in zip(shots(steps, lab), (early, late, over), strict=True):
        assert (again == before).all()
    at_once, whole = shots(WAY + "- screenshot: a.png\n- move: [0.2, 0.25]\n- wait: 0\n- screenshot: b.png", lab)
    assert (at_once == over).all()
    assert (whole != over).any()  # the map already shows the new place, and the picture is still the old one
    (sum_of_both,) = shots(WAY + "- wait: 0.06\n- screenshot: a.png", lab)
    assert (sum_of_both == late).all()


def test_what_follows_the_screenshot_of_a_wait_finds_everything_at_rest(shots):
    _, after = shots(WAY + "- wait: 0.03\n- screenshot: a.png\n- key: n\n- key: n\n- screenshot: b.png")
    (there,) = shots(WAY + "- key: n\n- key: n\n- screenshot: a.png")
    assert (after == there).all()


def test_resize(run):
    app = run("- resize: [500, 400]\n- screenshot: small.png\n")
    assert app.state.size == (500, 400)
    assert app.surface.get_size() == (500, 400)


def test_screenshots_are_written_with_what_was_there_then(run, tmp_path):
    run("- screenshot: one.png\n- move: [0.2, 0.25]\n- screenshot: deep/two.png\n- lab: compare\n- screenshot: 3.jpg")
    pictures = [pygame.image.load(tmp_path / name) for name in ("one.png", "deep/two.png", "3.jpg")]
    assert {picture.get_size() for picture in pictures} == {stage.SIZE}
    one, two, _ = (pygame.surfarray.array3d(picture) for picture in pictures)
    assert one.std() > 10
    assert (one != two).any()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- set: {colour: red}",
            "one of the controls lab, view, lessons, help, model, map, layer",
        ),
        ("- set: {map: umap}", "for map one of tsne, pca"),
        ("- set: {map: [1]}", "for map one of tsne, pca"),
        ("- set: {names: 1}", "for names true or false"),
        ("- set: {model: missing}", "for model one of first, second, other"),
        ("- move: [0.5, 0.5]\n  map: 2", "the lab explore has 1"),
        ("- drag: [[0.1, 0.1], [0.2, 0.2]]\n  map: 2", "the lab explore has 1"),
        ("- touch: [bookmarks, 0.5, 0.5]", "one of the parts bars"),  # a panel that is not open
        ("- screenshot: picture.gif", ".png is allowed"),
    ],
)
def test_what_turns_out_wrong_while_playing_is_said_too(run, text, said):
    with pytest.raises(InputError, match=r".") as error:
        run(text)
    assert said in str(error.value)
    if "screenshot" not in text:
        assert at_line(1) in str(error.value)


@pytest.mark.parametrize("step", ["screenshot: {}.png", "record: {}.gif"])
@pytest.mark.parametrize("place", ["../out", "/{folder}/out", "link/out", "a/../../out"])
def test_a_script_writes_below_its_folder_alone(write, tmp_path, place, step):
    here, outside = tmp_path / "here", tmp_path / "outside"
    here.mkdir()
    outside.mkdir()
    (here / "link").symlink_to(outside)
    steps = script_steps.read(write(f"- lab: explore\n- {step.format(place.format(folder=outside))}\n"))
    with pytest.raises(InputError, match=r"line 2: .* arrived; a file below the current folder, .*--allow-overwrite"):
        Script(steps, here)
    Script(steps, here, allow_overwrite=True)


def test_a_full_disk_leaves_the_picture_that_was_there(run, tmp_path, monkeypatch):
    (tmp_path / "it.png").write_bytes(b"of before")
    monkeypatch.setattr(files.os, "fsync", disk_full)
    with pytest.raises(WorkError, match=rf"it\.png: cannot be written: {DISK_FULL}"):
        run("- screenshot: it.png")
    assert (tmp_path / "it.png").read_bytes() == b"of before"
    assert not list(tmp_path.glob(".writing*"))


def test_a_screenshot_that_cannot_be_written(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        run("- screenshot: file/picture.png")
