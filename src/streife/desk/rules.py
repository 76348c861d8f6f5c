"""What the filter in the board's address means; plain decisions, no database."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from streife.incidents.rules import Filters, Status

KINDS = ("report", "incident")
MOST = 40  # values of one filter that are read from an address


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """The filter in the address: which kind of row, and what both kinds share."""

    kind: str = ""
    both: Filters = field(default_factory=Filters)

    @property
    def active(self) -> bool:
        """Say whether anything is narrowed."""
        return self != BoardFilter()


def parse_filter(
    *, kind: str, categories: Iterable[str], statuses: Iterable[str], districts: Iterable[str]
) -> BoardFilter:
    """Return the filter of an address; what is not understood is left out, never an error."""
    live = {status.value for status in Status if status is not Status.CLOSED}
    return BoardFilter(
        kind if kind in KINDS else "",
        Filters(
            category_codes=tuple(code[:60] for code in categories if code)[:MOST],
            statuses=tuple(Status(text) for text in statuses if text in live),
            district_ids=tuple(
                int(text)
                for text in districts
                if text.isascii() and text.isdecimal() and len(text) < 10
            )[:MOST],
        ),
    )
