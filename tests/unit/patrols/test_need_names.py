"""A place without a name is found from one that has a name."""

import pytest

from streife.patrols.queries.need_names import _beside, _off_middle


@pytest.mark.parametrize(
    ("east", "north", "said"),
    [
        (10, -200, "nahe Kita"),
        (0, 730, "700 m nördlich von Kita"),
        (900, 0, "900 m östlich von Kita"),
        (-600, -640, "900 m südwestlich von Kita"),
        (-10, -1260, "1,3 km südlich von Kita"),
        (-500, 520, "700 m nordwestlich von Kita"),
    ],
)
def test_a_spot_is_said_from_the_nearest_site(east: float, north: float, said: str) -> None:
    assert _beside("Kita", east, north) == said


def test_far_from_every_site_a_spot_is_said_from_the_middle_of_its_quarter() -> None:
    assert _off_middle(0, 730) == "700 m nördlich der Mitte"
    assert _off_middle(-900, -900) == "1,3 km südwestlich der Mitte"
    assert _off_middle(20, 0) == "in der Mitte"
