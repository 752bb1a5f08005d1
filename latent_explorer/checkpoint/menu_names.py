"""Names of files in a menu: one a file, with a number where a name is taken."""

import os
from collections.abc import Container, Mapping
from pathlib import Path

from latent_explorer import file_stamp
from latent_explorer.file_stamp import Stamp
from latent_explorer.files import to_printable


def add_path(paths: dict[str, Path], path: Path, stem: str, taken: Container[str]) -> str:
    """Add `path` to `paths` if it is new, under the name `stem`, with a number if that is `taken`; return its name."""
    for name, old in paths.items():
        if os.path.realpath(old) == os.path.realpath(path):  # unlike pathlib's resolve, it accepts circular links
            return name
    stem = name = to_printable(stem)
    number = 2
    while name in taken:
        name, number = f"{stem} ({number})", number + 1
    paths[name] = path
    return name


def add_replaced_path(
    paths: dict[str, Path], path: Path, stem: str, taken: Container[str], stamps: Mapping[str, Stamp]
) -> str:
    """Add `path` as `add_path` does, and under a further name if the file was replaced since it was read with one of
    the `stamps`; return the name of the file as it is now."""
    name = add_path(paths, path, stem, taken)
    named = [one for one, old in paths.items() if os.path.realpath(old) == os.path.realpath(path)]
    name = named[-1] if named else name
    if name in stamps and stamps[name] != file_stamp.read(path):
        name = add_path({}, path, stem, taken)
        paths[name] = path
    return name
