"""Which languages officers speak."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.staff.actions.locks import locked_officer
from streife.staff.models import Language
from streife.staff.rules.languages import check_language


@transaction.atomic
def set_languages(*, officer_id: int, codes: Collection[str], actor: Actor, now: datetime) -> None:
    """Note all languages an officer speaks besides German.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `no-such-language`
    """
    actor.require("staff.change")
    officer = locked_officer(officer_id)
    wanted = {check_language(code) for code in codes}
    known = set(officer.languages.values_list("code", flat=True))
    if wanted == known:
        return
    officer.languages.filter(code__in=known - wanted).delete()
    Language.objects.bulk_create(
        Language(officer=officer, code=code) for code in sorted(wanted - known)
    )
    journal.record(
        act="staff.languages_set",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
        body={"new": len(wanted)},
    )
