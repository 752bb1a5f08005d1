"""Generate: new pictures out of noise, of two models side by side. Do they look like the data, and are they new?"""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.labs.generate import view as generate_view
from latent_explorer.labs.generate.layout import STEPS, Places, places
from latent_explorer.labs.generate.queries import COUNT, Wall, WallValue, Way, WayValue
from latent_explorer.labs.generate.sampling import CODES, DIFFUSION, MIXTURE, PRIOR, sources
from latent_explorer.scene import film_export, map_layers, model_selection
from latent_explorer.scene.controls import Button, Choice, Control, Slider
from latent_explorer.scene.events import Key, MapClick, Pass, Set, Touch
from latent_explorer.scene.film_export import Keepsake
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import State, World
from latent_explorer.within import Natural, Within

SPEED = 0.25
"""Shares of a way out of noise that are played in a second."""
HOTTEST = 1.6
TITLES = {PRIOR: "Prior", MIXTURE: "Mixture", CODES: "Codes", DIFFUSION: "Diffusion"}
ALL = "each"
"""The classes of a conditional model in turn."""


@dataclass(frozen=True)
class Passing:
    over: int = -1
    """The picture of a wall that the mouse is over."""
    head: float = 1.0
    """How much of the way out of noise is shown."""
    playing: bool = False


@dataclass(frozen=True)
class Own:
    source: str = PRIOR
    temperature: Annotated[float, Within(0, HOTTEST)] = 1.0
    seed: Natural = 1
    label: Annotated[int, Within(-1)] = -1
    """The class that a conditional model is told; -1 for each in turn."""
    picked: Annotated[int, Within(0, COUNT - 1)] = 0
    """The number of the picture that is looked at, in both walls: the same draw of noise."""
    place: tuple[Annotated[int, Within(0, 1)], float, float] | None = None
    """Instead of a number: the map's slot and the position that were clicked."""
    passing: Passing = field(default_factory=Passing)


