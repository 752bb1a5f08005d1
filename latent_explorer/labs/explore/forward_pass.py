"""The panel of a sample's forward pass: the original, the encoder, the code as bars that can be dragged, the decoder,
and what it makes of the code, all large. The numbers flow from one to the next when another sample is chosen.
"""

from dataclasses import replace

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.engine.queries.latent_edit import LatentRef
from latent_explorer.engine.query import Query
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.labs.explore import latent_bars, panels
from latent_explorer.labs.explore.code_grid import CodeGrid, make_grid
from latent_explorer.labs.explore.forward_pass_query import LANES, ForwardPass, ForwardPassValue
from latent_explorer.labs.explore.state import (
    ExploreFrame,
    ExploreTransient,
    change_marks,
    find_resting_point,
    get_explore_state,
    with_explore_state,
)
from latent_explorer.scene import dataset_offer, map_panel, sample_facts
from latent_explorer.scene.events import PartEvent, Set, Xy
from latent_explorer.scene.items import Bars, Image, Item, Line, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

HINT = mark("Click a dot to see its way. Drag a number of its code: what does the decoder make of it? R: as it was.")
PARTS = ("code",)
"""The parts that react to the mouse."""
TITLE, BACK = mark("Encoder, code, decoder"), mark("Back to the map")
OWNERS = {
    "picture": (mark("a picture"), mark("a picture of class {name}"), mark("your own picture")),
    "curve": (mark("a curve"), mark("a curve of class {name}"), mark("your own curve")),
    "row": (mark("a row"), mark("a row of class {name}"), mark("your own row")),
    "text": (mark("a text"), mark("a text of class {name}"), mark("your own text")),
}
"""Whose way is shown, for each kind of sample: without classes, with one, and the user's own."""
ARROWS = {"encoder": mark("Encoder"), "decoder": mark("Decoder")}
BACK_WIDTH = 150
"""Of the button that closes the panel, in design pixels."""
CLICK_REACH = 6
"""Pixels from a dot within which a click on the map is one on its sample, in marker's size."""
FLOW_SECONDS = 2.8
ENCODING, GROWING, DECODING, DRAWN = (0.0, 1.2), (0.7, 1.6), (1.4, 2.6), 2.2
"""Seconds in which numbers flow to the code, its bars grow, and numbers flow on; when the decoder's picture appears."""
MAX_STEP = 0.1
"""Seconds that they flow on in one frame at most: the first one after a click may take long."""
LANE_DELAY, LANE_PLACES = 0.06, (0.05, 0.145, 0.24, 0.76, 0.855, 0.95)
"""Seconds by which each lane starts after the one before, and their heights as shares of the pictures'."""
MIN_LANE_WIDTH = 60
"""Width of an arrow's place from which numbers have room on it, in design pixels."""


# -- what is asked --------------------------------------------------------------------------------------


def find_subject(state: State) -> tuple[Subject, LatentRef]:
    """Return whose way is shown, and its code with what was changed: wherever the mouse is, since the sample was
    chosen by a click."""
    ref = find_resting_point(state)
    if ref.image is not None:
        return ref.image, ref
    if ref.which == state.get_map_name(0):
        return Dot(map_panel.find_nearest_dot(state, 0, ref.xy)[1]), ref
    _, dots = state.get_checkpoint(0).maps[ref.which].find_nearest(np.asarray([ref.xy], np.float32))
    return Dot(int(dots[0])), ref


def make_query(state: State) -> Query[ForwardPassValue]:
    subject, ref = find_subject(state)
    return ForwardPass(state.models[0], subject, ref.changes)


# -- the mouse and time ---------------------------------------------------------------------------------


def show(state: State, dot: int, *, panel: str | None = None) -> State:
    """Return the state that shows the way of a sample, with the numbers flowing; `panel` opens the panel too."""
    xy = map_panel.get_dot_xy(state, 0, dot)
    state = change_marks(state, at=LatentRef(state.get_map_name(0), xy), drawn=0, part=0)
    opened = {} if panel is None else {"panel": panel}
    return with_explore_state(state, passing=ExploreTransient(flow=0.0), chosen=None, **opened)


