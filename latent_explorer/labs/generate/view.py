"""What Generate shows: maps with the new codes, walls of new pictures, and one of them beside its nearest sample."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from latent_explorer.engine.results import Results
from latent_explorer.labs.generate.layout import STEPS, Places
from latent_explorer.labs.generate.queries import COUNT, WallValue, WayValue, nearest_to
from latent_explorer.labs.generate.sampling import CODES, DIFFUSION, MIXTURE
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.film_export import Keepsake, Row
from latent_explorer.scene.items import Film, Image, Item, Light, Line, Marker, Panel, Text, View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

NEAR = 14
"""Design pixels from a dot within which the mouse is on it."""
PRIORS = ("variational", "conditional", "diffusion", "wasserstein", "adversarial")
LIKE, UNLIKE = "good", "warn"


@dataclass(frozen=True)
class Seen:
    """What is to be shown."""

    hint: str
    places: Places
    sources: tuple[str, ...]
    """By slot, as what follows."""
    walls: tuple[WallValue | None, ...]
    ways: tuple[WayValue | None, ...]
    temperature: float
    picked: int
    place: tuple[int, float, float] | None
    over: int
    head: float

    def number(self, state: State, world: World) -> int:
        """The picture that is looked at: under the mouse, else the one that was clicked."""
        if self.over >= 0:
            return self.over
        if state.hover is not None:
            slot, wall = state.hover.slot, self.walls[state.hover.slot]
            if wall is not None:
                number = nearest_to(wall.xy, state.hover.xy)
                rect, camera = self.places.layout.maps[slot], state.camera(slot, world)
                x, y = camera.to_px((float(wall.xy[number, 0]), float(wall.xy[number, 1])), rect)
                if (x - state.hover.px[0]) ** 2 + (y - state.hover.px[1]) ** 2 <= (NEAR * state.mark) ** 2:
                    return number
        return self.chosen

    @property
    def chosen(self) -> int:
        if self.place is None:
            return self.picked
        slot, x, y = self.place
        wall = self.walls[slot]
        return self.picked if wall is None else nearest_to(wall.xy, (x, y))


def items(seen: Seen, state: State, results: Results, world: World) -> View:
    layout = seen.places.layout
    hint = map_layers.hint(state, world, 2, seen.hint)
    found = map_panel.common(state, layout.hint, layout.legend, hint, world, 2)
    found += map_layers.legend_items(state, layout, results, world, 2)
    number = seen.number(state, world)
    for slot, rect in enumerate(layout.maps):
        wall, way = seen.walls[slot], seen.ways[slot]
        found += _title(seen, slot, state, world)
        found += map_layers.map_items(state, slot, rect, results, world, 2)
        failure = results.failure(f"wall {slot}")
        if wall is None:
            said = failure.message if failure else state.loading or _waiting(seen.sources[slot])
            place = layout.parts[f"wall {slot}"]
            found += [Panel(place), Text(place.inset(8), said, "body", "muted", "centre", wrap=True)]
            continue
        found += _marks(seen, slot, number, state, rect, world)
        found += _pictures(seen, slot, number, state, world)
        frames = tuple(
            "accent" if n == number else LIKE if like else UNLIKE for n, like in enumerate(wall.judged.like.tolist())
        )
        empty = film(seen.places, f"wall {slot}")
        found.append(replace(empty, pictures=wall.pictures, smooth=state.smooth, frames=frames))
        found += _film(seen, slot, way, state)
    return tuple(found)


def film(places: Places, part: str) -> Film:
    """A wall, before it has its pictures."""
    return Film(places.layout.parts[part], (), places.cells, places.gap, rows=places.rows, secret=True)


def _waiting(source: str) -> str:
    return "Fitting a mixture of Gaussians to the latents." if source == MIXTURE else "Drawing codes."


def _title(seen: Seen, slot: int, state: State, world: World) -> list[Item]:
    """The model and how many of its pictures look like data; below, where its codes come from."""
    parts, wall, u = seen.places.layout.parts, seen.walls[slot], state.unit
    found: list[Item] = []
    if f"title {slot}" in parts:
        rect = parts[f"title {slot}"]
        name, count = rect.left(round(rect.width * 0.5), round(8 * u))
        found.append(Text(name, state.models[slot], "title", "text", bold=True, middle=True))
        if wall is not None:
            said = f"{wall.like} of {COUNT} look like the data"
            colour = LIKE if 2 * wall.like >= COUNT else UNLIKE
            short = f"{wall.like} of {COUNT} look real"
            found.append(Text(count, said, "title", colour, "right", bold=True, short=short, secret=True))
    if f"source {slot}" in parts:
        rect = parts[f"source {slot}"]
        said, short = _source(seen, slot, state, world)
        left, right = rect.left(round(rect.width * 0.72), round(8 * u))
        found.append(map_panel.caption(left, said, short=short))
        if wall is not None:
            varied = f"variety {100 * wall.judged.variety:.0f} %"
            found.append(map_panel.caption(right, f"{varied} of the data's", align="right", short=varied, secret=True))
    return found


def _source(seen: Seen, slot: int, state: State, world: World) -> tuple[str, str]:
    """Where a slot's codes come from, in words, and shorter."""
    checkpoint, source, t = world[state.models[slot]], seen.sources[slot], seen.temperature
    wall = seen.walls[slot]
    if source == MIXTURE:
        if wall is None or wall.fitted is None:
            return "from a mixture fitted to its latents", "from a mixture"
        count, seconds = wall.fitted
        return f"from {count} Gaussians, fitted to its latents in {seconds:.1f} s", f"from {count} Gaussians"
    if source == CODES:
        return "codes of its codebook, each as often as samples use it", "codes by their use"
    if source == DIFFUSION:
        return "latent diffusion: noise, led to the data in 50 steps", "latent diffusion"
    normal = "N(0, 1)" if t == 1 else f"N(0, {t:g}²)"
    if checkpoint.config.objective.name in PRIORS:
        return f"from its prior {normal}, to which its codes were drawn in training", f"from its prior {normal}"
    return f"from {normal}, although it never learnt to put its codes there", f"{normal}, never learnt"


