"""Draws a view on a surface. It changes nothing but the surface and its caches."""

from collections.abc import Mapping, Sequence

import pygame

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.engine.subject import Picture
from latent_explorer.samples import MAX_PROPORTION, WrittenSample
from latent_explorer.scene import items
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models
from latent_explorer.ui.render import (
    bars_painter,
    chart_painter,
    cover_painter,
    heatmap_painter,
    help_painter,
    highlight_painter,
    near_view,
    presenter_painter,
    resample,
    text_layout,
)
from latent_explorer.ui.render.boxes import to_box, to_pixel
from latent_explorer.ui.render.class_name_painter import ClassNamePainter
from latent_explorer.ui.render.dashes import compute_arrowhead, split_into_dashes
from latent_explorer.ui.render.item_bounds import compute_bounds, merge_boxes, surround
from latent_explorer.ui.render.item_numbers import ItemNumbers
from latent_explorer.ui.render.outline import draw_outline
from latent_explorer.ui.render.scatter_painter import ScatterPainter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.text_sample_painter import TextSamplePainter
from latent_explorer.ui.render.theme import CORE_SHARE, Theme, make_theme, mix

CACHED_WINDOWS, PICTURE_OVERHEAD = 2, 2048
"""Cached enlarged pictures cover the window at most so many times; each counts for so many pixels more."""
VEIL_OPACITY = 225
"""Of 255."""
MAX_CACHED_TEXTS = 128
LARGE = 250_000
"""Pixels of a place from which it saves time to leave out what a map covers."""
BOUNDED = (items.ClassNames, items.CornerNote, items.Rings)
"""What is cut off at the edges of its rectangle."""
Written = list[tuple[pygame.Surface, pygame.Rect]]
"""The lines of a text with their places."""


