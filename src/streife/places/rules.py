"""What kinds of ground there are."""

from enum import StrEnum


class AreaKind(StrEnum):
    """The levels a city is divided into."""

    CITY = "city"
    DISTRICT = "district"
    QUARTER = "quarter"
    OPERATIONAL = "operational"
