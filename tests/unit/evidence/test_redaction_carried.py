"""Case 46, what only some cameras write: C2PA with its picture, GPS and time-code tracks."""

import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import av
import pytest
from PIL import Image

from streife.config.demo.footage import Person, film, scene, tone
from streife.evidence.redaction.checking import check_file
from streife.kernel.errors import Refused
from tests.boxes_making import C2PA_UUID, as_gps_track, c2pa_box, gps_sample, put_after_ftyp
from tests.filming import NOBODY, copied, filmed, shown

WALKING = Person(60, (40, 100), (3, 0))
SECRET = b"officer-4711"
PLACE = (51.5283, 7.4701)
FRAMES = 25


def thumbnail() -> bytes:
    """The first picture as a JPEG, with the face that the copy must not show."""
    out = io.BytesIO()
    Image.fromarray(next(iter(scene([WALKING], frames=1)))).resize((160, 90)).save(out, "JPEG")
    return out.getvalue()


def with_thumbnail() -> io.BytesIO:
    movie = filmed([WALKING], frames=FRAMES, sound=True).getvalue()
    return io.BytesIO(put_after_ftyp(movie, c2pa_box(thumbnail(), name=SECRET.decode())))


def with_tracks(*, timecode: bool) -> io.BytesIO:
    """A recording with a GPS track as of an action camera, or a time-code track."""

    def extra(container: av.container.OutputContainer) -> Callable[[], None]:
        if timecode:
            container.streams.video[0].metadata["timecode"] = "13:37:00:00"
            return lambda: None
        track = container.add_stream("mov_text")
        track.time_base = Fraction(1, 1000)
        track.codec_context.subtitle_header = (
            b"[Script Info]\r\nScriptType: v4.00+\r\n\r\n[V4+ Styles]\r\n"
            b"Format: Name, Fontname, Fontsize\r\nStyle: Default,Arial,16\r\n\r\n"
            b"[Events]\r\nFormat: Layer, Start, End, Style, Text\r\n"
        )

        def after() -> None:
            packet = av.Packet(gps_sample(*PLACE, device=SECRET))
            packet.stream, packet.pts, packet.dts, packet.duration = track, 0, 0, 900
            packet.time_base = Fraction(1, 1000)
            container.mux(packet)

        return after

    made = io.BytesIO()
    film(made, scene([WALKING], frames=FRAMES), sound=tone(1), extra=extra)
    return made if timecode else io.BytesIO(as_gps_track(made.getvalue()))


def test_case_46_the_picture_inside_a_c2pa_box_does_not_reach_the_copy() -> None:
    source, picture = with_thumbnail(), thumbnail()
    # The box is whole and in its place, and the recording plays as before.
    assert source.getvalue().find(C2PA_UUID) < source.getvalue().find(b"mdat")
    assert picture in source.getvalue()
    assert len(shown(source)) == FRAMES

    copy = copied(source, replace(NOBODY, frames=FRAMES))

    check_file(source, copy)
    raw = copy.getvalue()
    assert picture not in raw
    for left in (C2PA_UUID, b"jumb", b"c2pa", b"image/jpeg", b"\xff\xd8\xff", SECRET):
        assert left not in raw, left
    assert len(shown(copy)) == FRAMES


def test_case_46_a_gps_track_does_not_reach_the_copy() -> None:
    source = with_tracks(timecode=False)
    with av.open(io.BytesIO(source.getvalue())) as container:
        (track,) = container.streams.data
        assert bytes(next(container.demux(track))).startswith(b"DEVC")
    place = int(PLACE[0] * 1e7).to_bytes(4, "big")
    assert place in source.getvalue()

    copy = copied(source, replace(NOBODY, frames=FRAMES))

    check_file(source, copy)
    for left in (b"gpmd", b"GPS5", b"DEVC", place, SECRET):
        assert left not in copy.getvalue(), left
    with av.open(io.BytesIO(copy.getvalue())) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]


def test_case_46_a_time_code_track_does_not_reach_the_copy() -> None:
    source = with_tracks(timecode=True)
    with av.open(io.BytesIO(source.getvalue())) as container:
        assert [stream.type for stream in container.streams].count("data") == 1
        assert container.streams.data[0].metadata["timecode"] == "13:37:00:00"

    copy = copied(source, replace(NOBODY, frames=FRAMES))

    check_file(source, copy)
    assert b"tmcd" not in copy.getvalue()
    with av.open(io.BytesIO(copy.getvalue())) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert "timecode" not in container.streams.video[0].metadata


@pytest.mark.parametrize("timecode", [False, True], ids=["gps", "time code"])
def test_case_46_a_copy_with_a_data_track_is_refused(timecode: bool) -> None:
    source = with_tracks(timecode=timecode)
    with pytest.raises(Refused) as refusal:
        check_file(source, source)
    assert refusal.value.code == "copy-carries-more"
