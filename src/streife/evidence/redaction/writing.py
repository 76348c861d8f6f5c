"""A fresh encode: covered pictures and muted sound, nothing else of the original file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.container import OutputContainer

from streife.evidence.redaction.mark import PREVIEW_WORDS, WORDS, Mark
from streife.evidence.redaction.masks import Masks, paint
from streife.evidence.redaction.project import Project
from streife.evidence.redaction.reading import (
    File,
    Media,
    Picture,
    Planes,
    Sound,
    looked_at,
    pixels,
    played,
)

Step = Callable[[int], None]  # told the number of the frame; raises to stop

CLOCK = Fraction(1, 90_000)  # the clock of MPEG: every usual frame rate fits it
BLOCK = 1024  # samples of one AAC frame
GAP = 0.06  # seconds of sound that may be missing before silence is put in
# Two threads always: x264 gives the same pictures again for the same number of threads only.
THREADS = 2


@dataclass(frozen=True, slots=True)
class Form:
    """How the copy is encoded."""

    width: int
    height: int
    preset: str = "veryfast"
    quality: int = 23  # constant rate factor of x264, lower is better
    words: str = WORDS  # what every picture says about itself


def preview_form(width: int, height: int) -> Form:
    """Return the form of a preview: inside 640 × 360, quick, and marked as what it is."""
    part = min(1.0, 640 / width, 360 / height)
    return Form(
        max(2, int(width * part) // 2 * 2),
        max(2, int(height * part) // 2 * 2),
        preset="ultrafast",
        quality=28,
        words=PREVIEW_WORDS,
    )


def write_copy(
    source: File,
    target: File,
    project: Project,
    *,
    name: str,
    form: Form,
    step: Step = lambda number: None,
) -> int:
    """Write the covered copy of `source` as MP4 and return how many frames it has.

    Frames, their moments and the sound keep their places; `name` is shown in every picture. The
    target must be able to seek. Tags, GPS, data, subtitle and attached streams, further sound and
    chapters never arrive: only decoded pictures and samples are taken over.

    :raises Refused: `unreadable-recording`
    """
    media = looked_at(source)
    masks = Masks(project)
    mark = Mark(name, form.width, form.height, words=form.words)
    count = 0
    with av.open(target, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        writer = _Writer(container, media, form)
        sound = _SoundLine(media, project.mutes)
        for item in played(source):
            if isinstance(item, Sound):
                writer.sound(sound.taken(item))
                continue
            paint(item.planes, masks.at(item.number))
            planes = _resized(item, form)
            mark.lay_over(planes)
            writer.picture(planes, item.at)
            step(item.number)
            count += 1
        writer.sound(sound.rest())
        writer.finish()
    return count


def _resized(picture: Picture, form: Form) -> Planes:
    if (picture.width, picture.height) == (form.width, form.height):
        return picture.planes
    frame = av.VideoFrame.from_ndarray(picture.planes, format="yuv420p")
    return pixels(frame.reformat(width=form.width, height=form.height))


class _Writer:
    def __init__(self, container: OutputContainer, media: Media, form: Form) -> None:
        self._container = container
        self._video = container.add_stream("libx264", rate=media.rate)
        self._video.width, self._video.height = form.width, form.height
        self._video.pix_fmt = "yuv420p"
        self._video.codec_context.time_base = CLOCK
        self._video.codec_context.thread_count = THREADS
        self._video.codec_context.options = {
            "preset": form.preset,
            "crf": str(form.quality),
            "bf": "0",  # without reordering no edit list is needed
            "flags": "+bitexact",
        }
        self._audio = None
        if media.sound_rate:
            self._audio = container.add_stream(
                "aac", rate=media.sound_rate, layout="stereo" if media.channels > 1 else "mono"
            )
            self._audio.codec_context.options = {"flags": "+bitexact"}
            self._rate = media.sound_rate
            self._layout = "stereo" if media.channels > 1 else "mono"

    def picture(self, planes: Planes, at: Fraction) -> None:
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.time_base = CLOCK
        frame.pts = round(at / CLOCK)
        self._container.mux(self._video.encode(frame))

    def sound(self, blocks: Iterator[tuple[int, npt.NDArray[np.float32]]]) -> None:
        for at, samples in blocks:
            if self._audio is None:
                continue
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=self._layout)
            frame.sample_rate = self._rate
            frame.time_base = Fraction(1, self._rate)
            frame.pts = at
            self._container.mux(self._audio.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._video.encode(None))
        if self._audio is not None:
            self._container.mux(self._audio.encode(None))


class _SoundLine:
    """Sound in one unbroken line of samples from the first frame on, muted where asked."""

    def __init__(self, media: Media, mutes: tuple[tuple[int, int], ...]) -> None:
        self._rate = media.sound_rate
        self._channels = media.channels
        self._mutes = mutes
        self._begin = 0  # number of the first sample that waits
        self._waiting = np.zeros((media.channels, 0), np.float32)

    def taken(self, sound: Sound) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Take decoded sound; yield full blocks with the number of their first sample."""
        at = round(sound.at * self._rate)
        samples = sound.samples[: self._channels].copy()
        if samples.shape[0] < self._channels:
            samples = np.repeat(samples[:1], self._channels, axis=0)
        end = self._begin + self._waiting.shape[1]
        if at < end - GAP * self._rate or end == 0 > at:
            samples = samples[:, max(0, end - at) :]  # before the first picture, or told twice
        elif at > end + GAP * self._rate:
            silence = np.zeros((self._channels, at - end), np.float32)
            self._waiting = np.concatenate([self._waiting, silence], axis=1)
        self._mute(self._begin + self._waiting.shape[1], samples)
        self._waiting = np.concatenate([self._waiting, samples], axis=1)
        while self._waiting.shape[1] >= BLOCK:
            yield self._block(BLOCK)

    def rest(self) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Yield what is left at the end."""
        if self._waiting.shape[1]:
            yield self._block(self._waiting.shape[1])

    def _block(self, length: int) -> tuple[int, npt.NDArray[np.float32]]:
        block = np.ascontiguousarray(self._waiting[:, :length])
        self._waiting = self._waiting[:, length:]
        at = self._begin
        self._begin += length
        return at, block

    def _mute(self, at: int, samples: npt.NDArray[np.float32]) -> None:
        for begin_ms, end_ms in self._mutes:
            first = begin_ms * self._rate // 1000 - at
            last = -(-end_ms * self._rate // 1000) - at
            if last > 0:
                samples[:, max(0, first) : last] = 0
