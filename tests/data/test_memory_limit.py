"""How many samples fit into this machine's memory."""

import os

import pytest

from latent_explorer.data import memory_limit
from latent_explorer.errors import InputError


@pytest.fixture
def limit(monkeypatch) -> int:
    """The bytes that images may take of a machine of 400 KiB."""
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 100}.__getitem__)
    return 100 * 4096 // memory_limit.SHARE


def test_images_take_a_byte_a_value_up_to_the_limit(limit):
    side = 32
    memory_limit.check_memory(limit // side**2, (1, side, side))
    for count, channels in ((limit // side**2 + 1, 1), (limit // side**2 // 2 + 1, 2)):
        with pytest.raises(InputError, match=rf"^{count} "):
            memory_limit.check_memory(count, (channels, side, side))


def test_a_table_takes_two_numbers_of_eight_bytes_a_cell(limit):
    memory_limit.check_numbers(limit // 160, 10)
    with pytest.raises(InputError, match=r"^641 "):
        memory_limit.check_numbers(limit // 160 + 1, 10)


def test_a_system_that_does_not_say_is_taken_for_a_usual_one(monkeypatch):
    def refuse(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", refuse)
    assert memory_limit.get_limit() == memory_limit.DEFAULT_MEMORY // memory_limit.SHARE
