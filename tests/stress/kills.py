"""Kills the program while it writes: whatever was there, or what came, is whole, and the next run succeeds.

`python tests/stress/kills.py --kills 100 --seed 1` kills trainings, maps, sessions and exports in turn with SIGKILL:
half of them after a random time, half at a random moment of a write (before a file is opened, with half of its bytes in
it, before it is synced or has its name). Then every file is opened, the same is done again, and nothing may be left
over. Prints a table, and a line that replays each fault.
"""

import argparse
import os
import pickle
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ |= {"SDL_VIDEODRIVER": "dummy", "TQDM_DISABLE": "1", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}

from tests.stress.writing import operations, whole
from tests.stress.writing.operations import OPERATIONS, Operation
from tests.stress.writing.write_points import Fall, Point, watching

PATIENCE = 120.0
"""Seconds that a run may take."""
ORPHAN_SECONDS = 15.0
"""Seconds of the processor that each process of one that was killed may use to end; `PATIENCE` if it does nothing."""
FEW = 10
"""Kills up to which each fork imports what it needs."""
DONE, FAILED = 0, 1


@dataclass(frozen=True)
class Moment:
    """When to kill: at the `point`-th point of writing, or after `seconds`."""

    point: int = -1
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"at {self.point}" if self.point >= 0 else f"after {self.seconds:.3f}"


@dataclass
class Tally:
    kills: int = 0
    old: int = 0
    new: int = 0
    leftovers: int = 0
    faults: list[str] = field(default_factory=list)


def start(work: Callable[[], bool]) -> tuple[int, int]:
    """Do `work` in a fork, which leads a session of its own; return its number and the end of a pipe that is closed
    when it ends, and on which a byte says that it has begun."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        return child, ours
    status = FAILED
    try:
        os.setsid()
        os.close(ours)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.write(theirs, b"b")
        status = DONE if work() else FAILED
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def run_whole(root: Path, operation: Callable[[], operations.Outcome]) -> str:
    """Do an operation in a fork to its end; return what went wrong."""
    lines = root.parent / "lines.txt"

    def work() -> bool:
        with operations.live_in(root):
            outcome = operation()
        lines.write_text("\n".join(outcome.lines))
        return outcome.well

    if finish(work):
        return ""
    return f"the next run fails: {lines.read_text()[-300:] if lines.exists() else 'it says nothing'}"


def finish(work: Callable[[], bool]) -> bool:
    """Do `work` in a fork to its end; return whether it went well."""
    child, pipe = start(work)
    status = os.waitpid(child, 0)[1]
    os.close(pipe)
    return status == 0


def ask_fork(work: Callable[[], Any]) -> Any:
    """Return what `work` returns in a fork: what it remembers, or leaks, ends with it. Raise `AssertionError` if the
    fork ends by itself."""
    answer, end = os.pipe()

    def tell() -> bool:
        with os.fdopen(end, "wb") as pipe:
            pickle.dump(work(), pipe)
        return True

    child, begun = start(tell)
    os.close(end)
    with os.fdopen(answer, "rb") as pipe:
        told = pipe.read()
    status = os.waitpid(child, 0)[1]
    os.close(begun)
    assert status == 0, f"the process ends with {status}"
    return pickle.loads(told)


def run_killed(root: Path, operation: Operation, moment: Moment) -> None:
    """Do an operation in a fork that is killed at `moment`, or has ended before."""

    def die(point: Point) -> None:
        if falls.seen == moment.point:
            point.finish()
            os.kill(os.getpid(), signal.SIGKILL)
        falls.seen += 1

    falls = Fall()

    def work() -> bool:
        with operations.live_in(root), watching([root], die):
            return operation.run().well

    child, pipe = start(work)
    os.read(pipe, 1)
    if moment.point < 0:
        time.sleep(moment.seconds)
        os.kill(child, signal.SIGKILL)
    elif not select.select([pipe], [], [], PATIENCE)[0]:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(pipe)
    wait_for_orphans(child)


def wait_for_orphans(session: int) -> None:
    """Wait until no process of a session is left. Raise `AssertionError` if one stays."""
    until, begun = time.monotonic() + PATIENCE, list_session(session)
    while left := list_session(session):
        if time.monotonic() > until or any(left[one] - begun.get(one, 0.0) > ORPHAN_SECONDS for one in left):
            for one in left:
                os.kill(one, signal.SIGKILL)
            raise AssertionError(f"{len(left)} processes stay")
        time.sleep(0.02)


def list_session(session: int) -> dict[int, float]:
    """Return the processes of a session, and the seconds of the processor that each has used."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found[int(place.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def measure(root: Path, operation: Operation) -> tuple[float, int]:
    """Return the seconds and the points of writing of an operation that is done whole."""
    count = root.parent / "count.txt"

    def work() -> bool:
        fall = Fall()
        with operations.live_in(root), watching([root], fall):
            outcome = operation.run()
        count.write_text(str(fall.seen))
        return outcome.well

    began = time.monotonic()
    assert finish(work), f"{operation.name} fails where nothing hinders it"
    return time.monotonic() - began, int(count.read_text())


def find_next(operation: Operation) -> Callable[[], operations.Outcome]:
    """Return what the user does after an operation was killed."""
    resumed = {operations.train_anew: operations.train_on, operations.sweep: operations.sweep_on}
    return resumed.get(operation.run, operation.run)


