"""Draws the help page over the window: columns of rows with keys and what they do."""

from collections.abc import Sequence

import pygame

from latent_explorer.scene.items import HelpPage
from latent_explorer.shell import help_page
from latent_explorer.shell.help_page import GAP, HEADER_HEIGHT, MARGIN, ROW_HEIGHT, HelpRow
from latent_explorer.texts import tr
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import Theme

MAX_KEYS_SHARE = 0.4
"""Maximum share of a column's width for the keys, unless their row has room for more."""


def paint(
    surface: pygame.Surface, item: HelpPage, theme: Theme, ui_scale: float, lettering_by_scale: dict[float, Lettering]
) -> None:
    grid = help_page.fit_grid(surface.get_size(), ui_scale, len(item.rows))
    letters = lettering_by_scale.setdefault(grid.ui_scale, Lettering(grid.ui_scale))
    u = grid.ui_scale
    veil = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
    veil.fill((*theme["background"], 225))
    surface.blit(veil, (0, 0))
    page = to_box(grid.page)
    pygame.draw.rect(surface, theme["panel"], page, border_radius=round(12 * u))
    pygame.draw.rect(surface, theme["line"], page, 1, border_radius=round(12 * u))
    inside = page.inflate(-2 * round(MARGIN * u), 0)
    pages = help_page.split_pages(item.rows, grid)
    number = item.page % len(pages)
    foot = item.footer
    if len(pages) > 1:
        shown = tr("{page} of {count}", page=number + 1, count=len(pages))
        foot = f"{shown}  ·  {tr('Page Down, or a click, turns')}  ·  {foot}"
    head = round(HEADER_HEIGHT * u)
    title = letters.render_line(item.title, "title", theme["text"], bold=True, width=round(inside.width * 0.55))
    surface.blit(title, title.get_rect(midleft=(inside.x, page.y + head // 2)))
    closing = letters.render_line(foot, "small", theme["muted"], width=inside.width - title.get_width() - round(20 * u))
    surface.blit(closing, closing.get_rect(midright=(inside.right, page.y + head // 2)))
    gap = round(GAP * u)
    width = (inside.width - gap * (grid.columns - 1)) // grid.columns
    letters = _find_fitting_lettering(item.rows, width, u, lettering_by_scale)
    for i, rows in enumerate(pages[number]):
        x = inside.x + i * (width + gap)
        widest = max((letters.measure(keys, "body", bold=True)[0] for keys, does in rows if does), default=0)
        column = min(widest, round(width * MAX_KEYS_SHARE))
        for j, (keys, does) in enumerate(rows):
            place = pygame.Rect(x, page.y + head + round(j * ROW_HEIGHT * u), width, round(ROW_HEIGHT * u))
            _draw_row(surface, letters, theme, place, column=column, keys=keys, does=does)


def _find_fitting_lettering(
    rows: Sequence[HelpRow], width: int, ui_scale: float, lettering_by_scale: dict[float, Lettering]
) -> Lettering:
    """Return the lettering of the largest scale up to `ui_scale` at which every row fits: one size for all pages."""
    for hundredths in range(100, 50, -3):
        size = ui_scale * hundredths / 100
        letters = lettering_by_scale.setdefault(size, Lettering(size))
        if all(_measure_row(letters, *row) <= width for row in rows):
            break
    return letters


def _measure_row(letters: Lettering, keys: str, does: str) -> int:
    """Return the minimum width of a row in pixels: keys, gap and words."""
    return letters.measure(keys, "body", bold=True)[0] + _compute_gap(letters) + letters.measure(does, "body")[0]


def _compute_gap(letters: Lettering) -> int:
    return round(14 * letters.ui_scale)


def _draw_row(
    surface: pygame.Surface, letters: Lettering, theme: Theme, place: pygame.Rect, *, column: int, keys: str, does: str
) -> None:
    """Draw a row. `column` is the width of the keys; words that need more room begin farther left."""
    named = letters.render_line(keys, "body", theme["accent" if does else "muted"], bold=True, width=place.width)
    if not does:  # a heading
        surface.blit(named, named.get_rect(midleft=place.midleft))
        pygame.draw.line(surface, theme["line"], (place.x, place.bottom - 3), (place.right, place.bottom - 3))
        return
    gap = _compute_gap(letters)
    wanted = letters.measure(does, "body")[0]
    x = place.x + max(named.get_width() + gap, min(column + gap, place.width - wanted))
    words = letters.render_line(does, "body", theme["text"], width=place.right - x)
    surface.blit(named, named.get_rect(midleft=place.midleft))
    surface.blit(words, words.get_rect(midleft=(x, place.centery)))
