"""The Generate lab: new pictures from noise, of two models side by side. Do they look like data, and are they new?"""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.config.schema import Natural, Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.labs.generate import view as generate_view
from latent_explorer.labs.generate.layout import TRAJECTORY_PICTURES, GridLayout, make_layout
from latent_explorer.labs.generate.queries import (
    PICTURE_COUNT,
    DenoisingTrajectory,
    DenoisingTrajectoryValue,
    SampleGrid,
    SampleGridValue,
)
from latent_explorer.labs.generate.sampling import CODEBOOK, DIFFUSION, MIXTURE, PRIOR, list_sources
from latent_explorer.scene import film_export, map_layers, model_selection
from latent_explorer.scene.controls import Button, Choice, Control, Slider
from latent_explorer.scene.events import Key, MapClick, PartEvent, Set, TimePassed
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import Models, State

PLAY_SPEED = 0.25
"""Share of a denoising trajectory that is played in a second."""
MAX_TEMPERATURE = 1.6
SOURCE_TITLES = {PRIOR: "Prior", MIXTURE: "Mixture", CODEBOOK: "Codes", DIFFUSION: "Diffusion"}
EACH_CLASS = "each"
"""Each class of a conditional model in turn."""


@dataclass(frozen=True)
class GenerateTransient:
    hovered_picture: int = -1
    """Picture of a grid under the mouse; -1 for none."""
    progress: float = 1.0
    """Displayed share of the denoising trajectory."""
    playing: bool = False


