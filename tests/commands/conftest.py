"""What the tests of the commands share: a training that is over at once, and the one line of a failure."""

from pathlib import Path

import pytest

from latent_explorer.commands import train

QUICK = [
    "--device", "cpu", "--set", "training.epochs=1", "--set", "model.hidden=[16]",
    "--set", "map.methods=[pca]", "--set", "map.points=50",
]  # fmt: skip


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)


def failed(capsys: pytest.CaptureFixture[str], status: int, arguments: list[str]) -> str:
    """The one line on standard error of a run that ends with `status`."""
    assert train.main(arguments) == status
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert lines[-1].startswith("train: ")
    assert "Traceback" not in err
    return lines[-1]
