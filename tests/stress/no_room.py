"""Takes the disk away at every write: one clear line says so, the old file stays whole, nothing is left over, and the
window goes on.

`python tests/stress/no_room.py` does everything that the program writes as often as it has points of writing: at the
n-th one the disk is full, read-only, forbidden or broken, everywhere or in the current folder alone. Then it does the
same on real disks: a small full file system and a read-only one where they can be mounted, else under a limit of file
size. Prints a table, and a line that replays each fault.
"""

import argparse
import contextlib
import logging
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ |= {"SDL_VIDEODRIVER": "dummy", "TQDM_DISABLE": "1", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}

from latent_explorer import unfinished
from tests.monkey import INTERNAL
from tests.stress.kills import ask_fork
from tests.stress.writing import operations, whole
from tests.stress.writing.operations import OPERATIONS, Operation, Outcome
from tests.stress.writing.write_points import DISEASES, Disease, Fall, watching

PLACES = ("everywhere", "here")
REASON = re.compile(
    "No space left|Read-only file system|Permission denied|Input/output error|File too large|cannot be written", re.I
)
"""What a line says that a user can do something about."""
FREE_KILOBYTES = (0, 4, 20, 60, 200)
"""Room on a real disk that is nearly full."""
MAX_LINE = 700


@dataclass
class Tally:
    points: int = 0
    struck: int = 0
    said: int = 0
    faults: list[str] = field(default_factory=list)


def judge(operation: Operation, outcome: Outcome, *, hindered: bool) -> list[str]:
    """Return what is wrong with what an operation says."""
    lines = [line for line in outcome.lines if not line.startswith("torch")]
    faults = [f"it says {line[:200]!r}" for line in lines if INTERNAL.search(line) or "\n" in line]
    faults += [f"a line of {len(line)} characters" for line in lines if len(line) > MAX_LINE]
    if hindered and not outcome.well and not any(REASON.search(line) for line in lines):
        faults.append(f"it fails and does not say why: {lines[-1:]}")
    return faults


def look(root: Path, before: dict[Path, str], *, locked: bool) -> list[str]:
    """Return what is wrong with the files; a disk that is `locked` lets nothing be deleted."""
    faults = whole.find_faults(root) + [f"{path.name} is gone" for path in before if not path.exists()]
    left = [path.relative_to(root) for path in whole.list_leftovers(root) if _is_unexpected(path)]
    return faults + ([] if locked else [f"{path} is left" for path in left])


def _is_unexpected(path: Path) -> bool:
    """A trained model that found no other place is kept in the temporary folder, and that is said."""
    return not any(part.startswith("latent-explorer-") for part in path.parts)


def strike(
    root: Path, operation: Operation, disease: Disease, place: str, point: int | None, *, cure: bool
) -> tuple[Fall, list[str], Outcome | None]:
    """Do `_strike` in a fork."""

    def work() -> tuple[int, str, list[str], Outcome | None]:
        fall, faults, outcome = _strike(root, operation, disease, place, point, cure=cure)
        return fall.seen, fall.struck, faults, outcome

    try:
        seen, struck, faults, outcome = ask_fork(work)
    except AssertionError as error:
        return Fall(point, disease, 0, "?"), [str(error)], None
    return Fall(point, disease, seen, struck), faults, outcome


def _strike(
    root: Path, operation: Operation, disease: Disease, place: str, point: int | None, *, cure: bool
) -> tuple[Fall, list[str], Outcome | None]:
    """Do an operation in `root` with a disease that begins at a point of writing; with `cure`, do it again without."""
    before, fall = whole.take_fingerprint(root), Fall(point, disease)
    folders = [root] if place == "everywhere" else [root / "desk"]
    unfinished.searched_folders.clear()
    outcome, raised, threads = None, "", list[str]()

    def keep(error: threading.ExceptHookArgs) -> None:
        threads.append("".join(traceback.format_exception(error.exc_value))[-300:])

    with operations.live_in(root), mock.patch.object(threading, "excepthook", keep):
        try:
            with watching(folders, fall):
                outcome = operation.run()
        except Exception:
            raised = traceback.format_exc()
    if raised or threads:
        return fall, [f"it raises {' '.join((raised or threads[0]).split())[-300:]}"], None
    assert outcome is not None
    locked = disease.name in ("read-only", "forbidden")
    faults = judge(operation, outcome, hindered=bool(fall.struck)) + look(root, before, locked=locked)
    if cure:
        whole.make_old(whole.list_leftovers(root))
        unfinished.searched_folders.clear()
        with operations.live_in(root):
            again = operation.run()
        if not again.well:
            faults.append(f"afterwards it fails too: {again.lines[-1:]}")
        faults += look(root, {}, locked=False)
    return fall, faults, outcome


