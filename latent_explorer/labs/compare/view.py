"""What Compare shows of each model: its title, its pictures, its film from A to B, its numbers."""

from latent_explorer.engine.base_queries import PointValue, StripValue
from latent_explorer.engine.map_layer_query import SurveyValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import SampleValue
from latent_explorer.engine.user_image_query import PlacedValue
from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare.metrics_table import Figures
from latent_explorer.labs.compare.queries import AccountValue, AlongValue
from latent_explorer.scene import map_panel, realism
from latent_explorer.scene.items import Film, Image, Item, Panel, Text
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

STEPS = 11
"""Pictures in a film strip, both ends included."""
SAME = realism.Verdict("the same sample", "Same", "accent", lit=False)
OWN = realism.Verdict("your picture", "Yours", "accent", lit=False)
FIRST = realism.Verdict("sample A", "A", "accent", lit=False)
SAYS_WHY = 84
"""Design pixels of an original's place in which it can be read why there is none."""
LINK = "Models are linked through the same sample. A place of one map means nothing on another."
LINK_SHORT = "Linked through the same sample, never through the same place."
APART = "These models learnt different images: nothing links them, and their errors are of different pictures."
APART_SHORT = "Different images: nothing links them."


def title(state: State, slot: int, layout: Layout, world: World) -> list[Item]:
    rect = layout.parts.get(f"title {slot}")
    if rect is None:
        return []
    test = world[state.models[slot]].metrics.get("test", {})
    figures = [f"MSE {test['mse']:.4f}"] if "mse" in test else []
    figures += [f"KL {test['kl']:.1f} nats"] if "kl" in test else []
    said = "held-out " + ", ".join(figures)
    room = round((8 * len(said) + 10) * state.unit)
    if not figures or rect.width < room + 130 * state.unit:
        return [Text(rect, state.models[slot], "title", "text", bold=True, middle=True)]
    name, held_out = rect.left(rect.width - room)
    return [
        Text(name, state.models[slot], "title", "text", bold=True, middle=True),
        Text(held_out, said, "small", "muted", "right"),
    ]


def pictures(state: State, slot: int, layout: Layout, results: Results, nothing: str, world: World) -> list[Item]:
    """The large picture with its verdict, and the sample; `nothing` is said where there is none to show."""
    rect = layout.parts[f"picture {slot}"]
    sample: SampleValue | None = results.value(f"sample {slot}", SampleValue)
    point: PointValue | None = results.value(f"picture {slot}", PointValue)
    failure = results.failure(f"picture {slot}") or results.failure(f"sample {slot}")
    between = results.between(f"picture {slot}")
    own: PlacedValue | None = results.value(f"own {slot}", PlacedValue)
    if own is not None and state.image is not None and state.hover is None:
        return _own(state, slot, layout, own)
    if point is not None:
        gap = world[state.models[slot]].maps[state.map_of(slot, world)].gap
        verdict = realism.verdict(point, gap)
        items: list[Item] = [Image(rect, (between or point).picture, verdict.colour, state.smooth, secret=True)]
    elif sample is not None:
        picture = between.picture if between else sample.reconstruction
        items = [Image(rect, picture, "accent", state.smooth, secret=True)]
        verdict = SAME if state.hover is not None else FIRST
    else:
        said = failure.message if failure else state.loading or nothing
        return [Panel(rect), Text(rect.inset(6), said, "small", "muted", "centre", wrap=True)]
    if f"verdict {slot}" in layout.parts:
        items += realism.items(layout.parts[f"verdict {slot}"], verdict, "body")
    if sample is not None:
        items += _sample(state, slot, layout, sample, world)
    return items


