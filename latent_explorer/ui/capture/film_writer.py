"""Exports a lab's film to a new file in the current folder: a strip (PNG), an animation (GIF) or a video (MP4).

Names contain the time; no file is overwritten. A video needs imageio-ffmpeg, the extra `video`.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from latent_explorer import files, samples, unfinished
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import InputError
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.texts import mark, tr
from latent_explorer.ui.capture.file_jobs import FileJob, FileJobs
from latent_explorer.ui.render.theme import find_font_file, make_theme

STRIP_SIDE, GIF_SIDE, MP4_SIDE = 112, 168, 224
"""Pixels per side of a picture in a strip, an animation and a video; more if the decoded picture is larger."""
GAP, MARGIN, TITLE_HEIGHT, PROGRESS_HEIGHT = 8, 20, 30, 6
GIF_RATE, MP4_RATE = 20, 30
"""Frames per second; a GIF counts in hundredths of a second."""
NO_VIDEO_MESSAGE = mark(
    'A video needs imageio-ffmpeg: pip install "latent-explorer[video]" (PNG and GIF need nothing more).'
)

Check = Callable[[], None]
"""A function called for every frame; it raises if the file is no longer wanted."""


def save(film: FilmExport, kind: str, folder: Path, now: datetime, check: Check = lambda: None) -> Path:
    """Write `film` to a new file of this `kind` (`film_export.FORMATS`) and return its path.

    A killed process leaves no partial file. Raise `WorkError` if the folder is not writable, `InputError` if a video
    cannot be made on this machine.
    """
    stem = make_stem(film, now)
    if kind == "mp4":
        return _write_video(film, folder, stem, check)
    out = io.BytesIO()
    if kind == "gif":
        frames = _check_each(_reduce_colours(list(_check_each(make_frames(film, GIF_RATE, GIF_SIDE), check))), check)
        next(frames).save(out, "GIF", save_all=True, append_images=frames, duration=1000 // GIF_RATE, loop=0)
    else:
        make_strip(film).save(out, "PNG", optimize=True)
    check()
    return files.write_new(folder, stem, f".{kind}", out.getvalue())


def make_stem(film: FilmExport, now: datetime) -> str:
    return f"{film.file_prefix}-{now:%Y%m%d-%H%M%S}"


def make_strip(film: FilmExport) -> Image.Image:
    """Return an image of the rows below each other, each with its name and `strip_length` of its pictures, or all of
    them if they are fewer."""
    colours, every = make_theme("dark" if film.dark else "light"), len(film.rows[0].pictures)
    count = min(film.strip_length, every)
    chosen = np.linspace(0, every - 1, count).round().astype(int)
    width, height = _compute_size(film, STRIP_SIDE)
    across = 2 * MARGIN + count * (width + GAP) - GAP
    down = 2 * MARGIN + len(film.rows) * (height + TITLE_HEIGHT + GAP) - GAP
    canvas = Image.new("RGB", (across, down), colours["background"])
    draw = ImageDraw.Draw(canvas)
    for number, row in enumerate(film.rows):
        top = MARGIN + number * (height + TITLE_HEIGHT + GAP)
        draw.text((MARGIN, top), row.title, colours["text"], font=_load_font(18, bold=True))
        draw.text((canvas.width - MARGIN, top + 2), row.note, colours["muted"], font=_load_font(15), anchor="ra")
        for place, index in enumerate(chosen):
            picture = _enlarge(row.pictures[index], (width, height), film.smooth)
            canvas.paste(picture, (MARGIN + place * (width + GAP), top + TITLE_HEIGHT))
    return canvas


def make_frames(film: FilmExport, rate: int, side: int) -> Iterator[Image.Image]:
    """Yield the frames: the rows' pictures side by side, with their names above and a progress bar below."""
    colours, count = make_theme("dark" if film.dark else "light"), len(film.rows[0].pictures)
    width, height = _compute_size(film, side)
    across = 2 * MARGIN + len(film.rows) * (width + 2 * GAP) - 2 * GAP
    ground = Image.new("RGB", (across + across % 2, 0), colours["background"])
    down = MARGIN + TITLE_HEIGHT + height + MARGIN + PROGRESS_HEIGHT + MARGIN
    ground = ground.resize((ground.width, down + down % 2))  # even sides: a video's colours need them
    draw = ImageDraw.Draw(ground)
    draw.rectangle((0, 0, *ground.size), colours["background"])
    edges = [MARGIN + i * (width + 2 * GAP) for i in range(len(film.rows))]
    for x, row in zip(edges, film.rows, strict=True):
        draw.text((x, MARGIN), row.title, colours["text"], font=_load_font(18, bold=True))
    top = MARGIN + TITLE_HEIGHT + height + MARGIN
    draw.rectangle((MARGIN, top, across - MARGIN, top + PROGRESS_HEIGHT), colours["line"])
    steps = np.linspace(0, count - 1, max(2, round(film.seconds * rate))).round().astype(int)
    for index in chain(steps, steps[-2:0:-1] if film.plays_back else ()):
        frame = ground.copy()
        for x, row in zip(edges, film.rows, strict=True):
            frame.paste(_enlarge(row.pictures[index], (width, height), film.smooth), (x, MARGIN + TITLE_HEIGHT))
        share = index / max(1, count - 1)
        end = MARGIN + round((across - 2 * MARGIN) * share)
        ImageDraw.Draw(frame).rectangle((MARGIN, top, end, top + PROGRESS_HEIGHT), colours["accent"])
        yield frame