# -- the map --------------------------------------------------------------------------------------------


def _marks(seen: Seen, slot: int, number: int, state: State, rect: Rect, world: World) -> list[Item]:
    """The new codes, the one that is looked at with its nearest sample, and its way out of noise."""
    wall, way = seen.walls[slot], seen.ways[slot]
    if wall is None or state.moving is not None:
        return []
    camera = state.camera(slot, world)
    px = [camera.to_px((x, y), rect) for x, y in wall.xy.tolist()]
    small = round(4 * state.mark)
    colours = ["muted" if state.covered else LIKE if like else UNLIKE for like in wall.judged.like.tolist()]
    dots = [Marker(at, rect, colours[n], small, filled=True) for n, at in enumerate(px) if n != number]
    found: list[Item] = list(dict.fromkeys(dots))  # of those at one place one is enough
    if way is not None and seen.sources[slot] == DIFFUSION:
        points = tuple(camera.to_px(xy, rect) for xy in way.xy)
        last = max(1, round(seen.head * (len(points) - 1)))
        found.append(Line(points[: last + 1], rect, "accent", 2))
        if seen.head < 1:
            found.append(Marker(points[last], rect, "accent", round(7 * state.mark), filled=True))
            return found
    real = map_panel.dot_px(state, slot, int(wall.judged.nearest[number]), rect, world)
    found.append(Line((px[number], real), rect, "second", 2, dashed=True))
    found.append(Marker(px[number], rect, "accent", round(7 * state.mark), filled=True))
    found.append(Marker(real, rect, "second", round(12 * state.mark)))
    return found


# -- one of them ----------------------------------------------------------------------------------------


