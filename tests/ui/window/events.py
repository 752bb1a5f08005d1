"""Events as pygame sends them, and what the window shows then."""

import numpy as np
import pygame

from latent_explorer.ui.window.app import App

PATIENCE = 20.0


def motion(px, buttons=(0, 0, 0)) -> pygame.event.Event:
    return pygame.event.Event(pygame.MOUSEMOTION, pos=px, rel=(0, 0), buttons=buttons, touch=False)


def button(px, down: bool, number: int = 1) -> pygame.event.Event:
    kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
    return pygame.event.Event(kind, pos=px, button=number, touch=False)


def key(code: int, unicode: str = "", mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=code, unicode=unicode, mod=mod)


def wheel(steps: int) -> pygame.event.Event:
    return pygame.event.Event(
        pygame.MOUSEWHEEL, x=0, y=steps, precise_x=0.0, precise_y=float(steps), flipped=False, scripted=True
    )


def pixels(app: App) -> np.ndarray:
    return pygame.surfarray.array3d(app.surface)
