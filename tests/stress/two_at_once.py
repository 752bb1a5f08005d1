"""Two windows and two trainings of one user at the same time, and checkpoints that are replaced while they are open.

`python tests/stress/two_at_once.py --rounds 20 --seed 1`: each case is a pair of processes that begin together, or a
window under which a file changes; nothing may be lost or half written, and what happens is said. Prints a table.
"""

import argparse
import contextlib
import filecmp
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ |= {"SDL_VIDEODRIVER": "dummy", "TQDM_DISABLE": "1", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}

import pygame

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint import checkpoint_file, map_cache
from latent_explorer.engine.background import worker_process
from latent_explorer.engine.map_making.map_maker import MapMaker
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Set
from latent_explorer.ui.window import lesson_places, session_file
from latent_explorer.ui.window.app import App
from tests.stress.kills import finish, start
from tests.stress.writing import operations, whole
from tests.stress.writing.operations import Outcome, given, open_window
from tests.ui.capture.test_film_writer import keepsake

SAVES = 3
"""Files that each window of a pair writes."""


@dataclass
class Tally:
    rounds: int = 0
    said: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


Case = Callable[[Path, random.Random, Tally], None]


def demand(holds: object, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def run_pair(root: Path, *works: Callable[[], Outcome]) -> list[Outcome]:
    """Do both in processes of their own, which begin at the same moment; return what they say."""
    begin = time.monotonic() + 0.2
    told = [root.parent / f"told {k}" for k in range(len(works))]
    children = []

    def make(work: Callable[[], Outcome], place: Path) -> Callable[[], bool]:
        def run() -> bool:
            with operations.live_in(root):
                time.sleep(max(0.0, begin - time.monotonic()))
                outcome = work()
            place.write_text("\n".join([str(int(outcome.well)), *outcome.lines]))
            return True

        return run

    for work, place in zip(works, told, strict=True):
        place.unlink(missing_ok=True)
        children.append(start(make(work, place)))
    outcomes = []
    for (child, pipe), place in zip(children, told, strict=True):
        status = os.waitpid(child, 0)[1]
        os.close(pipe)
        demand(status == 0 and place.exists(), "one of them ends with an error of its own")
        well, *lines = place.read_text().splitlines()
        outcomes.append(Outcome(well == "1", tuple(lines)))
    return outcomes


def count_line(tally: Tally, outcomes: list[Outcome], phrase: str) -> int:
    """Count how many of them say a phrase."""
    count = sum(any(phrase in line for line in one.lines) for one in outcomes)
    tally.said[phrase] = tally.said.get(phrase, 0) + count
    return count


# -- trainings ------------------------------------------------------------------------------------------------


def train_for_one_file(root: Path, draw: random.Random, tally: Tally) -> None:
    outcomes = run_pair(root, operations.train_anew, lambda: _wait_and(draw.uniform(0, 0.3), operations.train_anew))
    refused = count_line(tally, outcomes, "another process is training for this file")
    demand(any(one.well for one in outcomes), f"none trains: {outcomes}")
    demand(refused == sum(not one.well for one in outcomes), f"one fails otherwise: {outcomes}")
    demand(not (root / "desk" / "trained.resume").exists(), "a state is left")
    same = filecmp.cmp(root / "desk" / "trained.safetensors", root / "given" / operations.MODEL, shallow=False)
    demand(same, "the file is not what one training alone writes")


def train_side_by_side(root: Path, draw: random.Random, tally: Tally) -> None:
    """Two files in one folder, and one picture of the learning curve."""

    def train(name: str) -> Outcome:
        arguments = [word.replace("trained", name) for word in operations.TRAINING]
        return operations._command(arguments)

    outcomes = run_pair(root, lambda: train("left"), lambda: train("right"))
    demand(all(one.well for one in outcomes), f"one fails: {outcomes}")
    checkpoints = [checkpoint_file.read(root / "desk" / f"{name}.safetensors", "cpu") for name in ("left", "right")]
    demand((checkpoints[0].latents == checkpoints[1].latents).all(), "they differ")


def sweep_twice(root: Path, draw: random.Random, tally: Tally) -> None:
    outcomes = run_pair(root, operations.sweep, lambda: _wait_and(draw.uniform(0, 0.3), operations.sweep))
    count_line(tally, outcomes, "another process is training for this file")
    demand(any(one.well for one in outcomes), f"none goes to its end: {outcomes}")
    names = {path.name for path in (root / "desk" / "swept").glob("*.safetensors")}
    demand(len(names) == 2, f"{names} came of two values")


def read_while_trained(root: Path, draw: random.Random, tally: Tally) -> None:
    """A reader never sees half a file, however often it is written."""
    shutil.copy(root / "given" / operations.MODEL, root / "desk" / "trained.safetensors")

    def look() -> Outcome:
        until, seen = time.monotonic() + 1.0, 0
        while time.monotonic() < until:
            checkpoint_file.read(Path("trained.safetensors"), "cpu")
            seen += 1
        return Outcome(seen > 0)

    def write() -> Outcome:
        checkpoint = checkpoint_file.read(given(operations.MODEL), "cpu")
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            checkpoint.save("trained.safetensors")
        return Outcome(True)

    demand(all(one.well for one in run_pair(root, look, write)), "nothing was read")


def _wait_and(seconds: float, work: Callable[[], Outcome]) -> Outcome:
    time.sleep(seconds)
    return work()


# -- windows --------------------------------------------------------------------------------------------------


def save_at_once(root: Path, draw: random.Random, tally: Tally) -> None:
    """Sessions, pictures and films of the same second and folder: each has a name of its own."""

    def save() -> Outcome:
        with open_window() as app:
            for _ in range(SAVES):
                app.files.run_effect(Effect.SAVE_SESSION, app.surface, app.clock)
                app.files.run_effect(Effect.TAKE_SCREENSHOT, app.surface, app.clock)
                app.files.exports.start(keepsake(), "png")
            app.files.exports.wait()
            app.frame([])
            return operations._read_lines(app)

    demand(all(one.well for one in run_pair(root, save, save)), "one says that it fails")
    for pattern in ("*.json", "latent-explorer-*.png", "interpolate-*.png"):
        count = len(list((root / "desk").glob(pattern)))
        demand(count == 2 * SAVES, f"{count} of {2 * SAVES} {pattern}")


def keep_maps_at_once(root: Path, draw: random.Random, tally: Tally) -> None:
    def keep(axes: tuple[tuple[int, int], ...]) -> Outcome:
        with open_window("own.safetensors") as app:
            maps = _make_maps(app, axes)
            maps.close()
            return operations._read_lines(app)

    axes = (((1, 2), (1, 3)), ((2, 3), (2, 4)))
    demand(all(one.well for one in run_pair(root, *(lambda own=own: keep(own) for own in axes))), "one fails")
    with operations.live_in(root):
        kept = map_cache.read(checkpoint_file.read(Path("own.safetensors"), "cpu")).maps
    wanted = {MapSpec("pca", axes=one).map_name for own in axes for one in own}
    demand(wanted <= {*kept, "pca"}, f"kept: {list(kept)}")


def _make_maps(app: App, axes: tuple[tuple[int, int], ...]) -> MapMaker:
    maps = MapMaker(run=worker_process.run_in_process)
    for one in axes:
        maps.open("own", app.library["own"])
        maps.finish()
        maps.request_map(["own"], MapSpec("pca", axes=one))
        maps.finish()
        for event in maps.take_events(app.library):
            app.store.dispatch(event)
    return maps


def leave_both(root: Path, draw: random.Random, tally: Tally) -> None:
    """The next start offers the session of the window that was closed last; that of the other one is in a file."""
    order = draw.sample(["dark", "light"], 2)
    with operations.live_in(root):
        opened_at = session_file.read_stamp()

    def leave(theme: str) -> Outcome:
        with open_window() as app:
            app.act(Set("theme", theme))
            app.frame([])
            line = session_file.save_last(app.state, opened_at)
        return Outcome(True, (line,))

    said = run_pair(root, *(lambda theme=theme: leave(theme) for theme in order))
    demand(count_line(tally, said, "another window") == 1, f"what happens is said by one of them: {said}")
    with operations.live_in(root):
        last = session_file.get_last_session_path()
        themes = {session_file.read(path)["theme"] for path in (last, *last.parent.glob("session-of-another*"))}
    demand(themes == {"dark", "light"}, f"kept: {themes}")


def stop_in_two_lessons(root: Path, draw: random.Random, tally: Tally) -> None:
    def stop(name: str, page: int) -> Outcome:
        pages: dict[str, int] = {}
        for number in range(2, page + 1):
            before, pages = pages, {**pages, name: number}
            lesson_places.write(lesson_places.get_path(), pages, before)
        return Outcome(True)

    run_pair(root, lambda: stop("noise", 5), lambda: stop("codes", 7))
    with operations.live_in(root):
        kept = lesson_places.read(lesson_places.get_path())
    demand(kept == {"noise": 5, "codes": 7}, f"kept: {kept}")


# -- a checkpoint that changes while it is open -----------------------------------------------------------------


def make_other(path: Path) -> None:
    """Write a checkpoint of other latents, as another training would."""
    checkpoint = checkpoint_file.read(given(operations.MODEL), "cpu")
    for one in checkpoint.maps.values():
        one.latents[:] += 1
    checkpoint.save(path)


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


CHANGES: dict[str, Callable[[Path], None]] = {
    "another one": make_other, "a damaged one": damage, "nothing": Path.unlink,
    "a folder": lambda path: (path.unlink(), path.mkdir())[0],
}  # fmt: skip


def replace_under_window(root: Path, draw: random.Random, tally: Tally) -> None:
    """The window goes on with what it has read; asked to open the file, it shows the new one or says what is wrong."""
    for name, change in CHANGES.items():
        shutil.copy(root / "given" / operations.MODEL, root / "desk" / "own.safetensors")

        def look(change: Callable[[Path], None] = change, name: str = name) -> Outcome:
            path = Path("own.safetensors").absolute()
            with open_window("own.safetensors") as app:
                before = app.library["own"]
                change(path)
                for lab in LABS:
                    app.act(Set("lab", lab))
                    app.frame([])
                app.act(Set("lab", "explore"))
                app.frame([])
                demand(app.state.models[0] == "own" and app.library["own"] is before, "the old one is gone")
                pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(path)))
                app.frame(pygame.event.get())
                app.frame([])
                status, shown = app.state.status, app.state.models[0]
                demand("\n" not in status.message + status.notice, "more than one line")
                if name == "another one":
                    demand(shown == "own (2)", f"{shown} is shown")
                    demand("own (2)" in status.notice, f"it says {status.notice!r}")
                    demand((app.library[shown].latents != before.latents).all(), "the old latents are shown")
                    maps = _make_maps(app, ((1, 3),))
                    maps.close()
                    kept = [one.name for one in (path, path.with_name("own.maps.safetensors")) if one.exists()]
                    demand(kept == ["own.safetensors"], "the old one's maps lie beside the new one")
                else:
                    demand(shown == "own", f"{shown} is shown")
                    demand("own.safetensors" in status.message, f"it says {status.message!r}")
                session_file.read(session_file.save(app.state)[0])
            return Outcome(True, (status.message or status.notice,))

        (outcome,) = run_pair(root, look)
        tally.said[outcome.lines[0][:60]] = tally.said.get(outcome.lines[0][:60], 0) + 1
        _clear(root / "desk" / "own.safetensors")


