import threading

from latent_explorer.engine import stoppable_thread

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