def _reduce_colours(frames: list[Image.Image]) -> Iterator[Image.Image]:
    """Return the frames in one shared palette of 255 colours, without dithering, which would not compress."""
    sample = frames[:: max(1, len(frames) // 6)]
    width, height = frames[0].size
    sheet = Image.new("RGB", (width, height * len(sample)))
    for number, frame in enumerate(sample):
        sheet.paste(frame, (0, number * height))
    palette = sheet.quantize(255)
    return (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)


def _check_each(frames: Iterator[Image.Image], check: Check) -> Iterator[Image.Image]:
    for frame in frames:
        check()
        yield frame


class FilmJob(FileJob):
    """Writes one film to a new file of `folder`, the current one if that is None."""

    def __init__(self, film: FilmExport, kind: str, folder: Path | None, wake: Callable[[], None]) -> None:
        self._film, self._kind, self._folder, self._now = film, kind, folder, datetime.now()
        failure = tr("{name}.{kind}: cannot be written", name=film.file_prefix, kind=kind)
        super().__init__(f"{make_stem(film, self._now)}.{kind}", failure, wake)
        self.message = ""

    def work(self) -> None:
        self.attempt(self._save)
        self.message = files.to_printable(self.message if self.error is None else str(self.error))

    def _save(self) -> None:
        folder = Path.cwd() if self._folder is None else self._folder
        self.message = files.make_saved_message(save(self._film, self._kind, folder, self._now, self.check))


class FilmWriter(FileJobs[FilmJob]):
    """Writes films in threads of their own; `take_messages` reports the results."""

    def __init__(self, wake: Callable[[], None] = lambda: None, folder: Path | None = None) -> None:
        super().__init__()
        self._wake, self._folder = wake, folder

    def start(self, film: FilmExport, kind: str) -> None:
        job = FilmJob(film, kind, self._folder, self._wake)
        self.add(job)
        job.start()

    def take_messages(self) -> list[tuple[bool, str]]:
        """Return, for each file finished since the last call, whether it was written and a message about it."""
        return [(job.error is None, job.message) for job in self.take_finished()]


# -- inside ---------------------------------------------------------------------------------------------


def _write_video(film: FilmExport, folder: Path, stem: str, check: Check) -> Path:
    try:
        from imageio_ffmpeg import write_frames
    except ImportError:
        raise InputError(tr(NO_VIDEO_MESSAGE)) from None
    files.check_folder(folder, f"{stem}.mp4")
    with unfinished.make_file(folder, ".mp4") as (placeholder, making):
        placeholder.close()
        frames = make_frames(film, MP4_RATE, MP4_SIDE)
        first = next(frames)
        with closing(write_frames(str(making), first.size, fps=MP4_RATE, macro_block_size=2)) as writer:
            writer.send(None)
            for frame in _check_each(chain((first,), frames), check):
                writer.send(np.asarray(frame))
        check()
        files.check_folder(folder, f"{stem}.mp4")  # on a full disk the encoder leaves the end out without a word
        files.make_readable(making)
        return files.take_free_name(making, folder, stem, ".mp4")


def _compute_size(film: FilmExport, side: int) -> tuple[int, int]:
    """Return width and height of a picture: its size times the largest integer within `side`, at least 1."""
    height, width = film.rows[0].pictures[0].shape[:2]
    times = max(1, side // max(height, width))
    return width * times, height * times


def _enlarge(picture: Picture, size: tuple[int, int], smooth: bool) -> Image.Image:
    drawn = samples.redraw(picture, size)
    if drawn is not None:
        return Image.fromarray(drawn).convert("RGB")
    image = Image.fromarray(picture).convert("RGB")
    return image.resize(size, Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST)


@lru_cache(maxsize=8)
def _load_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(find_font_file(bold)), size)
