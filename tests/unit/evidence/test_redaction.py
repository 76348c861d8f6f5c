"""Cases 46 to 50 of the evidence vault: what a redacted copy may carry, show and change."""

import hashlib
import io
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from streife.config.demo.footage import HAIR, Person, film, scene, street, tone
from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.checking import check_file, check_pictures
from streife.evidence.redaction.project import Cover, Doubt, Kind, Project
from streife.evidence.redaction.searching import Progress, search
from streife.evidence.redaction.writing import write_copy
from streife.kernel.errors import Refused
from tests.filming import (
    FORM,
    NOBODY,
    PACE,
    copied,
    detector,
    filmed,
    heard,
    moments,
    searched,
    shown,
)

WALKING = Person(60, (40, 100), (3, 0))
SECRET = b"officer-4711"
ASS_HEADER = (
    b"[Script Info]\r\nScriptType: v4.00+\r\n\r\n[V4+ Styles]\r\n"
    b"Format: Name, Fontname, Fontsize\r\nStyle: Default,Arial,16\r\n\r\n"
    b"[Events]\r\nFormat: Layer, Start, End, Style, Text\r\n"
)


def left_over(copy: io.BytesIO, project: Project) -> int:
    return len(check_pictures(copy, project, detector(), longest=640, every=5).left)


