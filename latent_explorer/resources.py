"""Location of the files that ship with the project: inside the package in a wheel, beside it in a clone."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def find_folder(name: str) -> Path:
    """Return the path of the shipped folder `name` (`presets`, `checkpoints`, `assets`)."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
