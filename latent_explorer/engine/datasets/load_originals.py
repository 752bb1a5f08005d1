"""Loads the data sets that checkpoints were trained on, if they are on this machine. Needs torch."""

from dataclasses import replace

from latent_explorer import config
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config import OWN_SETS
from latent_explorer.data import datasets, loaded_images, torchvision_sets
from latent_explorer.data.dataset import Dataset, split_folder
from latent_explorer.engine.datasets.dataset_downloader import DatasetOffer
from latent_explorer.errors import InputError, MissingDatasetError
from latent_explorer.texts import mark


def load_originals(checkpoint: Checkpoint, data_dir: str | None) -> "Dataset | str":
    """Return the checkpoint's data set if it is on this machine, else the reason why it is not."""
    settings, seed = checkpoint.config.data, checkpoint.config.training.seed
    named = torchvision_sets.SETS.get(settings.name)
    name = named.title if named else settings.name
    if settings.name in OWN_SETS:
        # only images that were read before: an untrusted file must not choose which files are read
        pictures = loaded_images.load_cached(checkpoint.source)
        if pictures is None or pictures.images.shape[1:] != checkpoint.image_shape:
            return mark("the originals are not on this machine")
        try:
            return split_folder(replace(pictures, kind=checkpoint.sample_kind), settings, seed)
        except InputError:
            return mark("the originals are here, but too few")
    try:
        dataset = _load_here(settings, data_dir, seed)
    except MissingDatasetError:
        return mark("{dataset} is not on this machine", dataset=name)
    except (InputError, OSError, MemoryError):
        return mark("{dataset} is here, but cannot be read", dataset=name)
    if dataset.image_shape != checkpoint.image_shape:
        return mark("{dataset} here has other pictures", dataset=name)
    return dataset


def find_offer(name: str, data_dir: str | None) -> DatasetOffer | None:
    """Return the data set of a name if it is not on this machine and can be downloaded."""
    named = torchvision_sets.SETS.get(name)
    if named is None or torchvision_sets.is_here(name, datasets.resolve_data_dir(data_dir)):
        return None
    return DatasetOffer(name, named.title, named.megabytes)


def _load_here(settings: config.Data, data_dir: str | None, seed: int) -> Dataset:
    """Load a data set from the folder that the checkpoint names, or else from that of all data sets."""
    try:
        return datasets.load(settings, data_dir=data_dir, seed=seed, download=False)
    except MissingDatasetError:
        return datasets.load(replace(settings, path=None), data_dir=data_dir, seed=seed, download=False)
