"""What a lab hands out to be kept as a file: rows of pictures that go on together. No file is known here."""

from dataclasses import dataclass

from latent_explorer.engine.subject import Picture
from latent_explorer.scene.controls import Button

KINDS = {"png": "strip", "gif": "GIF", "mp4": "video"}
"""What it can become, by the ending of the file."""


@dataclass(frozen=True, eq=False)
class Row:
    title: str
    note: str
    """A few words more, where there is room for them."""
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, eq=False)
class Keepsake:
    name: str
    """What the file's name begins with."""
    rows: tuple[Row, ...]
    """Of equally many pictures each."""
    few: int
    """How many of them stand in a strip."""
    seconds: float
    """From the first picture to the last."""
    back: bool
    """Whether it goes back the same way, so that it can go on for ever."""
    dark: bool
    smooth: bool


def controls(png: str = "h", gif: str = "g", mp4: str = "y") -> tuple[Button, ...]:
    """What has a keepsake saved, by these keys; others where a lab has given them away."""
    return (
        Button("png", "PNG", "Save the rows as a PNG in the current folder", key=png),
        Button("gif", "GIF", "Save an animated GIF in the current folder", key=gif),
        Button("mp4", "MP4", "Save a video (needs imageio-ffmpeg)", key=mp4),
    )
