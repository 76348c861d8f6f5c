"""Reads of the record."""

from django.db.models import QuerySet

from streife.journal.models import Entry


def entries_of(subject: str) -> QuerySet[Entry]:
    """Return the entries about one subject (`incident:4711`), oldest first, bodies joined."""
    return Entry.objects.filter(subject=subject).select_related("body").order_by("id")


def entries_after(entry_id: int) -> QuerySet[Entry]:
    """Return the entries behind a cursor, oldest first, bodies joined."""
    return Entry.objects.filter(id__gt=entry_id).select_related("body").order_by("id")
