"""The hand-out of a lesson of three pages."""

import numpy as np
from PIL import Image

from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.ui.handout.handout import Handout, HandoutPage

PAGES = (
    Page("A code is <two> numbers.", "Where is the 4?", "Left of the 9."),
    Page("Near codes look alike."),
    Page("$z$ costs 5$.", "How much is R²?", "0.9"),
)


def make_handout(pages=PAGES):
    picture = Image.fromarray(np.full((60, 100, 3), 200, np.uint8))
    lesson = Lesson("Codes", tuple(pages), name="codes", purpose="What a code is.", minutes=8)
    return Handout(lesson, tuple(HandoutPage(i, page, picture) for i, page in enumerate(pages, start=1)))
