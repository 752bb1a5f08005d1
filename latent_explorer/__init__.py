"""latent_explorer: see what an autoencoder has learnt.

From Python:

    import latent_explorer
    checkpoint = latent_explorer.load("mnist-vae")
    pictures = checkpoint.decode(checkpoint.atlas.inverse_transform([[0.5, 0.5]]))
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["Checkpoint", "InputError", "WorkError", "load"]

_PUBLIC_MODULES = {
    "load": "checkpoint.checkpoint_file",
    "Checkpoint": "checkpoint.checkpoint",
    "InputError": "errors",
    "WorkError": "errors",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that the window opens before numpy is imported."""
    if name in _PUBLIC_MODULES:
        from importlib import import_module

        return getattr(import_module(f"latent_explorer.{_PUBLIC_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
