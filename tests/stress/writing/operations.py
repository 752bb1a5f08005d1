"""What the program writes: each operation as a user begins it, and the lines in which the program says how it ended."""

import contextlib
import hashlib
import io
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

try:
    import imageio_ffmpeg
except ImportError:  # it is not installed: no videos are written
    imageio_ffmpeg = None

import numpy as np
import pygame
import torch

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths, map_cache
from latent_explorer.checkpoint.library import Library
from latent_explorer.commands import train
from latent_explorer.data import download, loaded_images
from latent_explorer.data.loaded_images import LoadedImages
from latent_explorer.engine.background import worker_process
from latent_explorer.engine.fine_tuning import tuning_process
from latent_explorer.engine.fine_tuning.fine_tuner import FineTuner, TuningEnded
from latent_explorer.engine.fine_tuning.tuning_process import TuningRequest
from latent_explorer.engine.map_making.map_maker import MapMaker, Runner
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import LatentExplorerError
from latent_explorer.labs.learn.queries import SaveMoment
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Replace, Report, Set
from latent_explorer.shell import lesson_recorder
from latent_explorer.training import judge_training, loop
from latent_explorer.ui.handout import write_handout
from latent_explorer.ui.window import first_start_file, lesson_places, session_file, window
from latent_explorer.ui.window.app import App
from latent_explorer.user_image.gallery import Gallery, GalleryPicture
from tests.engine.queries.test_gallery import draw
from tests.ui.capture.test_film_writer import keepsake
from tests.ui.handout.test_handout import make_handout

SIZE = (480, 360)
TRAINING = [
    "digits-vae", "--device", "cpu", "--out", "trained.safetensors", "--snapshots", "3", "--curve", "curve.png",
    *(word for setting in (
        "training.epochs=2", "training.batch_size=256", "data.limit=300", "model.hidden=[16]", "model.latent_dim=4",
        "map.points=60", "map.perplexity=5", "map.methods=[pca]",
    ) for word in ("--set", setting)),
]  # fmt: skip
MODEL, FILM = "model.safetensors", "model.snapshots"
REMOTE = b"0" * 200_000 + b"whole"


@dataclass(frozen=True)
class Outcome:
    well: bool
    lines: tuple[str, ...] = ()
    """What the user reads."""


@dataclass(frozen=True)
class Operation:
    name: str
    run: Callable[[], Outcome]
    """Called in the user's current folder."""
    quiet: bool = False
    """Whether nothing of the user's is lost where it fails, so that nothing is said."""
    group: str = "export"
    slow: bool = False
    """Whether it takes seconds, and writes as another one does."""


# -- where --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def live_in(root: Path) -> Iterator[Path]:
    """In a user's world below `root`: `desk` is the current folder; home, caches and temporary files are there too."""
    before = Path.cwd()
    for name in ("desk", "home", "home/Documents", "cache", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    places = {
        "HOME": "home", "XDG_DATA_HOME": "home/data", "XDG_CONFIG_HOME": "home/config", "XDG_CACHE_HOME": "cache",
        "XDG_DOCUMENTS_DIR": "home/Documents", "TMPDIR": "tmp", "LATENT_EXPLORER_DATA": "home/sets",
    }  # fmt: skip
    os.chdir(root / "desk")
    try:
        with (
            mock.patch.dict(os.environ, {key: str(root / place) for key, place in places.items()}),
            mock.patch.object(tempfile, "tempdir", str(root / "tmp")),
            mock.patch.object(checkpoint_paths, "list_shipped", list),
            mock.patch.dict(loop.fit.__kwdefaults__, {"save_interval": 0.0}),
            mock.patch.object(judge_training, "choose_steps", return_value=4),
        ):
            yield root
    finally:
        os.chdir(before)


def furnish(root: Path) -> None:
    """Put into `root` what the operations begin with: a model and the film of its training, in the folder `given`."""
    torch.set_num_threads(1)
    with live_in(root):
        outcome = _command([word for word in TRAINING if word not in ("--curve", "curve.png")])
        assert outcome.well, outcome
        (root / "given").mkdir()
        for old, new in (("trained.safetensors", MODEL), ("trained.snapshots", FILM)):
            shutil.move(old, root / "given" / new)
        shutil.rmtree(root / "desk")
        (root / "desk").mkdir()
        shutil.copy(root / "given" / MODEL, root / "desk" / "own.safetensors")
        np.save(root / "given" / "vectors.npy", np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32))
        (root / "given" / "remote.bin").write_bytes(REMOTE)


