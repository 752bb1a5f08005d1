from hypothesis import given
from hypothesis import strategies as st

from latent_explorer import cache as package
from latent_explorer.cache import LeastRecentlyUsed, Same

STEPS = st.lists(st.tuples(st.sampled_from(["put", "get", "drop"]), st.integers(0, 6), st.integers(1, 5)), max_size=40)


@given(STEPS, st.integers(1, 12))
def test_it_keeps_what_was_used_last_within_its_size(steps, size):
    cache: LeastRecentlyUsed[int, int] = LeastRecentlyUsed(size, weigh=lambda value: value)
    used: list[tuple[int, int]] = []  # keys and values, the last used one at the end
    for step, key, value in steps:
        before = dict(used)
        used = [one for one in used if one[0] != key or step == "get"]
        if step == "put":
            assert cache.put(key, value) == value
            used.append((key, value))
            while len(used) > 1 and sum(weight for _, weight in used) > size:
                del used[0]
        elif step == "get":
            assert cache.get(key) == before.get(key)
            used.sort(key=lambda one: one[0] == key)
        else:
            cache.drop(key)
        assert list(cache) == [one for one, _ in used]
        assert cache.weight == sum(weight for _, weight in used)


def test_without_weights_the_values_are_counted():
    cache: LeastRecentlyUsed[str, int] = LeastRecentlyUsed(2)
    for key in "abca":
        cache.put(key, 1)
    assert list(cache) == ["c", "a"]
    assert len(cache) == cache.weight == 2
    assert "b" not in cache
    cache.clear()
    assert len(cache) == cache.weight == 0


def test_a_value_larger_than_the_cache_stays_until_the_next():
    cache: LeastRecentlyUsed[str, bytes] = LeastRecentlyUsed(4, weigh=len)
    cache.put("large", bytes(9))
    assert list(cache) == ["large"]
    cache.put("small", bytes(1))
    assert list(cache) == ["small"]
    assert cache.weight == 1


def test_a_value_is_made_once():
    cache: LeastRecentlyUsed[str, list[int]] = LeastRecentlyUsed(2)
    first = cache.get_or_make("a", list)
    assert cache.get_or_make("a", list) is first


def test_what_functions_remember_of_models_is_forgotten_with_the_window():
    asked = []
    half = package.remember(2)(lambda number: asked.append(number) or number / 2)
    assert [half(4), half(4), half(6)] == [2, 2, 3]
    assert asked == [4, 6]
    package.forget()
    assert half(4) == 2
    assert asked == [4, 6, 4]


def test_as_a_key_a_value_is_the_same_only_if_it_is_the_same_object():
    value, equal = [1, 2], [1, 2]
    assert Same(value) == Same(value) != Same(equal)
    assert len({Same(value), Same(value), Same(equal)}) == 2
    assert Same(value) != value
