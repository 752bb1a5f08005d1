import os
import subprocess
import sys
from pathlib import Path

import pytest

from latent_explorer import import_path

ROOT = Path(import_path.__file__).parents[1]
DECOYS = ("multiprocessing", "torch", "sklearn", "openTSNE", "json", "numpy")
SAYS_IT_RAN = "import pathlib; pathlib.Path({!r}, __name__ + '.ran').touch(); raise ImportError('a decoy ran')\n"
MAKES_A_MAP = """
import sys, threading
import numpy as np

def main():
    from latent_explorer.atlas.map_spec import MapSpec
    from latent_explorer.commands.exit_status import run_guarded
    from latent_explorer.engine.background import worker_process
    job = worker_process.FitMap(MapSpec(method="pca"), np.random.default_rng(0).normal(size=(40, 3)).astype("f4"))
    return run_guarded("it", lambda: len(worker_process.run(job, print, threading.Event()).xy) - 40)

if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.fixture
def decoys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "stranger"
    folder.mkdir()
    for name in DECOYS:
        (folder / f"{name}.py").write_text(SAYS_IT_RAN.format(str(folder)))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("searched", [None, f":{ROOT}", f".:{ROOT}"])
def test_a_process_imports_nothing_from_the_current_folder(decoys: Path, searched: str | None) -> None:
    probe = "import sys, json, multiprocessing.spawn; print(sys.flags.safe_path)"
    with pytest.MonkeyPatch.context() as patch:
        if searched is not None:
            patch.setenv("PYTHONPATH", searched)
        with import_path.use_safe_child_environment():
            done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
        assert os.environ.get("PYTHONPATH") == searched
        assert "PYTHONSAFEPATH" not in os.environ
    assert done.stdout.strip() == "True"
    assert not list(decoys.glob("*.ran"))


@pytest.mark.slow
def test_the_process_that_makes_a_map_runs_no_decoy(decoys: Path, tmp_path: Path) -> None:
    (tmp_path / "make_map.py").write_text(MAKES_A_MAP)
    done = subprocess.run([sys.executable, tmp_path / "make_map.py"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(decoys.glob("*.ran"))


def test_the_current_folder_is_no_place_to_search(decoys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = decoys.parent / "link"
    link.symlink_to(decoys)
    other = str(decoys.parent)
    monkeypatch.setattr(sys, "path", ["", ".", str(decoys), str(link), other, "/no/such.zip"])
    import_path.leave_out_current_folder()
    assert sys.path == [other, "/no/such.zip"]


def test_a_checkout_stays_where_it_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", ["", str(ROOT)])
    import_path.leave_out_current_folder()
    assert sys.path == [str(ROOT), str(ROOT)]
