"""Which pixels an item may touch: where these change, the window is drawn again."""

from itertools import chain

import pygame

from latent_explorer.scene import items
from latent_explorer.ui.render import highlight_painter, near_view, presenter_painter
from latent_explorer.ui.render.boxes import to_box, to_pixel


def compute_bounds(item: items.Item, surface: pygame.Surface) -> pygame.Rect:
    """Return a rectangle that contains all pixels of an item."""
    match item:
        case items.HelpPage():
            return surface.get_rect()
        case items.Marker() if near_view.is_near(item.px, surface.get_rect()):
            reach = 4 * item.size + 8
            return pygame.Rect(to_pixel(item.px), (0, 0)).inflate(reach, reach).clip(to_box(item.clip))
        case items.Cover(rects=places):
            boxes = [to_box(place).inflate(2, 2) for place in places]
            return boxes[0].unionall(boxes[1:]) if boxes else pygame.Rect(0, 0, 0, 0)
        case items.Line() if pieces := near_view.clip_line(item.points, surface.get_rect()):
            xs, ys = zip(*chain.from_iterable(pieces), strict=True)
            box = pygame.Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
            reach = item.width + 12 + (8 * item.width + 8) * item.arrow
            return box.inflate(reach, reach).clip(to_box(item.clip))
        case items.Line() | items.Marker():
            return pygame.Rect(0, 0, 0, 0)
        case items.Halo() | items.Trail():
            return presenter_painter.compute_bounds(item)
        case items.Text():
            return to_box(item.rect).inflate(2, 12)  # in the middle of an odd width it may lie a pixel beyond
        case items.Highlight():
            return highlight_painter.compute_bounds(item)
        case _:
            return to_box(item.rect).inflate(2, 2)


def merge_boxes(boxes: list[pygame.Rect]) -> list[pygame.Rect]:
    """Return `boxes` with overlapping ones merged, so that no area is drawn twice."""
    places: list[pygame.Rect] = []
    for box in boxes:
        if box.width == 0 or box.height == 0:
            continue
        while (hit := box.collidelist(places)) >= 0:
            box = box.union(places.pop(hit))
        places.append(box)
    return places


def surround(inner: pygame.Rect, outer: pygame.Rect) -> list[pygame.Rect]:
    """Return the parts of `outer` that are not in `inner`, which lies within it."""
    if not inner.width or not inner.height:
        return [outer]
    return [
        pygame.Rect(outer.x, outer.y, outer.width, inner.y - outer.y),
        pygame.Rect(outer.x, inner.bottom, outer.width, outer.bottom - inner.bottom),
        pygame.Rect(outer.x, inner.y, inner.x - outer.x, inner.height),
        pygame.Rect(inner.right, inner.y, outer.right - inner.right, inner.height),
    ]
