"""The normalisation of scikit-learn's digits, as NIST did it: deskewed, and stretched to one size.

The character is scaled to 20x32 pixels in a square of 32, its lines are thinned or thickened, and its slant is
removed (Garris et al. 1994, NIST Form-Based Handprint Recognition System, NISTIR 5469); each pixel of the digits is the
sum of 4x4 of those (Alpaydin and Kaynak 1998, UCI). Here the slant is found from moments.
"""

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]

SUPERSAMPLING = 4
"""Pixels of the normalised character per pixel of the image, along each side."""
MAX_SLANT = 1.0
"""The largest slant that is removed, in columns per row."""
INK_THRESHOLD = 0.2
"""The ink from which a pixel belongs to the character."""
MAX_LAYERS = 6
"""The most by which lines are thinned or thickened, in pixels of the normalised character."""


def normalise(ink: Grey, size: tuple[int, int], box: tuple[float, float], share: float) -> Grey:
    """Fit a cropped character (H, W) to a frame of `size` (w, h): it fills the `box`, with `share` of the frame ink."""
    from PIL import Image

    width, height = SUPERSAMPLING * size[0], SUPERSAMPLING * size[1]
    new = max(1, round(box[0] * width)), max(1, round(box[1] * height))
    scaled = Image.fromarray(deskew(ink)).resize(new, Image.Resampling.BOX)
    large = Image.new("F", (width, height))
    large.paste(scaled, ((width - new[0]) // 2, (height - new[1]) // 2))
    values = adjust_line_width(np.clip(np.asarray(large), 0, 1), share)
    means: Grey = values.reshape(size[1], SUPERSAMPLING, size[0], SUPERSAMPLING).mean(axis=(1, 3), dtype=np.float32)
    return means


def deskew(ink: Grey) -> Grey:
    """Return `ink` sheared to remove its slant, and cropped again."""
    from PIL import Image

    height, width = ink.shape
    y, x = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    rows, total = ink.sum(axis=1), float(ink.sum())
    middle_y, middle_x = float(rows @ y) / total, float(ink.sum(axis=0) @ x) / total
    tall = float(rows @ np.square(y - middle_y))
    lean = float((y - middle_y) @ ink @ (x - middle_x)) / tall if tall > 0 else 0.0
    lean = min(max(lean, -MAX_SLANT), MAX_SLANT)
    margin = int(np.ceil(abs(lean) * height))
    wide = Image.fromarray(np.pad(ink, ((0, 0), (margin, margin))))
    shear = (1.0, lean, -lean * middle_y, 0.0, 1.0, 0.0)  # from a position in the result to its source
    sheared = np.asarray(wide.transform(wide.size, Image.Transform.AFFINE, shear, Image.Resampling.BILINEAR))
    used = np.flatnonzero((sheared > INK_THRESHOLD).any(axis=0))
    return np.ascontiguousarray(sheared[:, used[0] : used[-1] + 1]) if len(used) else ink


def adjust_line_width(values: Grey, share: float) -> Grey:
    """Return `values` with lines thinned or thickened until `share` of all pixels is ink."""
    from PIL import Image, ImageFilter

    thicker = float(values.mean()) < share
    layer = ImageFilter.MaxFilter(3) if thicker else ImageFilter.MinFilter(3)
    for _ in range(MAX_LAYERS):
        image = Image.fromarray(np.rint(255 * values).astype(np.uint8)).filter(layer)
        after = np.asarray(image, np.float32) / np.float32(255)
        before, now = float(values.mean()), float(after.mean())
        if (now >= share) == thicker and now != before:  # the share is passed: a part of the last layer is enough
            return values + (after - values) * np.float32((share - before) / (now - before))
        values = after
    return values
