"""Export of a lab's pictures: rows of pictures that play in parallel, and the buttons. It writes no files."""

from dataclasses import dataclass

from latent_explorer.engine.subject import Picture
from latent_explorer.scene.controls import Button
from latent_explorer.texts import tr

FORMATS = {"png": "strip", "gif": "GIF", "mp4": "video"}
"""Export formats by file extension."""


@dataclass(frozen=True, eq=False)
class FilmRow:
    title: str
    note: str
    """A few more words, shown if there is room for them."""
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, eq=False)
class FilmExport:
    file_prefix: str
    """Beginning of the file's name."""
    rows: tuple[FilmRow, ...]
    """Rows with equally many pictures each."""
    strip_length: int
    """Number of pictures a row in a strip."""
    seconds: float
    """Duration from the first picture to the last."""
    plays_back: bool
    """Whether it plays forwards and then backwards, so that it loops without a jump."""
    dark: bool
    smooth: bool


def make_controls(png: str = "h", gif: str = "g") -> tuple[Button, ...]:
    """Return the export buttons with these keys; a lab that uses one of these keys itself passes another."""
    return (
        Button("png", "PNG", tr("Save the rows as a PNG in the current folder"), key=png),
        Button("gif", "GIF", tr("Save an animated GIF in the current folder"), key=gif),
        Button("mp4", "MP4", tr("Save a video (needs imageio-ffmpeg)"), key="y"),
    )