def _pictures(seen: Seen, slot: int, number: int, state: State, world: World) -> list[Item]:
    """The new picture over the real one that is nearest to it, and whether it is a copy, in words."""
    parts, wall, way = seen.places.layout.parts, seen.walls[slot], seen.ways[slot]
    assert wall is not None
    judged, u = wall.judged, state.unit
    dot = int(judged.nearest[number])
    shown = wall.pictures[number]
    said = f"new: number {number + 1}"
    told = int(wall.labels[number])
    if told >= 0:
        said += f", told {world[state.models[slot]].class_names[told]}"
    if way is not None and seen.head < 1 and seen.sources[slot] == DIFFUSION:
        shown, said = way.pictures[_step(seen, way)], "out of noise"
    found: list[Item] = [Image(parts[f"new {slot}"], shown, "accent", state.smooth, secret=True)]
    found.append(Image(parts[f"real {slot}"], wall.real[number], "second", state.smooth, secret=bool(wall.note)))
    if f"new text {slot}" in parts:
        found.append(map_panel.caption(parts[f"new text {slot}"], said, colour="accent", short="new"))
        tells = map_panel.has_classes(state, slot, world) and not state.covered
        name = f" ({map_panel.class_name(state, slot, dot, world)})" if tells else ""
        said = f"nearest real{name}"
        found.append(map_panel.caption(parts[f"real text {slot}"], said, colour="second", short="real"))
    if f"words {slot}" in parts:
        rect = parts[f"words {slot}"]
        bulb, words = rect.left(round(10 * u), round(8 * u))
        text, short, colour = verdict(wall, number)
        light = Rect(bulb.x, bulb.y + (bulb.height - bulb.width) // 2, bulb.width, bulb.width)
        found += [Light(light, colour, secret=True), Text(words, text, "small", "text", short=short, secret=True)]
    return found


def verdict(wall: WallValue, number: int) -> tuple[str, str, str]:
    """Whether a picture is real and new: in words, shorter, and the colour."""
    judged = wall.judged
    gaps, edge = float(judged.gaps[number]), float(judged.edge[number])
    if not judged.near[number]:
        said = (
            f"Off the data: {gaps:.2f} gaps from the nearest real sample; nine in ten of these lie within {edge:.2f}."
        )
        return said, f"Off the data: {gaps:.1f} gaps away", UNLIKE
    if not judged.back[number]:
        said = "Not like the data: encoded and decoded again, it turns into another picture."
        return said, "Not like the data", UNLIKE
    if judged.copies[number]:
        said = f"Memorised? {gaps:.1f} gaps from a real sample: of these only 1 in 100 is as near to another."
        return said, f"Memorised? {gaps:.1f} gaps away", "fair"
    said = f"New, no copy: {gaps:.1f} gaps from the nearest real sample; these are 1 gap from each other."
    return said, f"New: {gaps:.1f} gaps away", LIKE


# -- out of noise ---------------------------------------------------------------------------------------


def _film(seen: Seen, slot: int, way: WayValue | None, state: State) -> list[Item]:
    rect = seen.places.layout.parts.get(f"film {slot}")
    if rect is None:
        return []
    if seen.sources[slot] != DIFFUSION:
        said = "No diffusion here: its codes are drawn at once, without a way."
        return [Panel(rect), Text(rect.inset(4), said, "small", "muted", "centre", short="No diffusion here")]
    if way is None:
        return [Panel(rect), Text(rect.inset(4), "Finding its way.", "small", "muted", "centre")]
    gap = round(4 * state.unit)
    frames: tuple[str, ...] = ()
    if seen.head < 1:
        frames = tuple("accent" if n == _step(seen, way) else "line" for n in range(STEPS))
    film = Film(rect, way.pictures, STEPS, gap, ends=not frames, smooth=state.smooth, secret=True, frames=frames)
    return [Panel(rect), film]


def keepsake(state: State, ways: Mapping[str, WayValue | None], seconds: float) -> Keepsake | None:
    """The ways of models by their names, from noise to the picture, to be saved."""
    rows = [Row(model, "from noise to a picture", way.pictures) for model, way in ways.items() if way is not None]
    if not rows:
        return None
    return Keepsake("generate", tuple(rows), STEPS, seconds, False, state.theme == "dark", state.smooth)


def _step(seen: Seen, way: WayValue) -> int:
    """The picture of a way that is reached."""
    step = seen.head * way.at[-1]
    return max(n for n, at in enumerate(way.at) if at <= step + 1e-6)
