"""What OpenStreetMap's tags mean for whoever walks, cycles or drives."""

import pytest

from streife.kernel.errors import Refused
from streife.streets.pieces import MODES, backward, forward
from streife.streets.rules import Mode
from streife.streets.tagging import parse, tagging


def ways(**tags: str) -> str:
    """Return who may pass: `f b c` for both directions, `>` and `<` for one."""
    found = tagging().passage({key.replace("__", ":"): value for key, value in tags.items()})
    if found is None:
        return ""
    told = []
    for mode in MODES:
        ahead, back = found.flags & forward(mode), found.flags & backward(mode)
        if ahead or back:
            told.append(mode.value[0] + ("" if ahead and back else ">" if ahead else "<"))
    return " ".join(told)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, "f b c"),
        ({"highway": "footway"}, "f"),
        ({"highway": "footway", "bicycle": "yes"}, "f b"),
        ({"highway": "steps"}, "f"),
        ({"highway": "motorway"}, "c>"),
        ({"highway": "residential", "oneway": "yes"}, "f b> c>"),
        ({"highway": "residential", "oneway": "-1"}, "f b< c<"),
        ({"highway": "residential", "oneway": "yes", "oneway__bicycle": "no"}, "f b c>"),
        ({"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}, "f b c>"),
        ({"highway": "tertiary", "junction": "roundabout"}, "f b> c>"),
        ({"highway": "primary", "oneway": "reversible"}, "f"),
        ({"highway": "service", "access": "private"}, ""),
        ({"highway": "service", "access": "private", "foot": "yes"}, "f"),
        ({"highway": "service", "access": "destination"}, "f b c"),
        ({"highway": "motorway", "access": "yes"}, "c>"),
        ({"highway": "track", "motor_vehicle": "yes"}, "f b c"),
        ({"highway": "residential", "motor_vehicle": "no"}, "f b"),
        ({"highway": "residential", "vehicle": "no"}, "f"),
        ({"highway": "secondary", "bicycle": "use_sidepath"}, "f c"),
        ({"highway": "construction"}, ""),
        ({"railway": "rail"}, ""),
    ],
)
def test_who_may_pass(tags: dict[str, str], expected: str) -> None:
    assert ways(**tags) == expected


def test_a_low_maxspeed_wins_a_high_one_does_not() -> None:
    def kmh(maxspeed: str) -> float:
        found = tagging().passage({"highway": "secondary", "maxspeed": maxspeed})
        assert found is not None
        return found.kmh[MODES.index(Mode.CAR)]

    usual = kmh("")
    assert kmh("10") == 10
    assert kmh("walk") == 7
    assert kmh("10 mph") == pytest.approx(16.09344)
    assert kmh("100") == kmh("none") == kmh("0") == kmh("signals") == usual


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "bollard"}, {Mode.CAR}),
        ({"barrier": "wall"}, {Mode.FOOT, Mode.BICYCLE, Mode.CAR}),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "access": "private"}, {Mode.FOOT, Mode.BICYCLE, Mode.CAR}),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, {Mode.BICYCLE, Mode.CAR}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
        ({"highway": "crossing"}, set()),
    ],
)
def test_who_gets_past_a_barrier(tags: dict[str, str], expected: set[Mode]) -> None:
    bits = tagging().blocked(tags)
    assert {mode for mode in MODES if bits & forward(mode) and bits & backward(mode)} == expected


def test_impossible_meanings_are_named(settings: object, tmp_path: object) -> None:
    with pytest.raises(ValueError, match="positive"):
        parse({"highway": {"path": {"foot": 0}}})
    with pytest.raises(ValueError, match="horse"):
        parse({"highway": {"path": {"horse": 8}}})
    settings.STREETS_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(Refused) as refused:
        tagging()
    assert refused.value.code == "streets-bad-tagging"