@contextlib.contextmanager
def copied(world: Path) -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="no-room")) / "one"
    shutil.copytree(world, root)
    try:
        yield root
    finally:
        shutil.rmtree(root.parent, ignore_errors=True)


def make_world(folder: Path, operation: Operation, given: Path) -> Path:
    """Return a user's world in which an operation was done once."""
    world = folder / operation.name.replace(" ", "-")
    shutil.copytree(given, world)
    with operations.live_in(world):
        outcome = ask_fork(operation.run)
    assert outcome.well, f"{operation.name} fails where nothing hinders it: {outcome.lines}"
    return world


def strike_all(folder: Path, given: Path, chosen: list[Operation], every: int, seed: int) -> dict[str, Tally]:
    """Strike each operation at its points of writing: at all of them, or at one of `every` drawn at random."""
    tallies = {}
    for operation in chosen:
        tally = tallies[operation.name] = Tally()
        world = make_world(folder, operation, given)
        with copied(world) as root:
            fall, faults, _ = strike(root, operation, DISEASES[0], "everywhere", None, cure=False)
            assert not faults, faults
        tally.points = fall.seen
        for place in PLACES:
            for disease in DISEASES:
                draw = random.Random(f"{seed}/{operation.name}/{place}/{disease.name}")
                for point in range(fall.seen):
                    if draw.random() * every < 1:
                        _strike_one(tally, world, operation, disease, place, point)
        shutil.rmtree(world)
    return tallies


def _strike_one(tally: Tally, world: Path, operation: Operation, disease: Disease, place: str, point: int) -> None:
    with copied(world) as root:
        fall, faults, outcome = strike(root, operation, disease, place, point, cure=True)
    if not fall.struck:
        return
    tally.struck += 1
    tally.said += outcome is not None and not outcome.well
    replay = f"--replay '{operation.name}/{disease.name}/{place}/{point}'"
    tally.faults += [f"{operation.name}, {fall.struck}: {fault}\n  {replay}" for fault in faults]


# -- real disks ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(world: Path, free: int, *, read_only: bool = False) -> Iterator[Path | None]:
    """Give a copy of `world` on a disk of its own with `free` kilobytes left; None if none can be mounted here."""
    place = Path(tempfile.mkdtemp(prefix="disk"))
    size = sum(path.stat().st_size + 4096 for path in world.rglob("*")) // 1024 + 2048
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        place.rmdir()
        yield None
        return
    try:
        shutil.copytree(world, place / "one")
        room = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize - free * 1024
        with contextlib.suppress(OSError), open(place / "ballast", "wb") as ballast:
            ballast.write(bytes(max(0, room)))
        if read_only:
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        yield place / "one"
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)
        place.rmdir()


def fill_real_disks(folder: Path, given: Path, chosen: list[Operation], *, mounted: bool = True) -> dict[str, Tally]:
    """Do each operation on real disks without room; where none can be mounted, under a limit of file size."""
    tallies = {}
    for operation in chosen:
        tally = tallies[operation.name] = Tally()
        world = make_world(folder, operation, given)
        for free in (*FREE_KILOBYTES, -1):
            with small_disk(world, max(0, free), read_only=free < 0) if mounted else contextlib.nullcontext() as root:
                if root is not None:
                    faults, failed = _do_on(root, operation)
                    kind = "a read-only disk" if free < 0 else f"a disk with {free} kB left"
                elif free >= 0:
                    with copied(world) as there:
                        faults, failed = _do_on(there, operation, limit=free * 1024)
                    kind = f"a limit of {free} kB"
                else:
                    continue
            tally.struck, tally.said = tally.struck + 1, tally.said + failed
            tally.faults += [f"{operation.name} on {kind}: {fault}" for fault in faults]
        shutil.rmtree(world)
    return tallies


