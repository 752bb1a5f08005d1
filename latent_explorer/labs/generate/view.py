"""View of the Generate lab: maps with the new latents, grids of new pictures, and one with its nearest sample."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.checkpoint.sampling import CODEBOOK, DIFFUSION, MIXTURE
from latent_explorer.engine.measurements.judge_pictures import MIN_COPY_SHARE
from latent_explorer.labs.generate.layout import TRAJECTORY_PICTURES, GridLayout, fit_grid, make_layout
from latent_explorer.labs.generate.queries import PICTURE_COUNT, DenoisingTrajectoryValue, SampleGridValue, find_nearest
from latent_explorer.scene import map_panel, map_path, sample_facts
from latent_explorer.scene.film_export import FilmExport, FilmRow
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import (
    CornerNote,
    FilmStrip,
    Image,
    Item,
    Line,
    Marker,
    Panel,
    StatusDot,
    Text,
    make_caption,
)
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr, tr_count

DOT_HIT_RADIUS = 14
"""Distance in design pixels within which the mouse is on a dot."""
FAR_EXPLAINED, CROSS_EXPLAINED = mark("hollow: far from every sample"), mark("crossed: unlike the data")
"""A map places any code in some island: how far its picture is from the samples' is told by the dot."""
REALISTIC_COLOUR, UNREALISTIC_COLOUR = "good", "warn"
JUMPS_EXPLAINED = mark("dashed: the map jumps"), mark("no step of the way lies there")


def _get_grid(frame: Frame[Any], slot: int) -> SampleGridValue | None:
    return frame.results.get_value(f"wall {slot}", SampleGridValue)


def _get_trajectory(frame: Frame[Any], slot: int) -> DenoisingTrajectoryValue | None:
    """Return the denoising trajectory of a slot; None if its latents come from another source."""
    there = frame.own.choose_source(frame.state, slot) == DIFFUSION
    return frame.results.get_value(f"way {slot}", DenoisingTrajectoryValue) if there else None


def _find_active_picture(frame: Frame[Any]) -> int:
    """Return the active picture: under the mouse, else the clicked one."""
    own, state, hover = frame.own, frame.state, frame.state.pointer.hover
    if own.passing.hovered_picture >= 0:
        return int(own.passing.hovered_picture)
    if hover is not None and (grid := _get_grid(frame, hover.slot)) is not None:
        number = find_nearest(grid.xy, hover.xy)
        x, y = grid.xy[number].tolist()
        px = state.get_camera(hover.slot).to_px((x, y), frame.layout.maps[hover.slot])
        if math.dist(px, hover.px) <= DOT_HIT_RADIUS * state.marker_scale:
            return number
    if own.place is not None and (grid := _get_grid(frame, own.place[0])) is not None:
        return find_nearest(grid.xy, own.place[1:])
    return int(own.picked)


def _list_colours(grid: SampleGridValue) -> list[str]:
    """Return the colour of each picture: whether it looks like the data."""
    real = grid.novelty_scores.is_realistic
    return (
        ["line"] * PICTURE_COUNT if real is None else [REALISTIC_COLOUR if one else UNREALISTIC_COLOUR for one in real]
    )


def make_grid_layout(state: State, source: str) -> GridLayout:
    """Return the layout for the pictures of the first model."""
    aspect = state.get_checkpoint(0).picture_aspect
    return make_layout(state.lab_size, state.ui_scale, source == DIFFUSION, aspect)


