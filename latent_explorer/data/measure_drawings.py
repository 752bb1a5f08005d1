"""What can be measured of a bright drawing on black: thickness, slant, width, height, area, loops.

After Morpho-MNIST (Castro et al. 2019, arXiv:1809.10780): a picture is enlarged four times, and cut at half of its
range; slant comes from the second moments, width and height from the parallelogram of that slant which holds nearly
all of the ink, thickness from the distances to the edge along the middle of the strokes.
"""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.data.attributes import Attribute
from latent_explorer.texts import mark_name

DRAWINGS = ("digits", "mnist")
"""Data sets of bright strokes on black."""
ENLARGED = 4
INK_SHARE = 0.98  # of the ink, that lies within width and height
MIN_LOOP_AREA = 1.0  # pixels of the picture: smaller holes are gaps of the grid
UNITS = {
    mark_name("thickness"): "pixels",
    mark_name("slant"): "degrees",
    mark_name("width"): "pixels",
    mark_name("height"): "pixels",
    mark_name("area"): "pixels",
    mark_name("loops"): "",
}


def measure(images: NDArray[np.uint8]) -> dict[str, Attribute]:
    """Return the measures of drawings (N, 1, H, W), NaN for an empty one.

    Thickness is the mean width of the strokes in pixels, slant the angle in degrees by which upright strokes lean to
    the right, area the pixels of ink, loops the number of holes.
    """
    rows = [measure_one(image[0]) for image in images]
    table = np.array(rows, np.float32).reshape(len(images), len(UNITS)).T
    return {name: Attribute(values, unit=UNITS[name]) for name, values in zip(UNITS, table, strict=True)}


def measure_one(picture: NDArray[np.uint8]) -> tuple[float, ...]:
    """Return thickness, slant, width, height, area and loops of one drawing (H, W)."""
    from PIL import Image
    from scipy import ndimage

    height, width = picture.shape
    large = Image.fromarray(picture).resize((width * ENLARGED, height * ENLARGED), Image.Resampling.BICUBIC)
    grey = np.pad(np.asarray(large, np.float32), ENLARGED)
    ink = grey > (float(grey.min()) + float(grey.max())) / 2
    if not ink.any():
        return (np.nan,) * len(UNITS)
    depth = ndimage.distance_transform_edt(ink)
    middle = ink & (depth >= ndimage.maximum_filter(depth, 3) - 1e-6)
    thickness = 2 * float(depth[middle].mean()) - 1  # from the middle of an edge pixel to its edge is half a pixel less
    y, x = (axis.astype(np.float64) for axis in np.nonzero(ink))
    lean = _measure_lean(x, y)
    sheared = x + lean * (y - y.mean())
    holes, count = ndimage.label(~ink)
    outside = holes[0, 0]
    sizes = np.bincount(holes.ravel(), minlength=count + 1)
    loops = sum(sizes[k] >= MIN_LOOP_AREA * ENLARGED**2 for k in range(1, count + 1) if k != outside)
    return (
        thickness / ENLARGED, float(np.degrees(np.arctan(lean))), _measure_extent(sheared) / ENLARGED,
        _measure_extent(y) / ENLARGED, float(ink.sum()) / ENLARGED**2, float(loops),
    )  # fmt: skip


def _measure_lean(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return how far to the right a stroke moves a pixel of height."""
    up = y.mean() - y
    spread = float(np.mean(up * up))
    return float(np.mean((x - x.mean()) * up)) / spread if spread > 1e-9 else 0.0


def _measure_extent(values: NDArray[np.float64]) -> float:
    """Return the length of the middle range that holds nearly all values, edges of pixels included."""
    low, high = np.quantile(values, [(1 - INK_SHARE) / 2, (1 + INK_SHARE) / 2])
    return float(high - low) + 1
