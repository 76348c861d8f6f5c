"""Find faces in one picture with CenterFace, upright, lying and upside down."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streife.evidence.redaction.boxes import Box, strongest
from streife.evidence.redaction.weights import INPUT, weights

Picture = npt.NDArray[np.uint8]

STRIDE = 4  # one cell of the network's answer covers 4 x 4 pixels
GRID = 32  # width and height of what it is asked are multiples of this
# A face counts from here on: one too many costs a black box, one too few somebody's right.
LOWEST_SCORE = 0.2
# Darker than this (99th percentile, 0 to 255) a picture is lifted before the network sees it.
DARK = 110.0
LIFTED = 220.0
QUIET = 3  # onnxruntime's level for errors


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of what the network is asked, in pixels, both multiples of 32."""

    width: int
    height: int


def asked_size(width: int, height: int, *, longest: int) -> Size:
    """Return the size for a picture of `width` x `height` whose longer side shall be `longest`."""
    scale = min(1.0, longest / max(width, height))

    def rounded(length: int) -> int:
        return max(GRID, round(length * scale / GRID) * GRID)

    return Size(rounded(width), rounded(height))


class Detector:
    """CenterFace in one process; a pass of 640 x 352 takes about 25 ms on one core."""

    def __init__(self, *, threads: int = 2, lowest: float = LOWEST_SCORE) -> None:
        import onnxruntime  # noqa: PLC0415 (0.1 s that only redacting needs)

        options = onnxruntime.SessionOptions()
        options.log_severity_level = QUIET
        options.intra_op_num_threads = threads
        # Threads that wait by spinning take the cores from the office's pages.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            weights(), options, providers=["CPUExecutionProvider"]
        )
        self._lowest = lowest

    def find(self, picture: Picture, *, turns: tuple[int, ...] = (0, 90, 180, 270)) -> list[Box]:
        """Return the faces in an RGB picture (height, width, 3), surest first, in its pixels.

        Height and width are multiples of 32. `turns` are degrees: people lie on the ground, and
        the network hardly sees a face upside down (0 to 2 of 6 in a trial).
        """
        bright = lifted(picture)
        found = [box for degrees in turns for box in self._pass(bright, degrees)]
        return strongest(found)

    def _pass(self, picture: npt.NDArray[np.float32], degrees: int) -> list[Box]:
        quarter = degrees // 90 % 4
        turned = np.rot90(picture, quarter)
        asked = np.ascontiguousarray(turned.transpose(2, 0, 1))[np.newaxis]
        heat, scale, offset, _ = self._session.run(None, {INPUT: asked})
        height, width = picture.shape[:2]
        return [
            _turned_back(box, quarter, width, height)
            for box in _decoded(heat[0, 0], scale[0], offset[0], self._lowest)
        ]


def lifted(picture: Picture) -> npt.NDArray[np.float32]:
    """Return the picture as the network takes it; what was filmed at night is made brighter."""
    bright = float(np.percentile(picture[::8, ::8], 99))
    asked = picture.astype(np.float32)
    if 0 < bright < DARK:
        asked = np.clip(asked * (LIFTED / bright), 0, 255)
    return asked


def _decoded(
    heat: npt.NDArray[np.float32],
    scale: npt.NDArray[np.float32],
    offset: npt.NDArray[np.float32],
    lowest: float,
) -> list[Box]:
    """Return the boxes of the network's answer (Xu et al. 2019, section 3.2)."""
    rows, columns = np.nonzero(heat > lowest)
    heights = np.exp(scale[0, rows, columns]) * STRIDE
    widths = np.exp(scale[1, rows, columns]) * STRIDE
    down = (rows + offset[0, rows, columns] + 0.5) * STRIDE
    across = (columns + offset[1, rows, columns] + 0.5) * STRIDE
    corners = np.stack(
        [across - widths / 2, down - heights / 2, across + widths / 2, down + heights / 2]
    ).T
    boxes = [
        Box(float(a), float(b), float(c), float(d), float(score))
        for (a, b, c, d), score in zip(corners, heat[rows, columns], strict=True)
    ]
    return strongest(boxes)


def _turned_back(box: Box, quarter: int, width: int, height: int) -> Box:
    """Undo `np.rot90(…, quarter)` (counter-clockwise) for a box; width, height before turning."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    if quarter == 1:
        return Box(width - bottom, left, width - top, right, box.score)
    if quarter == 2:
        return Box(width - right, height - bottom, width - left, height - top, box.score)
    if quarter == 3:
        return Box(top, height - right, bottom, height - left, box.score)
    return box
