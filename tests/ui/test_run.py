from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pygame
import pytest

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.commands import demo
from latent_explorer.engine.scheduler import Engine
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Key, Set
from latent_explorer.ui import run as session
from latent_explorer.ui.window import session_file, window
from latent_explorer.ui.window.app import App
from tests.stage import ROOT, SIZE


@pytest.fixture
def run(surface, tmp_path, monkeypatch):
    """One run over a shipped checkpoint, unseen, in an empty folder without data sets."""
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(**changes):
        options = {**vars(demo.make_parser().parse_args([])), "headless": True, "device": "cpu", **changes}
        wanted, by_default = tuple(options.pop("wanted", ("mnist-vae",))), options.pop("by_default", False)
        # a run closes its window at the end
        opened = surface if pygame.display.get_init() else window.open_window(SIZE, fullscreen=False, headless=True)
        return session.run(opened, SimpleNamespace(**options), model_names=wanted, opened_at=0.0, by_default=by_default)

    return run


def test_the_screenshot_shows_the_last_frame_with_every_answer(run, tmp_path, monkeypatch):
    finished = []
    finish = Engine.finish

    def watched(self, timeout=5.0):
        finished.append(finish(self, timeout))
        return finished[-1]

    monkeypatch.setattr(Engine, "finish", watched)
    assert run(screenshot=tmp_path / "last.png") is None
    assert finished
    assert all(finished), "a frame waited in vain for an answer"
    assert pygame.image.load(tmp_path / "last.png").get_size() == (1000, 700)


def test_the_lab_is_one_of_those_there_are(run):
    with pytest.raises(InputError, match="one of explore, compare"):
        run(lab="cooking")


def test_vectors_open_and_can_be_timed_but_not_in_a_lab_that_decodes(run, tmp_path):
    draw = np.random.default_rng(0)
    made = Checkpoint.from_embeddings(draw.normal(size=(40, 5)), [f"word {k}" for k in range(40)], methods=("pca",))
    file = str(made.save(tmp_path / "words.safetensors"))
    with pytest.raises(InputError, match="words has vectors only"):
        run(wanted=(file,), lab="interpolate")
    assert run(wanted=(file,), bench=True)
    with pytest.raises(InputError, match="words has vectors only"):
        run(wanted=(file,), script=_write(tmp_path, "- lab: interpolate"), allow_overwrite=False)


def _write(folder, text):
    path = folder / "script.yaml"
    path.write_text(text)
    return path


@pytest.fixture
def shown(monkeypatch) -> list:
    """The last state of each run."""
    found: list = []
    close = App.close
    monkeypatch.setattr(App, "close", lambda self: (found.append(self.state), close(self)))
    return found


def test_a_film_opens_the_lab_that_shows_it(run, shown, tmp_path, tiny):
    moments = tuple(Moment(step, tiny.latents, tiny.weights) for step in (0, 7))
    Snapshots(tiny.config, tiny.class_names, tiny.indices, tiny.labels, 7, moments).save(tmp_path / "mine.snapshots")
    run(wanted=["mine.snapshots"])
    assert (shown[-1].lab, shown[-1].displayed_models) == ("learn", ("mine @ 0",))


def test_it_opens_in_the_theme_that_was_asked_for(run, shown):
    run(theme="light")
    run()
    assert [state.preferences.theme for state in shown] == ["light", "dark"]


def test_a_presenter_and_a_scale_are_asked_for_in_the_command(run, shown):
    run(presenter=True, scale=2.0)
    run()
    assert [(state.presentation.notes, state.ui_scale >= 2) for state in shown] == [(True, True), (False, False)]


def test_the_folder_of_a_sweep_does_so_too(run, shown):
    run(wanted=[str(ROOT / "checkpoints" / "digits-beta")])
    assert (shown[-1].lab, shown[-1].displayed_models) == ("learn", ("digits-beta @ 0",))
    assert shown[-1].lab_states["learn"].source == "sweep"


def test_a_screenshot_s_name_is_refused_before_anything_is_drawn(run, tmp_path, monkeypatch):
    monkeypatch.setattr(session, "App", None)
    with pytest.raises(InputError, match="picture"):
        run(screenshot=tmp_path / "picture.gif")


# -- the last session ---------------------------------------------------------------------------------


