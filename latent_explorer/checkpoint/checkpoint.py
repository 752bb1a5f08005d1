"""A checkpoint as Python sees it: a trained model with its maps, and what can be asked of its latent space.

What each method computes stands in a module of its own, which knows the trained model alone.
"""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.trained_model import TrainedModel

if TYPE_CHECKING:
    from latent_explorer.config import Config


class Checkpoint(TrainedModel):
    """A trained model with the maps of its latents, in one file: it encodes, decodes, draws and shows latents."""

    @classmethod
    def train(
        cls, images: Any, config: "Config | Mapping[str, Any] | str | os.PathLike[str] | None" = None,
        labels: Any = None, *, class_names: Sequence[str] | None = None, attributes: Mapping[str, Any] | None = None,
        name: str = "", progress: Callable[[str], None] | None = None, allow_import: Collection[str] = (),
    ) -> "Checkpoint":  # fmt: skip
        """Train a model on images in memory, as `train.py` does, and lay out its latents.

        Ctrl-C ends the training and keeps what was learnt, with a warning. The same seed, device and number of threads
        give the same weights.

        Args:
            images: an array or tensor of at least 16, (N, H, W), (N, H, W, C) or (N, C, H, W) with 1, 3 or 4 channels;
                bytes, or numbers from 0 to 1, -1 to 1 or 0 to 255.
            config: a `Config`, a dict of its sections, the name of a preset or the path of a YAML file; by default the
                default of every key. Of a preset for another data set, only `held_out`, `limit` and `leave_out` of the
                section `data` apply: the images keep their shape.
            labels: (N,) whole numbers, -1 where unknown, or texts.
            class_names: names of the labels, where those are numbers.
            attributes: what else is known of the images, by name: (N,) numbers or texts each.
            name: the name of the checkpoint; by default that of the preset.
            progress: called with a line of text for each epoch and step; `print` shows them. Quiet by default.
            allow_import: packages that a network of your own (`model.network: package.Class`) may come from.

        Returns:
            The checkpoint, which `save` writes to a file.

        Raises:
            InputError: for images, labels or a config that are not allowed.
            WorkError: if the loss became NaN in the first epoch, or if the memory is too small.
        """
        from latent_explorer.checkpoint import train_images

        return train_images.train(
            cls, images, config, labels, class_names=class_names, attributes=attributes, name=name, progress=progress,
            allow_import=allow_import,
        )  # fmt: skip

    @classmethod
    def from_model(
        cls, model: Any, images: Any, labels: Any = None, *, class_names: Sequence[str] | None = None,
        attributes: Mapping[str, Any] | None = None, name: str = "model", **settings: Any,
    ) -> "Checkpoint":  # fmt: skip
        """Encode images by a model from elsewhere, measure it, and map the latents.

        Args:
            model: a torch module or any object with `encode` and `decode`, or `encoder` and `decoder`, or with
                scikit-learn's `transform` and `inverse_transform`. `encode` takes images (N, C, H, W) and returns
                latents (N, d), or the mean and log-variance of a posterior; `decode` goes back. A torch module gets
                tensors, others numpy arrays.
            images: (N, H, W), (N, H, W, C) or (N, C, H, W): bytes, or numbers from 0 to 1, -1 to 1 or 0 to 255.
            labels: whole numbers (N,), -1 where unknown, or texts.
            class_names: names of the labels.
            attributes: what else is known of the images, arrays (N,) by name.
            name: the title in the window.
            **settings: `samples` ("images"): "signals" are series (N, C, T) or a list of them, "rows" those of a table
                (N, n), which the model takes and gives in their own units; of signals `unit`, as in "mV", and `rate`,
                points a second, which are written on the curves; `pixel_range` ((0, 1)), the model's own
                values for black and white; `methods` (("tsne", "pca")); `points` (10,000): so many the maps are fitted
                to; `place` ("none"): "all" places the other samples on them too; `backend` ("cpu"), "cuml" for an
                NVIDIA GPU with RAPIDS; `seed` (0); `fit_inverse` (True): fit the smooth way back, up to a minute
                a map; `say`, called with a line before each long step.

        Returns:
            The checkpoint. Its file, if it is saved, holds the latents and maps but not the model:
            `load(path, encode=..., decode=...)` brings them together again.

        Raises:
            InputError: for a model that does not fit the images, or gives anything but finite numbers.
        """
        from latent_explorer.checkpoint import from_model
        from latent_explorer.data.array_columns import Annotations

        chosen = from_model.make_settings(settings)
        annotations = Annotations(labels, class_names, attributes)
        return from_model.from_model(cls, model, images, annotations, name=name, settings=chosen)

    @classmethod
    def from_arrays(
        cls, latents: Any, decode: Callable[[Floats], Any], images: Any, labels: Any = None, *,
        encode: Callable[[Floats], Any] | None = None, class_names: Sequence[str] | None = None,
        attributes: Mapping[str, Any] | None = None, name: str = "model", **settings: Any,
    ) -> "Checkpoint":  # fmt: skip
        """Map latents that are there already, of a model whose decoder is known.

        Args:
            latents: (N, d), one for each image.
            decode: takes latents (n, d), a numpy array, and returns images (n, C, H, W).
            images: (N, H, W), (N, H, W, C) or (N, C, H, W), the originals.
            labels: whole numbers (N,), -1 where unknown, or texts.
            encode: the encoder, if it is known; without it no drawing of one's own can be placed on the map.
            class_names: names of the labels.
            attributes: what else is known of the images, arrays (N,) by name.
            name: the title in the window.
            **settings: as for `from_model`.

        Raises:
            InputError: for arrays or a decoder that do not fit together.
        """
        from latent_explorer.checkpoint import from_model
        from latent_explorer.data.array_columns import Annotations
        from latent_explorer.models.external_network import ExternalFunctions

        chosen = from_model.make_settings(settings)
        functions = ExternalFunctions(encode, decode)
        annotations = Annotations(labels, class_names, attributes)
        return from_model.from_arrays(cls, latents, functions, images, annotations, name=name, settings=chosen)

    @classmethod
    def from_embeddings(
        cls, vectors: Any, texts: Sequence[str] | None = None, images: Any = None, labels: Any = None, *,
        class_names: Sequence[str] | None = None, attributes: Mapping[str, Any] | None = None, name: str = "embedding",
        methods: Sequence[str] = ("tsne", "pca"), points: int = 10_000, metric: str = "euclidean", seed: int = 0,
        say: Callable[[str], None] = lambda line: None,
    ) -> "Checkpoint":  # fmt: skip
        """Map vectors that nothing decodes: word or sentence vectors, the features of a foundation model.

        The window shows, for each place of the map, the nearest sample: its picture, or its text in the picture's
        place. The file holds the vectors, the maps, the texts and small pictures, and needs nothing else to be opened.

        Args:
            vectors: (N, d) finite numbers, an array or a tensor; at least 8, of up to 4,096 dimensions.
            texts: one a vector: a word, a sentence, a title.
            images: one a vector, as `from_model` takes them; the file keeps them with up to 128 pixels a side.
            labels: whole numbers (N,), -1 where unknown, or texts.
            class_names: names of the labels.
            attributes: what else is known of the samples, arrays (N,) by name.
            name: the title in the window.
            methods: of the maps: `"tsne"`, `"pca"`, `"umap"`, `"latent"`.
            points: the largest number of vectors on the map, and in the file; drawn at random if there are more.
            metric: `"cosine"` scales the vectors to length 1, so that near ones are those of the same direction.
            seed: of the maps and of what is drawn.
            say: called with a line before each long step.

        Raises:
            InputError: for arrays that do not fit together, or that hold anything but finite numbers.
        """
        from latent_explorer.checkpoint import from_embeddings
        from latent_explorer.data.array_columns import Annotations

        return from_embeddings.from_embeddings(
            cls, vectors, texts, images, Annotations(labels, class_names, attributes), name=name, methods=methods,
            points=points, metric=metric, seed=seed, say=say,
        )  # fmt: skip

    def reconstruct(self, images: Any, labels: Any = None) -> Any:
        """Encode images and decode them again; arguments and result as of `encode` and `decode`."""
        return self.decode(self.encode(images, labels), labels)

    def interpolate(self, a: Any, b: Any, how: str = "linear", steps: int = 10) -> Any:
        """Return the latents on a path from `a` to `b`, both included.

        Args:
            a: the start: a latent (d,), an image (C, H, W) as `encode` takes it, or the number of a dot. Its shape says
                which of them it is.
            b: the end, likewise.
            how: `"linear"`, the straight line in equal steps; `"spherical"`, the arc around the origin if the objective
                has a prior there, else around the mean of the latents (Shoemake 1985); `"data"`, the shortest path over
                neighbouring samples, slightly rounded.
            steps: the number of latents, at least 2.

        Returns:
            (steps, d): a tensor if `a` or `b` is one, else an array.
        """
        from latent_explorer.checkpoint import interpolation

        return interpolation.interpolate(self, a, b, how, steps)

    def direction(self, attribute: str, value: Any = None) -> Floats:
        """Return the direction of an attribute in latent space, to be added to latents.

        Args:
            attribute: a key of `attributes`, or `"class"` for the labels.
            value: for an attribute of categories, the category; of yes and no the default is yes. None for numbers.

        Returns:
            (d,), in the units of the latents, not normalised. Of a category: the mean of the samples that have it minus
            the mean of those known to have another, so that adding it once leads from those to these. Of numbers: the
            step along which a linear regression on the latents rises by one standard deviation of the attribute.
        """
        from latent_explorer.checkpoint import direction

        return direction.find_direction(self, attribute, value)

    def sample(self, n: int, seed: int = 0, *, temperature: float = 1.0, source: str | None = None) -> Floats:
        """Draw new latents (n, d), the same for the same seed; `decode` makes pictures of them.

        Args:
            n: the number of latents.
            seed: of the random numbers.
            temperature: the scale of the randomness; below 1 nearer to the mean.
            source: where they come from. `"diffusion"` and `"codes"` (entries of the codebook, as frequent as in the
                samples) if the model has them, `"prior"`, N(0, 1), and `"mixture"`, Gaussians fitted to the latents of
                the samples, always. By default the model's own: diffusion, else the prior if the objective has one,
                else the codebook, else the mixture.
        """
        from latent_explorer.checkpoint import sampling

        return sampling.draw(self, n, seed=seed, temperature=temperature, source=source)

    def plot(self, ax: Any = None, color_by: Any = None, *, which: str | None = None) -> Any:
        """Draw a map with matplotlib; needs matplotlib.

        Args:
            ax: matplotlib axes to draw on; new ones by default.
            color_by: what the colours show: a key of `attributes`, or (M,) numbers of your own; by default the classes.
            which: a key of `maps`; by default the first map.

        Returns:
            The axes.
        """
        from latent_explorer.checkpoint import plot_map

        return plot_map.plot(self, ax, color_by, which)

    def __repr__(self) -> str:
        from latent_explorer.checkpoint import summary

        return summary.make_line(self)

    def _repr_html_(self) -> str:
        from latent_explorer.checkpoint import summary

        return summary.make_html(self)