def _do_on(root: Path, operation: Operation, limit: int | None = None) -> tuple[list[str], bool]:
    """Do an operation in a fork, at most so many bytes a file; return what is wrong, and whether it said it failed."""

    def work() -> tuple[list[str], bool]:
        before = whole.take_fingerprint(root)
        with operations.live_in(root):
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            outcome = operation.run()
        faults = judge(operation, outcome, hindered=True) + look(root, before, locked=False)
        return faults, not outcome.well

    try:
        faults, failed = ask_fork(work)
    except AssertionError as error:
        return [str(error)], False
    return faults, failed


# -- the run ------------------------------------------------------------------------------------------------


def print_table(title: str, tallies: dict[str, Tally]) -> int:
    sys.stdout.write(f"{title:34}{'points':>8}{'struck':>8}{'said so':>9}{'faults':>8}\n")
    rows = [(name, one.points, one.struck, one.said, len(one.faults)) for name, one in tallies.items()]
    rows.append(("all", *(sum(row[k] for row in rows) for k in range(1, 5))))
    for name, *numbers in rows:
        sys.stdout.write(f"{name:34}{numbers[0]:8}{numbers[1]:8}{numbers[2]:9}{numbers[3]:8}\n")
    for tally in tallies.values():
        for fault in tally.faults:
            sys.stdout.write(f"FAULT {fault}\n")
    sys.stdout.flush()
    return rows[-1][-1]


def run(every: int, seed: int, only: str = "", *, real: bool = True, mounted: bool = True) -> int:
    """Return the number of faults."""
    logging.disable(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="no-room-worlds"))
    chosen = [one for one in OPERATIONS if only in (one.name, one.group, "") and not one.slow]
    given = folder / "given world"
    given.mkdir()
    faults = 0
    try:
        _furnish(given)
        with _in_silence():
            struck = strike_all(folder, given, chosen, every, seed) if every else {}
            filled = fill_real_disks(folder, given, chosen, mounted=mounted) if real else {}
        faults += print_table("a disk that fails at a point", struck) if every else 0
        faults += print_table("a real disk without room", filled) if real else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return faults


def _furnish(given: Path) -> None:
    ask_fork(lambda: operations.furnish(given))
    with copied(given) as root:
        operations.warm_up(root)


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    """What ffmpeg and the like write to the terminal is not for this table."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        yield


def replay(text: str) -> int:
    name, disease, place, point = text.split("/")
    operation = next(one for one in OPERATIONS if one.name == name)
    folder = Path(tempfile.mkdtemp(prefix="no-room-worlds"))
    given = folder / "given world"
    given.mkdir()
    try:
        _furnish(given)
        with copied(make_world(folder, operation, given)) as root:
            sick = next(one for one in DISEASES if one.name == disease)
            fall, faults, outcome = strike(root, operation, sick, place, int(point), cure=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"{fall.struck}\n{outcome}\n" + "".join(f"FAULT {one}\n" for one in faults))
    return len(faults)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="strike one of N points; 0 strikes none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="an operation, or one of training, maps, session, export")
    parser.add_argument("--no-disks", action="store_true", help="no real disks")
    parser.add_argument("--no-mount", action="store_true", help="in place of mounted disks, limits of file size")
    parser.add_argument("--replay", help="OPERATION/DISEASE/PLACE/POINT")
    options = parser.parse_args()
    if options.replay:
        faults = replay(options.replay)
    else:
        faults = run(options.every, options.seed, options.only, real=not options.no_disks, mounted=not options.no_mount)
    sys.stdout.write(f"{faults} faults\n" if faults else "ok: no fault\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
