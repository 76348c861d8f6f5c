"""Taking items in, handing them out and back, inspecting and retiring them."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.equipment.models import Asset, Handover, Inspection
from streife.equipment.queries import asset_numbered, kind_named
from streife.equipment.rules import (
    AssetState,
    Step,
    add_months,
    check_handover,
    check_inspection,
    check_moment,
    check_skill,
    next_due,
    scan_means,
)
from streife.journal import actions as journal
from streife.kernel.clock import BERLIN, local
from streife.kernel.errors import NotFound, Refused
from streife.staff import queries as staff
from streife.staff.rules import Kept, in_service, kept_since


@transaction.atomic
def take_in(
    *,
    kind: str,
    inventory_number: str,
    acquired_date: date,
    actor: Actor,
    now: datetime,
    serial: str = "",
    note: str = "",
    due_date: date | None = None,
    expires_date: date | None = None,
) -> Asset:
    """Put a new item into the inventory; dates that are not given follow from its kind.

    :raises NotPermitted: without `equipment.manage`
    :raises Refused: `no-such-kind`, `inventory-number-taken`, `serial-taken`
    """
    actor.require("equipment.manage")
    known = kind_named(kind)
    number, serial = inventory_number.strip(), serial.strip()
    taken = Refused(
        "Diese Inventarnummer ist schon vergeben. Bitte prüfen Sie das Etikett.",
        "inventory-number-taken",
        field="inventory_number",
    )
    if Asset.objects.filter(inventory_number__iexact=number).exists():
        raise taken
    if serial and Asset.objects.filter(kind=kind, serial__iexact=serial).exists():
        raise Refused(
            "Diese Seriennummer ist bei dieser Art schon eingetragen.",
            "serial-taken",
            field="serial",
        )
    if expires_date is None and known.lifetime_months is not None:
        expires_date = add_months(acquired_date, known.lifetime_months)
    try:
        with transaction.atomic():
            asset = Asset.objects.create(
                kind=kind,
                inventory_number=number,
                serial=serial,
                note=note.strip(),
                acquired_date=acquired_date,
                due_date=due_date or next_due(known, acquired_date),
                expires_date=expires_date,
            )
    except IntegrityError:  # somebody else was quicker
        raise taken from None
    journal.record(
        act="equipment.taken_in",
        subject=f"asset:{asset.pk}",
        actor=actor.ref,
        now=now,
        body={"kind": kind},
    )
    return asset


@transaction.atomic
def hand_over(*, asset_id: int, officer_id: int, actor: Actor, now: datetime) -> Handover:
    """Give an item to an officer, who has it from now on.

    :raises NotPermitted: without `equipment.hand_over`
    :raises NotFound: no such item or officer
    :raises Refused: `asset-held`, `asset-not-ready`, `asset-expired`, `inspection-overdue`,
        `skill-missing`, `officer-not-in-service`, `handover-backwards`
    """
    actor.require("equipment.hand_over")
    asset = _locked(asset_id)
    today = local(now).date()
    if Handover.objects.filter(asset=asset, until_at=None).exists():
        raise Refused(
            "Das Stück ist schon ausgegeben. Bitte erst die Rückgabe eintragen.",
            "asset-held",
            field="number",
        )
    check_handover(AssetState(asset.state), asset.due_date, asset.expires_date, on=today)
    _check_officer(officer_id, today)
    check_skill(kind_named(asset.kind), staff.skills_on([officer_id], today)[officer_id])
    last = Handover.objects.filter(asset=asset).order_by("-until_at").first()
    check_moment(now, last.until_at if last else None)
    row = Handover.objects.create(
        asset=asset, officer_id=officer_id, since_at=now, given_by_id=actor.user_id
    )
    journal.record(
        act="equipment.handed_over",
        subject=f"asset:{asset.pk}",
        actor=actor.ref,
        now=now,
        body={"officer": officer_id, "kind": asset.kind},
    )
    return row


@transaction.atomic
def take_back(
    *, asset_id: int, actor: Actor, now: datetime, state: AssetState | None = None
) -> Handover:
    """Note that an item came back (or will not: `lost`); its state stays unless one is given.

    :raises NotPermitted: without `equipment.hand_over`
    :raises NotFound: no such item
    :raises Refused: `asset-not-held`, `handover-backwards`
    """
    actor.require("equipment.hand_over")
    asset = _locked(asset_id)
    row = Handover.objects.filter(asset=asset, until_at=None).first()
    if row is None:
        raise Refused("Das Stück ist gerade nicht ausgegeben.", "asset-not-held", field="number")
    check_moment(now, row.since_at)
    row.until_at, row.taken_by_id = now, actor.user_id
    row.save(update_fields=["until_at", "taken_by"])
    if state is not None and asset.state != state:
        asset.state = state
        asset.save(update_fields=["state"])
    journal.record(
        act="equipment.taken_back",
        subject=f"asset:{asset.pk}",
        actor=actor.ref,
        now=now,
        body={"officer": row.officer_id, "kind": asset.kind, "status": asset.state},
    )
    return row


@transaction.atomic
def scan(*, number: str, officer_id: int | None, actor: Actor, now: datetime) -> Handover:
    """Hand out or take back what a scanner read; the handover says which (`until_at`).

    :raises NotPermitted: without `equipment.hand_over`
    :raises NotFound: `no-such-asset`
    :raises Refused: as `hand_over` and `take_back`, `officer-missing`
    """
    actor.require("equipment.hand_over")
    asset = asset_numbered(number)
    if asset is None:
        raise NotFound(
            "Diese Nummer steht auf keinem Stück. Bitte prüfen Sie das Etikett.",
            "no-such-asset",
            field="number",
        )
    asset = _locked(asset.pk)
    held = Handover.objects.filter(asset=asset, until_at=None).first()
    if scan_means(held.officer_id if held else None, officer_id) == Step.BACK:
        return take_back(asset_id=asset.pk, actor=actor, now=now)
    return hand_over(asset_id=asset.pk, officer_id=officer_id or 0, actor=actor, now=now)


@transaction.atomic
def inspect(
    *,
    asset_id: int,
    done_date: date,
    passed: bool,
    actor: Actor,
    now: datetime,
    due_date: date | None = None,
) -> Inspection:
    """Note an inspection; what passed is ready again, what failed goes to repair.

    A paper that is entered late is kept, but decides nothing: what was found or reported about the
    item since then stands.

    :raises NotPermitted: without `equipment.manage`
    :raises NotFound: no such item
    :raises Refused: `asset-retired`, `inspection-in-future`, `inspection-backwards`
    """
    actor.require("equipment.manage")
    asset = _locked(asset_id)
    _check_not_retired(asset)
    check_inspection(done_date, due_date, on=local(now).date())
    due = (due_date or next_due(kind_named(asset.kind), done_date)) if passed else None
    decides = _is_newest(asset, done_date)
    row = Inspection.objects.create(
        asset=asset, done_date=done_date, passed=passed, due_date=due, user_id=actor.user_id
    )
    if decides:
        if passed:
            asset.due_date = due
        asset.state = AssetState.READY if passed else AssetState.REPAIR
        asset.save(update_fields=["due_date", "state"])
    journal.record(
        act="equipment.inspected",
        subject=f"asset:{asset.pk}",
        actor=actor.ref,
        now=now,
        body={
            "passed": passed,
            "due_date": due.isoformat() if due else None,
            "status": asset.state,
        },
    )
    return row


@transaction.atomic
def retire(*, asset_id: int, actor: Actor, now: datetime) -> Asset:
    """Take an item out of use for good; its history stays.

    :raises NotPermitted: without `equipment.manage`
    :raises NotFound: no such item
    :raises Refused: `asset-held`, `asset-retired`
    """
    actor.require("equipment.manage")
    asset = _locked(asset_id)
    _check_not_retired(asset)
    if Handover.objects.filter(asset=asset, until_at=None).exists():
        raise Refused(
            "Das Stück ist noch ausgegeben. Bitte erst die Rückgabe eintragen.", "asset-held"
        )
    asset.state = AssetState.RETIRED
    asset.save(update_fields=["state"])
    journal.record(
        act="equipment.retired",
        subject=f"asset:{asset.pk}",
        actor=actor.ref,
        now=now,
        body={"kind": asset.kind},
    )
    return asset


@transaction.atomic
def tidy_handovers(*, actor: Actor, now: datetime) -> int:
    """Erase who had what, long after it was given back; return how many. Safe to run twice.

    What somebody still has is never erased, and neither are inspections.

    :raises NotPermitted: without `staff.tidy`
    :raises Refused: `staff-bad-file`
    """
    actor.require("staff.tidy")
    today = local(now).date()
    since = datetime.combine(kept_since(staff.periods()[Kept.HAND_OVER], today), time(), BERLIN)
    gone, _ = Handover.objects.filter(until_at__lt=since).delete()
    if gone:
        journal.record(
            act="equipment.handovers_erased",
            subject="equipment",
            actor=actor.ref,
            now=now,
            body={"gone": gone},
        )
    return gone


def _is_newest(asset: Asset, done_date: date) -> bool:
    """Say whether nothing newer is known: a later inspection, or damage told at a return."""
    if asset.inspections.filter(done_date__gt=done_date).exists():
        return False
    if asset.state == AssetState.READY:
        return True
    back = asset.handovers.filter(until_at__isnull=False).order_by("-until_at").first()
    return back is None or back.until_at is None or local(back.until_at).date() <= done_date


def _locked(asset_id: int) -> Asset:
    asset = Asset.objects.select_for_update().filter(pk=asset_id).first()
    if asset is None:
        raise NotFound("Dieses Stück gibt es nicht.", "no-such-asset")
    return asset


def _check_not_retired(asset: Asset) -> None:
    if asset.state == AssetState.RETIRED:
        raise Refused("Dieses Stück ist schon ausgesondert.", "asset-retired")


def _check_officer(officer_id: int, today: date) -> None:
    period = staff.service_periods([officer_id]).get(officer_id)
    if period is None:
        raise NotFound("Diese Einsatzkraft gibt es nicht.", "no-such-officer")
    if not in_service(*period, today):
        raise Refused(
            "Diese Einsatzkraft ist heute nicht im Dienst der Stadt.",
            "officer-not-in-service",
            field="officer",
        )
