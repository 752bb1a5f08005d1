"""Draws the page of keys over everything: columns of rows, what to press and what it does."""

import pygame

from latent_explorer.labs import keys_page
from latent_explorer.labs.keys_page import GAP, HEAD, MARGIN, ROW
from latent_explorer.labs.view import Sheet
from latent_explorer.ui.lettering import Lettering
from latent_explorer.ui.theme import Theme

KEYS_SHARE = 0.4
"""Of a column's width, at most."""


def paint(surface: pygame.Surface, item: Sheet, theme: Theme, unit: float, lettering: dict[float, Lettering]) -> None:
    found = keys_page.grid(surface.get_size(), unit, len(item.rows))
    letters = lettering.setdefault(found.unit, Lettering(found.unit))
    u = found.unit
    veil = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
    veil.fill((*theme["background"], 225))
    surface.blit(veil, (0, 0))
    page = pygame.Rect(found.page.x, found.page.y, found.page.width, found.page.height)
    pygame.draw.rect(surface, theme["panel"], page, border_radius=round(12 * u))
    pygame.draw.rect(surface, theme["line"], page, 1, border_radius=round(12 * u))
    inside = page.inflate(-2 * round(MARGIN * u), 0)
    pages = keys_page.pages(item.rows, found)
    number = item.page % len(pages)
    foot = item.foot
    if len(pages) > 1:
        foot = f"{number + 1} of {len(pages)}  ·  Page Down, or a click, turns  ·  {foot}"
    head = round(HEAD * u)
    title = letters.line(item.title, "title", theme["text"], bold=True, width=round(inside.width * 0.55))
    surface.blit(title, title.get_rect(midleft=(inside.x, page.y + head // 2)))
    closing = letters.line(foot, "small", theme["muted"], width=inside.width - title.get_width() - round(20 * u))
    surface.blit(closing, closing.get_rect(midright=(inside.right, page.y + head // 2)))
    gap = round(GAP * u)
    width = (inside.width - gap * (found.columns - 1)) // found.columns
    for i, rows in enumerate(pages[number]):
        x = inside.x + i * (width + gap)
        widest = max((letters.size(keys, "body", bold=True)[0] for keys, does in rows if does), default=0)
        column = min(widest, round(width * KEYS_SHARE))
        for j, (keys, does) in enumerate(rows):
            _row(surface, letters, theme, (x, page.y + head + round(j * ROW * u)), (column, width), keys, does)


def _row(
    surface: pygame.Surface,
    letters: Lettering,
    theme: Theme,
    at: tuple[int, int],
    widths: tuple[int, int],
    keys: str,
    does: str,
) -> None:
    """`widths` are those of the keys and of the whole row; words that need more begin farther left."""
    column, width = widths
    middle = at[1] + round(ROW * letters.unit / 2)
    if not does:  # a heading
        text = letters.line(keys, "small", theme["muted"], bold=True, width=width)
        surface.blit(text, text.get_rect(midleft=(at[0], middle)))
        low = at[1] + round(ROW * letters.unit) - 3
        pygame.draw.line(surface, theme["line"], (at[0], low), (at[0] + width, low))
        return
    gap = round(14 * letters.unit)
    wanted = width - gap - letters.size(does, "small")[0]
    if wanted < column:
        column = min(column, max(wanted, letters.size(keys, "body", bold=True)[0]))
    for words, x, room, colour, bold in (
        (keys, at[0], column, "accent", True),
        (does, at[0] + column + gap, width - column - gap, "text", False),
    ):
        size = next((one for one in ("body", "small") if letters.size(words, one, bold=bold)[0] <= room), "small")
        line = letters.line(words, size, theme[colour], bold=bold, width=room)
        surface.blit(line, line.get_rect(midleft=(x, middle)))
