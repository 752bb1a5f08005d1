"""Shipped files: what the program looks for is there, in a clone and in what a wheel packs."""

import re
import runpy
import shutil
import tomllib
from pathlib import Path

import pytest

from latent_explorer import resources
from tests.stage import ROOT

PACKAGE = Path(resources.__file__).parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKED = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
"""Where a wheel has each file or folder that lies beside the package in a clone."""
LOOK_UP = re.compile(r'find_folder\("(\w+)"\)(?: / "([\w.]+)")?')
LOOKED_FOR = {found for path in PACKAGE.rglob("*.py") for found in LOOK_UP.findall(path.read_text(encoding="utf-8"))}
"""Each folder that the program names, with what it looks for in it, if that is named beside it."""


@pytest.mark.parametrize(("folder", "inside"), sorted(LOOKED_FOR))
def test_what_the_program_looks_for_is_there_and_comes_with_a_wheel(folder, inside):
    assert (resources.find_folder(folder) / inside).exists()
    wanted = PACKAGE / folder / inside
    packed = [PACKAGE.parent / target for target in PACKED.values()]
    assert wanted.exists() or any(wanted.is_relative_to(one) or one.is_relative_to(wanted) for one in packed)


def test_what_a_wheel_packs_lies_where_an_installed_program_looks_for_it():
    for source, target in PACKED.items():
        assert (ROOT / source).exists(), source
        assert target == f"{PACKAGE.name}/{source}"


def test_an_installed_program_finds_its_own_files_before_those_beside_it(tmp_path):
    for folder in ("package/assets", "assets", "checkpoints"):
        (tmp_path / folder).mkdir(parents=True)
    copy = shutil.copy(resources.__file__, tmp_path / "package")
    find_folder = runpy.run_path(str(copy))["find_folder"]
    assert find_folder("assets") == tmp_path / "package" / "assets"
    assert find_folder("checkpoints") == tmp_path / "checkpoints"