def warm_up(root: Path) -> None:
    """Import in this process what the operations import, so that its forks need not: open a window and close it."""
    from latent_explorer.checkpoint import from_embeddings, kept_samples  # noqa: F401
    from latent_explorer.commands import import_vectors, learning_curve, sweep, training_run  # noqa: F401
    from latent_explorer.ui.handout import html_writer, pdf_writer  # noqa: F401

    if imageio_ffmpeg is not None:
        imageio_ffmpeg.get_ffmpeg_exe()
    with live_in(root), open_window() as app:
        app.act(Set("lab", "interpolate"))
        app.frame([])
        export_film(app, "gif")


def given(name: str) -> Path:
    return Path("..", "given", name).resolve()


# -- commands -----------------------------------------------------------------------------------------------


def _command(arguments: list[str]) -> Outcome:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        status = train.main(arguments)
    return Outcome(status == 0, tuple(said.getvalue().splitlines()))


def train_anew() -> Outcome:
    return _command([*TRAINING, "--judge"])


def train_on() -> Outcome:
    """Go on with what was cut short; where nothing was, it has ended."""
    outcome = _command([*TRAINING, "--judge", "--resume"])
    if not outcome.well and "has ended, nothing of it is left to do" in outcome.lines[-1]:
        return Outcome(True, outcome.lines)
    return outcome


def sweep(*options: str) -> Outcome:
    plain = [word for word in TRAINING if word not in ("--snapshots", "3", "--curve", "curve.png")]
    plain[plain.index("trained.safetensors")] = "swept"
    return _command([*plain, "--sweep", "training.epochs=1,2", *options])


def sweep_on() -> Outcome:
    return sweep("--resume")


def import_vectors() -> Outcome:
    vectors = ["--vectors", str(given("vectors.npy")), "--set", "map.methods=[pca]"]
    return _command(["import", *vectors, "--out", "vectors.safetensors"])


def print_handout() -> Outcome:
    for name in ("sheet.html", "sheet.pdf"):
        try:
            write_handout.write(Path(name), make_handout())
        except LatentExplorerError as error:
            return Outcome(False, (str(error),))
    return Outcome(True)


def keep_moment() -> Outcome:
    library = Library((str(given(FILM)),), "cpu")
    try:
        SaveMoment("model @ 1", 1, "moment").answer(QueryContext(library, {}))
    except LatentExplorerError as error:
        return Outcome(False, (str(error),))
    finally:
        from latent_explorer.labs.learn import queries

        queries.saved_moments.clear()
    return Outcome(True)


def fetch() -> Outcome:
    remote = download.RemoteFile(
        "set.bin", (given("remote.bin").as_uri(),), hashlib.md5(REMOTE, usedforsecurity=False).hexdigest()
    )
    try:
        download.fetch(remote, Path("sets"), report=lambda count: None, is_stopped=lambda: False)
    except (LatentExplorerError, OSError) as error:  # of a folder that cannot be made; its caller says it
        return Outcome(False, (str(getattr(error, "strerror", None) or error),))
    return Outcome(True)


# -- the window -----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def open_window(*requested: str) -> Iterator[App]:
    """A window that nobody sees; at its end it has drawn a frame after whatever happened, and is closed."""
    surface = window.open_window(SIZE, fullscreen=False, headless=True)
    pygame.event.clear()
    app = App(surface, Library(requested or (str(given(MODEL)),), "cpu"), lab="explore", headless=True)
    try:
        app.loader.join(30)
        app.frame([])
        yield app
        app.act(Set("theme", "dark" if app.state.preferences.theme == "light" else "light"))
        assert app.frame([]), "the window does not go on"
    finally:
        app.close()
        pygame.quit()


def _read_lines(app: App) -> Outcome:
    message = app.state.status.message or app.state.status.remark
    return Outcome(not message, (message,) if message else ())


def _do(*effects: Effect) -> Outcome:
    with open_window() as app:
        pictures = tuple(GalleryPicture(draw(k), str(k)) for k in range(3))
        app.act(Replace(app.state.put(replace(app.state.gallery, content=Gallery(pictures)))))
        for effect in effects:
            app.files.run_effect(effect, app.surface, app.clock)
            app.frame([])
        app.captures.wait()
        app.frame([])
        return _read_lines(app)


def record_lesson() -> Outcome:
    with open_window() as app:
        app.act(Replace(lesson_recorder.toggle(app.state)))
        app.act(Set("lab", "generate"))
        app.files.run_effect(Effect.WRITE_LESSON, app.surface, app.clock)
        return _read_lines(app)


