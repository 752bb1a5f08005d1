"""Fine-tuning on the gallery: asked for, followed, reported, saved, and never a reason to lose a model."""

import re
from dataclasses import replace
from pathlib import Path

from latent_explorer.engine.fine_tuning.fine_tuner import MIN_PICTURES, TuningEnded, TuningProgress
from latent_explorer.engine.fine_tuning.tuning_process import ErrorChange, TuningReport
from latent_explorer.engine.results import Results
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, Loaded, Set
from latent_explorer.scene.items import Panel
from latent_explorer.shell import drawing_pad_view, fine_tuning, questions, update
from tests import stage
from tests.shell.pad import fill, make_pictures


def test_fine_tuning_is_asked_for_reported_and_not_lost_unasked(world: stage.World, tmp_path: Path) -> None:
    shelf = stage.World(world)
    shelf["first"] = replace(world["first"], path=tmp_path / "first.safetensors")
    state = fill(stage.play(stage.begin(shelf), Key("o")), *make_pictures(4))
    assert f"{MIN_PICTURES} are needed" in stage.play(state, Set("fine-tune")).status.message
    running = stage.play(fill(state, *make_pictures(6)), Set("fine-tune"))
    assert running.gallery.tuning is not None
    assert running.gallery.tuning.name == "first tuned"
    half = stage.play(running, TuningProgress(1, 0.5, "epoch 3 of 6"))
    assert "first tuned: epoch 3 of 6" in stage.texts(drawing_pad_view.make_items(half, Results()))
    stopped = stage.play(half, Set("stop tuning"))
    assert stopped.gallery.tuning is None
    assert stage.play(stopped, TuningProgress(1, 0.9, "late")) == stopped
    report = TuningReport(
        "first", "first tuned", tmp_path, ErrorChange(6, 0.02, 0.01), None, ErrorChange(9, 0.03, 0.04), "away", 6
    )
    ended = stage.play(half, TuningEnded(1, report))
    assert ended.status.notice.startswith("first tuned is ")
    assert [one for one in questions.list_losses(ended) if one.startswith("first tuned is ")]
    said = stage.texts(drawing_pad_view.make_items(ended, Results()))
    for words in ("6 it learnt", "0.0200 → 0.0100", "9 of its", "0.0300 → 0.0400"):
        assert words in said
    assert update.update(ended, Set("save tuned"))[1] == (Effect.SAVE_TUNED,)
    assert not any("saved" in loss for loss in questions.list_losses(stage.play(ended, Set(fine_tuning.SAVED))))
    assert stage.play(half, TuningEnded(1, error="no memory")).status.message == "Fine-tuning: no memory"
    done = stage.play(ended, Set("close tuning"), Loaded())
    assert done.gallery.tuned is None
    assert update.update(done, Set("save tuned"))[1] == ()  # another model is shown
    shelf["first tuned"] = shelf["first"]
    shown = stage.play(done, Set("model", "first tuned"))
    actions = [one.action for one in stage.of_kind(drawing_pad_view.make_items(shown, Results()), Panel)]
    assert Set("save tuned") in actions
    assert update.update(shown, Set("save tuned"))[1] == (Effect.SAVE_TUNED,)
    assert not stage.play(shown, Set(fine_tuning.SAVED)).gallery.unsaved


def test_a_lab_without_menus_of_models_says_where_the_tuned_one_is(world: stage.World, tmp_path: Path) -> None:
    change = ErrorChange(6, 0.02, 0.01)
    report = TuningReport("first", "second", tmp_path, change, None, change, "", 6)
    state = stage.begin(world, "learn")
    state = state.put(replace(state.gallery, tuned=report))
    title, action = fine_tuning.list_buttons(state)[0]
    after = stage.play(state, action)
    assert (title, after.models) == ("Show tuned", state.models)
    assert re.search(r"^Learn .*\bsecond\b", after.status.message)
