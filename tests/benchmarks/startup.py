"""How long a start takes: from the process to its window, and to the first frame in which a mouse has its picture.

    python tests/benchmarks/startup.py [--repeats 9] [--against CLONE]

prints both beside `python -c "import torch, pygame"`, which the window undercuts where two cores share its imports and
the loading of torch's libraries. All of them alternate, so that a machine which is busy for a while slows each of them;
Python's bytecode is there, as after a first start.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
BARE = ("-c", "import torch, pygame")
START = ("demo.py", "--headless", "--bench-start", "--json")
BAR, LIMIT, WINDOW_BAR = 1.15, 1.0, 0.2


def run(arguments: tuple[str, ...], folder: Path, bytecode: str) -> tuple[float, str]:
    """Return the seconds that Python takes with `arguments` in a clone at `folder`, and what it prints."""
    # the clone's own package, and not the one that is installed; one thread, as the window has
    here = {**os.environ, "PYTHONPATH": str(folder), "PYTHONPYCACHEPREFIX": bytecode, "OMP_NUM_THREADS": "1"}
    here.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    words = [sys.executable, *arguments]
    done = subprocess.run(words, cwd=folder, env=here, check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--against", type=Path, help="a clone of another version that knows --bench-start")
    options = parser.parse_args()
    folders = {"here": HERE, **({"there": options.against} if options.against else {})}
    bare, windows = list[float](), {name: list[float]() for name in folders}
    starts = {name: list[float]() for name in folders}
    with tempfile.TemporaryDirectory() as bytecode:
        for folder in folders.values():
            run(START, folder, bytecode)  # leaves its bytecode
        for _ in range(options.repeats):
            bare.append(run(BARE, HERE, bytecode)[0])
            for name, folder in folders.items():
                report = json.loads(run(START, folder, bytecode)[1].splitlines()[-1])
                windows[name].append(report["window_s"])
                starts[name].append(report["startup_s"])
    print(f"{'seconds':34}{'best':>8}{'median':>8}{'bar':>8}{'limit':>8}")
    print(f"{'import torch, pygame':34}{min(bare):8.2f}{statistics.median(bare):8.2f}")
    for name in folders:
        window, start = windows[name], starts[name]
        ratios = min(start) / min(bare), statistics.median(a / b for a, b in zip(start, bare, strict=True))
        print(f"{'window, ' + name:34}{min(window):8.2f}{statistics.median(window):8.2f}{WINDOW_BAR:8.2f}")
        print(f"{'first interactive frame, ' + name:34}{min(start):8.2f}{statistics.median(start):8.2f}")
        print(f"{'its ratio to the import, ' + name:34}{ratios[0]:8.2f}{ratios[1]:8.2f}{BAR:8.2f}{LIMIT:8.2f}")


if __name__ == "__main__":
    main()
