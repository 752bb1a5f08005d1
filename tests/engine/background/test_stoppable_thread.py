import os
import sys
import threading

import pytest

from latent_explorer.engine.background import stoppable_thread

PATIENCE = 20


def test_a_thread_that_computes_on_ends_and_lets_go_of_its_locks():
    lock, begun = threading.Lock(), threading.Event()

    def compute():
        with lock:
            begun.set()
            while True:
                pass

    def obey():
        told.wait(PATIENCE)
        obeyed.append(True)

    told, obeyed = threading.Event(), []
    threads = [stoppable_thread.make(one, name=one.__name__) for one in (compute, obey)]
    for thread in threads:
        thread.start()
    assert begun.wait(PATIENCE)
    told.set()
    stoppable_thread.stop(threads)
    assert not any(thread.is_alive() for thread in threads)
    assert not lock.locked()
    assert obeyed


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own")
def test_a_thread_that_gives_way_leaves_the_others_as_they_are():
    found = {}

    def note(name):
        found[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = os.getpriority(os.PRIO_PROCESS, 0)
    for name, gives_way in (("slow", True), ("decoder", False)):
        thread = stoppable_thread.make(note, name, name=name, gives_way=gives_way)
        thread.start()
        thread.join(PATIENCE)
    assert found == {"slow": max(before, stoppable_thread.THREAD_NICE), "decoder": before}
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
