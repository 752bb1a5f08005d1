"""Screenshots and recordings of the window by key: new files in the current folder, named by the time."""

from collections.abc import Callable
from pathlib import Path

import pygame

from latent_explorer import files
from latent_explorer.errors import WorkError
from latent_explorer.scene.events import Px
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark, tr
from latent_explorer.ui.capture.file_jobs import FileJobs
from latent_explorer.ui.capture.screen_recorder import Recording
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import Theme
from latent_explorer.ui.window import window

BADGE_TEXT = mark("REC   F10 ends it")
RED = (226, 42, 52)
WHITE = (255, 255, 255)


def save_screenshot(surface: pygame.Surface) -> Path:
    """Save `surface` as a PNG in the current folder and return its path. Raise `WorkError` if that fails."""
    return files.write_new(
        _get_folder(), files.make_timestamp_stem(), ".png", window.encode_screenshot(surface, ".png")
    )


class Captures(FileJobs[Recording]):
    """The running recording, and those whose files are still being written."""

    def __init__(self, *, keep_every_frame: bool = False, wake: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._keep_every_frame, self._wake = keep_every_frame, wake
        self._running: Recording | None = None
        self._below_badge: tuple[pygame.Surface, pygame.Surface, pygame.Rect] | None = None

    @property
    def recording(self) -> bool:
        return self._running is not None

    def begin(self, path: Path | None = None, *, ui_scale: float = 1.0) -> None:
        """Start recording to `path`, or to a new file named by the time. Raise `WorkError` if that fails."""
        folder = _get_folder() if path is None else path.parent
        target = path or folder / f"{files.make_timestamp_stem()}.gif"
        files.check_folder(folder, target.name)
        self._running = Recording(
            target, overwrite=path is not None, keep_every_frame=self._keep_every_frame, ui_scale=ui_scale,
            wake=self._wake,
        )  # fmt: skip

    def end(self, at: float) -> None:
        if self._running is not None:
            self._running.stop(at)
            self.add(self._running)
            self._running = None

    def record_frame(self, surface: pygame.Surface, at: float, pointer: Px | None) -> None:
        """Record a frame of the window, without the badge, at time `at`. End a recording that has become too long."""
        if self._running is not None and self.is_due(at):
            self._running.add(surface, at, pointer)
        if self._running is not None and self._running.full:
            self.end(at)

    def is_due(self, at: float) -> bool:
        return self._running is not None and self._running.is_due(at)

    # -- the badge in the window --------------------------------------------------------------------------

    def hide_badge(self, surface: pygame.Surface) -> list[pygame.Rect]:
        """Restore the pixels under the REC badge. Return the rectangles that changed."""
        if self._below_badge is None:
            return []
        (on, before, box), self._below_badge = self._below_badge, None
        if on is not surface:
            return []
        surface.blit(before, box)
        return [box]

    def show_badge(self, surface: pygame.Surface, hint: Rect, lettering: Lettering, theme: Theme) -> list[pygame.Rect]:
        """Draw the red REC badge at the right end of `hint` while recording. Return the rectangles that changed."""
        if self._running is None:
            return []
        u = lettering.ui_scale
        text = lettering.render_line(tr(BADGE_TEXT), "small", WHITE, bold=True)
        high = max(text.get_height() + 4, round(24 * u))
        box = pygame.Rect(0, 0, text.get_width() + round(40 * u), high)
        box.midright = (hint.right, round(hint.centre[1]))
        box.clamp_ip(surface.get_rect())
        box = box.clip(surface.get_rect())
        self._below_badge = surface, surface.subsurface(box).copy(), box
        pygame.draw.rect(surface, theme["background"], box)
        pygame.draw.rect(surface, RED, box, border_radius=high // 2)
        centre = (box.x + round(16 * u), box.centery)
        pygame.draw.aacircle(surface, WHITE, centre, max(3, round(5 * u)))
        surface.blit(text, text.get_rect(midleft=(box.x + round(28 * u), box.centery)))
        return [box]


def _get_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the folder has been removed
        raise WorkError(tr("the current folder is gone: nothing can be written there")) from None