def check(root: Path, before: dict[Path, str], tally: Tally) -> list[str]:
    """Look at what a kill has left, and count it; return what is wrong."""
    faults = whole.find_faults(root)
    faults += [f"{path.name} is gone" for path in before if not path.exists()]
    leftovers = whole.list_leftovers(root)
    tally.leftovers += bool(leftovers)
    whole.make_old(leftovers)
    after = {path: digest for path, digest in whole.take_fingerprint(root).items() if path not in leftovers}
    tally.old, tally.new = tally.old + (after == before), tally.new + (after != before)
    return faults


def kill_once(root: Path, operation: Operation, moment: Moment, reference: dict[Path, str], tally: Tally) -> list[str]:
    """Kill an operation in `root`, where it was done before; return what is wrong then, and after the next run."""
    before = {
        path: digest for path, digest in whole.take_fingerprint(root).items() if not whole.is_leftover(path, root)
    }
    try:
        run_killed(root, operation, moment)
    except AssertionError as error:
        return [str(error)]
    faults, following = check(root, before, tally), find_next(operation)
    if following is not operation.run and moment.point >= 0:  # what goes on is killed too
        run_killed(root, replace(operation, run=following), Moment(moment.point // 2))
        faults += whole.find_faults(root)
        whole.make_old(whole.list_leftovers(root))
    wrong = run_whole(root, following)
    faults += [wrong] if wrong else []
    faults += whole.find_faults(root)
    faults += [f"{path.relative_to(root)} is never deleted" for path in whole.list_leftovers(root)]
    if operation.group == "training":  # the same settings give the same file, however often they were cut short
        after = whole.take_fingerprint(root)
        compared = [path for path in reference if path.suffix in (".safetensors", ".snapshots")]
        differs = [path.name for path in compared if after.get(root / path) != reference[path]]
        faults += [f"{name} is not what an uncut training writes" for name in differs]
    return faults


def run(kills: int, seed: int, replay: tuple[str, Moment] | None = None, only: str = "") -> int:
    """Kill so many times; print the table. Return the number of faults."""
    home = Path(tempfile.mkdtemp(prefix="kills"))
    chosen = [one for one in OPERATIONS if (replay is None or one.name == replay[0]) and only in (one.group, "")]
    groups = {one.group: [other for other in chosen if other.group == one.group] for one in chosen}
    tallies = {one.name: Tally() for one in chosen}
    try:
        given = home / "given"
        given.mkdir()
        assert finish(lambda: operations.furnish(given) is None), "the first training fails"
        shutil.copytree(given, home / "warm")
        if kills > FEW:
            operations.warm_up(home / "warm")
        measured: dict[str, tuple[float, int]] = {}
        worlds: dict[str, Path] = {}
        references: dict[str, dict[Path, str]] = {}
        for number in range(kills):
            draw = random.Random(f"{seed}/{number}")
            group = list(groups)[number % len(groups)]
            operation = draw.choice(groups[group])
            if operation.name not in measured:
                worlds[operation.name] = home / f"world {len(worlds)}"
                shutil.copytree(given, worlds[operation.name])
                measured[operation.name] = measure(worlds[operation.name], operation)
                found = whole.take_fingerprint(worlds[operation.name])
                references[operation.name] = {p.relative_to(worlds[operation.name]): d for p, d in found.items()}
            root = home / "one"
            shutil.copytree(worlds[operation.name], root)
            seconds, points = measured[operation.name]
            at = draw.randrange(points) if draw.random() < 0.5 else -1
            moment = replay[1] if replay else Moment(at, draw.uniform(0, seconds))
            tally = tallies[operation.name]
            faults = kill_once(root, operation, moment, references[operation.name], tally)
            tally.kills += 1
            tally.faults += [f"{fault}\n  --replay {operation.name!r} --moment '{moment}'" for fault in faults]
            shutil.rmtree(root)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print_table(tallies, seed)
    return sum(len(tally.faults) for tally in tallies.values())


def print_table(tallies: dict[str, Tally], seed: int) -> None:
    total = Counter[str]()
    sys.stdout.write(
        f"seed {seed}\n{'what was killed':28}{'kills':>7}{'old':>7}{'new':>7}{'unfinished':>12}{'faults':>8}\n"
    )
    for name, tally in tallies.items():
        if tally.kills:
            row = {"kills": tally.kills, "old": tally.old, "new": tally.new, "unfinished": tally.leftovers,
                   "faults": len(tally.faults)}  # fmt: skip
            total.update(row)
            sys.stdout.write(
                f"{name:28}{row['kills']:7}{row['old']:7}{row['new']:7}{tally.leftovers:12}{row['faults']:8}\n"
            )
    sys.stdout.write(
        f"{'all':28}{total['kills']:7}{total['old']:7}{total['new']:7}{total['unfinished']:12}{total['faults']:8}\n"
        "old: what was there before alone, whole; new: something whole came; unfinished: a temporary file was left\n"
    )
    for tally in tallies.values():
        for fault in tally.faults:
            sys.stdout.write(f"FAULT {fault}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="one of training, maps, session, export")
    parser.add_argument("--replay", help="the name of an operation; --moment says when")
    parser.add_argument("--moment", help="'at N', a point of writing, or 'after S' seconds")
    options = parser.parse_args()
    replay = None
    if options.replay:
        word, value = options.moment.split()
        replay = options.replay, Moment(int(value)) if word == "at" else Moment(-1, float(value))
    faults = run(1 if replay else options.kills, options.seed, replay, options.only)
    sys.stdout.write(f"{faults} faults\n" if faults else "ok: no fault\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
