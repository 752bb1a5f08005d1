"""Where checkpoints are: a file, or one that ships with the program, by its name."""

import os
from pathlib import Path

from latent_explorer import files, resources
from latent_explorer.config import list_preset_names
from latent_explorer.errors import InputError, did_you_mean

SUFFIX = ".safetensors"


def list_shipped() -> list[str]:
    """List the names of the shipped checkpoints."""
    return sorted(path.stem for path in resources.find_folder("checkpoints").glob(f"*{SUFFIX}"))


def find(name: str | os.PathLike[str]) -> Path:
    """Return the file of `name`, a path or the name of a shipped checkpoint; raise `InputError` if there is none."""
    path = files.expand(name)
    if os.path.isfile(path):
        return path
    shipped = resources.find_folder("checkpoints") / f"{name}{SUFFIX}"
    if str(name) in list_shipped():
        return shipped
    if os.path.isdir(path):
        raise InputError(f"{path}: a folder arrived; a {SUFFIX} file is allowed")
    hint = did_you_mean(str(name), list_shipped())
    if os.path.isfile(f"{path}{SUFFIX}"):
        hint = f" (did you mean {path}{SUFFIX}?)"
    elif str(name) in list_preset_names():
        hint = f"; train it first: python train.py {name}"
    text = str(name)
    arrived = text if len(text) <= 110 else f"{text[:50]}...{text[-57:]}"  # leaves room for what is allowed
    raise InputError(
        f"checkpoint {arrived!r} is not there{hint}; allowed: {', '.join(list_shipped())}, or the path of a file"
    )
