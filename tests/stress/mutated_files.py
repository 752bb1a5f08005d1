"""Mutated files of every kind that the program reads: each opens, or gives one clear line.

`python tests/stress/mutated_files.py --files 20000 --seed 1` mutates sound files, opens each as the program does, and
watches: within 2 s and 500 MB, with nothing run and nothing written elsewhere. A fault is printed with the line that
replays it; `--keep DIR` keeps its files.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ |= {
    "SDL_VIDEODRIVER": "dummy", "TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
}  # fmt: skip

import torch

from latent_explorer.errors import LatentExplorerError
from tests.stress.mutated import kinds
from tests.stress.mutated.kinds import Kind
from tests.stress.mutated.plain import Files, Mutator
from tests.stress.mutated.watch import Outcome, Watch

ROOT = Path(__file__).resolve().parents[2]
BATCH = 400
"""Files that one process opens."""
HANGS = 60.0
"""Seconds after which a file is given up."""
MAX_ADDRESSES = 6 << 30
"""Bytes that a process may ask for besides what it has when it begins: so no file takes the machine's memory."""
TRIES = 3
"""So often a file that costs too much is opened, since other programs may take their time."""


@dataclass
class Tally:
    """What became of the files of one kind."""

    opened: int = 0
    refused: int = 0
    faults: int = 0
    slowest: tuple[float, int] = (0.0, -1)
    """Seconds, and the number of the file."""
    largest: tuple[float, int] = (0.0, -1)
    """MB more than before, and the number of the file."""
    lines: Counter[str] = field(default_factory=Counter)

    def add(self, number: int, outcome: Outcome) -> None:
        self.opened += not outcome.line and not outcome.fault
        self.refused += bool(outcome.line) and not outcome.fault
        self.faults += bool(outcome.fault)
        self.slowest = max(self.slowest, (outcome.seconds, number))
        self.largest = max(self.largest, (outcome.megabytes, number))
        self.lines[outcome.line] += 1


@dataclass(frozen=True)
class Case:
    """One mutated file, which its number and the seed make again."""

    kind: Kind
    files: Files
    mutations: str


def choose_kind(seed: int, number: int) -> Kind:
    every = kinds.list_kinds()
    return random.Random(f"kind {seed}/{number}").choices(every, [kind.share for kind in every])[0]


def make_case(seed: int, number: int) -> Case:
    kind, draw = choose_kind(seed, number), Mutator(f"{seed}/{number}")
    files = kinds.mutate(draw, kind)
    return Case(kind, files, "; ".join(draw.done))


def write_files(files: Files, folder: Path) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


# -- one process ----------------------------------------------------------------------------------------


def live_elsewhere(home: Path) -> None:
    """Take the folders of the user from below `home`, so that nothing of this machine is read or written."""
    for name in ("cache", "data", "config", "state", "tmp", "desk"):
        (home / name).mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state"), "TMPDIR": str(home / "tmp"),
    }  # fmt: skip
    os.environ.pop("LATENT_EXPLORER_DATA", None)
    tempfile.tempdir = str(home / "tmp")
    os.chdir(home / "desk")


def open_batch(seed: int, numbers: Sequence[int], home: Path, report: int) -> None:
    """Open files in this process, which ends with them; report each as a line."""

    def tell(**words: Any) -> None:
        os.write(report, json.dumps(words).encode() + b"\n")

    live_elsewhere(home)
    folder, cache = home / "case-folder", home / "cache"
    watch = Watch([cache, home / "tmp"], [ROOT], LatentExplorerError)
    needed = {choose_kind(seed, number) for number in numbers}
    _warm_up(needed, folder)
    size = resource.getrlimit(resource.RLIMIT_AS)[1]
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + MAX_ADDRESSES, size))
    watch.begin()
    for number in numbers:
        tell(begun=number)
        case = make_case(seed, number)
        tell(made=case.mutations)
        write_files(case.files, folder)
        before = _list_files(home, cache)
        kind = case.kind
        outcome = watch.open(lambda kind=kind: kind.open(folder / kind.main), kind.list_names(folder))
        if not outcome.fault and _list_files(home, cache) != before:
            changed = sorted(set(_list_files(home, cache)) ^ set(before))
            outcome = replace(outcome, fault=f"changes files: {changed[:3]}")
        tell(number=number, **asdict(outcome))
        for left in (folder, cache, home / "tmp"):
            shutil.rmtree(left, ignore_errors=True)
            left.mkdir()


def _warm_up(needed: set[Kind], folder: Path) -> None:
    """Open the sound files, so that what a first use takes is not counted as theirs."""
    torch.set_num_threads(1)
    for kind in needed:
        write_files(kind.make(), folder)
        kind.open(folder / kind.main)
        shutil.rmtree(folder)


def _list_files(home: Path, but: Path) -> list[tuple[str, int, int]]:
    found = []
    for folder, folders, names in os.walk(home):
        if Path(folder) == home:
            folders.remove(but.name)
        for name in names:
            status = os.lstat(os.path.join(folder, name))
            found.append((os.path.join(folder, name), status.st_size, status.st_mtime_ns))
    return found


