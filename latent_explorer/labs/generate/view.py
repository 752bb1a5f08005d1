"""View of the Generate lab: maps with the new latents, grids of new pictures, and one with its nearest sample."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from latent_explorer.engine.results import Results
from latent_explorer.labs.generate.layout import TRAJECTORY_PICTURES, GridLayout
from latent_explorer.labs.generate.queries import PICTURE_COUNT, DenoisingTrajectoryValue, SampleGridValue, find_nearest
from latent_explorer.labs.generate.sampling import CODEBOOK, DIFFUSION, MIXTURE
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.film_export import FilmExport, FilmRow
from latent_explorer.scene.items import FilmStrip, Image, Item, Line, Marker, Panel, StatusDot, Text, View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

DOT_HIT_RADIUS = 14
"""Distance in design pixels within which the mouse is on a dot."""
REALISTIC_COLOUR, UNREALISTIC_COLOUR = "good", "warn"


@dataclass(frozen=True)
class GenerateViewModel:
    """View model of the Generate lab."""

    hint: str
    grid_layout: GridLayout
    sources: tuple[str, ...]
    """By slot, as the following two."""
    grids: tuple[SampleGridValue | None, ...]
    trajectories: tuple[DenoisingTrajectoryValue | None, ...]
    temperature: float
    picked_picture: int
    picked_position: tuple[int, float, float] | None
    hovered_picture: int
    progress: float

    def find_active_picture(self, state: State) -> int:
        """Return the active picture: under the mouse, else the clicked one."""
        if self.hovered_picture >= 0:
            return self.hovered_picture
        if state.pointer.hover is not None:
            slot, wall = state.pointer.hover.slot, self.grids[state.pointer.hover.slot]
            if wall is not None:
                number = find_nearest(wall.xy, state.pointer.hover.xy)
                rect, camera = self.grid_layout.layout.maps[slot], state.get_camera(slot)
                x, y = camera.to_px((float(wall.xy[number, 0]), float(wall.xy[number, 1])), rect)
                if (x - state.pointer.hover.px[0]) ** 2 + (y - state.pointer.hover.px[1]) ** 2 <= (
                    DOT_HIT_RADIUS * state.marker_scale
                ) ** 2:
                    return number
        return self.chosen_picture

    @property
    def chosen_picture(self) -> int:
        if self.picked_position is None:
            return self.picked_picture
        slot, x, y = self.picked_position
        wall = self.grids[slot]
        return self.picked_picture if wall is None else find_nearest(wall.xy, (x, y))


def make_view(view_model: GenerateViewModel, state: State, results: Results) -> View:
    layout = view_model.grid_layout.layout
    hint = map_layers.choose_hint(state, 2, view_model.hint)
    found = map_panel.shared_items(state, layout.hint, layout.legend, hint, 2)
    found += map_layers.make_legend_items(state, layout, results, 2)
    number = view_model.find_active_picture(state)
    for slot, rect in enumerate(layout.maps):
        wall, way = view_model.grids[slot], view_model.trajectories[slot]
        found += _make_title_items(view_model, slot, state)
        found += map_layers.make_map_items(state, slot, rect, results, 2)
        failure = results.get_failure(f"wall {slot}")
        if wall is None:
            said = failure.message if failure else state.status.loading or _get_waiting_text(view_model.sources[slot])
            place = layout.parts[f"wall {slot}"]
            found += [Panel(place), Text(place.inset(8), said, "body", "muted", "centre", wrap=True)]
            continue
        found += _make_map_items(view_model, slot, number, state, rect)
        found += _make_picture_items(view_model, slot, number, state)
        frames = tuple(
            "accent" if n == number else REALISTIC_COLOUR if like else UNREALISTIC_COLOUR
            for n, like in enumerate(wall.novelty_scores.is_realistic.tolist())
        )
        empty = make_grid_strip(view_model.grid_layout, f"wall {slot}")
        found.append(replace(empty, pictures=wall.pictures, outlines=frames))
        found += _make_trajectory_items(view_model, slot, way, state)
    return tuple(found)


def make_grid_strip(grid_layout: GridLayout, part: str) -> FilmStrip:
    """Return the grid `part` without its pictures."""
    return FilmStrip(
        grid_layout.layout.parts[part],
        (),
        grid_layout.pictures_per_row,
        grid_layout.gap,
        rows=grid_layout.row_count,
        reveals_answer=True,
    )


def _get_waiting_text(source: str) -> str:
    return "Fitting a mixture of Gaussians to the latents." if source == MIXTURE else "Drawing codes."


def _make_title_items(view_model: GenerateViewModel, slot: int, state: State) -> list[Item]:
    """Return the model's name with the number of realistic pictures, and below the source of its latents."""
    parts, wall, u = view_model.grid_layout.layout.parts, view_model.grids[slot], state.ui_scale
    found: list[Item] = []
    if f"title {slot}" in parts:
        rect = parts[f"title {slot}"]
        name, count = rect.split_left(round(rect.width * 0.5), round(8 * u))
        found.append(Text(name, state.models[slot], "title", "text", bold=True, shorten_middle=True))
        if wall is not None:
            said = f"{wall.realistic_count} of {PICTURE_COUNT} look like the data"
            colour = REALISTIC_COLOUR if 2 * wall.realistic_count >= PICTURE_COUNT else UNREALISTIC_COLOUR
            short = f"{wall.realistic_count} of {PICTURE_COUNT} look real"
            found.append(Text(count, said, "title", colour, "right", bold=True, short=short, reveals_answer=True))
    if f"source {slot}" in parts:
        rect = parts[f"source {slot}"]
        said, short = _describe_source(view_model, slot, state)
        left, right = rect.split_left(round(rect.width * 0.72), round(8 * u))
        found.append(map_panel.make_caption(left, said, short=short))
        if wall is not None:
            varied = f"variety {100 * wall.novelty_scores.variety:.0f} %"
            found.append(
                map_panel.make_caption(
                    right, f"{varied} of the data's", align="right", short=varied, reveals_answer=True
                )
            )
    return found


