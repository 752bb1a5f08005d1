"""Checks of files of other programs."""

import pytest

from latent_explorer.commands.importers.saved_file import require_file
from latent_explorer.errors import InputError


def test_a_file_may_have_so_many_bytes_and_not_one_more(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"x" * 10)
    assert require_file(path, 10) == path
    with pytest.raises(InputError, match=r"10 bytes .* 9 "):
        require_file(path, 9)


@pytest.mark.parametrize("name", ["none", "folder", "file/below", "/dev/zero"])
def test_what_is_no_file_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    path = tmp_path / name  # an absolute path stays itself
    with pytest.raises(InputError) as raised:
        require_file(path)
    assert str(raised.value).startswith(f"{path}: ")
