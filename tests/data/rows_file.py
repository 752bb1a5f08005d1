"""Files of rows, written from columns and read as data sets."""

import csv

import numpy as np

from latent_explorer import config
from latent_explorer.data import datasets

ROWS = 24


def read(tmp_path, columns, separator=",", name="rows.csv", encoding="utf-8", **settings):
    path = tmp_path / name
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return load(path, **settings)


def load(path, **settings):
    return datasets.load(config.Data(name="table", path=str(path), **settings))


def numbers(seed: int, scale: float = 1.0):
    return (scale * np.random.default_rng(seed).normal(5, 1, ROWS)).round(6).tolist()


def rows_of(dataset):
    """Return the rows in the columns' own units, those to learn from first."""
    values = np.concatenate([dataset.train.images.numpy(), dataset.test.images.numpy()])
    return dataset.kind.restore_units(values)
