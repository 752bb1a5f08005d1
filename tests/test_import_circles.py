"""No module can be understood only together with another one that imports it."""

from tests.import_circles import find_circles


def test_no_modules_import_each_other_in_a_circle():
    assert find_circles() == []
