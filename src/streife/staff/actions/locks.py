"""Whoever changes what belongs to an officer holds the officer first."""

from streife.kernel.errors import NotFound
from streife.staff.models import Officer


def locked_officer(officer_id: int) -> Officer:
    """Return an officer, locked until the transaction ends.

    :raises NotFound: `no-such-officer`, also of whom nothing but the row is left
    """
    officer = Officer.objects.select_for_update().filter(pk=officer_id, erased_at=None).first()
    if officer is None:
        raise NotFound("Diese Einsatzkraft gibt es nicht.", "no-such-officer")
    return officer
