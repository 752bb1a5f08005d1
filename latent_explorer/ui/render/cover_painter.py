"""Draws cards over pictures that the class has to guess, at any size from a thumbnail to a large picture."""

import pygame

from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark, tr
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import Theme, mix

HINT = mark("V reveals")
MARK_SHARE = 0.46
"""Height of the question mark as a share of the card."""


def paint(surface: pygame.Surface, places: tuple[Rect, ...], theme: Theme, letters: Lettering) -> None:
    for place in places:
        _draw_card(surface, to_box(place), theme, letters)


def _draw_card(surface: pygame.Surface, box: pygame.Rect, theme: Theme, letters: Lettering) -> None:
    side = min(box.size)
    if side < 4:
        return
    radius = max(2, round(min(side * 0.06, 10 * letters.ui_scale)))
    pygame.draw.rect(surface, mix(theme["panel"], theme["accent"], 0.08), box, border_radius=radius)
    edge = mix(theme["panel"], theme["accent"], 0.5)
    pygame.draw.rect(surface, edge, box, max(1, side // 160), border_radius=radius)
    question_mark = letters.render_mark("?", max(8, round(side * MARK_SHARE)), theme["accent"])
    words = letters.render_line(tr(HINT), "body", theme["muted"])
    if words.get_width() > 0.7 * side or side < 110 * letters.ui_scale:
        surface.blit(question_mark, question_mark.get_rect(center=box.center))
        return
    place = question_mark.get_rect(center=(box.centerx, box.centery - round(side * 0.05)))
    surface.blit(question_mark, place)
    surface.blit(words, words.get_rect(midtop=(box.centerx, place.bottom - round(question_mark.get_height() * 0.04))))