class Painter:
    def __init__(self) -> None:
        self.theme: Theme = make_theme("dark")
        self.lettering = Lettering(1.0)
        self._scatter_painter = ScatterPainter()
        self._class_name_painter = ClassNamePainter()
        self._text_painter = TextSamplePainter()
        self._enlarged: LeastRecentlyUsed[tuple[object, ...], tuple[Sequence[Picture], pygame.Surface]]
        self._enlarged = LeastRecentlyUsed(0, lambda one: PICTURE_OVERHEAD + one[1].get_width() * one[1].get_height())
        self._written: LeastRecentlyUsed[items.Text | items.CornerNote, Written] = LeastRecentlyUsed(MAX_CACHED_TEXTS)
        """Texts as they are drawn in this theme and scale: those that stay are drawn again wherever something moves."""
        self._help_lettering: dict[float, Lettering] = {}
        self._item_numbers = ItemNumbers()
        self._last_boxes: dict[int, pygame.Rect] = {}
        """The bounds of the items of the last view, by their numbers."""
        self._size = (0, 0)
        self._smooth_pixels = True
        self._is_rescaled = False
        """Whether the scale has changed since the last view, so that nothing of it can stay."""
        self._view: items.View = ()  # held, so that the ids of its pictures are not used again

    def use_scale(self, ui_scale: float) -> None:
        """Write texts at another scale from now on."""
        self.lettering, self._is_rescaled = Lettering(ui_scale), True
        self._written.clear()

    def paint(
        self,
        surface: pygame.Surface,
        view: items.View,
        models: Models,
        *,
        theme_name: str,
        ui_scale: float,
        smooth_pixels: bool = True,
        redraw_all: bool = False,
        numbers: Sequence[int] | None = None,
    ) -> list[pygame.Rect]:
        """Update `surface` from the last view to this one and return the rectangles that changed.

        Only areas with new, removed or changed items are redrawn; `redraw_all` redraws everything.
        `numbers` are what `number_items` gave for the view, if the caller has asked already.
        """
        if surface.get_size() != self._size:
            self._last_boxes, self._size = {}, surface.get_size()
            self._enlarged.size = CACHED_WINDOWS * surface.get_width() * surface.get_height()
        if self.theme.name != theme_name:
            self.theme, redraw_all = make_theme(theme_name), True
            self._written.clear()
        if self.lettering.ui_scale != ui_scale:
            self.use_scale(ui_scale)
        redraw_all, self._is_rescaled = redraw_all or self._is_rescaled, False
        if self._smooth_pixels != smooth_pixels:
            self._smooth_pixels, redraw_all = smooth_pixels, True
        if numbers is None:
            numbers = self.number_items(view)
        last = self._last_boxes
        now = {n: last.get(n) or compute_bounds(item, surface) for n, item in zip(numbers, view, strict=True)}
        changed = [last[n] for n in last.keys() - now.keys()]
        changed += [now[n] for n in now.keys() - last.keys()]
        before, after = list(filter(now.__contains__, last)), list(filter(last.__contains__, now))
        if before != after:
            changed += _find_reordered(before, after, now)
        self._last_boxes, self._view = now, view
        places = [surface.get_rect()] if redraw_all else merge_boxes([box.clip(surface.get_rect()) for box in changed])
        boxes = list(zip(view, now.values(), strict=True)) if len(now) == len(view) else None
        for place in places:
            surface.set_clip(place)
            if place.width * place.height < LARGE:
                surface.fill(self.theme["background"])
            else:
                self._clear(surface, place, view)
            for item, box in boxes or [(item, compute_bounds(item, surface)) for item in view]:
                if box.colliderect(place):
                    self.draw_item(surface, item, models, place)
            surface.set_clip(None)
        return places

    def _clear(self, surface: pygame.Surface, place: pygame.Rect, view: items.View) -> None:
        """Fill `place` with the background, but for the largest map in it, which covers its own."""
        maps = [to_box(one.rect).clip(place) for one in view if isinstance(one, items.Map)]
        within = max(maps, key=lambda box: box.width * box.height, default=pygame.Rect(place.topleft, (0, 0)))
        for strip in surround(within, place):
            surface.fill(self.theme["background"], strip)

    def number_items(self, view: items.View) -> tuple[int, ...]:
        """Return a number for each item of the next view: equal ones look the same, in it and in the view before."""
        return self._item_numbers.number(view)

    def draw_item(self, surface: pygame.Surface, item: items.Item, models: Models, place: pygame.Rect) -> None:
        """Draw `item` where it lies in `place`, marks and texts that wrap within their own rectangles."""
        if isinstance(item, items.Marker | items.Line):
            surface.set_clip(to_box(item.clip).clip(place))
        elif isinstance(item, BOUNDED) or (isinstance(item, items.Text) and item.wrap):
            surface.set_clip(to_box(item.rect).clip(place))
        else:
            surface.set_clip(place)
        match item:
            case items.Panel():
                self._draw_panel(surface, item)
            case items.Veil():
                veil = pygame.Surface(item.rect.size, pygame.SRCALPHA)
                veil.fill((*self.theme["background"], VEIL_OPACITY))
                surface.blit(veil, (item.rect.x, item.rect.y))
            case items.Map():
                self._draw_map(surface, item, models)
            case items.ClassNames():
                origin = models[item.map.previous_model] if item.map.previous_model else None
                model = models[item.map.model]
                self._class_name_painter.paint(surface, item, model, self.theme, self.lettering, origin)
            case items.Marker():
                self._draw_marker(surface, item)
            case items.Rings():
                self._draw_rings(surface, item)
            case items.Line():
                self._draw_line(surface, item)
            case items.Image():
                self._draw_image(surface, item)
            case items.FilmStrip():
                self._draw_film_strip(surface, item)
            case items.Text() | items.CornerNote():
                self._draw_text(surface, item)
            case Chart():
                chart_painter.paint(surface, item, self.theme, self.lettering)
            case items.Bars():
                bars_painter.paint(surface, item, self.theme)
            case items.Gauge():
                bars_painter.paint_gauge(surface, item, self.theme)
            case items.ColourBar():
                heatmap_painter.paint_colour_bar(surface, item, self.theme)
            case items.NoData():
                heatmap_painter.paint_hatching(surface, to_box(item.rect), self.theme, self.lettering.ui_scale)
                draw_outline(surface, self.theme["line"], to_box(item.rect), self._thin)
            case items.StatusDot():
                centre, radius = to_box(item.rect).center, item.rect.shorter_side // 2
                self._draw_class_dot(surface, item.colour, centre, radius)
            case items.Chip():
                self._draw_chip(surface, item)
            case items.Black() | items.Halo() | items.Trail():
                presenter_painter.paint(surface, item, self.theme, place)
            case items.HelpPage():
                help_painter.paint(surface, item, self.theme, self.lettering.ui_scale, self._help_lettering)
            case items.Highlight():
                highlight_painter.paint(surface, item, self.theme, self.lettering.ui_scale)
            case items.Cover():
                cover_painter.paint(surface, item.rects, self.theme, self.lettering)

    @property
    def _thin(self) -> int:
        """Pixels of the line around a panel."""
        return max(1, round(self.lettering.ui_scale))

    def _draw_panel(self, surface: pygame.Surface, item: items.Panel) -> None:
        box, radius = to_box(item.rect), round(8 * self.lettering.ui_scale)
        pygame.draw.rect(surface, self.theme[item.colour], box, border_radius=radius)
        if item.outline:
            pygame.draw.rect(surface, self.theme[item.outline], box, self._thin, border_radius=radius)

    def _draw_map(self, surface: pygame.Surface, item: items.Map, models: Models) -> None:
        if item.rect.width <= 0 or item.rect.height <= 0:
            return
        origin = models[item.previous_model] if item.previous_model else None
        dots = self._scatter_painter.render(item, models[item.model], self.theme, self.lettering, origin)
        surface.blit(dots, (item.rect.x, item.rect.y))
        draw_outline(surface, self.theme["line"], to_box(item.rect), self._thin)

    def _draw_marker(self, surface: pygame.Surface, item: items.Marker) -> None:
        if not near_view.is_near(item.px, surface.get_rect()):
            return
        at, width = to_pixel(item.px), max(2, item.size // 3)
        if item.filled:
            pygame.draw.aacircle(surface, self.theme["map"], at, item.size + 2)
            pygame.draw.aacircle(surface, self.theme[item.colour], at, item.size)
            text = self.lettering.render_line(item.label, "small", self.theme["on accent"], bold=True)
            surface.blit(text, text.get_rect(center=at))
        else:
            # a dark and a bright ring: one of them is visible on any background
            pygame.draw.aacircle(surface, self.theme["map"], at, item.size + width, 2 * width)
            pygame.draw.aacircle(surface, self.theme[item.colour], at, item.size + width // 2, width)
        if item.crossed:
            arm, ink = max(2, round(0.6 * item.size)), self.theme["map" if item.filled else item.colour]
            (x, y), thick = at, max(1, round(0.4 * item.size))
            pygame.draw.line(surface, ink, (x - arm, y - arm), (x + arm, y + arm), thick)
            pygame.draw.line(surface, ink, (x - arm, y + arm), (x + arm, y - arm), thick)

    def _draw_rings(self, surface: pygame.Surface, item: items.Rings) -> None:
        seen = surface.get_clip().inflate(4 * item.size, 4 * item.size)
        ground, width = self.theme["map"], max(2, item.size // 3)
        for px, letter, colour in zip(item.px, item.letters, item.colours, strict=True):
            at = to_pixel(px)
            if not seen.collidepoint(at):
                continue
            pygame.draw.aacircle(surface, ground, at, item.size + 2)
            pygame.draw.aacircle(surface, self.theme[colour], at, item.size, width)
            if letter:
                text = self.lettering.render_line(letter, "small", self.theme["text"], bold=True)
                surface.blit(text, text.get_rect(center=at))

    def _draw_line(self, surface: pygame.Surface, item: items.Line) -> None:
        length = 4.0 * item.width + 4
        strokes = near_view.clip_line(item.points, surface.get_rect())
        if item.dashed:
            strokes = [dash for stroke in strokes for dash in split_into_dashes(stroke, length)]
        for colour, width in ((self.theme["map"], item.width + 3), (self.theme[item.colour], item.width)):
            for stroke in strokes:
                pygame.draw.lines(surface, colour, False, stroke, width)
        if item.arrow and strokes and near_view.is_near(item.points[-1], surface.get_rect()):
            head = compute_arrowhead(item.points, length)
            if head:
                pygame.draw.polygon(surface, self.theme["map"], head, 3)
                pygame.draw.polygon(surface, self.theme[item.colour], head)

    def _draw_image(self, surface: pygame.Surface, item: items.Image) -> None:
        size = fit_size(item.picture, item.rect)
        if min(size) < 2:
            return
        enlarged = self._enlarge(id(item.picture), (item.picture,), size, always_smooth=item.always_smooth)
        place = enlarged.get_rect(center=to_pixel(item.rect.centre))
        surface.blit(enlarged, place)
        if item.outline:
            thick = max(1, round((1 if item.outline == "line" else 3) * self.lettering.ui_scale))
            draw_outline(surface, self.theme[item.outline], place, thick)

    def _draw_film_strip(self, surface: pygame.Surface, item: items.FilmStrip) -> None:
        places = item.picture_rects[: len(item.pictures)]
        size = fit_size(item.pictures[0], places[0]) if places else (0, 0)
        if min(size) < 2:
            return
        enlarged = self._enlarge(id(item.pictures), item.pictures, size)
        for i, cell in enumerate(places):
            place = pygame.Rect((0, 0), size)
            place.center = to_pixel(cell.centre)
            surface.blit(enlarged, place, (0, i * size[1], *size))
            end = item.outlined_ends and i in (0, item.cells - 1)
            frame = item.outlines[i] if i < len(item.outlines) else ""
            thick = max(1, round((3 if end or frame not in ("", "line") else 1) * self.lettering.ui_scale))
            draw_outline(surface, self.theme["accent" if end else frame or "line"], place, thick)

    def _enlarge(
        self, pictures_id: int, pictures: Sequence[Picture], size: tuple[int, int], *, always_smooth: bool = False
    ) -> pygame.Surface:
        smooth = self._smooth_pixels or always_smooth
        texts = [one for one in pictures if isinstance(one, WrittenSample)]
        key = (pictures_id, size, (self.theme.name, self.lettering.ui_scale) if texts else smooth)
        entry = self._enlarged.get(key)
        if entry is None:  # holding the pictures keeps their ids from being used again
            if texts:
                enlarged = self._text_painter.write(texts, size, self.theme, self.lettering.ui_scale)
            else:
                enlarged = resample.enlarge(pictures, size, smooth=smooth)
            entry = self._enlarged.put(key, (pictures, enlarged))
        return entry[1]

    def _draw_text(self, surface: pygame.Surface, item: items.Text | items.CornerNote) -> None:
        written = self._written.get(item)
        if written is None:
            drawn = self._write_note(item) if isinstance(item, items.CornerNote) else self._write_text(item)
            written = self._written.put(item, drawn)
        for line, place in written:
            surface.blit(line, place)

    def _write_text(self, item: items.Text) -> Written:
        if not item.text or item.rect.width < 8 or item.rect.height < 6:
            return []
        settled = text_layout.settle(item, self.lettering)
        line = self.lettering.render_line(
            settled.text, settled.size, self.theme[item.colour], bold=item.bold, width=item.rect.width,
            wrap=settled.wraps, align=item.align, middle=item.shorten_middle,
        )  # fmt: skip
        return [(line, text_layout.place_lines(item, line.get_size()))]

    def _write_note(self, item: items.CornerNote) -> Written:
        """Return the lines of a note, each with a halo, since a ground would hide the dots below; over pictures with
        one."""
        reach = max(1, round(2 * self.lettering.ui_scale))
        written: Written = []
        lines = text_layout.place_note(item, self.lettering)
        if item.has_ground and lines:
            box = lines[0][1].unionall([place for _, place in lines]).inflate(4 * reach, 2 * reach)
            ground = pygame.Surface(box.size)
            ground.fill(self.theme["map"])
            written.append((ground, box))
        for text, place in lines:
            ink, halo = (
                self.lettering.render_line(text, item.size, self.theme[role], width=place.width)
                for role in ("muted", "map")
            )
            sheet = pygame.Surface((ink.get_width() + 2 * reach, ink.get_height() + 2 * reach), pygame.SRCALPHA)
            for at in [(dx, dy) for dx in range(2 * reach + 1) for dy in range(2 * reach + 1)]:
                sheet.blit(halo, at)
            sheet.blit(ink, (reach, reach))
            written.append((sheet, place.move(-reach, -reach)))
        return written

    def _draw_class_dot(self, surface: pygame.Surface, role: str, centre: tuple[int, int], radius: int) -> None:
        pygame.draw.aacircle(surface, self.theme[role], centre, radius)
        core = self.theme.get_class_core(int(role.split()[1])) if role.startswith("class ") else None
        if core is not None:
            pygame.draw.aacircle(surface, core, centre, max(1, round(CORE_SHARE * radius)))

    def _draw_chip(self, surface: pygame.Surface, item: items.Chip) -> None:
        radius = item.rect.height // 2
        background, box = self.theme["panel" if item.visible else "background"], to_box(item.rect)
        pygame.draw.rect(surface, background, box, border_radius=radius)
        pygame.draw.rect(surface, self.theme["line"], box, 1, border_radius=radius)
        if item.colour is None:
            ink = self.theme["text" if item.visible else "muted"]
            text = self.lettering.render_line(item.text, "body", ink, width=item.rect.width - 8)
            surface.blit(text, text.get_rect(center=to_pixel(item.rect.centre)))
            return
        dot, colour = max(3, round(item.rect.height * 0.22)), self.theme[item.colour]
        centre = (item.rect.x + round(item.rect.height * 0.5), round(item.rect.centre[1]))
        if item.visible:
            self._draw_class_dot(surface, item.colour, centre, dot)
        else:
            pygame.draw.aacircle(surface, mix(colour, background, 0.4), centre, dot, 2)
        beside = max(4, round(0.16 * item.rect.height))
        room = item.rect.right - centre[0] - dot - beside
        ink = self.theme["text" if item.visible else "muted"]
        text = self.lettering.render_line(item.text, "body", ink, width=room, middle=True)
        surface.blit(text, text.get_rect(midleft=(centre[0] + dot + beside, centre[1])))


def fit_size(picture: Picture, rect: Rect) -> tuple[int, int]:
    """Return the largest size (width, height) in `rect` that keeps the proportions, up to `MAX_PROPORTION`; a text
    fills it."""
    if isinstance(picture, WrittenSample):
        return rect.width, rect.height
    height, width = picture.shape[:2]
    height, width = max(height, width / MAX_PROPORTION), max(width, height / MAX_PROPORTION)
    share = min(rect.width / width, rect.height / height)
    return round(width * share), round(height * share)


def _find_reordered(before: list[int], after: list[int], boxes: Mapping[int, pygame.Rect]) -> list[pygame.Rect]:
    """Return boxes that cover all that lies below what it lay over, by two orders of the same numbers: the names of
    classes lie over a note as soon as there is a marker. Of each two that changed places one is enough."""
    places = [i for i, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    moved = [boxes[number] for number in after[places[0] : places[-1] + 1]]
    return sorted(moved, key=lambda box: box.width * box.height)[:-1]
