"""Plays a lesson unseen and keeps a picture of each page, for a hand-out."""

from collections.abc import Sequence
from dataclasses import replace

import pygame
from PIL import Image

from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Replace
from latent_explorer.scene.lesson import Lesson
from latent_explorer.shell.keymap import get_keys
from latent_explorer.texts import tr
from latent_explorer.ui.driver import DrivenWindow
from latent_explorer.ui.handout.handout import Handout, HandoutPage

TEXT_SCALES = (1.3, 1.15, 1.0)
"""How much larger text in the window is than on a screen, since paper shows it small: the first with room for all that
the page points at."""


class PageCollector:
    """A driver that turns a lesson's pages, photographs each when it is set up, and then is done."""

    wants_frame_now = True

    def __init__(self) -> None:
        self._lesson: Lesson | None = None
        self._pages: list[HandoutPage] = []
        self.unmet_claims: list[str] = []
        """What the window does not show of what the pages claim, one line each."""

    def make_handout(self) -> Handout:
        """Return the pages that were collected. Raise `InputError` if the lesson ended before it began."""
        if self._lesson is None:
            raise InputError("--handout: the lesson has not begun")
        lesson = self._lesson
        return Handout(replace(lesson, title=tr(lesson.title), purpose=tr(lesson.purpose)), tuple(self._pages))

    def step(self, app: DrivenWindow) -> bool:
        lesson, message = app.state.overlay.lesson, app.state.status.message
        if message and message != app.unmet_claim:  # of a step of the lesson that failed
            raise InputError(message)
        if lesson is None:
            return False
        if message:
            app.act(Replace(app.state.with_message("")))
            _set_text(app, 1.0)  # the page is made for a screen: larger text may leave out what it claims
            self.unmet_claims += [str(error) for error in app.find_unmet_claims()]
        for scale in TEXT_SCALES:
            _set_text(app, scale)
            if not app.find_missing_target():
                break
        self._lesson = lesson
        self._pages.append(HandoutPage(lesson.page + 1, lesson.current_page.translated, _take_picture(app)))
        _set_text(app, TEXT_SCALES[0])
        if lesson.is_last:
            return False
        app.act(Key(get_keys("lesson")[0]))
        return True

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Do nothing: a hand-out does not measure frames."""


def _set_text(app: DrivenWindow, scale: float) -> None:
    if app.state.preferences.text_scale != scale:
        app.act(Replace(app.state.put(replace(app.state.preferences, text_scale=scale))))
    app.frame([])


def _take_picture(app: DrivenWindow) -> Image.Image:
    """Return the lab as it is on the screen, without bar and card: nobody presses them on paper."""
    width, height = app.state.size
    top = LABS[app.state.lab].get_layout(app.state).toolbar.bottom
    lab = app.surface.subsurface((0, top, width, height - top))
    return Image.frombytes("RGB", lab.get_size(), pygame.image.tobytes(lab, "RGB"))