@dataclass(frozen=True)
class GenerateState:
    source: str = PRIOR
    temperature: Annotated[float, Within(0, MAX_TEMPERATURE)] = 1.0
    seed: Natural = 1
    label: Annotated[int, Within(-1)] = -1
    """Label given to a conditional model; -1 for each in turn."""
    picked: Annotated[int, Within(0, PICTURE_COUNT - 1)] = 0
    """Index of the chosen picture in both grids: the same draw of noise."""
    place: tuple[Annotated[int, Within(0, 1)], float, float] | None = None
    """Clicked slot and map position, instead of an index."""
    passing: GenerateTransient = field(default_factory=GenerateTransient)


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
    max_models = 2

    def model_count(self, state: State) -> int:
        return 2

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return a model that was not trained towards a prior, and one that was: the failure beside the success."""
        first, second = (current[0], current[1 % len(current)])
        if first != second and library[first].data_key == library[second].data_key and library[second].traits.has_prior:
            return current
        with_prior = next((name for name in current[:2] if library[name].traits.has_prior), None)
        without = next((name for name in current[:2] if not library[name].traits.has_prior), None)
        like = with_prior or first
        with_prior = with_prior or model_selection.first_matching(
            library, like, lambda one: one.traits.has_prior_density and not one.conditional
        )
        with_prior = (
            with_prior or model_selection.first_matching(library, like, lambda one: one.traits.has_prior) or like
        )
        if without is None or library[without].data_key != library[with_prior].data_key:
            without = model_selection.first_matching(library, with_prior, lambda one: one.traits.is_plain)
        return (without or with_prior, with_prior, *current[2:])

    def initial_state(self) -> GenerateState:
        return GenerateState()

    def controls(self, state: State) -> tuple[Control, ...]:
        own = self.get_lab_state(state)
        shown = [state.get_checkpoint(slot) for slot in range(2)]
        there = [name for name in SOURCE_TITLES if any(name in list_sources(one) for one in shown)]
        found: list[Control] = [
            Choice(
                "source",
                tuple((name, SOURCE_TITLES[name]) for name in there),
                own.source if own.source in there else PRIOR,
                "Draw from N(0, 1), a fitted mixture, or the model's way",
                key="g",
            ),
            Slider(
                "temperature", "Temperature", own.temperature, 0.0, MAX_TEMPERATURE,
                "How far from the middle: low is safe, high is wild",
                step=0.1, key="h", value_text=f"{own.temperature:.2f}",
            ),
            Button("again", "Draw again", "Draw other codes", key="r"),
        ]  # fmt: skip
        told = next((one for one in shown if one.conditional), None)
        if told is not None:
            names = tuple((str(k), name) for k, name in enumerate(told.class_names))
            value = EACH_CLASS if own.label < 0 else str(own.label)
            tip = "The class that a conditional model is told to draw"
            found.append(Choice("label", ((EACH_CLASS, "Each class"), *names), value, tip, menu=True, key="k"))
        if any(self.choose_source(state, slot) == DIFFUSION for slot in range(2)):
            label = "Stop" if own.passing.playing else "Play"
            found.append(Button("play", label, "Play the way of this picture out of noise", key="space"))
            found += film_export.make_controls("x", "w")  # the usual keys are taken here
        return tuple(found)

    def lay_out(self, state: State) -> Layout:
        return self.get_grid_layout(state).layout

    def get_grid_layout(self, state: State) -> GridLayout:
        return make_layout(state.size, state.ui_scale, self.get_lab_state(state).source == DIFFUSION)

    def get_lab_state(self, state: State) -> GenerateState:
        own: GenerateState = state.lab_states[self.name]
        return own

    def choose_source(self, state: State, slot: int) -> str:
        """Return the source of a slot's latents: the chosen one if its model has it, else the prior. A model beside
        itself uses another source in the second slot."""
        chosen = self.get_lab_state(state).source
        there = list_sources(state.get_checkpoint(slot))
        own = chosen if chosen in there else PRIOR
        if slot == 1 and state.models[0] == state.models[1]:
            return next(name for name in (DIFFUSION, CODEBOOK, MIXTURE, PRIOR) if name in there and name != own)
        return own

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return "wall 0", "wall 1"

    def is_playing(self, state: State) -> bool:
        return self.get_lab_state(state).passing.playing

    def update(self, state: State, action: LabAction) -> State:
        if isinstance(action, Set) and action.control in film_export.FORMATS:
            return state.put(replace(state.status, pending_export=action.control))
        own = self.get_lab_state(state)
        changed = self._handle_action(state, own, action)
        return state if changed is own else state.with_lab_state(self.name, changed)

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own = self.get_lab_state(state)
        wanted = map_layers.make_queries(state, self.layout(state), 2)
        for slot in range(2):
            model, which, source = (
                state.models[slot],
                state.get_map_name(slot),
                self.choose_source(state, slot),
            )
            label = own.label if state.library[model].conditional else -1
            wanted[f"wall {slot}"] = SampleGrid(model, which, source, own.temperature, own.seed, label)
            if source == DIFFUSION:
                at = own.place[1:] if own.place is not None and own.place[0] == slot else None
                wanted[f"way {slot}"] = DenoisingTrajectory(
                    model, which, own.temperature, own.seed, own.picked, TRAJECTORY_PICTURES, at
                )
        return wanted

    def export_film(self, state: State, results: Results) -> FilmExport | str | None:
        """Return the film of the denoising trajectories."""
        ways: dict[str, DenoisingTrajectoryValue | None] = {
            state.models[slot]: results.get_value(f"way {slot}", DenoisingTrajectoryValue)
            for slot in range(2)
            if self.choose_source(state, slot) == DIFFUSION
        }
        return generate_view.make_film_export(state, ways, 1 / PLAY_SPEED)

    def view(self, state: State, results: Results) -> View:
        walls: list[SampleGridValue | None] = [results.get_value(f"wall {slot}", SampleGridValue) for slot in range(2)]
        ways: list[DenoisingTrajectoryValue | None] = [
            results.get_value(f"way {slot}", DenoisingTrajectoryValue) for slot in range(2)
        ]
        own = self.get_lab_state(state)
        seen = generate_view.GenerateViewModel(
            self.hint,
            self.get_grid_layout(state),
            tuple(self.choose_source(state, slot) for slot in range(2)),
            tuple(walls),
            tuple(ways),
            own.temperature,
            own.picked,
            own.place,
            own.passing.hovered_picture,
            own.passing.progress,
        )
        return generate_view.make_view(seen, state, results)

    # -- inside ---------------------------------------------------------------------------------------

    def _handle_action(self, state: State, lab_state: GenerateState, action: LabAction) -> GenerateState:
        whole = replace(lab_state.passing, progress=1.0, playing=False)
        match action:
            case Set(control="source", value=str(value)) if value in SOURCE_TITLES:
                return replace(lab_state, source=value, passing=whole)
            case Set(control="temperature", value=int() | float() as value) if 0 <= value <= MAX_TEMPERATURE:
                return replace(lab_state, temperature=round(float(value), 2), passing=whole)
            case Set(control="again"):
                return replace(lab_state, seed=lab_state.seed + 1, passing=whole)
            case Set(control="label", value=str(value)):
                return replace(lab_state, label=-1 if value == EACH_CLASS else int(value))
            case Set(control="play"):
                playing = not lab_state.passing.playing
                head = 0.0 if playing and lab_state.passing.progress >= 1 else lab_state.passing.progress
                return replace(lab_state, passing=replace(lab_state.passing, playing=playing, progress=head))
            case TimePassed(seconds=seconds) if lab_state.passing.playing:
                head = min(1.0, lab_state.passing.progress + PLAY_SPEED * seconds)
                return replace(lab_state, passing=replace(lab_state.passing, progress=head, playing=head < 1))
            case PartEvent(phase="leave"):
                return replace(lab_state, passing=replace(lab_state.passing, hovered_picture=-1))
            case PartEvent(part=part, position=at, phase=phase):
                number = self._find_picture(state, part, at)
                lab_state = replace(lab_state, passing=replace(lab_state.passing, hovered_picture=number))
                return (
                    replace(lab_state, picked=number, place=None, passing=lab_state.passing)
                    if phase == "press"
                    else lab_state
                )
            case MapClick(slot=slot, xy=xy):
                return replace(lab_state, place=(slot, *xy), passing=whole)
            case Key(name="," | "." as name):
                step = 1 if name == "." else -1
                return replace(lab_state, picked=(lab_state.picked + step) % PICTURE_COUNT, place=None, passing=whole)
        return lab_state

    def _find_picture(self, state: State, part: str, position: tuple[float, float]) -> int:
        """Return the picture at `position` of the grid `part`."""
        wall = generate_view.make_grid_strip(self.get_grid_layout(state), part)
        return min(wall.find_nearest_picture(wall.rect.to_px(position)), PICTURE_COUNT - 1)
