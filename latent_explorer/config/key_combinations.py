"""What the keys of a config allow each other; a value by itself is checked by its limits (`sections`, `schema`)."""

from latent_explorer.config.sections import (
    FOREIGN_NETWORKS,
    FOREIGN_OBJECTIVES,
    NATIVE_SHAPES,
    NETWORKS,
    SHAPED_BY_FILE,
    WITHOUT_PIXELS,
    Config,
    Data,
    Training,
)
from latent_explorer.errors import InputError, quote

_PICTURES = tuple(name for name in NATIVE_SHAPES if name not in WITHOUT_PIXELS)
_DATA_SETS_OF_KEY = {
    "size": _PICTURES,
    "channels": _PICTURES,
    "label": ("table", "signal"),
    "window": ("signal",),
    "unit": ("signal",),
    "rate": ("signal",),
    "curves": ("signal", "beats"),
    "columns": ("table", "wine", "breast_cancer"),
}
"""The data sets that a key of the section `data` goes with, where it does not go with all."""


def check(config: Config) -> None:
    """Raise `InputError` for keys of `config` that do not go together, with what arrived and what is allowed."""
    _check_validation(config.training)
    _check_freeze(config)
    _check_data(config.data)
    _check_model(config)
    methods = config.map.methods
    if len(set(methods)) != len(methods):
        raise InputError(f"map.methods: {list(methods)} names a method twice")


def _check_validation(training: Training) -> None:
    """Refuse what is chosen by the validation loss where no image is kept for it."""
    if training.validation == 0 and (training.patience is not None or training.keep == "best"):
        key = "training.patience" if training.patience is not None else "training.keep"
        raise InputError(
            f"{key}: {training.patience or 'best'} arrived with training.validation 0; "
            "a share of images to judge by is needed, for example training.validation: 0.1"
        )


def _check_freeze(config: Config) -> None:
    """Refuse frozen networks where nothing is left to train, or where they would stay random."""
    training, objective = config.training, config.objective
    if training.freeze and (training.start is None or not objective.traits.generative):
        lacks = "without training.start" if training.start is None else f"with objective.name {objective.name}"
        raise InputError(
            f"training.freeze: true arrived {lacks}; it is allowed with training.start and objective.name "
            "diffusion, whose denoiser is then trained alone"
        )


def _check_data(data: Data) -> None:
    """Refuse keys that say where samples are, or what they are, and that do not go with the data set."""
    if data.attributes is not None and data.name not in ("folder", "array"):
        raise InputError(
            f"data.attributes: {quote(data.attributes)} arrived with data.name {data.name}; it goes with data.name "
            "folder or array"
        )
    if data.shape is not None and data.name not in SHAPED_BY_FILE:
        raise InputError(
            f"data.shape: {list(data.shape)} arrived with data.name {data.name}; it goes with data.name "
            f"{', '.join(SHAPED_BY_FILE)}, others have data.size"
        )
    for key, allowed in _DATA_SETS_OF_KEY.items():
        if getattr(data, key) is not None and data.name not in allowed:
            raise InputError(f"data.{key} arrived with data.name {data.name}; it is allowed with {', '.join(allowed)}")
    if data.unit is not None and not data.unit.isprintable():
        raise InputError(f"data.unit: {data.unit!r} arrived; a printable text is allowed")
    if data.curves is not None and data.columns is not None:
        raise InputError("data.curves arrived with data.columns; one of them is allowed")
    if (data.curves, data.columns) != (None, None) and data.has_known_shape:
        try:
            data.sample_kind.check(data.image_shape)
        except ValueError as error:
            raise InputError(f"data: {error}") from None


def _check_model(config: Config) -> None:
    """Refuse an unknown network, and an objective or an output that does not go with it."""
    model, objective = config.model, config.objective
    is_custom = "." in model.network and all(part.isidentifier() for part in model.network.split("."))
    if model.network not in (*NETWORKS, *FOREIGN_NETWORKS) and not is_custom:
        raise InputError(
            f"model.network: {quote(model.network)} arrived; one of {', '.join(NETWORKS)}, or a class of your own as "
            "package.Class, is allowed"
        )
    if model.network in FOREIGN_NETWORKS and objective.name not in FOREIGN_OBJECTIVES:
        raise InputError(
            f"objective.name: {objective.name} arrived with model.network {model.network}; "
            f"{' or '.join(FOREIGN_OBJECTIVES)} is allowed"
        )
    low, high = model.pixel_range
    if not low < high:
        raise InputError(f"model.pixel_range: [{low:g}, {high:g}] arrived; black below white is allowed")
    if model.output == "linear" and (is_custom or objective.is_in_nats):
        arrived = f"model.network: {model.network}" if is_custom else f"objective.loss: {objective.loss}"
        allowed = ", ".join(NETWORKS) if is_custom else "mse, l1"
        raise InputError(f"{arrived} arrived with model.output linear; it goes with {allowed}")