def make_empty_grid(state: State, source: str, rect: Rect) -> FilmStrip:
    """Return the grid in `rect` without its pictures."""
    grid, aspect = make_grid_layout(state, source), state.get_checkpoint(0).picture_aspect
    if state.presents:  # the wall has a page for itself
        cells, _ = fit_grid(rect.width, rect.height, grid.gap, aspect)
        return FilmStrip(rect, (), cells, grid.gap, rows=-(-PICTURE_COUNT // cells), reveals_answer=True, aspect=aspect)
    return FilmStrip(rect, (), grid.pictures_per_row, grid.gap, rows=grid.row_count, reveals_answer=True, aspect=aspect)


def make_column_items(frame: Frame[Any], slot: int) -> list[Item]:
    """Return what belongs to a model beside its map: title, active picture, grid, and denoising trajectory."""
    grid, items = _get_grid(frame, slot), _make_title_items(frame, slot)
    empty = make_empty_grid(frame.state, frame.own.source, frame.layout.parts[f"wall {slot}"])
    if grid is None:
        is_mixture = frame.own.choose_source(frame.state, slot) == MIXTURE
        waiting = tr("Fitting a mixture of Gaussians to the latents.") if is_mixture else tr("Drawing codes.")
        return items + frame.wait_for(empty.rect, f"wall {slot}", waiting, "body")
    active, outlines = _find_active_picture(frame), _list_colours(grid)
    outlines[active] = "accent"
    items += _make_picture_items(frame, slot, grid, active)
    wall = replace(empty, pictures=grid.pictures, outlines=tuple(outlines))
    items += [wall, *_make_crosses(frame, grid, wall)]
    return items + _make_trajectory_items(frame, slot)


def _make_crosses(frame: Frame[Any], grid: SampleGridValue, wall: FilmStrip) -> list[Item]:
    """Return a cross in the corner of each picture that is unlike the data: the colour of its frame is not all."""
    side, items = round(13 * frame.ui_scale), list[Item]()
    if frame.state.overlay.pictures_hidden:
        return items
    for rect, colour in zip(wall.picture_rects, _list_colours(grid), strict=False):
        if colour == UNREALISTIC_COLOUR:
            corner = Rect(rect.right - side, rect.y, side, side)
            cross = Text(corner, "×", "small", UNREALISTIC_COLOUR, "centre", bold=True, reveals_answer=True)
            items += [Panel(corner, "panel"), cross]
    return items


def _make_title_items(frame: Frame[Any], slot: int) -> list[Item]:
    """Return the model's name with the number of realistic pictures, and below the source of its latents."""
    grid, gap, items = _get_grid(frame, slot), round(8 * frame.ui_scale), list[Item]()
    if (rect := frame.get_part(f"title {slot}")) is not None:
        name, count = rect.split_left(round(rect.width * 0.5), gap)
        items.append(Text(name, frame.state.models[slot], "title", bold=True, shorten_middle=True))
        if grid is not None and grid.realistic_count is not None:
            alike = grid.realistic_count
            text = tr_count(
                "{count} of {total} looks like the data", "{count} of {total} look like the data",
                alike, total=PICTURE_COUNT,
            )  # fmt: skip
            short = tr("{count} of {total} like the data", count=alike, total=PICTURE_COUNT)
            colour = REALISTIC_COLOUR if 2 * alike >= PICTURE_COUNT else UNREALISTIC_COLOUR
            verdict = Text(count, text, "title", colour, "right", bold=True, short=short)
            items.append(replace(verdict, reveals_answer=True))
    if (rect := frame.get_part(f"source {slot}")) is not None:
        source, variety = rect.split_left(round(rect.width * 0.72), gap)
        text, short = _describe_source(frame, slot)
        items.append(make_caption(source, text, short=short))
        if grid is not None:
            percent = 100 * grid.novelty_scores.variety
            text = tr("variety {percent:.0f}% of the data's", percent=percent)
            options = {"align": "right", "short": tr("variety {percent:.0f}%", percent=percent), "reveals_answer": True}
            items.append(make_caption(variety, text, **options))
    return items


def _describe_source(frame: Frame[Any], slot: int) -> tuple[str, str]:
    """Describe the source of a slot's latents, in long and in short."""
    source, t, grid = frame.own.choose_source(frame.state, slot), frame.own.temperature, _get_grid(frame, slot)
    if source == MIXTURE:
        if grid is None or grid.mixture_fit is None:
            return tr("from a mixture fitted to its latents"), tr("from a mixture")
        count, seconds = grid.mixture_fit
        text = tr_count(
            "from {count} Gaussian, fitted to its latents in {seconds:.1f} s",
            "from {count} Gaussians, fitted to its latents in {seconds:.1f} s",
            count, seconds=seconds,
        )  # fmt: skip
        return text, tr_count("from {count} Gaussian", "from {count} Gaussians", count)
    if source == CODEBOOK and t < 1:
        return tr("codes of its codebook, the common ones more often than samples use them"), tr("common codes")
    if source == CODEBOOK and t > 1:
        return tr("codes of its codebook, the rare ones more often than samples use them"), tr("more rare codes")
    if source == CODEBOOK:
        return tr("codes of its codebook, each as often as samples use it"), tr("codes by their use")
    if source == DIFFUSION:
        return tr("latent diffusion: noise, led to the data in 50 steps"), tr("latent diffusion")
    normal = tr("N(0, 1)") if t == 1 else tr("N(0, {deviation:g}²)", deviation=t)
    if frame.state.get_checkpoint(slot).is_foreign:
        text = tr("from {distribution}; whether its codes lie there is not known", distribution=normal)
        return text, tr("{distribution}, if codes lie there", distribution=normal)
    if frame.state.get_checkpoint(slot).traits.has_prior:
        text = tr("from its prior {distribution}, to which its codes were drawn in training", distribution=normal)
        return text, tr("from its prior {distribution}", distribution=normal)
    text = tr("from {distribution}, although it never learnt to put its codes there", distribution=normal)
    return text, tr("{distribution}, never learnt", distribution=normal)


# -- the map --------------------------------------------------------------------------------------------


def make_map_items(frame: Frame[Any], slot: int, rect: Rect) -> list[Item]:
    """Return the markers of the new latents, the active one with its nearest sample, and its denoising trajectory."""
    grid, trajectory, state, own = _get_grid(frame, slot), _get_trajectory(frame, slot), frame.state, frame.own
    if grid is None or state.map_task.transition is not None:
        return []
    camera, active = state.get_camera(slot), _find_active_picture(frame)
    px = [camera.to_px((x, y), rect) for x, y in grid.xy.tolist()]
    small, middle, large = (round(size * state.marker_scale) for size in (4, 7, 12))
    known = grid.realistic_count is not None and not state.overlay.pictures_hidden
    colours = _list_colours(grid) if known else ["muted"] * PICTURE_COUNT
    far = grid.novelty_scores.is_far & (not state.overlay.pictures_hidden)
    dots = [
        Marker(at, rect, colours[n], small, filled=not far[n], crossed=colours[n] == UNREALISTIC_COLOUR)
        for n, at in enumerate(px)
        if n != active
    ]
    items: list[Item] = list(dict.fromkeys(dots))  # one of several at the same position is enough
    notes = [tr(FAR_EXPLAINED)] * bool(far.any()) + [_explain_cross(grid)] * any(one.crossed for one in dots)
    if trajectory is not None:
        points = tuple(camera.to_px(xy, rect) for xy in trajectory.xy)
        last = max(1, round(own.passing.progress * (len(points) - 1)))
        spacing = state.get_checkpoint(slot).maps[state.get_map_name(slot)].dot_spacing
        jumps = map_path.find_jumps(np.asarray(trajectory.xy), spacing)
        items += map_path.make_items(points[: last + 1], jumps[:last], rect, "accent", state.scale_line(2))
        notes += map(tr, JUMPS_EXPLAINED) if jumps[:last].any() else []
        if own.passing.progress < 1:
            return [*items, *_make_notes(rect, notes), Marker(points[last], rect, "accent", middle, filled=True)]
    real = map_panel.get_dot_px(state, slot, int(grid.novelty_scores.nearest_dots[active]), rect)
    items.append(Line((px[active], real), rect, "second", state.scale_line(2), dashed=True))
    items.append(Marker(px[active], rect, "accent", middle, filled=not far[active]))
    return [*items, *_make_notes(rect, notes), Marker(real, rect, "second", large)]


def _explain_cross(grid: SampleGridValue) -> str:
    """Return what a cross means; of a model whose copies fail as often, that it says little of the codes."""
    share = grid.copy_share
    if share is None or share >= MIN_COPY_SHARE:
        return tr(CROSS_EXPLAINED)
    return tr("crossed: unlike the data, as {percent:.0f}% of its copies are", percent=100 * (1 - share))


def _make_notes(rect: Rect, lines: list[str]) -> list[Item]:
    return [CornerNote(rect, tuple(lines), at_bottom=False)] if lines else []


# -- the active picture ---------------------------------------------------------------------------------


def _make_picture_items(frame: Frame[Any], slot: int, grid: SampleGridValue, active: int) -> list[Item]:
    """Return the active picture, its nearest real one below, and the verdict whether it is a copy."""
    state, trajectory, parts = frame.state, _get_trajectory(frame, slot), frame.layout.parts
    picture, label, number = grid.pictures[active], int(grid.labels[active]), active + 1
    if trajectory is not None and frame.own.passing.progress < 1:
        picture, caption = trajectory.pictures[_find_current_step(frame, trajectory)], tr("out of noise")
    elif label >= 0:
        name = say_name(state.get_checkpoint(slot).class_names[label])
        caption = tr("new: number {number}, told {class_name}", number=number, class_name=name)
    else:
        caption = tr("new: number {number}", number=number)
    items: list[Item] = [
        Image(parts[f"new {slot}"], picture, "accent", reveals_answer=True),
        Image(parts[f"real {slot}"], grid.nearest_pictures[active], "second", reveals_answer=bool(grid.note)),
    ]
    if (rect := frame.get_part(f"new text {slot}")) is not None:
        items.append(make_caption(rect, caption, colour="accent", short=tr("new")))
        is_named = sample_facts.has_classes(state, slot) and not state.overlay.pictures_hidden
        dot = int(grid.novelty_scores.nearest_dots[active])
        name = f" ({sample_facts.say_class_name(state, slot, dot)})" if is_named else ""
        real = parts[f"real text {slot}"]
        kind, short = (tr("copy of nearest"), tr("copy")) if grid.note else (tr("nearest real"), tr("real"))
        items.append(make_caption(real, f"{kind}{name}", colour="second", short=short))
    if (rect := frame.get_part(f"words {slot}")) is not None:
        bulb, words = rect.split_left(round(10 * frame.ui_scale), round(8 * frame.ui_scale))
        text, short, colour = describe_novelty(grid, active)
        light = Rect(bulb.x, bulb.y + (bulb.height - bulb.width) // 2, bulb.width, bulb.width)
        items.append(StatusDot(light, colour, reveals_answer=True))
        items.append(Text(words, text, "small", short=short, reveals_answer=True))
    return items


def describe_novelty(grid: SampleGridValue, picture_index: int) -> tuple[str, str, str]:
    """Describe whether a picture is realistic and new: in long, in short, and as a colour."""
    scores = grid.novelty_scores
    gaps, plausibility, count = float(scores.distances[picture_index]), None, 0
    if scores.plausibility is not None:
        plausibility = float(scores.plausibility[picture_index])
        count = math.floor(100 * plausibility + 1e-3)  # so that "8" is never below 8%
        if plausibility < USUAL_SHARE:
            text = tr_count(
                "Unlike the data: {count} of 100 real pictures looks as odd. Code {gaps:.1f} gaps from a sample's.",
                "Unlike the data: {count} of 100 real pictures look as odd. Code {gaps:.1f} gaps from a sample's.",
                count, gaps=gaps,
            )  # fmt: skip
            return text, tr("Unlike the data, {gaps:.1f} gaps", gaps=gaps), UNREALISTIC_COLOUR
    if scores.is_copy[picture_index]:
        text = tr(
            "Memorised? {gaps:.1f} gaps from a real sample: of its class only 1 in 100 has another as near.", gaps=gaps
        )
        return text, tr("Memorised? {gaps:.1f} gaps away", gaps=gaps), "fair"
    if plausibility is None:
        text = tr("{gaps:.1f} sample gaps from the nearest real sample. There is no judge for these data.", gaps=gaps)
        return text, tr("{gaps:.1f} gaps away", gaps=gaps), "muted"
    text = tr(
        "Like the data: {count} of 100 real pictures look as odd. No copy: code {gaps:.1f} gaps from a sample's.",
        count=count, gaps=gaps,
    )  # fmt: skip
    return text, tr("Like the data, no copy: {gaps:.1f} gaps", gaps=gaps), REALISTIC_COLOUR


# -- the denoising trajectory ---------------------------------------------------------------------------


def _make_trajectory_items(frame: Frame[Any], slot: int) -> list[Item]:
    rect, trajectory = frame.get_part(f"film {slot}"), _get_trajectory(frame, slot)
    if rect is None:
        return []
    if frame.own.choose_source(frame.state, slot) != DIFFUSION:
        text = tr("No diffusion here: its codes are drawn at once, without a way.")
        return [Panel(rect), Text(rect.inset(4), text, "small", "muted", "centre", short=tr("No diffusion here"))]
    own = frame.own
    if trajectory is None or (own.place is None and trajectory.picture_index != own.picked):  # that of another picture
        return frame.wait_for(rect, f"way {slot}", tr("Finding its way."))
    outlines: tuple[str, ...] = ()
    if frame.own.passing.progress < 1:
        current = _find_current_step(frame, trajectory)
        outlines = tuple("accent" if n == current else "line" for n in range(TRAJECTORY_PICTURES))
    film = FilmStrip(rect, trajectory.pictures, TRAJECTORY_PICTURES, round(4 * frame.ui_scale), not outlines)
    return [Panel(rect), replace(film, reveals_answer=True, outlines=outlines)]


def make_film_export(frame: Frame[Any], seconds: float) -> FilmExport | None:
    """Return the film of the denoising trajectories."""
    models, preferences, note = frame.state.models, frame.state.preferences, tr("from noise to a picture")
    films = ((models[slot], _get_trajectory(frame, slot)) for slot in range(2))
    rows = tuple(FilmRow(name, note, trajectory.pictures) for name, trajectory in films if trajectory is not None)
    dark, smooth = preferences.theme == "dark", preferences.smooth_pixels
    if not rows:
        return None
    return FilmExport(
        "generate", rows, strip_length=TRAJECTORY_PICTURES, seconds=seconds, plays_back=False, dark=dark, smooth=smooth
    )


def _find_current_step(frame: Frame[Any], trajectory: DenoisingTrajectoryValue) -> int:
    """Return the index of the trajectory picture at the current progress."""
    step = frame.own.passing.progress * trajectory.picture_steps[-1]
    return max(n for n, at in enumerate(trajectory.picture_steps) if at <= step + 1e-6)
