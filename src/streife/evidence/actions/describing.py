"""What people add to a recording: why it was made, which case it belongs to, under which law."""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.duties import close_tasks
from streife.evidence.actions.locks import durable, hold_recording
from streife.evidence.actions.requests import request_deletion
from streife.evidence.models import Recording
from streife.journal import actions as journal
from streife.kernel.errors import NotPermitted, Refused


def describe(*, ident: str, said: rules.Circumstances, actor: Actor, now: datetime) -> Recording:
    """State why a recording was made (§ 15c PolG NRW).

    A professional secret (Abs. 3 S. 3) seals it at once and asks for its deletion.

    :raises NotPermitted: without `evidence.describe`
    :raises NotFound: no such recording for this actor
    :raises Refused: as `rules.check_circumstances`, `key-destroyed`
    """
    actor.require("evidence.describe")
    queries.recording_for(actor, ident)
    rules.check_circumstances(said)
    with durable(), journal.record_last():
        recording = hold_recording(ident)
        rules.check_kept(recording.state)
        recording.reason, recording.facts = said.reason, said.facts
        recording.announced = said.announced
        recording.not_announced_because = said.not_announced_because
        recording.dwelling = said.dwelling
        recording.dwelling_decided_by = said.dwelling_decided_by
        recording.professional_secret = said.professional_secret
        if said.professional_secret and recording.sealed_at is None:
            recording.sealed_at = now
        recording.save()
        close_tasks(kind="describe", recording=recording, now=now)
        journal.record(
            act="evidence.described",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={
                "reason": said.reason.value,
                "announced": said.announced,
                "dwelling": said.dwelling,
                "sealed": recording.sealed_at is not None,
            },
        )
        asked = recording.deletion_requests.filter(decided_at__isnull=True).exists()
        if said.professional_secret and not asked:
            request_deletion(ident=ident, ground=rules.Ground.SECRET, actor=actor, now=now)
    return recording


def link_incident(*, ident: str, number: str, actor: Actor, now: datetime) -> Recording:
    """Say to which incident a recording belongs; empty takes it away again.

    :raises NotPermitted: without `evidence.describe`
    :raises NotFound: no such recording for this actor, or no such incident
    :raises NotPermitted: `not-near`, `not-yours`: whoever may look into cases only chooses a case
        nearby, and takes no link away
    :raises Refused: `key-destroyed`, `own-recording`: whoever wore the camera takes no link away
    """
    actor.require("evidence.describe")
    queries.recording_for(actor, ident)
    incident_id = queries.incident_id_of(number)
    with durable():
        recording = hold_recording(ident)
        rules.check_kept(recording.state)
        _check_near(recording, incident_id, actor)
        if recording.incident_id not in {None, incident_id}:  # an open case keeps it by that link
            rules.check_not_wearer(actor, recording.wearer.user_id if recording.wearer else None)
        before, recording.incident_id = recording.incident_id, incident_id
        recording.save(update_fields=["incident"])
        journal.record(
            act="evidence.linked",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={"incident": incident_id, "before": before},
        )
    return recording


def _check_near(recording: Recording, incident_id: int | None, actor: Actor) -> None:
    """Let nobody open footage to themselves by linking it to a case it has nothing to do with.

    Nor close it to others: what belongs to an open case is kept by that link.
    """
    if not rules.sees_cases_only(actor):
        return
    near = {one.incident_id for one in queries.proposed_incidents(recording)}
    if incident_id is None or recording.incident_id not in {None, *near}:
        raise NotPermitted(
            "Eine Zuordnung nimmt nur die Beweismittelverwahrung oder die Schichtleitung zurück.",
            "not-yours",
        )
    if incident_id not in near:
        raise NotPermitted(
            "Dieser Vorgang liegt nicht in der Nähe der Aufnahme. Bitte lassen Sie sie von der"
            " Beweismittelverwahrung oder Ihrer Schichtleitung zuordnen.",
            "not-near",
        )


def change_regime(*, ident: str, regime: str, actor: Actor, now: datetime) -> Recording:
    """Say under which law a recording stands from now on (§ 35 Abs. 2 DSG NRW).

    :raises NotPermitted: without `evidence.describe`
    :raises NotFound: no such recording for this actor
    :raises Refused: `regime-unknown`, `key-destroyed`
    """
    actor.require("evidence.describe")
    queries.recording_for(actor, ident)
    if regime not in tuple(rules.Regime):
        raise Refused("Bitte wählen Sie den Rechtsrahmen aus der Liste.", "regime-unknown")
    with durable():
        recording = hold_recording(ident)
        rules.check_kept(recording.state)
        before, recording.regime = recording.regime, regime
        recording.save(update_fields=["regime"])
        journal.record(
            act="evidence.regime_changed",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={"from": before, "to": regime},
        )
    return recording


def put_in_order(
    *,
    ident: str,
    said: rules.Circumstances,
    number: str,
    regime: str,
    actor: Actor,
    now: datetime,
) -> Recording:
    """Say to which incident, under which law and why, in one: all of it counts or nothing.

    What is already so makes no entry in the record, but for the circumstances.

    :raises NotPermitted, NotFound, Refused: as `link_incident`, `change_regime`, `describe`
    """
    actor.require("evidence.describe")
    found = queries.recording_for(actor, ident)
    with durable(), journal.record_last():
        if number != (found.incident.number if found.incident else ""):
            link_incident(ident=ident, number=number, actor=actor, now=now)
        if regime != found.regime:
            change_regime(ident=ident, regime=regime, actor=actor, now=now)
        return describe(ident=ident, said=said, actor=actor, now=now)
