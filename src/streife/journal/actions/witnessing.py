"""Asking the witnesses for their signature on the newest heads, and keeping what they answer."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from streife.journal import outside, queries, rules
from streife.journal.models import Asked, Checkpoint, Cosignature, Log
from streife.journal.rules import Outcome
from streife.journal.tlog.cosignature import Cosignature as Signed
from streife.journal.tlog.cosignature import Cosigner


def ask_witnesses(*, now: datetime) -> list[Asked]:
    """Show every witness the newest head of every year it has not confirmed; return how it went.

    No transaction is open while a witness is asked. What a witness holds against us (it has seen
    more, or something else) is kept and named by the next check of the record.
    """
    answers = []
    for witness in rules.witness_settings(settings.JOURNAL_WITNESSES):
        cosigner = Cosigner.from_text(witness.key)
        for log in queries.logs():
            head = queries.checkpoints(log.year).first()
            if head is None or log.dropped_at is not None or _has(head, cosigner.name):
                continue
            answers.append(_ask(witness.url, cosigner, log, head, now))
    return answers


def _has(head: Checkpoint, name: str) -> bool:
    return head.cosignatures.filter(witness=name).exists()


def _ask(url: str, cosigner: Cosigner, log: Log, head: Checkpoint, now: datetime) -> Asked:
    old_size = queries.confirmed_size(log.year, cosigner.name)
    try:
        try:
            signed = _submit(url, cosigner, head, old_size)
        except outside.Behind as held:
            old_size = held.size
            if held.size > head.size:
                return _note(cosigner.name, log, Outcome.AHEAD, held.size, now)
            signed = _submit(url, cosigner, head, held.size)
    except outside.Split:
        return _note(cosigner.name, log, Outcome.SPLIT, old_size, now)
    except (outside.Unanswered, outside.Behind):
        return _note(cosigner.name, log, Outcome.UNANSWERED, old_size, now)
    return _keep(head, signed, log, now)


def _submit(url: str, cosigner: Cosigner, head: Checkpoint, old_size: int) -> Signed:
    proof = queries.prove_growth(head.log_id, old_size, head.size) if old_size else []
    return outside.ask_witness(url, cosigner, old_size=old_size, proof=proof, note=head.note)


@transaction.atomic
def _keep(head: Checkpoint, signed: Signed, log: Log, now: datetime) -> Asked:
    Cosignature.objects.get_or_create(
        checkpoint=head,
        witness=signed.name,
        defaults={"at": datetime.fromtimestamp(signed.time, UTC), "line": signed.line},
    )
    return _note(signed.name, log, Outcome.SIGNED, head.size, now)


@transaction.atomic
def _note(name: str, log: Log, outcome: Outcome, size: int, now: datetime) -> Asked:
    found = Asked.objects.select_for_update().filter(witness=name, log=log).first()
    if found is None:
        found = Asked(witness=name, log=log, since=now)
    elif found.outcome != outcome:
        found.since = now
    found.at, found.outcome, found.size = now, outcome.value, size
    found.save()
    return found
