"""Opens the real window under Xvfb, moves the real mouse with xdotool and looks at the screen.

Run by hand or by CI, not collected by pytest: `python tests/real_window.py`. Needs Xvfb and xdotool.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageGrab

ROOT = Path(__file__).resolve().parent.parent
SIZE = (1440, 900)
PICTURE = (505, 169, 711, 375)
"""Where the large picture of the first model lies at that size: left, top, right, bottom."""
PEN = (("1180", "220"), ("1230", "240"), ("1290", "270"), ("1240", "330"), ("1220", "380"))
"""On the pad at that size."""
LABS = ("Interpolate", "Arithmetic", "Generate", "Denoise", "Anomaly", "Compress", "Cluster", "Factors", "Learn")
"""After Compare, with which the program begins."""
PATIENCE = 120.0


def main() -> int:
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(write_end), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            display = f":{answer.readline().strip()}"
        return drive(display)
    finally:
        server.terminate()
        server.wait()


def walk(grab: Callable[[], np.ndarray], xdotool: Callable[..., None], wait: Callable[..., None]) -> None:
    """Through all labs by Tab, and a stroke of the pen in the last one."""
    for lab in LABS:
        before = grab()
        xdotool("key", "Tab")
        wait(f"Tab goes on to {lab}", lambda before=before: np.abs(grab() - before).mean() > 1)
    xdotool("key", "o")
    time.sleep(1.5)
    before = grab()
    xdotool("mousemove", *PEN[0], "mousedown", "1")
    for place in PEN[1:]:
        xdotool("mousemove", *place)
    xdotool("mouseup", "1")
    wait("the pen draws on the pad, and the models see it", lambda: np.abs(grab() - before).mean() > 0.3)
    xdotool("key", "o")


def drive(display: str) -> int:
    environment = {**os.environ, "DISPLAY": display}
    environment.pop("SDL_VIDEODRIVER", None)
    program = subprocess.Popen(
        [sys.executable, str(ROOT / "demo.py"), "--lab", "compare", "--size", "1440x900"], env=environment
    )

    def grab() -> np.ndarray:
        return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"), np.int16)

    def xdotool(*words: str) -> None:
        subprocess.run(["xdotool", *words], env=environment, check=True)

    def wait(what: str, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not condition():
            assert program.poll() is None, f"the program ended with status {program.returncode} before: {what}"
            assert time.monotonic() < until, f"waited {PATIENCE:g} s in vain: {what}"
            time.sleep(0.1)
        sys.stdout.write(f"ok: {what}\n")

    def picture() -> np.ndarray:
        left, top, right, bottom = PICTURE
        return grab()[top:bottom, left:right]

    try:
        wait("the window is on the screen", lambda: grab().std() > 1)
        # bright pixels in the place of the picture: the decoder is there
        wait("a picture is decoded", lambda: (picture().min(axis=2) > 200).mean() > 0.02)
        xdotool("mousemove", "150", "400")
        time.sleep(0.5)
        before = picture()
        xdotool("mousemove", "330", "560")
        wait("the picture follows the mouse", lambda: np.abs(picture() - before).mean() > 5)
        map_before = grab()[150:600, 20:480]
        xdotool("click", "4", "click", "4", "click", "4")
        wait("the wheel zooms the map", lambda: np.abs(grab()[150:600, 20:480] - map_before).mean() > 5)
        whole = grab()
        xdotool("key", "F1")
        wait("F1 shows the keys", lambda: np.abs(grab() - whole).mean() > 10)
        helped = grab()
        xdotool("key", "Escape")
        wait("Escape closes the page", lambda: np.abs(grab() - helped).mean() > 10)
        xdotool("mousemove", "700", "890")
        walk(grab, xdotool, wait)
        xdotool("key", "Escape", "Return")
        program.wait(timeout=20)
        assert program.returncode == 0, f"Escape and Enter ended the program with status {program.returncode}"
        sys.stdout.write("ok: Escape and Enter leave\n")
    except BaseException:
        Image.fromarray(grab().astype(np.uint8)).save("real_window_failed.png")
        raise
    finally:
        program.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
