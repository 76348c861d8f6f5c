"""Drawn recordings for tests of redaction, and a copy made from one."""

import io
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import IO

import av
import numpy as np
import numpy.typing as npt

from streife.config.demo.footage import Person, film, scene, tone
from streife.evidence.redaction.faces import Detector
from streife.evidence.redaction.project import Project
from streife.evidence.redaction.searching import Pace, search
from streife.evidence.redaction.writing import Form, write_copy

WIDTH, HEIGHT = 640, 360
FORM = Form(WIDTH, HEIGHT)
PACE = Pace(longest=640)
NOBODY = Project(source_sha256="0" * 64, width=WIDTH, height=HEIGHT, frames=0)


@cache
def detector() -> Detector:
    return Detector(threads=1)


def filmed(
    people: Sequence[Person], *, frames: int = 50, rate: int = 25, sound: bool = False
) -> io.BytesIO:
    made = io.BytesIO()
    heard = tone(frames / rate) if sound else None
    film(made, scene(people, frames=frames), rate=rate, sound=heard)
    return made


def searched(source: IO[bytes]) -> Project:
    return search(source, source_sha256="0" * 64, detector=detector(), pace=PACE)


def copied(source: IO[bytes], project: Project, name: str = "A-1") -> io.BytesIO:
    made = io.BytesIO()
    write_copy(source, made, project, name=name, form=FORM)
    return made


def shown(file: io.BytesIO) -> list[npt.NDArray[np.uint8]]:
    """Every frame as brightness, (height, width)."""
    file.seek(0)
    with av.open(file) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def heard(file: io.BytesIO) -> tuple[npt.NDArray[np.float32], float]:
    """All samples of the first channel, and the second at which they begin."""
    file.seek(0)
    with av.open(file) as container:
        blocks = [(frame.time, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    return np.concatenate([block for _, block in blocks]), float(blocks[0][0] or 0)


def moments(file: io.BytesIO) -> list[float]:
    """The seconds between one frame and the next."""
    file.seek(0)
    with av.open(file) as container:
        at = [float(frame.time or 0) for frame in container.decode(video=0)]
    return [round(after - before, 4) for before, after in pairwise(at)]