@pytest.fixture
def seen(run, monkeypatch):
    """A window as a user has it, in which something is done and which is then left; what it offered, and its app."""

    def see(do=lambda app: None, **changes):
        found = []

        def used(self):
            found.append((self.state.overlay.offer_last_session, self))
            do(self)

        monkeypatch.setattr(session.App, "run", used)
        run(headless=False, **changes)
        return found[0]

    return see


def test_what_was_done_is_offered_at_the_next_start(seen, tmp_path):
    offered, _ = seen(lambda app: app.act(Set("theme", "light")))
    assert not offered
    offered, app = seen(lambda app: app.act(Key("u")))
    assert offered
    assert app.state.preferences.theme == "light"


def test_a_start_at_which_nothing_is_done_keeps_the_session_before(seen):
    seen(lambda app: app.act(Set("theme", "light")))
    assert seen()[0]
    offered, app = seen(lambda app: app.act(Key("u")))
    assert offered
    assert app.state.preferences.theme == "light"


def test_explicit_labs_and_checkpoints_are_not_taken_over(seen):
    seen(lambda app: app.act(Set("theme", "light")))
    offered, app = seen(lab="compare")
    assert offered
    assert (app.state.lab, app.state.preferences.theme) == ("compare", "dark")


def _saw_card(app):
    return app.state.overlay.first_start is not None


def test_the_first_start_shows_a_card_in_explore_and_the_later_ones_none(seen):
    pair = ("mnist-ae", "mnist-vae")
    _, app = seen(wanted=pair, by_default=True)
    assert _saw_card(app)
    assert app.state.lab == "explore"
    offered, app = seen(wanted=pair, by_default=True)
    assert offered
    assert not _saw_card(app)
    assert app.state.lab == "compare"


def test_the_card_comes_again_where_the_box_was_cleared_or_nothing_can_be_remembered(seen, monkeypatch):
    _, app = seen(lambda app: app.act(Set("first start", "again")))
    assert app.state.overlay.first_start.shows_again
    session_file.get_last_session_path().unlink()
    monkeypatch.setattr(session_file, "get_last_session_path", lambda: Path("/proc/nowhere/last-session.json"))
    assert _saw_card(seen()[1])
    assert _saw_card(seen()[1])


def test_no_card_is_shown_to_a_session_a_lesson_or_a_start_into_another_lab(seen, run, shown, tmp_path):
    run()
    assert not _saw_card(seen(lesson="autoencoder")[1])
    assert not _saw_card(seen(wanted=("mnist-ae", "mnist-vae"))[1])
    session_file.get_last_session_path().rename(tmp_path / "mine.json")
    assert not _saw_card(seen(session=tmp_path / "mine.json")[1])
    assert all(state.overlay.first_start is None for state in shown)


@pytest.mark.parametrize("raw", [b"\x00", b"{}", b'{"latent_explorer session": 99}'])
def test_a_broken_last_session_is_not_offered_and_hinders_nothing(seen, raw):
    session_file.get_last_session_path().write_bytes(raw)
    offered, _ = seen(lambda app: app.act(Set("theme", "light")))
    assert not offered
    assert seen()[0]


def test_neither_a_lesson_nor_an_unseen_window_touches_the_last_session(seen, run):
    assert not seen(lesson="autoencoder")[0]
    run()
    assert not session_file.get_last_session_path().exists()


def test_a_session_named_at_the_start_is_opened_and_nothing_is_offered(seen, tmp_path):
    seen(lambda app: app.act(Set("theme", "light")))
    path = tmp_path / "mine.json"
    session_file.get_last_session_path().rename(path)
    seen(lambda app: app.act(Set("names", False)))
    offered, app = seen(session=path)
    assert not offered
    assert app.state.preferences.theme == "light"
    with pytest.raises(InputError, match=r"gone\.json: cannot be read"):
        seen(session=tmp_path / "gone.json")


def test_translations_that_do_not_fit_are_said_and_shown_in_english(run, tmp_path, capsys):
    (tmp_path / "own.po").write_text(
        'msgid ""\nmsgstr "Language: fr\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{count} dots"\nmsgstr "{number} points"\n\nmsgid "{count} pages"\nmsgstr "des pages"\n'
    )
    run(language="own.po")
    assert capsys.readouterr().err == (
        "demo: own.po: '{count} dots' and 1 more: the translation has other fields in {}; English is shown\n"
    )
