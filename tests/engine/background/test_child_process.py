from multiprocessing.connection import Connection

import pytest

from latent_explorer.engine.background import child_process

PATIENCE = 20


def test_a_process_gets_its_arguments_and_its_pipe_ends_with_it():
    process, pipe = child_process.start(Connection.send, ("a", 1), name="small")
    assert pipe.poll(PATIENCE)
    assert pipe.recv() == ("a", 1)
    assert pipe.poll(PATIENCE)  # the window holds no copy of the other end, which would keep the pipe open
    with pytest.raises(EOFError):
        pipe.recv()
    process.join(PATIENCE)
    assert (process.name, process.exitcode, process.daemon) == ("small", 0, True)
