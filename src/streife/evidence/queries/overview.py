"""The vault as a whole: counted and ordered by the database, however much there is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When

from streife.accounts.rules import Actor
from streife.evidence.models import Hold, Recording
from streife.evidence.queries.recordings import kept, root_of, visible_to
from streife.evidence.rules import GONE, KEPT, WARN_BEFORE, Reason, is_held


@dataclass(frozen=True, slots=True)
class Shelf:
    """The kept recordings somebody may know of, at one moment."""

    all: QuerySet[Recording]
    held_ids: frozenset[int]
    now: datetime

    @property
    def held(self) -> QuerySet[Recording]:
        """Return what a hold keeps."""
        return self.all.filter(pk__in=self.held_ids)

    @property
    def going(self) -> QuerySet[Recording]:
        """Return what goes by itself, next first."""
        return self.all.exclude(pk__in=self.held_ids).order_by("delete_after", "pk")

    @property
    def soon(self) -> QuerySet[Recording]:
        """Return what goes within five days, next first."""
        return self.going.filter(delete_after__lt=self.now + WARN_BEFORE[0])

    @property
    def unstated(self) -> QuerySet[Recording]:
        """Return what nobody gave a reason for."""
        return self.all.filter(reason=Reason.UNKNOWN)

    def going_until(self, moment: datetime) -> QuerySet[Recording]:
        """Return what goes by itself before a moment, next first, with no more than a name."""
        rows = self.going.filter(delete_after__lt=moment).select_related(None)
        return rows.only("ident", "name", "delete_after", "derived_from")

    def ordered(self, rows: QuerySet[Recording]) -> QuerySet[Recording]:
        """Return rows in the order of a list: what goes next first, what is held last."""
        held = When(pk__in=self.held_ids, then=Value(1))
        last = Case(held, default=Value(0), output_field=IntegerField())
        return rows.order_by(last, "delete_after", "pk")


def shelf_of(actor: Actor, now: datetime) -> Shelf:
    """Return what the actor may know to be kept."""
    rows = visible_to(actor).filter(state__in=KEPT)
    return Shelf(rows, frozenset(_held_ids(now)), now)


def _held_ids(now: datetime) -> set[int]:
    """Return the originals a hold keeps now, and everything made from them."""
    rows = Hold.objects.filter(released_at=None).exclude(recording__state__in=GONE)
    found = {
        hold.recording_id
        for hold in rows.select_related("recording__derived_from")
        if is_held([hold.fact()], now) and root_of(hold.recording).pk == hold.recording_id
    }
    newest = found
    while newest:
        newest = set(kept().filter(derived_from__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return found
