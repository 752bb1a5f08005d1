"""A file is told from another one that took its place."""

from latent_explorer import file_stamp


def test_a_stamp_changes_with_the_file(tmp_path):
    path, other = tmp_path / "a", tmp_path / "b"
    assert file_stamp.read(path) is None
    path.write_text("one")
    before = file_stamp.read(path)
    assert file_stamp.read(path) == before
    other.write_text("two")  # as long, and it may be of the same moment
    other.replace(path)
    assert file_stamp.read(path) != before
