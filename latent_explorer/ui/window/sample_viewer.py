"""Opens the file of a sample in the program that the system shows such files with."""

import os
import subprocess
import sys
from pathlib import Path

from latent_explorer import files
from latent_explorer.errors import InputError, WorkError
from latent_explorer.texts import tr

PROGRAMS = {"darwin": "open", "linux": "xdg-open"}
SUFFIXES = {
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".jp2",
}  # fmt: skip
"""Pictures alone: another file might be a program."""


def open_in_viewer(path: str, headless: bool) -> Path:
    """Open a picture and return its path, without waiting for the program; raise `InputError` if that cannot be done,
    `WorkError` if there is no program for it."""
    if not path:
        raise InputError(tr("No file is known here: move the mouse to a sample of a folder on this machine."))
    file = Path(path).resolve()  # a link may have another ending than the file that would be opened
    if file.suffix.lower() not in SUFFIXES or not file.is_file():
        raise InputError(tr("{file} is not there any more, or no picture.", file=files.to_printable(file.name)))
    if headless:
        raise InputError(tr("There is no screen to open it on."))
    try:
        if sys.platform == "win32":
            os.startfile(file)
        else:
            command = [PROGRAMS.get(sys.platform, "xdg-open"), os.fspath(file)]
            quiet = subprocess.DEVNULL
            subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError as error:
        name, reason = files.to_printable(file.name), error.strerror or error
        raise WorkError(tr("{file} cannot be opened: {reason}", file=name, reason=reason)) from None
    return file
