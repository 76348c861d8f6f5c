"""Redaction: a preview at 640 x 360 and a full pass at 1920 x 1080, in CPU and wall seconds.

`make bench-redaction` (BENCH="--seconds 20"). The film is drawn: three faces, one lying, a car, 30
frames a second, with sound. CPU seconds per second of film are what counts on a machine that others
use as well; divided by two they are the wall time two free cores need at best.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from streife.config.demo.footage import Car, Person, film, scene, tone
from streife.evidence.redaction.checking import check_pictures
from streife.evidence.redaction.faces import Detector
from streife.evidence.redaction.plates import PlateDetector
from streife.evidence.redaction.searching import PREVIEW, THOROUGH, search
from streife.evidence.redaction.writing import Form, write_copy

FRAMES = 30
CARS = [Car(600, (300, 500), (3, 0))]
PEOPLE = [
    Person(150, (100, 300), (2, 0)),
    Person(120, (1500, 500), (-2, 0)),
    Person(160, (900, 800), turned=90),
]


def main() -> None:
    """Measure both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} Kerne, Last {load:.1f}, {seconds} s Film mit {FRAMES} Bildern je s")
    with tempfile.TemporaryDirectory(prefix="bench-redaction-") as folder:
        path = Path(folder) / "film.mp4"
        pictures = scene(PEOPLE, width=1920, height=1080, frames=seconds * FRAMES, cars=CARS)
        film(str(path), pictures, rate=FRAMES, sound=tone(seconds))
        for name, pace, form in (
            ("Vorschau 640 x 360", PREVIEW, Form(640, 360, "ultrafast", 28)),
            ("ganz 1920 x 1080", THOROUGH, Form(1920, 1080)),
        ):
            with path.open("rb") as source:
                _measure(name, source, pace, form, seconds)


def _measure(name: str, source: Any, pace: Any, form: Form, seconds: int) -> None:
    detector, plates, copy = Detector(threads=2), PlateDetector(threads=2), io.BytesIO()

    def said(step: str, work: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"| {name} | {step} | {cpu / seconds:.2f} | {wall / seconds:.2f} |", flush=True)
        return result

    project = said(
        "suchen",
        lambda: search(source, source_sha256="0" * 64, detector=detector, plates=plates, pace=pace),
    )
    said("schreiben", lambda: write_copy(source, copy, project, name="MESSUNG", form=form))
    if pace is THOROUGH:
        checked = said(
            "prüfen",
            lambda: check_pictures(
                copy,
                project,
                detector,
                plates=plates,
                longest=pace.longest,
                every=pace.every,
            ),
        )
        print(f"sichtbare Gesichter und Kennzeichen in der Kopie: {len(checked.left)}")


if __name__ == "__main__":
    main()