def export(kind: str) -> Outcome:
    with open_window() as app:
        return export_film(app, kind)


def export_film(app: App, kind: str) -> Outcome:
    app.files.exports.start(keepsake(), kind)
    app.files.exports.wait()
    app.frame([])
    return _read_lines(app)


PLANES = tuple(MapSpec("pca", axes=axes) for axes in itertools.combinations((1, 2, 3, 4), 2))
NEIGHBOURS = tuple(MapSpec("tsne", perplexity=float(number)) for number in range(6, 16))


def make_map(specs: Sequence[MapSpec], count: int, run: Runner = worker_process.run_in_process) -> Outcome:
    """Make the first maps of those that are not kept yet, of a checkpoint of the user's own."""
    path = Path("own.safetensors")
    with open_window(str(path)) as app:
        maps, own = MapMaker(run=run), app.library["own"]
        maps.open("own", own)
        maps.finish()
        maps.take_events(app.library)
        wanted = [spec for spec in specs if spec.map_name not in own.maps][:count]
        for spec in wanted:
            maps.request_map(["own"], spec)
            maps.finish()
            for event in maps.take_events(app.library):
                app.store.dispatch(event)
        maps.close()
        outcome = _read_lines(app)
    if outcome.well:
        kept = map_cache.read(checkpoint_file.read(path, "cpu")).maps
        assert wanted, "there is no map to make"
        assert {spec.map_name for spec in wanted} <= {*kept}, "a map is lost, and nothing says so"
    return outcome


def tune() -> Outcome:
    few = {"EPOCHS": 1, "OWN_PICTURES": 32, "OWN_HELD_OUT": 16, "MAX_TSNE_DOTS": 0}
    pictures = tuple(GalleryPicture(draw(k), str(k)) for k in range(6))

    def run(job, tell, stop):  # type: ignore[no-untyped-def]
        with mock.patch.multiple(tuning_process, **few):
            return job.work(tell)

    with open_window() as app, mock.patch.object(worker_process, "count_threads", return_value=1):
        tuner = FineTuner(app.background.adopt, run=run)
        tuner.request(request := TuningRequest(1, "model", "model tuned", pictures), app.library["model"])
        tuner.wait()
        app.act(Replace(app.state.put(replace(app.state.gallery, tuning=request))))
        for event in tuner.take_events():
            app.act(event)
            if isinstance(event, TuningEnded) and event.report is not None:
                app.files.run_effect(Effect.SAVE_TUNED, app.surface, app.clock)
                app.frame([])
        tuner.close()
        return _read_lines(app)


def leave() -> Outcome:
    """Close the window: the next one offers its session."""
    with open_window() as app:
        line = session_file.save_last(app.state, session_file.read_stamp())
        app.act(Report(message=line))
        return _read_lines(app)


def stop_in_lesson() -> Outcome:
    lesson_places.write(lesson_places.get_path(), {"noise": 3}, {})
    first_start_file.remember()
    return Outcome(True)


def keep_images() -> Outcome:
    images = torch.zeros(20, 1, 8, 8, dtype=torch.uint8)
    loaded_images.save_to_cache(LoadedImages(images, torch.zeros(20, dtype=torch.int64), ("a",), "digest", ()))
    return Outcome(True)


OPERATIONS = (
    Operation("training", train_anew, group="training"),
    Operation("sweep", sweep, group="training"),
    Operation("new map", lambda: make_map(PLANES, 2), group="maps"),
    Operation(
        "new map by a process of its own",
        lambda: make_map(NEIGHBOURS, 1, worker_process.run),
        group="maps",
        slow=True,
    ),
    Operation("session", lambda: _do(Effect.SAVE_SESSION), group="session"),
    Operation("last session", leave, group="session"),
    Operation("places in lessons", stop_in_lesson, quiet=True, group="session"),
    Operation("picture of the window", lambda: _do(Effect.TAKE_SCREENSHOT)),
    Operation("recording", lambda: _do(Effect.TOGGLE_RECORDING, Effect.TOGGLE_RECORDING)),
    Operation("lesson", record_lesson),
    Operation("gallery", lambda: _do(Effect.SAVE_GALLERY)),
    Operation("strip", lambda: export("png")),
    Operation("animation", lambda: export("gif")),
    *([Operation("video", lambda: export("mp4"))] if imageio_ffmpeg is not None else ()),
    Operation("hand-out", print_handout),
    Operation("moment of a film", keep_moment),
    Operation("fine-tuned model", tune),
    Operation("import", import_vectors),
    Operation("download", fetch),
    Operation("cache of images", keep_images, quiet=True),
)
