"""The real window under Xvfb, with a window manager if there is one: what the dummy driver cannot show."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageGrab

from tests.stage import ROOT

TOOLS = ("Xvfb", "xdotool", "openbox")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}"),
]
PATIENCE = 180.0  # a loaded machine needs half a minute for the first picture
OPENBOX = '<openbox_config xmlns="http://openbox.org/3.4/rc">'


class Desktop:
    """A screen of its own with the program's window on it."""

    def __init__(self, size: tuple[int, int], home: str, bar: int = 0) -> None:
        """Open a screen of `size`; the lowest `bar` pixels of it are the desktop's."""
        self._settings = Path(home) / "rc.xml"
        self._settings.write_text(f"{OPENBOX}<margins><bottom>{bar}</bottom></margins></openbox_config>")
        read_end, write_end = os.pipe()
        # it begins anew whenever its last client leaves, as a look at it does, unless told not to
        screen = ["Xvfb", "-noreset", "-displayfd", str(write_end), "-screen", "0", f"{size[0]}x{size[1]}x24"]
        self._programs = [subprocess.Popen(screen, pass_fds=[write_end], stderr=subprocess.DEVNULL)]
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            self.name = f":{answer.readline().strip()}"
        self._environment = {**os.environ, "DISPLAY": self.name, "HOME": home, "XDG_DATA_HOME": home}
        self._environment.pop("SDL_VIDEODRIVER", None)
        self.wait("a window manager", self._has_window_manager)

    def _has_window_manager(self) -> bool:
        """Start one unless it runs: it ends where the screen is not ready; a window that comes first gets no focus."""
        if len(self._programs) == 1 or self._programs[-1].poll() is not None:
            self.start("openbox", "--config-file", str(self._settings))
        return self.xdotool("get_desktop").isdigit()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        self._programs.append(subprocess.Popen(words, env=self._environment, stderr=subprocess.DEVNULL, cwd=ROOT))
        return self._programs[-1]

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def get_size(self, window: str) -> list[str]:
        """Return width and height of a window, as lines."""
        lines = self.xdotool("getwindowgeometry", "--shell", window).splitlines()
        return [line for line in lines if line.startswith(("WIDTH", "HEIGHT"))]

    def grab(self) -> np.ndarray:
        return np.asarray(ImageGrab.grab(xdisplay=self.name).convert("RGB"), np.int16)

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < until, f"waited {PATIENCE:g} s in vain: {what}"
            time.sleep(0.1)

    def settle(self) -> np.ndarray:
        """The screen as soon as two looks at it, a second apart, are alike."""
        seen = [self.grab()]
        self.wait(
            "a calm screen",
            lambda: not time.sleep(1) and np.array_equal(seen[-1], seen.append(self.grab()) or seen[-1]),
        )
        return seen[-1]

    def close(self) -> None:
        *others, screen = reversed(self._programs)
        for program in others:
            program.kill()
            program.wait()
        screen.terminate()  # so that it takes its socket away: the next one may have its number
        screen.wait()


@pytest.fixture
def desktop(tmp_path) -> Iterator[Callable[..., Desktop]]:
    opened: list[Desktop] = []
    yield lambda size, bar=0: opened.append(Desktop(size, str(tmp_path), bar)) or opened[-1]
    for one in opened:
        one.close()


def open_window(desktop: Desktop, *words: str) -> str:
    """Start the program, wait until it shows a picture, and return the id of its window."""
    desktop.start(sys.executable, str(ROOT / "demo.py"), *words)
    # bright pixels: the decoder is there, and shows what is under the mouse in the middle of the screen
    desktop.wait("a picture", lambda: bool((desktop.grab().min(axis=2) > 150).mean() > 0.025))
    desktop.wait("an active window", lambda: desktop.xdotool("getactivewindow").isdigit())
    return desktop.xdotool("getactivewindow")


def test_a_presentation_fills_the_screen_and_gives_the_window_back(desktop):
    one = desktop((1366, 768), 60)
    window = open_window(one, "digits-vae", "--lab", "cluster")
    one.xdotool("mousemove", "2", "2")
    before, size = one.settle(), one.get_size(window)
    one.xdotool("key", "F5")
    one.wait("a whole screen", lambda: bool((one.grab()[-10:].max(axis=2) > 0).all()))
    assert len(size) == 2
    assert one.get_size(window) != size
    one.settle()
    one.xdotool("key", "b")
    one.wait("a black screen", lambda: not one.grab().any())
    one.xdotool("key", "b")
    one.wait("the picture again", lambda: bool(one.grab().any()))
    one.xdotool("key", "Escape")
    one.wait("a window of the size that it had", lambda: one.get_size(window) == size)
    one.wait("the desktop's bar", lambda: not one.grab()[-10:].any())
    # wherever the window manager puts it, its pixels vary as much: or more, if clusters were found meanwhile
    one.wait("the window as it was", lambda: one.grab().std() > 0.97 * before.std())


def test_a_window_that_comes_back_is_whole(desktop):
    one = desktop((900, 700))
    window = open_window(one, "digits-vae", "--size", "800x600")
    one.xdotool("mousemove", "2", "2")  # beside it, where it changes nothing
    before = one.settle()
    for away, back in (("windowminimize", "windowactivate"), ("windowunmap", "windowmap")):
        one.xdotool(away, window)
        one.wait("an empty desktop", lambda: one.grab().std() < before.std() / 2)
        one.xdotool(back, window)
        # wherever the window manager puts it, its pixels vary as much: or more, if pictures have come meanwhile
        one.wait("the window as it was", lambda: one.grab().std() > 0.97 * before.std())


@pytest.mark.parametrize(("screen", "bar"), [((1366, 768), 0), ((1366, 768), 60), ((1440, 900), 0)])
def test_a_window_opens_inside_the_screen(desktop, screen, bar):
    one = desktop(screen, bar)
    open_window(one, "digits-vae", "--size", f"{screen[0]}x{screen[1]}")
    painted = one.settle().max(axis=2) > 0  # the desktop behind it is black
    rows, columns = np.flatnonzero(painted.any(axis=1)), np.flatnonzero(painted.any(axis=0))
    assert rows[-1] < screen[1] - max(20, bar)  # with room for a panel that nobody tells of
    assert rows[0] > 0
    assert columns[-1] - columns[0] < screen[0] - 1
    assert len(columns) >= 0.9 * screen[0]
    assert len(rows) >= 0.8 * screen[1]