def opens(state: State, px_away: float) -> bool:
    """Return whether a click on the map, `px_away` pixels from the nearest sample, opens the panel: on a sample, where
    nothing else stands beside the map. The pages of a lesson say themselves what they show."""
    own = get_explore_state(state)
    free = own.panel == panels.NONE and not own.films and not own.switches.on and state.overlay.lesson is None
    return own.opens_way and free and state.get_checkpoint(0).can_decode and px_away <= CLICK_REACH * state.marker_scale


def flows(state: State) -> bool:
    """Return whether numbers flow now, so that time has to pass."""
    flow, may_move = get_explore_state(state).passing.flow, state.preferences.animate_pictures
    return flow is not None and may_move and state.preferences.animate_maps and not state.is_covered


def let_pass(state: State, seconds: float) -> State:
    passing = get_explore_state(state).passing
    flow = (passing.flow or 0.0) + min(seconds, MAX_STEP)
    return with_explore_state(state, passing=replace(passing, flow=flow if flow < FLOW_SECONDS else None))


def handle_touch(state: State, event: PartEvent, rect: Rect) -> State:
    """Return the state with the number under the mouse pointed out, and set to where the mouse is while it is held."""
    own, checkpoint = get_explore_state(state), state.get_checkpoint(0)
    grid, px = _make_grid(state, rect), rect.to_px(event.position)
    held = own.passing.hovered_dimension if own.passing.dragging else None
    dimension = grid.find_dimension(px, checkpoint.latent_dim) if held is None else held
    match event.phase:
        case "hover":
            return with_explore_state(state, passing=replace(own.passing, hovered_dimension=dimension))
        case "press" if event.is_second_press:
            return latent_bars.reset(state, dimension)
        case "press" | "drag":
            if event.phase == "press":
                passing = ExploreTransient(dimension, dragging=True)
                state = with_explore_state(state, chosen=dimension, page=0, passing=passing)
            elif held is None:
                return state
            bars = grid.get_bars(dimension // grid.rows)
            value = latent_bars.compute_value_at((0.0, 1 - (px[0] - bars.x) / bars.width), checkpoint)
            return latent_bars.set_dimension(state, dimension, value)
        case "release":
            return with_explore_state(state, passing=replace(own.passing, dragging=False))
    return state


# -- what is drawn --------------------------------------------------------------------------------------


def make_items(frame: ExploreFrame) -> list[Item]:
    parts, value = frame.layout.parts, frame.results.get_value("way", ForwardPassValue)
    if value is None:
        return frame.wait_for(parts["panel"], "way", tr("Encoding the sample."), "body")
    moment = FLOW_SECONDS
    if flows(frame.state):
        moment = frame.own.passing.flow or 0.0
    return [
        Panel(parts["panel"]),
        *_make_head_items(frame, value),
        *_make_picture_items(frame, value, moment),
        *_make_code_items(frame, value, moment),
        *_make_arrow_items(frame, "encoder", value.inputs, moment, ENCODING),
        *_make_arrow_items(frame, "decoder", value.outputs, moment, DECODING),
    ]


def make_map_items(frame: ExploreFrame, rect: Rect) -> list[Item]:
    """Return the ring of the sample, and of the one that a click would choose."""
    subject, state = find_subject(frame.state)[0], frame.state
    items: list[Item] = []
    if state.pointer.hover is not None:
        items.append(map_panel.make_dot_marker(state, 0, state.pointer.hover.dot, rect, "text"))
    return [*items, map_panel.make_dot_marker(state, 0, subject.dot, rect)] if isinstance(subject, Dot) else items


def _make_head_items(frame: ExploreFrame, value: ForwardPassValue) -> list[Item]:
    rect, state, u = frame.layout.parts["panel head"], frame.state, frame.ui_scale
    button, rest = rect.split_right(min(round(BACK_WIDTH * u), rect.width // 2), round(12 * u))
    plain, classed, own = OWNERS[state.get_checkpoint(0).sample_kind.words.one]
    whose = tr(plain) if isinstance(value.subject, Dot) else tr(own)
    if isinstance(value.subject, Dot) and sample_facts.has_classes(state, 0):
        whose = tr(classed, name=sample_facts.say_class_name(state, 0, value.dot))
    sizes = ("body", "small")
    return [
        Text(rest, f"{tr(TITLE)}: {whose}", "title", bold=True, short=tr(TITLE), fallback_sizes=sizes),
        Panel(button, "button", "line", Set(panels.CLOSE)),
        Text(button, tr(BACK), "body", align="centre", fallback_sizes=("small",)),
    ]


def _make_picture_items(frame: ExploreFrame, value: ForwardPassValue, moment: float) -> list[Item]:
    parts, checkpoint = frame.layout.parts, frame.checkpoint
    count = int(np.prod(checkpoint.image_shape))
    original = tr_count("Original: {count:,} number", "Original: {count:,} numbers", count)
    result = tr_count("Reconstruction: {count:,} number", "Reconstruction: {count:,} numbers", count)
    short = tr("Reconstruction")
    if find_subject(frame.state)[1].changes:
        result = tr_count("Decoded, code changed: {count:,} number", "Decoded, code changed: {count:,} numbers", count)
        short = tr("Decoded, code changed")
    items: list[Item] = [
        _make_caption(parts["original text"], original, tr("Original")),
        _make_caption(parts["result text"], result, short),
    ]
    if value.original is not None:
        items.append(Image(parts["original"], value.original, "line"))  # covered, the answer is what is made of it
    else:
        items += dataset_offer.make_box_items(frame.state, checkpoint.config.data.name, parts["original"], value.note)
    if moment < DRAWN:
        return [*items, Panel(parts["result"], "background", "line")]
    return [*items, Image(parts["result"], value.result, "accent", reveals_answer=True)]


def _make_code_items(frame: ExploreFrame, value: ForwardPassValue, moment: float) -> list[Item]:
    state, own, rect = frame.state, frame.own, frame.layout.parts["code"]
    grid, count = _make_grid(state, rect), len(value.z)
    grown = _ease((moment - GROWING[0]) / (GROWING[1] - GROWING[0]))
    z = value.z if grown == 1 else (value.z * np.float32(grown)).astype(np.float32)
    lit = own.highlighted_dimension
    changed = frozenset(one for one, _ in find_subject(state)[1].changes)
    scale = frame.checkpoint.bar_scale
    caption = frame.layout.parts["code text"]
    above = replace(caption, y=grid.columns[0].y - (rect.y - caption.y))
    items: list[Item] = [_make_caption(above, *_describe_code(frame, value, grid))]
    for column in range(len(grid.columns)):
        first = column * grid.rows
        stop = min(count, first + grid.rows)
        if first >= count:
            break
        bars = grid.get_bars(column)
        place = Rect(bars.x, bars.y, bars.width, round((stop - first) * grid.row_height))
        items.append(Bars(place, z, scale, first=first, stop=stop, highlighted=lit, edited=changed, across=True))
    if value.sigma is not None and grown == 1:
        items += _make_whiskers(grid, value.z, value.sigma, scale, frame)
    if not grid.size:
        return items
    for dimension in range(count):
        row, is_lit = grid.get_row(dimension), dimension == lit
        name, rest = row.split_left(grid.name_width)
        colour = "accent" if is_lit else "second" if dimension in changed else "muted"
        items.append(Text(name, f"z{dimension + 1}", grid.size, colour, bold=is_lit, fallback_sizes=("small",)))
        text = _format(float(z[dimension])) if grown else ""
        if value.sigma is not None and grown == 1 and grid.has_deviations:
            text = f"{text} ± {_format_deviation(float(value.sigma[dimension]))}"
        number, _ = rest.split_right(grid.value_width)
        items.append(Text(number, text, grid.size, "text" if colour == "muted" else colour, "right", is_lit,
                          fallback_sizes=("small",)))  # fmt: skip
    return items


def _describe_code(frame: ExploreFrame, value: ForwardPassValue, grid: CodeGrid) -> tuple[str, str]:
    """Return what stands above the code, and its short form: the number under the mouse, or what the numbers are."""
    lit, count = frame.own.highlighted_dimension, len(value.z)
    if lit is not None and lit < count:
        sigma = "" if value.sigma is None else f" ± {_format_deviation(float(value.sigma[lit]))}"
        text = f"z{lit + 1} = {_format(float(value.z[lit]))}{sigma}"
        return text, text
    if value.sigma is None:
        what = tr_count("Code: {count} number", "Code: {count} numbers", count)
        return what, what
    shown = tr("mean μ ± deviation σ") if grid.has_deviations else tr("mean μ, line: ± σ")
    if value.original is None and isinstance(value.subject, Dot):
        shown = tr("mean μ, line: ± σ of its reconstruction")
        if grid.has_deviations:
            shown = tr("mean μ ± deviation σ of its reconstruction")
    text = tr_count("Code: {count} number, {shown}", "Code: {count} numbers, {shown}", count, shown=shown)
    return text, tr_count("Code: {count} number, μ ± σ", "Code: {count} numbers, μ ± σ", count)


def _make_whiskers(grid: CodeGrid, z: Floats, sigma: Floats, scale: float, frame: ExploreFrame) -> list[Item]:
    """Return the deviations as lines over the ends of the bars."""
    if grid.row_height < 6 * frame.ui_scale:
        return []
    items: list[Item] = []
    for dimension, (mean, deviation) in enumerate(zip(z.tolist(), sigma.tolist(), strict=True)):
        bars, row = grid.get_bars(dimension // grid.rows), grid.get_row(dimension)
        middle, unit, y = bars.x + bars.width / 2, bars.width / 2 / scale, row.y + row.height / 2
        ends = [min(max(middle + (mean + s * deviation) * unit, bars.x), bars.right) for s in (-1, 1)]
        items.append(Line(((ends[0], y), (ends[1], y)), row, "second", frame.state.scale_line(2)))
    return items


def _make_arrow_items(
    frame: ExploreFrame, part: str, numbers: tuple[float, ...], moment: float, phase: Xy
) -> list[Item]:
    """Return the arrow of the encoder or decoder, and numbers on their way along it: they stay at its middle."""
    rect, u = frame.layout.parts[part], frame.ui_scale
    y, head = frame.layout.parts["original"].centre[1], round(5 * u)
    shaft = Line(((rect.x + head, y), (rect.right - head, y)), rect, "accent", frame.state.scale_line(3), arrow=True)
    line = round(20 * u)
    above = Rect(rect.x, round(y) - round(1.6 * line), rect.width, line)
    name = Text(above, tr(ARROWS[part]), "body", bold=True, align="centre", fallback_sizes=("small",))
    items: list[Item] = [shaft, name]
    if frame.checkpoint.conditional:
        note = tr("told {name}", name=sample_facts.say_class_name(frame.state, 0, _find_dot(frame)))
        items.append(make_caption(Rect(rect.x, round(y) + line // 2, rect.width, line), note, align="centre"))
    if rect.width < MIN_LANE_WIDTH * u:
        return items
    picture = frame.layout.parts["original"]
    taken = [above.y, round(y)]  # beside a low picture there is room for few lanes, or for none
    for lane, (number, share) in enumerate(zip(numbers, LANE_PLACES, strict=False)):
        top = round(picture.y + share * picture.height) - line // 2
        if min(abs(top - other) for other in taken) < 0.85 * line:  # letters are lower than their line
            continue
        taken.append(top)
        start = phase[0] + lane * LANE_DELAY
        along = (moment - start) / (phase[1] - phase[0] - LANES * LANE_DELAY)
        if along < 0:
            continue
        x = rect.x + min(0.5, along) * rect.width
        place = Rect(round(x - 30 * u), top, round(60 * u), line)
        items.append(make_caption(place, format_number(number, ".2f"), size="body", align="centre"))
    return items


def _find_dot(frame: ExploreFrame) -> int:
    value = frame.results.get_value("way", ForwardPassValue)
    return 0 if value is None else value.dot


def _make_caption(rect: Rect, text: str, short: str) -> Text:
    return Text(rect, text, "body", "text", "centre", short=short, fallback_sizes=("small",))


def _make_grid(state: State, rect: Rect) -> CodeGrid:
    checkpoint = state.get_checkpoint(0)
    return make_grid(rect, state.ui_scale, checkpoint.latent_dim, checkpoint.variational)


def _format(value: float) -> str:
    size = abs(value)
    spec = ".2f" if size < 9.995 else ".1f" if size < 99.95 else ".0f"
    shown = 0.0 if float(format(value, spec)) == 0 else value  # no -0.00
    return format_number(shown, spec).replace("-", "−")


def _format_deviation(sigma: float) -> str:
    return format_number(sigma, ".2f" if sigma >= 0.1 else ".3f")


def _ease(share: float) -> float:
    """Return a share that starts and ends slowly."""
    t = min(1.0, max(0.0, share))
    return t * t * (3 - 2 * t)