def _clear(path: Path) -> None:
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)


def tune_what_was_replaced(root: Path, draw: random.Random, tally: Tally) -> None:
    """A fine-tuning begins with the model that is shown, or says that its file is another one now."""
    model = root / "given" / operations.MODEL
    kept = model.read_bytes()
    original = open_window

    @contextlib.contextmanager
    def open_and_replace(*requested: str):  # type: ignore[no-untyped-def]
        with original(*requested) as app:
            make_other(model)
            yield app

    def tune() -> Outcome:
        with mock.patch.object(operations, "open_window", open_and_replace):
            return operations.tune()

    try:
        outcomes = run_pair(root, tune)
        demand(count_line(tally, outcomes, "was replaced since it was opened") == 1, f"it says {outcomes}")
    finally:
        model.write_bytes(kept)


def open_damaged(root: Path, draw: random.Random, tally: Tally) -> None:
    """A file that is cut while it is read opens or is one line."""
    whole_bytes, path = (root / "given" / operations.MODEL).read_bytes(), root / "desk" / "own.safetensors"
    for _ in range(20):
        path.write_bytes(whole_bytes[: draw.randrange(len(whole_bytes))])
        with contextlib.suppress(InputError):
            checkpoint_file.read(path, "cpu")
            raise AssertionError("half a file opens")
    path.write_bytes(whole_bytes)