# -- all of them ----------------------------------------------------------------------------------------


def open_all(seed: int, numbers: Sequence[int], *, isolated: bool = False) -> Iterator[tuple[int, str, Outcome]]:
    """Yield the number, the mutations and the outcome of each file; processes that die or hang are theirs, too."""
    left = list(numbers)
    while left:
        batch = left[: 1 if isolated else BATCH]
        current, done, mutations = -1, 0, ""
        with tempfile.TemporaryDirectory(prefix="mutated-") as home:
            for words in _follow(seed, batch, Path(home)):
                if "begun" in words:
                    current, mutations = words["begun"], ""
                elif "made" in words:
                    mutations = words["made"]
                elif "end" in words:
                    if done == len(batch):
                        break
                    if current < 0 or batch[done] != current:
                        raise SystemExit(f"a process ended before its first file: {words['end']}")
                    yield current, mutations, Outcome(words["end"])
                    done += 1
                else:
                    done += 1
                    yield words.pop("number"), mutations, Outcome(**words)
        left = left[done:]


def _follow(seed: int, numbers: Sequence[int], home: Path) -> Iterator[dict[str, Any]]:
    """Yield what a new process reports, and how it ended."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            open_batch(seed, numbers, home, writer)
            status = 0
        except BaseException:
            import traceback

            os.write(writer, json.dumps({"broken": traceback.format_exc()}).encode() + b"\n")
        finally:
            os._exit(status)
    os.close(writer)
    rest, begun, hangs, ended = b"", False, False, False
    try:
        while not ended:
            if not select.select([reader], [], [], HANGS if begun else 10 * HANGS)[0]:
                os.kill(child, signal.SIGKILL)
                hangs = True
            piece = os.read(reader, 1 << 16)
            begun, ended = True, not piece
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                words = json.loads(line)
                if "broken" in words:
                    raise SystemExit(words["broken"])
                yield words
    finally:
        os.close(reader)
        if not ended:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    how = f"with signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"with {status}"
    yield {"end": f"hangs for more than {HANGS:g} s" if hangs else f"ends the process {how}"}


def judge(seed: int, number: int, outcome: Outcome) -> Outcome:
    """Return an outcome, of a file that cost too much the best of several."""
    for _ in range(TRIES - 1):
        if not outcome.is_costly:
            break
        ((_, _, again),) = open_all(seed, [number], isolated=True)
        outcome = min(outcome, again, key=lambda one: (bool(one.fault), one.seconds))
    return outcome


def run(seed: int, numbers: Sequence[int], seconds: float, keep: Path | None, *, says: bool = False) -> int:
    """Open files, and print what became of them, also after Ctrl-C. Return the number of faults."""
    begun, tallies, count = time.monotonic(), defaultdict[str, Tally](Tally), 0
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(open_all(seed, numbers)) as opened:
        for number, mutations, outcome in opened:
            outcome, kind, count = judge(seed, number, outcome), choose_kind(seed, number), count + 1
            tallies[kind.name].add(number, outcome)
            if outcome.fault:
                again = f"python tests/stress/mutated_files.py --seed {seed} --first {number} --files 1 --keep DIR"
                print(f"FAULT in {kind.title}: {outcome.fault}\n  mutated: {mutations}\n  again: {again}", flush=True)
            if keep is not None and (outcome.fault or len(numbers) == 1):
                write_files(make_case(seed, number).files, keep / f"{seed}-{number}")
            if says:
                print(f"{number} {kind.title}: {outcome.line or 'opened'}  [{mutations}]", flush=True)
            if time.monotonic() - begun > seconds:
                break
    _print_table(tallies, count, time.monotonic() - begun)
    return sum(one.faults for one in tallies.values())


def _print_table(tallies: dict[str, Tally], count: int, seconds: float) -> None:
    print(f"\n{'kind':20} {'files':>6} {'opened':>7} {'refused':>8} {'faults':>7} {'slowest':>18} {'most memory':>20}")
    for name, one in sorted(tallies.items()):
        slow, large = one.slowest, one.largest
        print(f"{name:20} {one.opened + one.refused + one.faults:6} {one.opened:7} {one.refused:8} {one.faults:7} "
              f"{slow[0]:8.2f} s (#{slow[1]:5}) {large[0]:9.0f} MB (#{large[1]:5})")  # fmt: skip
    total = sum(one.faults for one in tallies.values())
    print(f"{count} files, {total} faults, {count / max(seconds, 1e-9):.0f} files a second")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no file after so many")
    parser.add_argument(
        "--keep", type=Path, help="a folder for the files with faults; the only file is kept in any case"
    )
    parser.add_argument("--say", action="store_true", help="print every refusal")
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="backslashreplace")  # a file's name in a line may hold anything
    keep = None if options.keep is None else options.keep.absolute()
    numbers = range(options.first, options.first + options.files)
    return 1 if run(options.seed, numbers, options.seconds, keep, says=options.say) else 0


if __name__ == "__main__":
    sys.exit(main())
