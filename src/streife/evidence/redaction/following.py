"""Follow a face from picture to picture by its look, when the network has lost it."""

import numpy as np
import numpy.typing as npt

from streife.evidence.redaction.boxes import Box

Grey = npt.NDArray[np.float32]

WIDTH = 320  # pictures are followed at this width, in pixels
REACH = 8  # how far a face may move from one picture to the next, in pixels of that size
CUT = 30.0  # mean difference of brightness (0 to 255) that only a cut of scene makes


def small_grey(luma: npt.NDArray[np.uint8]) -> tuple[Grey, float]:
    """Return the brightness at about 320 pixels across, and by how much it was made smaller."""
    step = max(1, round(luma.shape[1] / WIDTH))
    height, width = luma.shape[0] // step, luma.shape[1] // step
    sampled = luma[: height * step : step, : width * step : step]
    return sampled.astype(np.float32), float(step)


def is_cut(before: Grey | None, after: Grey) -> bool:
    """Say whether the scene changed between two neighbouring pictures."""
    if before is None or before.shape != after.shape:
        return True
    return bool(np.abs(after - before).mean() > CUT)


def look(grey: Grey, box: Box) -> Grey | None:
    """Return the piece of the picture in the box; None when hardly any of it is inside."""
    left, top = max(0, round(box.left)), max(0, round(box.top))
    piece = grey[top : max(top, round(box.bottom)), left : max(left, round(box.right))]
    return piece if min(piece.shape) >= 4 else None


def followed(grey: Grey, piece: Grey, box: Box) -> tuple[Box, float]:
    """Return where the piece lies now, near `box`, and how alike it is (-1 to 1).

    Normalised cross-correlation over a window of `REACH` pixels on every side.
    """
    height, width = piece.shape
    top, left = max(0, round(box.top) - REACH), max(0, round(box.left) - REACH)
    window = grey[top : round(box.top) + height + REACH, left : round(box.left) + width + REACH]
    if window.shape[0] < height or window.shape[1] < width:
        return box, -1.0
    views = np.lib.stride_tricks.sliding_window_view(window, (height, width))
    wanted = piece - piece.mean()
    means = views.mean(axis=(2, 3))
    product = np.einsum("abcd,cd->ab", views, wanted)
    spread = np.sqrt(
        np.maximum(np.einsum("abcd,abcd->ab", views, views) - means**2 * piece.size, 1e-6)
        * max(float((wanted**2).sum()), 1e-6)
    )
    alike = product / spread
    down, across = np.unravel_index(int(alike.argmax()), alike.shape)
    moved = box.moved(left + int(across) - round(box.left), top + int(down) - round(box.top))
    return moved, float(alike[down, across])