CASES: dict[str, Case] = {
    "two trainings of one file": train_for_one_file,
    "two trainings side by side": train_side_by_side,
    "two sweeps of one folder": sweep_twice,
    "a reader beside a writer": read_while_trained,
    "two windows save at once": save_at_once,
    "two windows keep maps of one model": keep_maps_at_once,
    "two windows are closed": leave_both,
    "two lessons in two windows": stop_in_two_lessons,
    "a checkpoint is replaced": replace_under_window,
    "a replaced one is fine-tuned": tune_what_was_replaced,
    "a checkpoint is cut short": open_damaged,
}


def run(rounds: int, seed: int, only: str = "") -> int:
    """Play every case so many times; print the table. Return the number of faults."""
    home = Path(tempfile.mkdtemp(prefix="two"))
    tallies = {name: Tally() for name in CASES if only in name}
    try:
        world = home / "world"
        world.mkdir()
        demand(finish(lambda: operations.furnish(world) is None), "the first training fails")
        for number in range(rounds):
            for name, tally in tallies.items():
                root = home / "one"
                shutil.copytree(world, root)
                tally.rounds += 1
                try:
                    CASES[name](root, random.Random(f"{seed}/{number}"), tally)
                    faults = whole.find_faults(root)
                    faults += [f"{path.relative_to(root)} is left" for path in whole.list_leftovers(root)]
                except AssertionError as error:
                    faults = [str(error)[:600]]
                tally.faults += [f"{name}, round {number}: {fault}" for fault in faults]
                shutil.rmtree(root)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    sys.stdout.write(f"seed {seed}\n{'':38}{'rounds':>8}{'faults':>8}   said\n")
    for name, tally in tallies.items():
        said = "; ".join(f"{count}x {phrase}" for phrase, count in tally.said.items())
        sys.stdout.write(f"{name:38}{tally.rounds:8}{len(tally.faults):8}   {said}\n")
    for tally in tallies.values():
        for fault in tally.faults:
            sys.stdout.write(f"FAULT {fault}\n")
    return sum(len(tally.faults) for tally in tallies.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a part of the names of cases")
    options = parser.parse_args()
    faults = run(options.rounds, options.seed, options.only)
    sys.stdout.write(f"{faults} faults\n" if faults else "ok: no fault\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