def bugged() -> io.BytesIO:
    """A recording that carries whatever a camera may hide in it, each piece naming SECRET."""

    def extra(container: av.container.OutputContainer):
        container.metadata.update({"location": "+51.5+7.4/", "comment": SECRET.decode()})
        second = container.add_stream("aac", rate=48_000, layout="mono")
        second.metadata["handler_name"] = SECRET.decode()
        words = container.add_stream("mov_text")
        words.time_base = Fraction(1, 1000)
        words.codec_context.subtitle_header = ASS_HEADER
        container.set_chapters(
            [{"id": 1, "start": 0, "end": 900, "time_base": Fraction(1, 1000),
              "metadata": {"title": SECRET.decode()}}]
        )  # fmt: skip

        def after() -> None:
            frame = av.AudioFrame.from_ndarray(tone(1)[:, :1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            container.mux(second.encode(frame))
            container.mux(second.encode(None))
            packet = av.Packet(len(SECRET).to_bytes(2, "big") + SECRET)
            packet.stream, packet.pts, packet.dts, packet.duration = words, 0, 0, 500
            packet.time_base = Fraction(1, 1000)
            container.mux(packet)

        return after

    made = io.BytesIO()
    film(made, scene([WALKING], frames=25), sound=tone(1), extra=extra)
    slack = b"free" + SECRET
    return io.BytesIO(made.getvalue() + (len(slack) + 4).to_bytes(4, "big") + slack)


def test_case_46_nothing_that_came_with_the_original_reaches_the_copy() -> None:
    source = bugged()
    with av.open(io.BytesIO(source.getvalue())) as container:
        assert len(container.streams.audio) == 2
        assert container.streams.subtitles
        assert container.chapters()
        assert container.metadata["comment"] == SECRET.decode()
    assert source.getvalue().count(SECRET) >= 4

    copy = copied(source, replace(NOBODY, frames=25))

    check_file(source, copy)
    assert SECRET not in copy.getvalue()
    assert b"+51.5" not in copy.getvalue()
    with av.open(io.BytesIO(copy.getvalue())) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert not container.chapters()


@pytest.mark.parametrize("name", ["attached picture", "attachment"])
def test_case_46_attached_pictures_and_files_are_dropped(name: str) -> None:
    def extra(container: av.container.OutputContainer):
        if name == "attachment":
            container.add_attachment("gps.gpx", "application/gpx+xml", SECRET)
            return lambda: None
        picture = container.add_stream("png", rate=1)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "rgb24"
        picture.disposition = av.stream.Disposition.attached_pic

        def after() -> None:
            frame = av.VideoFrame.from_ndarray(street(64, 64), format="rgb24")
            container.mux(picture.encode(frame))
            container.mux(picture.encode(None))

        return after

    source = io.BytesIO()
    container = "matroska" if name == "attachment" else "mp4"
    film(source, scene([WALKING], frames=10), extra=extra, format=container)
    with av.open(io.BytesIO(source.getvalue())) as read:
        assert len(read.streams) == 2
    copy = copied(source, replace(NOBODY, frames=10))
    check_file(source, copy)
    assert SECRET not in copy.getvalue()


def test_case_46_a_copy_that_still_carries_tags_is_refused() -> None:
    source = bugged()
    with pytest.raises(Refused) as refusal:
        check_file(source, source)
    assert refusal.value.code == "copy-carries-more"


def test_case_46_frames_hidden_by_an_edit_list_stay_out_of_the_copy() -> None:
    source = io.BytesIO()
    pictures = list(scene([Person(90, (200, 120), frames=(0, 10))], frames=30))
    with av.open(source, "w", format="mp4", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.options = {"bf": "0"}
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number - 10, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with av.open(io.BytesIO(source.getvalue()), options={"ignore_editlist": "1"}) as everything:
        assert sum(1 for _ in everything.decode(video=0)) == 30
    visible = len(shown(source))
    assert visible == 20

    copy = copied(source, replace(NOBODY, frames=visible))

    with av.open(io.BytesIO(copy.getvalue()), options={"ignore_editlist": "1"}) as everything:
        assert sum(1 for _ in everything.decode(video=0)) == visible


@pytest.mark.parametrize(
    ("story", "people", "frames"),
    [
        ("walks through", [WALKING], 50),
        ("lost for two frames", [replace(WALKING, hidden=(20, 25))], 50),
        ("lies on the ground", [Person(70, (300, 240), turned=90)], 25),
        ("lies the other way", [Person(70, (300, 240), turned=270)], 25),
        ("upside down", [Person(60, (300, 200), turned=180)], 25),
        ("two who cross", [WALKING, Person(60, (240, 105), (-3, 0), hair=(150, 120, 60))], 60),
        ("comes for a moment", [Person(60, (300, 120), frames=(15, 22))], 40),
    ],
)
def test_case_47_no_face_is_found_in_the_copy(
    story: str, people: list[Person], frames: int
) -> None:
    source = filmed(people, frames=frames)
    project = searched(source)
    assert project.covers, story
    copy = copied(source, project)
    assert left_over(copy, project) == 0, story
    open_copy = copied(source, replace(project, covers=()))
    assert left_over(open_copy, project=replace(project, covers=())) > 0, "the check can see"


def test_case_47_a_face_lost_for_a_moment_stays_covered_and_is_shown_to_a_person() -> None:
    hidden = tuple(range(20, 36))
    source = filmed([Person(70, (200, 120), hidden=hidden)], frames=60)
    project = searched(source)
    assert [one.doubt for one in project.reviews] == [Doubt.LOST]
    middle = slice(140, 170), slice(220, 250)
    for number, picture in enumerate(shown(copied(source, project))):
        assert picture[middle].std() < 3, f"frame {number} is open"


def test_case_47_a_scene_that_begins_between_two_searched_frames_is_searched() -> None:
    """Faces that are there for three frames after a cut would slip between every fifth."""
    dark = [np.zeros((360, 640, 3), np.uint8)] * 21
    bright = list(scene([Person(80, (280, 120))], frames=3))
    source = io.BytesIO()
    film(source, iter([*dark, *bright, *dark]))
    project = searched(source)
    faces = [cover for cover in project.covers if cover.best > 0.5]
    assert [(one.first, one.last) for one in faces] == [(21, 21)]


def test_case_47_a_face_at_night_is_found() -> None:
    night = [(picture * 0.06).astype(np.uint8) for picture in scene([WALKING], frames=10)]
    source = io.BytesIO()
    film(source, iter(night))
    assert max(cover.best for cover in searched(source).covers) > 0.4


def test_case_47_a_mirror_shows_a_face_and_both_are_covered() -> None:
    mirrored = [
        np.where(np.arange(640)[None, :, None] < 320, picture, picture[:, ::-1])
        for picture in scene([Person(60, (100, 120))], frames=10)
    ]
    source = io.BytesIO()
    film(source, iter(mirrored))
    project = searched(source)
    across = sorted(round(cover.boxes[0][1].centre[0] / 10) for cover in project.covers)
    assert across == [13, 51]


def test_case_47_a_number_plate_is_covered_by_a_box_drawn_by_hand() -> None:
    source = filmed([], frames=30)
    plate = Cover(
        "h1", Kind.PLATE, ((0, Box(100, 200, 180, 230)), (29, Box(200, 200, 280, 230))),
        by_hand=True,
    )  # fmt: skip
    project = replace(NOBODY, frames=30).with_cover(plate)
    pictures = shown(copied(source, project))
    for number, picture in enumerate(pictures):
        left = 100 + round(100 * number / 29)
        assert picture[205:225, left + 4 : left + 76].max() < 30, f"frame {number}"
    assert pictures[0][205:225, 400:480].min() > 60, "the rest of the street can be seen"


def test_case_47_a_copy_with_a_visible_face_says_where() -> None:
    source = filmed([WALKING], frames=10)
    project = replace(NOBODY, frames=10)
    checked = check_pictures(copied(source, project), project, detector(), longest=640, every=5)
    assert [one.number for one in checked.left] == [2, 7]


def test_case_47_what_a_person_called_nobodys_face_does_not_stop_the_copy() -> None:
    """A poster, a statue: found, looked at, left open on purpose."""
    source = filmed([Person(70, (200, 120))], frames=10)
    project = searched(source)
    seen = replace(project, covers=tuple(replace(one, off=True) for one in project.covers))
    assert left_over(copied(source, seen), seen) == 0


def test_case_48_frames_moments_and_sound_stay_where_they_were() -> None:
    source = filmed([WALKING], frames=50, sound=True)
    copy = copied(source, searched(source))
    assert len(shown(copy)) == len(shown(source)) == 50
    assert moments(copy) == moments(source)
    before, begins = heard(source)
    after, begins_copy = heard(copy)
    assert abs(begins - begins_copy) < 0.001
    # The beep begins at every full second: it must do so in the copy, to a thousandth.
    first = np.flatnonzero(np.abs(before[24_000:]) > 0.2)[0]
    second = np.flatnonzero(np.abs(after[24_000:]) > 0.2)[0]
    assert abs(int(first) - int(second)) / 48_000 < 0.001


def test_case_48_a_variable_frame_rate_stays_variable() -> None:
    source = io.BytesIO()
    with av.open(source, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for at in (0, 40, 80, 400, 440, 1000, 1033):
            frame = av.VideoFrame.from_ndarray(street(640, 360), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    copy = copied(source, replace(NOBODY, frames=7))
    assert moments(copy) == moments(source) == [0.04, 0.04, 0.32, 0.04, 0.56, 0.033]


def test_case_48_a_recording_without_sound_gets_none() -> None:
    copy = copied(filmed([], frames=5), replace(NOBODY, frames=5))
    with av.open(io.BytesIO(copy.getvalue())) as container:
        assert not container.streams.audio


def test_case_48_muted_seconds_are_silent_and_the_others_are_heard() -> None:
    source = filmed([], frames=75, sound=True)
    project = replace(NOBODY, frames=75).with_mute(900, 2100)
    samples, _ = heard(copied(source, project))
    assert np.abs(samples[46_000:99_000]).max() < 0.001
    assert np.abs(samples[:40_000]).max() > 0.2
    assert np.abs(samples[105_000:140_000]).max() > 0.1


def test_case_48_a_copy_with_a_missing_frame_is_refused() -> None:
    copy = copied(filmed([], frames=9), replace(NOBODY, frames=9))
    with pytest.raises(Refused) as refusal:
        left_over(copy, replace(NOBODY, frames=10))
    assert refusal.value.code == "copy-other-length"


def test_case_49_nothing_of_the_picture_is_left_under_the_fill() -> None:
    """Two people, the same project: the same pixels under the fill, so nothing came through."""
    one = filmed([Person(60, (200, 120))], frames=10)
    other = filmed([Person(60, (200, 120), skin=(120, 84, 60), hair=HAIR)], frames=10)
    whole = Cover("h1", Kind.BODY, ((0, Box(190, 110, 270, 190)), (9, Box(190, 110, 270, 190))))
    project = replace(NOBODY, frames=10).with_cover(replace(whole, by_hand=True))
    painted = [shown(copied(source, project)) for source in (one, other)]
    open_ones = [shown(source) for source in (one, other)]
    assert not np.array_equal(open_ones[0][5][120:180, 200:260], open_ones[1][5][120:180, 200:260])
    inside = painted[0][5][112:188, 192:268]
    assert inside.std() < 1
    assert np.array_equal(inside, painted[1][5][112:188, 192:268])


def test_case_49_the_same_original_and_project_give_the_same_frames() -> None:
    source = filmed([WALKING], frames=25, sound=True)
    project = searched(source)
    digests = {
        check_pictures(
            copied(source, project), project, detector(), longest=640, every=5
        ).frames_sha256
        for _ in range(2)
    }
    assert len(digests) == 1
    again = Project.from_json(project.as_json())
    assert again == project
    assert again.sha256 == project.sha256 != project.with_mute(0, 10).sha256


def test_case_50_the_original_stays_as_it_was_to_the_bit() -> None:
    source = filmed([WALKING], frames=25, sound=True)
    before = hashlib.sha256(source.getvalue()).digest()
    project = searched(source)
    copy = copied(source, project)
    check_file(source, copy)
    assert hashlib.sha256(source.getvalue()).digest() == before


def test_case_50_every_frame_of_a_copy_says_that_it_is_one() -> None:
    source = filmed([], frames=10)
    marked = shown(copied(source, replace(NOBODY, frames=10), name="0192-7A"))
    other = shown(copied(source, replace(NOBODY, frames=10), name="0192-7B"))
    for original, picture, renamed in zip(shown(source), marked, other, strict=True):
        strip = picture[340:, :140].astype(int)
        assert strip.max() > 200
        assert strip.min() < 40
        assert np.abs(strip - original[340:, :140]).max() > 100
        assert np.abs(picture[340:].astype(int) - renamed[340:]).max() > 60, "the number is shown"


def test_a_recording_that_is_stored_turned_is_searched_and_written_upright() -> None:
    source = io.BytesIO()

    def extra(container: av.container.OutputContainer):
        container.streams.video[0].set_display_rotation(90)
        return lambda: None

    film(source, scene([], frames=3), extra=extra)
    project = replace(NOBODY, width=360, height=640, frames=3)
    made = io.BytesIO()
    write_copy(source, made, project, name="A-1", form=replace(FORM, width=360, height=640))
    first = shown(made)[0]
    assert first.shape == (640, 360)


def test_a_search_that_died_goes_on_and_finds_the_same() -> None:
    source = filmed([WALKING], frames=40)
    whole = searched(source)

    class PulledPlug(Exception):
        pass

    stored: dict[str, object] = {}

    def step(progress: Progress) -> None:
        stored.update(progress.as_json())
        if progress.upto == 23:
            raise PulledPlug

    with pytest.raises(PulledPlug):
        search(source, source_sha256="0" * 64, detector=detector(), pace=PACE, step=step)
    asked: list[int] = []
    resumed = search(
        source,
        source_sha256="0" * 64,
        detector=detector(),
        pace=PACE,
        begun=Progress.from_json(stored),
        step=lambda progress: asked.append(progress.upto),
    )
    assert resumed == whole
    assert asked[0] == 24, "what was searched before is not searched again"


def test_a_file_that_is_no_recording_is_refused_in_words() -> None:
    with pytest.raises(Refused) as refusal:
        searched(io.BytesIO(b"\x00\x00\x00\x18ftypmp42" + bytes(500)))
    assert refusal.value.code == "unreadable-recording"
