import pytest

from latent_explorer.config.limits import Length, Within, one_of


def test_a_range_says_itself_and_clamps():
    assert 0.5 in Within(0, 1)
    assert 1.5 not in Within(0, 1)
    assert 0 not in Within(0, 1, (0,))
    assert str(Within(0, 1, (0,))) == "above 0 to 1"
    assert str(Within(2)) == "of 2 or more"
    assert Within(0, 1).clamp(7) == 1


@pytest.mark.parametrize(("length", "text"), [(Length(2, 2), "2"), (Length(1, 3), "1 to 3"), (Length(0, 3), "up to 3")])
def test_a_length_says_itself(length, text):
    assert str(length) == text


def test_one_of_allows_its_values_alone():
    limit = one_of("a", 3)
    assert "a" in limit
    assert "b" not in limit
    assert limit.text == "one of a, 3"