def _own(state: State, slot: int, layout: Layout, own: PlacedValue) -> list[Item]:
    """The user's own picture through this model."""
    items: list[Item] = [
        Image(layout.parts[f"picture {slot}"], own.reconstruction, "accent", state.smooth, secret=True)
    ]
    if f"verdict {slot}" in layout.parts:
        items += realism.items(layout.parts[f"verdict {slot}"], OWN, "body")
    if f"original text {slot}" in layout.parts:
        said = "your picture as the model sees it, and its reconstruction"
        items.append(
            map_panel.caption(layout.parts[f"original text {slot}"], said, wrap=True, short="yours, reconstructed")
        )
    if f"original {slot}" in layout.parts:
        items.append(Image(layout.parts[f"original {slot}"], own.picture, "line", state.smooth))
        items.append(
            Image(layout.parts[f"reconstruction {slot}"], own.reconstruction, "line", state.smooth, secret=True)
        )
    return items


def _sample(state: State, slot: int, layout: Layout, sample: SampleValue, world: World) -> list[Item]:
    """The sample as it is and as the model gives it back; that alone where a missing original has no room to say why
    it is not here."""
    items: list[Item] = []
    original, alone = layout.parts.get(f"original {slot}"), False
    if original is not None:
        alone = sample.original is None and original.width < SAYS_WHY * state.unit
        if alone:
            items.append(Image(original, sample.reconstruction, "line", state.smooth, secret=True))
        else:
            items += map_panel.sample_items(state, sample, original, layout.parts[f"reconstruction {slot}"])
    if (text := layout.parts.get(f"original text {slot}")) is not None:
        one = f"sample ({map_panel.class_name(state, slot, sample.dot, world)})"
        said = f"nearest {one}, reconstructed" if alone else f"nearest {one}: original and its reconstruction"
        two_lines = text.height > 30 * state.unit
        short = f"{one}, reconstructed" if alone and two_lines else f"nearest {one}"
        items.append(map_panel.caption(text, said, wrap=True, short=short))
    return items


def strip(state: State, slot: int, rect: Rect, results: Results, nothing: str) -> list[Item]:
    """The film from A to B beside the model's name; `nothing` is said where there is none."""
    u = state.unit
    items: list[Item] = [Panel(rect)]
    inside = rect.inset(round(5 * u))
    value: StripValue | None = results.value(f"strip {slot}", StripValue)
    label, row = inside.left(round(min(130 * u, inside.width * 0.2)), round(6 * u))
    items.append(Text(label, state.models[slot], "body", "text", bold=True, middle=True))
    if value is None:
        failure = results.failure(f"strip {slot}")
        said = failure.message if failure else nothing
        return [*items, Text(row, said, "body", "muted", "centre", wrap=True)]
    return [*items, Film(row, value.pictures, STEPS, round(5 * u), ends=True, smooth=state.smooth, secret=True)]


def table(state: State, layout: Layout, figures: tuple[Figures, ...], chosen: int | None, linked: bool) -> list[Item]:
    """The statement over the films, and the numbers beside them; the best is said of models that are `linked`."""
    if "head" not in layout.parts:
        return []
    note, short = (LINK, LINK_SHORT) if linked else (APART, APART_SHORT)
    items: list[Item] = [Text(layout.parts["note"], note, "body", "muted", short=short)]
    items += metrics_table.head(layout.parts["head"], chosen, state.unit)
    for slot in range(len(figures)):
        rect = layout.parts[f"numbers {slot}"]
        items.append(Panel(rect))
        items += metrics_table.row(rect, slot, figures, state.unit, compared=linked)
    return items


def figures(state: State, slots: int, results: Results, world: World) -> tuple[Figures, ...]:
    """What is known of each model."""
    found = []
    for slot in range(slots):
        checkpoint = world[state.models[slot]]
        account: AccountValue | None = results.value(f"account {slot}", AccountValue)
        along: AlongValue | None = results.value(f"along {slot}", AlongValue)
        survey: SurveyValue | None = results.value(f"survey {slot}", SurveyValue)
        found.append(
            Figures(
                state.models[slot],
                error=account.error if account else None,
                held_out=checkpoint.metrics.get("test", {}).get("mse"),
                kl=account.kl if account else None,
                variational=checkpoint.variational,
                cycle=account.cycle if account else None,
                stands_in=bool(account and account.note),
                holes=survey.off if survey else None,
                along=(along.mean, along.most) if along else None,
                edge=checkpoint.neighbours.edge if along else 1.0,
            )
        )
    return tuple(found)