class Generate(Lab):
    name = "generate"
    title = "Generate"
    hint = (
        "Every picture is decoded from pure chance. Green frame: it looks like the data. Click one: is it new, "
        "or a copy of a real sample?"
    )
    keys = (
        ("Click a picture, or its dot", "look at it, and at the real sample nearest to it"),
        ("Comma, full stop", "the picture before, the next one"),
        ("Green, red", "its code lies among the samples' and comes back; or not"),
    )
    most_slots = 2

    def slots(self, state: State) -> int:
        return 2

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        """One model that has no prior and one that has: the failure beside the success."""
        first, second = (models[0], models[1 % len(models)])
        if first != second and world[first].data_key == world[second].data_key and has_prior(world[second]):
            return models
        with_prior = next((name for name in models[:2] if has_prior(world[name])), None)
        without = next((name for name in models[:2] if not has_prior(world[name])), None)
        like = with_prior or first
        with_prior = with_prior or model_selection.first_of(
            world, like, lambda one: one.config.objective.name == "variational"
        )
        with_prior = with_prior or model_selection.first_of(world, like, has_prior) or like
        if without is None or world[without].data_key != world[with_prior].data_key:
            without = model_selection.first_of(world, with_prior, lambda one: one.config.objective.name == "plain")
        return (without or with_prior, with_prior, *models[2:])

    def start(self) -> Own:
        return Own()

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own = self.own(state)
        shown = [world[state.models[slot]] for slot in range(2)]
        there = [name for name in TITLES if any(name in sources(one) for one in shown)]
        found: list[Control] = [
            Choice(
                "source",
                tuple((name, TITLES[name]) for name in there),
                own.source if own.source in there else PRIOR,
                "Draw from N(0, 1), a fitted mixture, or the model's way",
                key="g",
            ),
            Slider(
                "temperature", "Temperature", own.temperature, 0.0, HOTTEST,
                "How far from the middle: low is safe, high is wild",
                step=0.1, key="h", written=f"{own.temperature:.2f}",
            ),
            Button("again", "Draw again", "Draw other codes", key="r"),
        ]  # fmt: skip
        told = next((one for one in shown if one.conditional), None)
        if told is not None:
            names = tuple((str(k), name) for k, name in enumerate(told.class_names))
            value = ALL if own.label < 0 else str(own.label)
            tip = "The class that a conditional model is told to draw"
            found.append(Choice("label", ((ALL, "Each class"), *names), value, tip, menu=True, key="k"))
        if any(self.source(state, slot, world) == DIFFUSION for slot in range(2)):
            label = "Stop" if own.passing.playing else "Play"
            found.append(Button("play", label, "Play the way of this picture out of noise", key="space"))
            found += film_export.controls("x", "w")  # the usual keys draw here
        return tuple(found)

    def lay_out(self, state: State) -> Layout:
        return self.places(state).layout

    def places(self, state: State) -> Places:
        return places(state.size, state.unit, self.own(state).source == DIFFUSION)

    def own(self, state: State) -> Own:
        own: Own = state.own[self.name]
        return own

    def source(self, state: State, slot: int, world: World) -> str:
        """Where a slot's codes come from: as chosen where its model can, else from the prior. A model beside itself
        shows another source there."""
        chosen = self.own(state).source
        there = sources(world[state.models[slot]])
        own = chosen if chosen in there else PRIOR
        if slot == 1 and state.models[0] == state.models[1]:
            return next(name for name in (DIFFUSION, CODES, MIXTURE, PRIOR) if name in there and name != own)
        return own

    def touches(self, state: State) -> tuple[str, ...]:
        return "wall 0", "wall 1"

    def plays(self, state: State) -> bool:
        return self.own(state).passing.playing

    def update(self, state: State, action: LabAction, world: World) -> State:
        if isinstance(action, Set) and action.control in film_export.KINDS:
            return replace(state, export=action.control)
        own = self.own(state)
        changed = self._changed(state, own, action, world)
        return state if changed is own else state.with_own(self.name, changed)

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own = self.own(state)
        wanted = map_layers.requests(state, world, self.layout(state), 2)
        for slot in range(2):
            model, which, source = state.models[slot], state.map_of(slot, world), self.source(state, slot, world)
            label = own.label if world[model].conditional else -1
            wanted[f"wall {slot}"] = Wall(model, which, source, own.temperature, own.seed, label)
            if source == DIFFUSION:
                at = own.place[1:] if own.place is not None and own.place[0] == slot else None
                wanted[f"way {slot}"] = Way(model, which, own.temperature, own.seed, own.picked, STEPS, at)
        return wanted

    def keepsake(self, state: State, results: Results, world: World) -> Keepsake | str | None:
        """The ways out of noise."""
        ways: dict[str, WayValue | None] = {
            state.models[slot]: results.value(f"way {slot}", WayValue)
            for slot in range(2)
            if self.source(state, slot, world) == DIFFUSION
        }
        return generate_view.keepsake(state, ways, 1 / SPEED)

    def view(self, state: State, results: Results, world: World) -> View:
        walls: list[WallValue | None] = [results.value(f"wall {slot}", WallValue) for slot in range(2)]
        ways: list[WayValue | None] = [results.value(f"way {slot}", WayValue) for slot in range(2)]
        own = self.own(state)
        seen = generate_view.Seen(
            self.hint, self.places(state), tuple(self.source(state, slot, world) for slot in range(2)),
            tuple(walls), tuple(ways), own.temperature, own.picked, own.place, own.passing.over, own.passing.head,
        )  # fmt: skip
        return generate_view.items(seen, state, results, world)

    # -- inside ---------------------------------------------------------------------------------------

    def _changed(self, state: State, own: Own, action: LabAction, world: World) -> Own:
        whole = replace(own.passing, head=1.0, playing=False)
        match action:
            case Set(control="source", value=str(value)) if value in TITLES:
                return replace(own, source=value, passing=whole)
            case Set(control="temperature", value=int() | float() as value) if 0 <= value <= HOTTEST:
                return replace(own, temperature=round(float(value), 2), passing=whole)
            case Set(control="again"):
                return replace(own, seed=own.seed + 1, passing=whole)
            case Set(control="label", value=str(value)):
                return replace(own, label=-1 if value == ALL else int(value))
            case Set(control="play"):
                playing = not own.passing.playing
                head = 0.0 if playing and own.passing.head >= 1 else own.passing.head
                return replace(own, passing=replace(own.passing, playing=playing, head=head))
            case Pass(seconds=seconds) if own.passing.playing:
                head = min(1.0, own.passing.head + SPEED * seconds)
                return replace(own, passing=replace(own.passing, head=head, playing=head < 1))
            case Touch(phase="leave"):
                return replace(own, passing=replace(own.passing, over=-1))
            case Touch(part=part, at=at, phase=phase):
                number = self._number(state, part, at)
                own = replace(own, passing=replace(own.passing, over=number))
                return replace(own, picked=number, place=None, passing=own.passing) if phase == "press" else own
            case MapClick(slot=slot, xy=xy):
                return replace(own, place=(slot, *xy), passing=whole)
            case Key(name="," | "." as name):
                step = 1 if name == "." else -1
                return replace(own, picked=(own.picked + step) % COUNT, place=None, passing=whole)
        return own

    def _number(self, state: State, part: str, at: tuple[float, float]) -> int:
        """The picture of a wall at a place of it."""
        wall = generate_view.film(self.places(state), part)
        return min(wall.at(wall.rect.px_of(at)), COUNT - 1)


def has_prior(checkpoint: Checkpoint) -> bool:
    """Whether its training made the codes look like draws from N(0, 1)."""
    return checkpoint.variational or checkpoint.config.objective.name in ("wasserstein", "adversarial")
