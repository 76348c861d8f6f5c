"""Which qualifications that end were renewed without a gap."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from streife.staff.models import Qualification
from streife.staff.rules.qualifications import holds_until


def renewed_among(ending: Collection[Qualification], *, on: date, last: date) -> frozenset[int]:
    """Return the ids of those after which others hold without a gap, beyond the day `last`.

    One that is over already counts as renewed if the kind holds again from a day `on` at the
    latest: what was between is past.
    """
    spans = _spans({row.officer_id for row in ending})
    found = set()
    for row in ending:
        if row.valid_to is None:
            continue
        end = holds_until(spans[row.officer_id, row.kind], max(row.valid_to, on))
        if end is None or end > last:
            found.add(row.pk)
    return frozenset(found)


def _spans(officer_ids: Iterable[int]) -> dict[tuple[int, str], list[tuple[date, date | None]]]:
    rows = Qualification.objects.filter(officer_id__in=list(officer_ids))
    found: dict[tuple[int, str], list[tuple[date, date | None]]] = defaultdict(list)
    for officer, kind, start, end in rows.values_list(
        "officer_id", "kind", "valid_from", "valid_to"
    ):
        found[officer, kind].append((start, end))
    return found
