"""latent_explorer: see what an autoencoder has learnt.

From Python:

    import latent_explorer
    checkpoint = latent_explorer.load("mnist-vae")
    pictures = checkpoint.decode(checkpoint.atlas.inverse_transform([[0.5, 0.5]]))
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latent_explorer.atlas import Atlas
    from latent_explorer.atlas.latent_map import LatentMap
    from latent_explorer.checkpoint.checkpoint import Checkpoint
    from latent_explorer.checkpoint.checkpoint_file import load
    from latent_explorer.commands.explore import explore
    from latent_explorer.config import Config
    from latent_explorer.config import list_preset_names as list_presets
    from latent_explorer.config import load as load_config
    from latent_explorer.errors import InputError, WorkError
    from latent_explorer.plots import plot_film

__version__ = "0.1.0"
__all__ = [
    "Atlas", "Checkpoint", "Config", "InputError", "LatentMap", "WorkError", "explore", "list_presets", "load",
    "load_config",
    "plot_film",
]  # fmt: skip

_PUBLIC_NAMES = {
    "Atlas": "atlas.Atlas",
    "Checkpoint": "checkpoint.checkpoint.Checkpoint",
    "Config": "config.Config",
    "InputError": "errors.InputError",
    "LatentMap": "atlas.latent_map.LatentMap",
    "WorkError": "errors.WorkError",
    "explore": "commands.explore.explore",
    "list_presets": "config.list_preset_names",
    "load": "checkpoint.checkpoint_file.load",
    "load_config": "config.load",
    "plot_film": "plots.plot_film",
}
"""Where each public name is defined, below this package."""


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that the window opens before numpy is imported."""
    if name in _PUBLIC_NAMES:
        from importlib import import_module

        module, _, attribute = _PUBLIC_NAMES[name].rpartition(".")
        return getattr(import_module(f"latent_explorer.{module}"), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
