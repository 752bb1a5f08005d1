"""The Generate lab: new pictures from noise, of two models side by side. Do they look like data, and are they new?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar

from latent_explorer.checkpoint.sampling import CODEBOOK, DIFFUSION, MIXTURE, PRIOR, list_sources
from latent_explorer.config.limits import Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.labs.generate import view
from latent_explorer.labs.generate.layout import TRAJECTORY_PICTURES
from latent_explorer.labs.generate.queries import PICTURE_COUNT, DenoisingTrajectory, SampleGrid
from latent_explorer.scene import film_export, model_selection
from latent_explorer.scene.controls import Button, Choice, Control
from latent_explorer.scene.events import Key, MapClick, PartEvent, Set, TimePassed
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Item
from latent_explorer.scene.lab import Lab, LabAction
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.settings import CountUp, Pick, Slide
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import format_number, mark, tr

PLAY_SPEED = 0.25
"""Share of a denoising trajectory that is played in a second."""
MAX_TEMPERATURE = 1.6
SOURCE_TITLES = {PRIOR: mark("Prior"), MIXTURE: mark("Mixture"), CODEBOOK: mark("Codes"), DIFFUSION: mark("Diffusion")}
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
    source: Annotated[
        str, Pick(SOURCE_TITLES, mark("Draw from N(0, 1), a fitted mixture, or the model's way"), "g")
    ] = PRIOR  # fmt: skip
    temperature: Annotated[
        float,
        Slide(
            0, MAX_TEMPERATURE, label=mark("Temperature"),
            tip=mark("How far from the middle: the lower, the more alike"), key="h", step=0.1,
            text=lambda own: format_number(own.temperature, ".2f"),
        ),
    ] = 1.0  # fmt: skip
    seed: Annotated[
        int, CountUp(0, label=mark("Draw again"), tip=mark("Draw other codes"), key="r", control="again")
    ] = 1
    label: Annotated[int, Within(-1)] = -1
    """Label given to a conditional model; -1 for each in turn."""
    picked: Annotated[int, Within(0, PICTURE_COUNT - 1)] = 0
    """Index of the chosen picture in both grids: the same draw of noise."""
    place: tuple[Annotated[int, Within(0, 1)], float, float] | None = None
    """Clicked slot and map position, instead of an index."""
    passing: GenerateTransient = field(default_factory=GenerateTransient)

    def choose_source(self, state: State, slot: int) -> str:
        """Return the source of a slot's latents: the chosen one if its model has it, else the prior. A model beside
        itself uses another source in the second slot."""
        offered = list_sources(state.get_checkpoint(slot))
        source = self.source if self.source in offered else PRIOR
        if slot == 1 and state.models[0] == state.models[1]:
            return next(name for name in (DIFFUSION, CODEBOOK, MIXTURE, PRIOR) if name in offered and name != source)
        return source

    def with_passing(self, **changes: Any) -> "GenerateState":
        return replace(self, passing=replace(self.passing, **changes))

    def show_whole_trajectory(self) -> "GenerateState":
        return self.with_passing(progress=1.0, playing=False)


class Generate(Lab[GenerateState]):
    name = "generate"
    order = 5
    stage = ("title", "new", "real", "words")
    state_class = GenerateState
    title = mark("Generate")
    purpose = mark("New pictures from the prior, a mixture or diffusion")
    hint = mark(
        "Every picture is decoded from a code drawn at random. A cross: it is unlike the data. Click one: is it "
        "new, or a copy of a real sample?"
    )
    hints_without_judge: ClassVar[Mapping[str, str]] = {
        "picture": mark(
            "Every picture is decoded from a code drawn at random. Click one: is it new, or a copy of a real sample?"
        ),
        "curve": mark(
            "Every curve is decoded from a code drawn at random. Click one: is it new, or a copy of a real sample?"
        ),
        "row": mark(
            "Every row is decoded from a code drawn at random. Click one: is it new, or a copy of a real sample?"
        ),
    }
    """By what a sample is called."""
    keys = (
        (mark("Click a picture, or its dot"), mark("look at it, and at the real sample nearest to it")),
        (mark("Comma, full stop"), mark("the picture before, the next one")),
        (mark("A cross, red"), mark("its picture is unlike the data; green: like them")),
        (mark("Hollow dot"), mark("farther off the data than 95 of 100 samples")),
    )
    max_models = 2

    def count_models(self, state: State) -> int:
        return 2

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return a model that was not trained towards a prior, and one that was: the failure beside the success."""
        first, second = current[0], current[1 % len(current)]
        if first != second and library[first].data_key == library[second].data_key and library[second].traits.has_prior:
            return current
        without = next((name for name in current[:2] if not library[name].traits.has_prior), None)
        with_prior = (
            next((name for name in current[:2] if library[name].traits.has_prior), None)
            or model_selection.find_first_matching(
                library, first, lambda one: one.traits.has_prior_density and not one.conditional
            )
            or model_selection.find_first_matching(library, first, lambda one: one.traits.has_prior)
            or first
        )
        if without is None or library[without].data_key != library[with_prior].data_key:
            without = model_selection.find_first_matching(library, with_prior, lambda one: one.traits.is_plain)
        return (without or with_prior, with_prior, *current[2:])

    def on_model_changed(self, lab_state: GenerateState, *, same_dataset: bool) -> GenerateState:
        return lab_state  # also a trajectory plays on

    def make_controls(self, state: State) -> tuple[Control, ...]:
        own, models = self.get_own(state), [state.get_checkpoint(slot) for slot in range(2)]
        source, *controls = super().make_controls(state)
        assert isinstance(source, Choice)
        offered = tuple(one for one in source.options if any(one[0] in list_sources(model) for model in models))
        controls.insert(0, replace(source, options=offered, value=own.source if own.source in dict(offered) else PRIOR))
        conditional = next((model for model in models if model.conditional), None)
        if conditional is not None:
            classes = (
                (EACH_CLASS, tr("Each class")),
                *((str(k), say_name(name)) for k, name in enumerate(conditional.class_names)),
            )
            value = EACH_CLASS if own.label < 0 else str(own.label)
            tip = tr("The class that a conditional model is told to draw")
            controls.append(Choice("label", classes, value, tip, menu=True, key="k"))
        if any(own.choose_source(state, slot) == DIFFUSION for slot in range(2)):
            label = tr("Stop") if own.passing.playing else tr("Play")
            controls.append(Button("play", label, tr("Play the way of this picture out of noise"), key="space"))
            controls += film_export.make_controls("x", "w")  # the usual keys are taken here
        return tuple(controls)

    def lay_out(self, state: State) -> Layout:
        return view.make_grid_layout(state, self.get_own(state).source).layout

    def list_interactive_parts(self, state: State) -> tuple[str, ...]:
        return "wall 0", "wall 1"

    def is_playing(self, state: State) -> bool:
        return self.get_own(state).passing.playing

    def on_setting_changed(self, lab_state: GenerateState, setting: str) -> GenerateState:
        return lab_state.show_whole_trajectory()

    def react(self, state: State, action: LabAction) -> State:
        own, passing = self.get_own(state), self.get_own(state).passing
        match action:
            case Set(control="png" | "gif" | "mp4" as file_format):
                return state.put(replace(state.status, pending_export=file_format))
            case Set(control="label", value=str(value)):
                own = replace(own, label=-1 if value == EACH_CLASS else int(value))
            case Set(control="play"):
                starts_again = not passing.playing and passing.progress >= 1
                own = own.with_passing(playing=not passing.playing, progress=0.0 if starts_again else passing.progress)
            case TimePassed(seconds=seconds) if passing.playing:
                progress = min(1.0, passing.progress + PLAY_SPEED * seconds)
                own = own.with_passing(progress=progress, playing=progress < 1)
            case PartEvent(phase="leave"):
                own = own.with_passing(hovered_picture=-1)
            case PartEvent(part=part, position=position, phase=phase):
                grid = view.make_empty_grid(state, own.source, self.get_layout(state).parts[part])
                number = min(grid.find_nearest_picture(grid.rect.to_px(position)), PICTURE_COUNT - 1)
                own = own.with_passing(hovered_picture=number)
                if phase == "press":
                    own = replace(own, picked=number, place=None)
            case MapClick(slot=slot, xy=xy):
                own = replace(own, place=(slot, *xy)).show_whole_trajectory()
            case Key(name="," | "." as name):
                picked = (own.picked + (1 if name == "." else -1)) % PICTURE_COUNT
                own = replace(own, picked=picked, place=None).show_whole_trajectory()
            case _:
                return state
        return self.put(state, own)

    def ask(self, state: State) -> dict[str, AnyQuery]:
        own, wanted = self.get_own(state), dict[str, AnyQuery]()
        for slot in range(2):
            model, map_name, source = state.models[slot], state.get_map_name(slot), own.choose_source(state, slot)
            label = own.label if state.library[model].conditional else -1
            wanted[f"wall {slot}"] = SampleGrid(model, map_name, source, own.temperature, own.seed, label)
            if source == DIFFUSION:
                place = own.place[1:] if own.place is not None and own.place[0] == slot else None
                wanted[f"way {slot}"] = DenoisingTrajectory(
                    model, map_name, temperature=own.temperature, seed=own.seed, picture_index=own.picked,
                    picture_count=TRAJECTORY_PICTURES, position=place,
                )  # fmt: skip
        return wanted

    def export_film(self, state: State, results: Results) -> FilmExport | str | None:
        """Return the film of the denoising trajectories."""
        return view.make_film_export(Frame(state, self.get_own(state), results, self.get_layout(state)), 1 / PLAY_SPEED)

    def choose_hint(self, frame: Frame[GenerateState]) -> str:
        judged = any(frame.state.get_checkpoint(slot).has_judge for slot in range(2))
        one = frame.state.get_checkpoint(0).sample_kind.words.one
        return tr(self.hint if judged else self.hints_without_judge[one])

    def draw_on_map(self, frame: Frame[GenerateState], slot: int, rect: Rect) -> list[Item]:
        return view.make_map_items(frame, slot, rect)

    def draw(self, frame: Frame[GenerateState]) -> list[Item]:
        return [item for slot in range(2) for item in view.make_column_items(frame, slot)]
