"""A window that changes its language looks as one that was opened in it: nothing it remembers is in the old one."""

import numpy as np
import pygame

from latent_explorer import texts
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Set
from latent_explorer.shell import toolbar
from tests.ui.conftest import settle

OTHER = "de"


def pixels(app) -> np.ndarray:
    settle(app)
    app.renderer.invalidate(whole=True)
    app.frame([])
    return pygame.surfarray.array3d(app.surface)


def visit(app, lab: str) -> np.ndarray:
    app.act(Set("lab", lab))
    return pixels(app)


def test_every_lab_is_as_in_a_window_that_was_opened_in_the_language(apps):
    app = apps()
    english = {lab: visit(app, lab) for lab in LABS}
    app.act(Set("language", OTHER))
    changed = {lab: visit(app, lab) for lab in LABS}
    fresh = apps()  # in the language that is spoken now
    assert fresh.state.preferences.language == OTHER
    for lab in LABS:
        assert not np.array_equal(english[lab], changed[lab]), lab
        assert np.array_equal(changed[lab], visit(fresh, lab)), lab
    app.act(Set("language", "en"))
    for lab, before in english.items():
        assert np.array_equal(before, visit(app, lab)), lab


def test_the_menu_and_a_key_choose_the_language(app):
    app.act(Set(toolbar.VIEW_MENU, f"{toolbar.LANGUAGE}es"))
    assert (app.state.preferences.language, texts.get_language().name) == ("es", "español")
    app.act(Key("ctrl t"))
    assert (app.state.preferences.language, texts.get_language()) == ("en", texts.ENGLISH)
    app.act(Set("language", "xx"))
    assert app.state.preferences.language == "en"
