"""Whatever a camera or a browser sends along with a file: it is read, or refused in words."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streife.evidence import rules
from streife.evidence.actions.ingesting import Incoming, times_of
from streife.evidence.ranges import NotSatisfiable, span_of
from streife.evidence.sidecars import FIELDS, Sidecar, read_sidecar
from streife.kernel.errors import Refused

DOCKED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TEXTS = st.text(max_size=40) | st.sampled_from(["\ud800", "\0", "\u202e", "x" * 5000])
MOMENTS = st.sampled_from(
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "1970-01-01",
        "2026-10-25T02:30:00",
        "2026-11-23T09:00:00Z",
        "2200-01-01T00:00Z",
        "1969-12-31T00:00Z",
        "20261123",
        "",
    ]
) | st.datetimes().map(datetime.isoformat)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | MOMENTS
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(TEXTS, SCALARS, max_size=3)
CAMERAS = st.fixed_dictionaries({}, optional={"serial": VALUES, "firmware": VALUES, "now": MOMENTS})
LIKELY = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FIELDS, VALUES),
        "camera": CAMERAS | VALUES,
        "started_at": MOMENTS,
        "ended_at": MOMENTS,
        "latitude": st.floats(),
        "longitude": st.floats(),
        "prerecord_s": st.integers(),
    },
)


def read(raw: bytes) -> Sidecar | None:
    try:
        return read_sidecar(raw)
    except Refused:
        return None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sidecar_or_refused(raw: bytes) -> None:
    read(raw)


@given(LIKELY | st.dictionaries(TEXTS, VALUES))
def test_any_json_is_a_sidecar_or_refused_and_never_keeps_a_recording_too_long(
    told: dict[str, Any],
) -> None:
    sidecar = read(json.dumps(told).encode("utf-8", "surrogatepass"))
    if sidecar is None:
        return
    for text in (
        sidecar.circumstances.facts,
        sidecar.camera_serial,
        sidecar.wearer,
        sidecar.incident,
    ):
        assert "\0" not in text
        text.encode()
    incoming = Incoming(name="a.mp4", size=1, read=lambda _: 0, docked_at=DOCKED)
    made = times_of(incoming, sidecar)
    assert DOCKED - timedelta(days=10) <= made.ended_at <= DOCKED
    assert timedelta(0) <= made.ended_at - made.started_at <= timedelta(hours=48)
    assert rules.delete_after(made.ended_at) <= DOCKED + timedelta(days=14)


@given(st.text(max_size=60) | st.from_regex(r"bytes=\d{0,22}-\d{0,22}"), st.integers(0, 2**63))
def test_any_range_lies_inside_the_file(header: str, size: int) -> None:
    try:
        span = span_of(header, size)
    except NotSatisfiable:
        return
    assert 0 <= span.start <= span.end <= size
    assert span.partial or (span.start, span.end) == (0, size)
