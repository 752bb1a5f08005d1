"""In the window: the gallery is painted, saved and opened again, and a fine-tuned model gets a file of its own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.library import Library
from latent_explorer.engine.fine_tuning.fine_tuner import FineTuner
from latent_explorer.engine.fine_tuning.tuning_process import ErrorChange, FineTune, TuningReport
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Rings
from latent_explorer.ui.window.app import App
from latent_explorer.user_image import gallery
from latent_explorer.user_image.gallery import Gallery, GalleryPicture
from tests import stage
from tests.engine.queries.test_gallery import draw


def fill(app: App, count: int) -> None:
    label = app.state.get_checkpoint(0).class_names[0]
    content = Gallery(tuple(GalleryPicture(gallery.shrink(draw(k)), label) for k in range(count)))
    app.store.state = app.state.put(replace(app.state.gallery, content=content, shown=True))
    app.act(Set("pad", True))
    app.frame([])
    app.frame([])


def test_rings_are_painted_where_the_pictures_lie(app: App) -> None:
    before = pygame.surfarray.array3d(app.surface)
    fill(app, 3)
    (rings,) = stage.of_kind(app.make_view(), Rings)
    assert len(rings.px) == 3
    x, y = map(round, rings.px[-1])
    after = pygame.surfarray.array3d(app.surface)
    assert (after[x - 12 : x + 12, y - 12 : y + 12] != before[x - 12 : x + 12, y - 12 : y + 12]).any()


def test_the_saved_file_opens_again(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fill(app, 2)
    kept = app.state.gallery.content
    app.act(Set("save gallery"))
    assert app.state.status.notice.endswith("gallery.npz")
    app.act(Set("clear gallery"))
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(tmp_path / "gallery.npz"))])
    assert app.state.gallery.content == kept


def test_a_tuned_model_is_in_the_menu_and_saved_under_its_name(
    apps: Callable[..., App], tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def run(job: FineTune, *_: object) -> TuningReport:
        job.out.write_bytes(tiny_path.read_bytes())
        change = ErrorChange(5, 0.2, 0.1)
        return TuningReport(job.request.model, job.request.name, job.out, change, None, change, "", 2)

    app = apps(library=Library((str(tiny_path),)))
    app.background.tuner = FineTuner(app.background.adopt, run=run)
    fill(app, 5)
    app.act(Set("fine-tune"))
    app.frame([])
    assert app.state.gallery.unsaved == {"tiny tuned"}
    app.act(Set("model", "tiny tuned"))
    assert app.state.models[0] == "tiny tuned"
    temporary = app.library.list_paths()["tiny tuned"]
    temporary.rename(tmp_path / "elsewhere")
    app.act(Set("save tuned"))
    assert "its temporary file is gone" in app.state.status.message
    (tmp_path / "elsewhere").rename(temporary)
    app.act(Set("save tuned"))
    assert app.state.gallery.unsaved == frozenset()
    assert checkpoint_file.read(tmp_path / "tiny-tuned.safetensors").config == app.state.get_checkpoint(0).config
    assert app.library.list_paths()["tiny tuned"] == tmp_path / "tiny-tuned.safetensors"


def test_a_data_set_leaves_the_pad_shut_and_is_told_how_to_be_trained_on(app: App, tmp_path: Path) -> None:
    np.savez(tmp_path / "runs.npz", images=np.zeros((3, 8, 8)))
    app.act(Set("pad", False))
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(tmp_path / "runs.npz"))])
    app.frame([])
    assert not app.state.drawing.pad.open
    assert app.state.status.message.startswith("runs.npz: no gallery is in it, but images")
    assert "train.py" in app.state.status.message