def _describe_source(view_model: GenerateViewModel, slot: int, state: State) -> tuple[str, str]:
    """Describe the source of a slot's latents, in long and in short."""
    checkpoint, source, t = state.get_checkpoint(slot), view_model.sources[slot], view_model.temperature
    wall = view_model.grids[slot]
    if source == MIXTURE:
        if wall is None or wall.mixture_fit is None:
            return "from a mixture fitted to its latents", "from a mixture"
        count, seconds = wall.mixture_fit
        return f"from {count} Gaussians, fitted to its latents in {seconds:.1f} s", f"from {count} Gaussians"
    if source == CODEBOOK:
        return "codes of its codebook, each as often as samples use it", "codes by their use"
    if source == DIFFUSION:
        return "latent diffusion: noise, led to the data in 50 steps", "latent diffusion"
    normal = "N(0, 1)" if t == 1 else f"N(0, {t:g}²)"
    if checkpoint.traits.has_prior:
        return f"from its prior {normal}, to which its codes were drawn in training", f"from its prior {normal}"
    return f"from {normal}, although it never learnt to put its codes there", f"{normal}, never learnt"


# -- the map --------------------------------------------------------------------------------------------


def _make_map_items(
    view_model: GenerateViewModel, slot: int, picture_index: int, state: State, rect: Rect
) -> list[Item]:
    """Return the markers of the new latents, the active one with its nearest sample, and its denoising trajectory."""
    wall, way = view_model.grids[slot], view_model.trajectories[slot]
    if wall is None or state.map_task.transition is not None:
        return []
    camera = state.get_camera(slot)
    px = [camera.to_px((x, y), rect) for x, y in wall.xy.tolist()]
    small = round(4 * state.marker_scale)
    colours = [
        "muted" if state.overlay.pictures_hidden else REALISTIC_COLOUR if like else UNREALISTIC_COLOUR
        for like in wall.novelty_scores.is_realistic.tolist()
    ]
    dots = [Marker(at, rect, colours[n], small, filled=True) for n, at in enumerate(px) if n != picture_index]
    found: list[Item] = list(dict.fromkeys(dots))  # one of several at the same position is enough
    if way is not None and view_model.sources[slot] == DIFFUSION:
        points = tuple(camera.to_px(xy, rect) for xy in way.xy)
        last = max(1, round(view_model.progress * (len(points) - 1)))
        found.append(Line(points[: last + 1], rect, "accent", 2))
        if view_model.progress < 1:
            found.append(Marker(points[last], rect, "accent", round(7 * state.marker_scale), filled=True))
            return found
    real = map_panel.get_dot_px(state, slot, int(wall.novelty_scores.nearest_dots[picture_index]), rect)
    found.append(Line((px[picture_index], real), rect, "second", 2, dashed=True))
    found.append(Marker(px[picture_index], rect, "accent", round(7 * state.marker_scale), filled=True))
    found.append(Marker(real, rect, "second", round(12 * state.marker_scale)))
    return found


# -- the active picture ---------------------------------------------------------------------------------


