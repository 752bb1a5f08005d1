"""View of the Compare lab: title, pictures, film from A to B and metrics of each model."""

from latent_explorer.engine.base_queries import PointValue, StripValue
from latent_explorer.engine.map_layer_query import SurveyValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import SampleValue
from latent_explorer.engine.user_image_query import UserImageQueryValue
from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare.metrics_table import ModelMetrics
from latent_explorer.labs.compare.queries import PathDistanceValue, ReconstructionMetricsValue
from latent_explorer.scene import map_panel, realism
from latent_explorer.scene.items import FilmStrip, Image, Item, Panel, Text
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

STRIP_LENGTH = 11
"""Number of pictures in a film strip, both ends included."""
SAME_SAMPLE = realism.Verdict("the same sample", "Same", "accent", has_status_dot=False)
USER_IMAGE = realism.Verdict("your picture", "Yours", "accent", has_status_dot=False)
SAMPLE_A = realism.Verdict("sample A", "A", "accent", has_status_dot=False)
MIN_NOTE_WIDTH = 84
"""Minimum width, in design pixels, of a readable note in place of a missing original."""
LINK_NOTE = "Models are linked through the same sample. A place of one map means nothing on another."
LINK_NOTE_SHORT = "Linked through the same sample, never through the same place."
UNLINKED_NOTE = "These models learnt different images: nothing links them, and their errors are of different pictures."
UNLINKED_NOTE_SHORT = "Different images: nothing links them."


def make_title_items(state: State, slot: int, layout: Layout) -> list[Item]:
    rect = layout.parts.get(f"title {slot}")
    if rect is None:
        return []
    test = state.get_checkpoint(slot).metrics.get("test", {})
    figures = [f"MSE {test['mse']:.4f}"] if "mse" in test else []
    figures += [f"KL {test['kl']:.1f} nats"] if "kl" in test else []
    said = "held-out " + ", ".join(figures)
    room = round((8 * len(said) + 10) * state.ui_scale)
    if not figures or rect.width < room + 130 * state.ui_scale:
        return [Text(rect, state.models[slot], "title", "text", bold=True, shorten_middle=True)]
    name, held_out = rect.split_left(rect.width - room)
    return [
        Text(name, state.models[slot], "title", "text", bold=True, shorten_middle=True),
        Text(held_out, said, "small", "muted", "right"),
    ]


def make_picture_items(state: State, slot: int, layout: Layout, results: Results, empty_message: str) -> list[Item]:
    """Return the large picture with its verdict, and the sample; `empty_message` if there is nothing to show."""
    rect = layout.parts[f"picture {slot}"]
    sample: SampleValue | None = results.get_value(f"sample {slot}", SampleValue)
    point: PointValue | None = results.get_value(f"picture {slot}", PointValue)
    failure = results.get_failure(f"picture {slot}") or results.get_failure(f"sample {slot}")
    between = results.get_transition(f"picture {slot}")
    own: UserImageQueryValue | None = results.get_value(f"own {slot}", UserImageQueryValue)
    if own is not None and state.drawing.image is not None and state.pointer.hover is None:
        return _make_user_image_items(state, slot, layout, own)
    if point is not None:
        gap = state.get_checkpoint(slot).maps[state.get_map_name(slot)].dot_spacing
        verdict = realism.realism_at_map_position(point, gap)
        items: list[Item] = [Image(rect, (between or point).picture, verdict.colour, reveals_answer=True)]
    elif sample is not None:
        picture = between.picture if between else sample.reconstruction
        items = [Image(rect, picture, "accent", reveals_answer=True)]
        verdict = SAME_SAMPLE if state.pointer.hover is not None else SAMPLE_A
    else:
        said = failure.message if failure else state.status.loading or empty_message
        return [Panel(rect), Text(rect.inset(6), said, "small", "muted", "centre", wrap=True)]
    if f"verdict {slot}" in layout.parts:
        items += realism.make_items(layout.parts[f"verdict {slot}"], verdict, "body")
    if sample is not None:
        items += _make_sample_items(state, slot, layout, sample)
    return items


