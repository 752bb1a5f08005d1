"""Functions of another process: the same arrays arrive, errors too, and nobody without the key gets any."""

import threading
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection

import numpy as np
import pytest
import torch

from latent_explorer.errors import InputError
from latent_explorer.models import remote_functions
from latent_explorer.models.external_network import ExternalFunctions
from latent_explorer.models.remote_functions import FunctionServer

KEY = b"k" * remote_functions.KEY_BYTES
IMAGES = np.random.default_rng(0).random((50, 1, 4, 4), np.float32)
BOTH = ("encode", "decode")


@pytest.fixture
def serve():
    """`serve(encode, decode)`: the functions as another process sees them."""
    servers = []

    def make(encode=None, decode=None):
        servers.append(FunctionServer(ExternalFunctions(encode, decode), KEY))
        return remote_functions.connect(servers[-1].address, KEY, BOTH)

    yield make
    for server in servers:
        server.close()


def flatten(images):
    return images.reshape(len(images), -1)


def test_arrays_there_and_back(serve):
    functions = serve(flatten, lambda z: z.reshape(-1, 1, 4, 4) / 2)
    np.testing.assert_array_equal(functions.encode(IMAGES), flatten(IMAGES))
    np.testing.assert_array_equal(functions.decode(flatten(IMAGES)), IMAGES / 2)


def test_both_parts_of_a_posterior(serve):
    mean, log_variance = serve(lambda x: (flatten(x), -flatten(x))).encode(IMAGES)
    np.testing.assert_array_equal(mean, -log_variance)


def test_nothing_is_pickled(serve, monkeypatch):
    for name in ("send", "recv"):
        monkeypatch.setattr(Connection, name, lambda *_: pytest.fail("an object was pickled"))
    assert serve(flatten).encode(IMAGES).shape == (50, 16)


def test_an_error_crosses_in_one_line_and_the_next_call_goes_on(serve):
    def encode(images):
        if images.max() > 1:
            raise ValueError("too bright\nand more")
        return flatten(images)

    functions = serve(encode)
    with pytest.raises(InputError, match="ValueError") as raised:
        functions.encode(2 * IMAGES)
    assert "\n" not in str(raised.value)
    assert functions.encode(IMAGES).shape == (50, 16)


@pytest.mark.parametrize("given", [torch.eye(3).to_sparse(), "\udcff"])
def test_whatever_goes_wrong_the_server_goes_on(serve, given):
    def encode(images):
        if images.max() > 1:
            if isinstance(given, str):
                raise ValueError(given)
            return given
        return flatten(images)

    functions = serve(encode)
    with pytest.raises(InputError, match="encode"):
        functions.encode(2 * IMAGES)
    assert functions.encode(IMAGES).shape == (50, 16)


@pytest.mark.parametrize("given", [None, np.nan, "text"])
def test_what_is_no_array_of_numbers_does_not_cross(serve, given):
    with pytest.raises(InputError, match=r"^encode "):
        serve(lambda images: given).encode(IMAGES)


def test_a_function_that_is_not_there(serve):
    with pytest.raises(InputError, match=r"^decode: "):
        serve(flatten).decode(flatten(IMAGES))


def test_rows_of_several_shapes_are_one_line(serve):
    seen = []

    def encode(images):
        seen.append(1)
        return np.zeros((len(images), len(seen)))

    with pytest.raises(InputError, match=r"^encode "):
        serve(encode).encode(IMAGES)


def test_a_wrong_key_is_refused_and_the_server_stays(serve):
    functions = serve(flatten)
    with pytest.raises(AuthenticationError):
        Client(functions.encode.address, authkey=b"another key")
    assert functions.encode(IMAGES).shape == (50, 16)


def test_after_the_end_of_the_server_there_is_one_line():
    server = FunctionServer(ExternalFunctions(flatten, None), KEY)
    functions = remote_functions.connect(server.address, KEY, BOTH)
    functions.encode(IMAGES)
    server.close()
    for _ in range(2):  # the connection that was open, and a new one
        with pytest.raises(InputError, match=remote_functions.GONE):
            functions.encode(IMAGES)


def test_no_thread_outlives_the_server():
    before = threading.active_count()
    server = FunctionServer(ExternalFunctions(flatten, None), KEY)
    remote_functions.connect(server.address, KEY, BOTH).encode(IMAGES)
    server.close()
    server.close()
    end = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.005)
    assert threading.active_count() <= before


def test_one_call_at_a_time(serve):
    """The model of a script need not be safe for threads."""
    inside, most = [], []

    def encode(images):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.002)
        inside.pop()
        return flatten(images)

    functions = serve(encode)
    threads = [threading.Thread(target=functions.encode, args=(IMAGES,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_a_long_batch_is_asked_for_in_short_parts(serve, monkeypatch):
    """So that the picture under the mouse does not wait for all of it."""
    sizes, clock = [], [0.0]
    monkeypatch.setattr(remote_functions.time, "perf_counter", lambda: clock[0])

    def encode(images):
        sizes.append(len(images))
        clock[0] += 0.05 * len(images)  # seconds
        return flatten(images)

    functions = serve(encode)
    assert functions.encode(IMAGES).shape == (50, 16)
    assert max(sizes[1:]) * 0.05 <= remote_functions.PART_SECONDS
    sizes.clear()
    functions.encode(IMAGES[:3])
    assert sizes == [2, 1]


def test_a_fast_function_soon_gets_all_at_once(serve, monkeypatch):
    sizes = []
    monkeypatch.setattr(remote_functions.time, "perf_counter", lambda: 0.0)
    functions = serve(lambda images: (sizes.append(len(images)), flatten(images))[1])
    for _ in range(3):
        functions.encode(IMAGES)
    assert sizes[-1] == 50
