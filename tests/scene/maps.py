"""A map that the made-up models do not have yet, and how a test adds it and looks at it."""

from typing import Any

from latent_explorer.atlas import Atlas, projection
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.items import Map, View
from latent_explorer.scene.state import State
from latent_explorer.shell import toolbar
from tests.stage import World, of_kind

PCA13 = MapSpec("pca", axes=(1, 3))


def add_map(world: World, model: str, spec: MapSpec) -> str:
    """Give a model the map of a specification, and return the map's name."""
    one = world[model]
    fitted = projection.fit(spec.method, one.latents, **spec.arguments)
    one.maps[spec.map_name] = Atlas(fitted, one.latents, one.labels)
    return spec.map_name


def draw(state: State) -> View:
    """What the lab shows before anything is answered."""
    return LABS[state.lab].make_view(state, Results())


def find_control(state: State, name: str) -> Any:
    (found,) = [one for one in toolbar.list_controls(state) if one.name == name]
    return found


def find_dots(state: State) -> Map:
    (found,) = of_kind(draw(state), Map)
    return found