def _make_user_image_items(state: State, slot: int, layout: Layout, user_image: UserImageQueryValue) -> list[Item]:
    """Return the user image and its reconstruction."""
    items: list[Item] = [
        Image(layout.parts[f"picture {slot}"], user_image.reconstruction, "accent", reveals_answer=True)
    ]
    if f"verdict {slot}" in layout.parts:
        items += realism.make_items(layout.parts[f"verdict {slot}"], USER_IMAGE, "body")
    if f"original text {slot}" in layout.parts:
        said = "your picture as the model sees it, and its reconstruction"
        items.append(
            map_panel.make_caption(layout.parts[f"original text {slot}"], said, wrap=True, short="yours, reconstructed")
        )
    if f"original {slot}" in layout.parts:
        items.append(Image(layout.parts[f"original {slot}"], user_image.picture, "line"))
        items.append(
            Image(layout.parts[f"reconstruction {slot}"], user_image.reconstruction, "line", reveals_answer=True)
        )
    return items


def _make_sample_items(state: State, slot: int, layout: Layout, sample: SampleValue) -> list[Item]:
    """Return the sample and its reconstruction; only the latter if the original is missing and there is no room to say
    why."""
    items: list[Item] = []
    original, alone = layout.parts.get(f"original {slot}"), False
    if original is not None:
        alone = sample.original is None and original.width < MIN_NOTE_WIDTH * state.ui_scale
        if alone:
            items.append(Image(original, sample.reconstruction, "line", reveals_answer=True))
        else:
            items += map_panel.make_sample_items(state, sample, original, layout.parts[f"reconstruction {slot}"])
    if (text := layout.parts.get(f"original text {slot}")) is not None:
        one = f"sample ({map_panel.get_class_name(state, slot, sample.dot)})"
        said = f"nearest {one}, reconstructed" if alone else f"nearest {one}: original and its reconstruction"
        two_lines = text.height > 30 * state.ui_scale
        short = f"{one}, reconstructed" if alone and two_lines else f"nearest {one}"
        items.append(map_panel.make_caption(text, said, wrap=True, short=short))
    return items


def make_strip_items(state: State, slot: int, rect: Rect, results: Results, empty_message: str) -> list[Item]:
    """Return the film from A to B beside the model's name; `empty_message` if there is none."""
    u = state.ui_scale
    items: list[Item] = [Panel(rect)]
    inside = rect.inset(round(5 * u))
    value: StripValue | None = results.get_value(f"strip {slot}", StripValue)
    label, row = inside.split_left(round(min(130 * u, inside.width * 0.2)), round(6 * u))
    items.append(Text(label, state.models[slot], "body", "text", bold=True, shorten_middle=True))
    if value is None:
        failure = results.get_failure(f"strip {slot}")
        said = failure.message if failure else empty_message
        return [*items, Text(row, said, "body", "muted", "centre", wrap=True)]
    return [
        *items,
        FilmStrip(row, value.pictures, STRIP_LENGTH, round(5 * u), outlined_ends=True, reveals_answer=True),
    ]


def make_table_items(
    state: State, layout: Layout, metrics: tuple[ModelMetrics, ...], chosen_column: int | None, linked: bool
) -> list[Item]:
    """Return the note over the films, and the table of metrics; the best values are marked if models are `linked`."""
    if "head" not in layout.parts:
        return []
    note, short = (LINK_NOTE, LINK_NOTE_SHORT) if linked else (UNLINKED_NOTE, UNLINKED_NOTE_SHORT)
    items: list[Item] = [Text(layout.parts["note"], note, "body", "muted", short=short)]
    items += metrics_table.make_header_items(layout.parts["head"], chosen_column, state.ui_scale)
    for slot in range(len(metrics)):
        rect = layout.parts[f"numbers {slot}"]
        items.append(Panel(rect))
        items += metrics_table.make_row_items(rect, slot, metrics, state.ui_scale, compared=linked)
    return items


def collect_metrics(state: State, model_count: int, results: Results) -> tuple[ModelMetrics, ...]:
    """Return the metrics of each model that are computed so far."""
    found = []
    for slot in range(model_count):
        checkpoint = state.get_checkpoint(slot)
        account: ReconstructionMetricsValue | None = results.get_value(f"account {slot}", ReconstructionMetricsValue)
        along: PathDistanceValue | None = results.get_value(f"along {slot}", PathDistanceValue)
        survey: SurveyValue | None = results.get_value(f"survey {slot}", SurveyValue)
        found.append(
            ModelMetrics(
                state.models[slot],
                error=account.error if account else None,
                held_out_error=checkpoint.metrics.get("test", {}).get("mse"),
                kl=account.kl if account else None,
                variational=checkpoint.variational,
                cycle_error=account.cycle_error if account else None,
                from_stand_in=bool(account and account.note),
                off_data_share=survey.off_data_share if survey else None,
                path_distance=(along.mean, along.largest) if along else None,
                off_data_threshold=checkpoint.neighbours.off_data_threshold if along else 1.0,
            )
        )
    return tuple(found)
