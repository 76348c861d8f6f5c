"""What OpenStreetMap's tags mean for a patrol, by `data/streets/osm.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from streife.kernel.errors import Refused
from streife.streets.pieces import MODES, Passage, backward, both, forward
from streife.streets.rules import Mode
from streife.streets.speeds import positive

Tags = Mapping[str, str]

_OWN_TAGS = {
    Mode.FOOT: {"foot"},
    Mode.BICYCLE: {"bicycle"},
    Mode.CAR: {"motorcar", "motor_vehicle"},
}
_AHEAD, _BACK = {"yes", "true", "1"}, {"-1", "reverse"}
_OPPOSITE = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")


@dataclass(frozen=True, slots=True)
class Tagging:
    """The file's content, checked."""

    classes: dict[str, dict[Mode, float]]
    by_tag: dict[Mode, float]
    access: dict[Mode, tuple[str, ...]]
    allowed: frozenset[str]
    denied: frozenset[str]
    barriers: dict[str, frozenset[Mode]]
    maxspeed_words: dict[str, float]

    def passage(self, tags: Tags) -> Passage | None:
        """Return who may pass a way and how fast, None if nobody or no known class."""
        usual = self.classes.get(tags.get("highway", ""))
        if usual is None:
            return None
        kmh, flags = [0.0, 0.0, 0.0], 0
        for mode in MODES:
            speed = self._speed(mode, usual, tags)
            ways = _directions(mode, tags) if speed else 0
            if ways:
                kmh[MODES.index(mode)], flags = speed, flags | ways
        return Passage(flags, (kmh[0], kmh[1], kmh[2])) if flags else None

    def blocked(self, tags: Tags) -> int:
        """Return the flags that end at a node: a bollard, a wall, a gate that is private."""
        kind = tags.get("barrier")
        if kind is None:
            return 0
        usual = self.barriers.get(kind)
        bits = 0
        for mode in MODES:
            said = self._said(mode, tags)
            free = said if said is not None else usual is None or mode in usual
            bits |= 0 if free else both(mode)
        return bits

    def _speed(self, mode: Mode, usual: dict[Mode, float], tags: Tags) -> float:
        said = self._said(mode, tags)
        if said is False or (said is None and mode not in usual):
            return 0.0
        speed = usual.get(mode, self.by_tag[mode])
        if mode is Mode.CAR:
            return min(speed, self._maxspeed(tags.get("maxspeed", "")) or speed)
        return speed

    def _said(self, mode: Mode, tags: Tags) -> bool | None:
        """Return what the first access tag of a mode says; a general tag can forbid, not open."""
        for key in self.access[mode]:
            value = tags.get(key)
            if value is None:
                continue
            if value in self.denied:
                return False
            return True if value in self.allowed and key in _OWN_TAGS[mode] else None
        return None

    def _maxspeed(self, text: str) -> float:
        if text in self.maxspeed_words:
            return self.maxspeed_words[text]
        number = text.removesuffix(" km/h").removesuffix(" mph")
        if not number.isdecimal() or int(number) == 0:
            return 0.0
        return float(number) * (1.609344 if text.endswith(" mph") else 1.0)


def _directions(mode: Mode, tags: Tags) -> int:
    if mode is Mode.FOOT:
        return _one_way(mode, tags.get("oneway:foot", "no"))
    said = tags.get("oneway")
    if said is None and (
        tags.get("junction") in {"roundabout", "circular"} or tags["highway"] == "motorway"
    ):
        said = "yes"
    if mode is Mode.BICYCLE:
        said = tags.get("oneway:bicycle", said)
        if any(tags.get(key, "").startswith("opposite") for key in _OPPOSITE):
            said = "no"
    return _one_way(mode, said or "no")


def _one_way(mode: Mode, value: str) -> int:
    if value in _AHEAD:
        return forward(mode)
    if value in _BACK:
        return backward(mode)
    # The direction changes by the hour and nobody here knows the hours: unknown is not free.
    return 0 if value == "reversible" else both(mode)


def tagging() -> Tagging:
    """Return the meaning of tags in this installation.

    :raises Refused: the file is missing or says something impossible
    """
    return _read(Path(settings.STREETS_DIR) / "osm.yaml")


@cache
def _read(path: Path) -> Tagging:
    try:
        return parse(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            "Die Datei %(path)s ist nicht lesbar: %(why)s",
            "streets-bad-tagging",
            values={"path": path.name, "why": str(error)},
        ) from error


def parse(content: dict[str, Any]) -> Tagging:
    """Return the meaning of tags from a file's content.

    :raises ValueError: an unknown mode, or a speed that is not positive
    :raises KeyError: something is missing
    """
    return Tagging(
        classes={name: _kmh(row) for name, row in content["highway"].items()},
        by_tag=_kmh(content["by_tag"]),
        access={Mode(name): tuple(keys) for name, keys in content["access"].items()},
        allowed=frozenset(content["allowed"]),
        denied=frozenset(content["denied"]),
        barriers={
            name: frozenset(Mode(mode) for mode in row) for name, row in content["barrier"].items()
        },
        maxspeed_words={word: positive(kmh) for word, kmh in content["maxspeed_words"].items()},
    )


def _kmh(row: dict[str, Any]) -> dict[Mode, float]:
    return {Mode(name): positive(kmh) for name, kmh in row.items()}
