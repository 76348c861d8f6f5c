"""Decode a recording: upright pictures and sound on one clock, and what else the file carries."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import IO

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.error import FFmpegError

from streife.kernel.errors import Refused
from streife.kernel.texts import german

File = IO[bytes] | io.RawIOBase  # anything that reads and seeks
Planes = npt.NDArray[np.uint8]  # yuv420p as PyAV lays it out: (height * 3 / 2, width)

UNREADABLE = german(
    "Diese Aufzeichnung lässt sich nicht lesen. Das Original bleibt unverändert; bitte die Datei "
    "am Dock noch einmal übertragen oder dem Hersteller zeigen."
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame: its number, the moment since the first one, and the upright planes."""

    number: int
    at: Fraction  # seconds
    planes: Planes

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.planes.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.planes.shape[0]) * 2 // 3

    @property
    def luma(self) -> Planes:
        """Brightness, (height, width)."""
        return self.planes[: self.height]

    def rgb(self, width: int, height: int) -> Planes:
        """Return the picture in another size as (height, width, 3)."""
        frame = av.VideoFrame.from_ndarray(self.planes, format="yuv420p")
        return pixels(frame.reformat(width=width, height=height, format="rgb24"))


@dataclass(frozen=True, slots=True)
class Sound:
    """Decoded sound: the moment since the first frame, float samples (channels, samples)."""

    at: Fraction  # seconds, may be below 0
    samples: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Media:
    """What a file carries, as its container says."""

    width: int
    height: int
    rate: Fraction  # frames per second, on average
    seconds: float
    frames_said: int  # 0 when the container does not say
    kinds: tuple[str, ...]  # one word per stream: video, audio, data, subtitle, attachment
    tags: tuple[str, ...]  # names of all metadata, never their values
    chapters: int
    sound_rate: int  # 0 without sound
    channels: int


def opened(source: str | File) -> InputContainer:
    """Open a recording for reading.

    :raises Refused: `unreadable-recording`
    """
    if not isinstance(source, str):
        source.seek(0)
    try:
        container = av.open(source, "r", metadata_errors="replace")
    except (FFmpegError, ValueError) as error:
        raise Refused(UNREADABLE, "unreadable-recording") from error
    if not container.streams.video:
        container.close()
        raise Refused(UNREADABLE, "unreadable-recording")
    return container


def looked_at(source: str | File) -> Media:
    """Return what the file carries without decoding it.

    :raises Refused: `unreadable-recording`
    """
    with opened(source) as container:
        video = container.streams.video[0]
        sound = container.streams.audio[0] if container.streams.audio else None
        tags = set(container.metadata)
        for stream in container.streams:
            tags |= {name for name in stream.metadata if name not in _ORDINARY}
        length = container.duration / av.time_base if container.duration else 0.0
        return Media(
            width=video.width,
            height=video.height,
            rate=Fraction(video.average_rate or video.guessed_rate or 25),
            seconds=float(length),
            frames_said=video.frames,
            kinds=tuple(stream.type for stream in container.streams),
            tags=tuple(sorted(tags - _ORDINARY)),
            chapters=len(container.chapters()),
            sound_rate=sound.rate if sound else 0,
            channels=min(2, sound.channels) if sound else 0,
        )


# Every MP4 names its brand and its handlers; that says nothing about a person or a place.
_ORDINARY = {
    "major_brand",
    "minor_version",
    "compatible_brands",
    "language",
    "handler_name",
    "vendor_id",
}


def pictures(source: str | File) -> Iterator[Picture]:
    """Yield every frame in order of showing.

    :raises Refused: `unreadable-recording`
    """
    for item in played(source, sound=False):
        if isinstance(item, Picture):
            yield item


def played(source: str | File, *, sound: bool = True) -> Iterator[Picture | Sound]:
    """Yield frames and sound in the order of the file; moments count from the first frame.

    Only the first video and the first audio stream are read. Data, subtitle and attached streams
    never come through here, which is why they cannot reach a copy.

    :raises Refused: `unreadable-recording`
    """
    with opened(source) as container:
        begin = _begin(container)
        streams: list[av.stream.Stream] = [container.streams.video[0]]
        streams[0].thread_type = "AUTO"  # type: ignore[attr-defined]
        if sound and container.streams.audio:
            streams.append(container.streams.audio[0])
        number = 0
        try:
            for packet in container.demux(streams):
                for frame in packet.decode():
                    if isinstance(frame, av.VideoFrame):
                        yield Picture(number, _moment(frame) - begin, _upright(frame))
                        number += 1
                    elif isinstance(frame, av.AudioFrame):
                        yield Sound(_moment(frame) - begin, _floats(frame))
        except FFmpegError as error:
            raise Refused(UNREADABLE, "unreadable-recording") from error
        if not number:
            raise Refused(UNREADABLE, "unreadable-recording")


def _begin(container: InputContainer) -> Fraction:
    video = container.streams.video[0]
    if video.start_time is None or video.time_base is None:
        return Fraction(0)
    return video.start_time * video.time_base


def _moment(frame: av.VideoFrame | av.AudioFrame) -> Fraction:
    if frame.pts is None or frame.time_base is None:
        raise Refused(UNREADABLE, "unreadable-recording")
    return frame.pts * frame.time_base


def pixels(frame: av.VideoFrame) -> Planes:
    """Return what a frame of 8 bits shows, as PyAV lays it out."""
    return np.asarray(frame.to_ndarray(), dtype=np.uint8)


def _upright(frame: av.VideoFrame) -> Planes:
    """Return the planes as people see the picture: turned by the file's note, even sides."""
    turned = int(frame.rotation) % 360
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    planes = pixels(frame.reformat(width=width, height=height, format="yuv420p"))
    quarter = round(turned / 90) % 4
    if not quarter:
        return planes
    luma = np.rot90(planes[:height], quarter)
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    parts = [luma.reshape(-1), *(np.rot90(plane, quarter).reshape(-1) for plane in chroma)]
    return np.concatenate(parts).reshape(luma.shape[0] * 3 // 2, luma.shape[1])


def _floats(frame: av.AudioFrame) -> npt.NDArray[np.float32]:
    """Return the samples as (channels, samples) between -1 and 1, two channels at most."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:
        floats = (samples.astype(np.float32) - np.float32(128)) / np.float32(128)
    elif np.issubdtype(samples.dtype, np.integer):
        # 16 or 32 bits, as codecs give them
        floats = samples.astype(np.float32) / np.float32(2 ** (samples.itemsize * 8 - 1))
    else:
        floats = samples.astype(np.float32)
    return floats[:2].astype(np.float32, copy=False)