def _make_picture_items(view_model: GenerateViewModel, slot: int, picture_index: int, state: State) -> list[Item]:
    """Return the active picture, its nearest real one below, and the verdict whether it is a copy."""
    parts, wall, way = view_model.grid_layout.layout.parts, view_model.grids[slot], view_model.trajectories[slot]
    assert wall is not None
    judged, u = wall.novelty_scores, state.ui_scale
    dot = int(judged.nearest_dots[picture_index])
    shown = wall.pictures[picture_index]
    said = f"new: number {picture_index + 1}"
    told = int(wall.labels[picture_index])
    if told >= 0:
        said += f", told {state.get_checkpoint(slot).class_names[told]}"
    if way is not None and view_model.progress < 1 and view_model.sources[slot] == DIFFUSION:
        shown, said = way.pictures[_find_current_step(view_model, way)], "out of noise"
    found: list[Item] = [Image(parts[f"new {slot}"], shown, "accent", reveals_answer=True)]
    found.append(
        Image(parts[f"real {slot}"], wall.nearest_pictures[picture_index], "second", reveals_answer=bool(wall.note))
    )
    if f"new text {slot}" in parts:
        found.append(map_panel.make_caption(parts[f"new text {slot}"], said, colour="accent", short="new"))
        tells = map_panel.has_classes(state, slot) and not state.overlay.pictures_hidden
        name = f" ({map_panel.get_class_name(state, slot, dot)})" if tells else ""
        said = f"nearest real{name}"
        found.append(map_panel.make_caption(parts[f"real text {slot}"], said, colour="second", short="real"))
    if f"words {slot}" in parts:
        rect = parts[f"words {slot}"]
        bulb, words = rect.split_left(round(10 * u), round(8 * u))
        text, short, colour = describe_novelty(wall, picture_index)
        light = Rect(bulb.x, bulb.y + (bulb.height - bulb.width) // 2, bulb.width, bulb.width)
        found += [
            StatusDot(light, colour, reveals_answer=True),
            Text(words, text, "small", "text", short=short, reveals_answer=True),
        ]
    return found


def describe_novelty(grid: SampleGridValue, picture_index: int) -> tuple[str, str, str]:
    """Describe whether a picture is realistic and new: in long, in short, and as a colour."""
    judged = grid.novelty_scores
    gaps, edge = float(judged.distances[picture_index]), float(judged.off_data_thresholds[picture_index])
    if not judged.is_near[picture_index]:
        said = (
            f"Off the data: {gaps:.2f} gaps from the nearest real sample; nine in ten of these lie within {edge:.2f}."
        )
        return said, f"Off the data: {gaps:.1f} gaps away", UNREALISTIC_COLOUR
    if not judged.is_reconstructed[picture_index]:
        said = "Not like the data: encoded and decoded again, it turns into another picture."
        return said, "Not like the data", UNREALISTIC_COLOUR
    if judged.is_copy[picture_index]:
        said = f"Memorised? {gaps:.1f} gaps from a real sample: of these only 1 in 100 is as near to another."
        return said, f"Memorised? {gaps:.1f} gaps away", "fair"
    said = f"New, no copy: {gaps:.1f} gaps from the nearest real sample; these are 1 gap from each other."
    return said, f"New: {gaps:.1f} gaps away", REALISTIC_COLOUR


# -- the denoising trajectory ---------------------------------------------------------------------------


def _make_trajectory_items(
    view_model: GenerateViewModel, slot: int, trajectory: DenoisingTrajectoryValue | None, state: State
) -> list[Item]:
    rect = view_model.grid_layout.layout.parts.get(f"film {slot}")
    if rect is None:
        return []
    if view_model.sources[slot] != DIFFUSION:
        said = "No diffusion here: its codes are drawn at once, without a way."
        return [Panel(rect), Text(rect.inset(4), said, "small", "muted", "centre", short="No diffusion here")]
    if trajectory is None:
        return [Panel(rect), Text(rect.inset(4), "Finding its way.", "small", "muted", "centre")]
    gap = round(4 * state.ui_scale)
    frames: tuple[str, ...] = ()
    if view_model.progress < 1:
        frames = tuple(
            "accent" if n == _find_current_step(view_model, trajectory) else "line" for n in range(TRAJECTORY_PICTURES)
        )
    film = FilmStrip(
        rect,
        trajectory.pictures,
        TRAJECTORY_PICTURES,
        gap,
        outlined_ends=not frames,
        reveals_answer=True,
        outlines=frames,
    )
    return [Panel(rect), film]


def make_film_export(
    state: State, trajectories: Mapping[str, DenoisingTrajectoryValue | None], seconds: float
) -> FilmExport | None:
    """Return the film of the denoising trajectories, by model name."""
    rows = [
        FilmRow(model, "from noise to a picture", way.pictures)
        for model, way in trajectories.items()
        if way is not None
    ]
    if not rows:
        return None
    return FilmExport(
        "generate",
        tuple(rows),
        TRAJECTORY_PICTURES,
        seconds,
        False,
        state.preferences.theme == "dark",
        state.preferences.smooth_pixels,
    )


def _find_current_step(view_model: GenerateViewModel, trajectory: DenoisingTrajectoryValue) -> int:
    """Return the index of the trajectory picture at the current progress."""
    step = view_model.progress * trajectory.picture_steps[-1]
    return max(n for n, at in enumerate(trajectory.picture_steps) if at <= step + 1e-6)
