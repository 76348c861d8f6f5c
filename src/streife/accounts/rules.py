"""Who may do what: roles, the one table of permissions, and the actor that carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from streife.kernel.errors import NotPermitted


class Role(StrEnum):
    """The roles of the service; `PUBLIC` is anybody, `SYSTEM` is the software itself."""

    PUBLIC = "public"
    DESK = "desk"
    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    SHIFT_LEADER = "shift_leader"
    CASE_OFFICER = "case_officer"
    CUSTODIAN = "custodian"
    TRAINING_LEAD = "training_lead"
    PARTNER = "partner"
    HEAD = "head"
    DPO = "dpo"
    ADMIN = "admin"
    SYSTEM = "system"


# What an administrator can give to a person.
GRANTABLE = tuple(role for role in Role if role not in {Role.PUBLIC, Role.SYSTEM})

# Roles that reach far: whoever holds one is reminded to set up a second factor.
FAR_REACHING = frozenset({Role.ADMIN, Role.DPO, Role.CUSTODIAN, Role.HEAD})

_R = Role
_OFFICE = frozenset({_R.DESK, _R.DISPATCHER, _R.SHIFT_LEADER})
_BOARD = _OFFICE | {_R.CASE_OFFICER}

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    # Residents and whoever takes a report for them.
    "reports.receive": frozenset({_R.PUBLIC, _R.OFFICER, _R.SYSTEM, _R.ADMIN}) | _BOARD,
    "reports.view": _BOARD | {_R.OFFICER, _R.HEAD, _R.DPO, _R.SYSTEM},
    "reports.view_contact": _BOARD,
    "reports.erase_contact": frozenset({_R.DESK, _R.SHIFT_LEADER, _R.DPO, _R.SYSTEM}),
    "reports.erase_text": frozenset({_R.CASE_OFFICER, _R.DPO}),
    "reports.answer": _BOARD | {_R.SYSTEM},
    "reports.move": _BOARD | {_R.OFFICER, _R.SYSTEM},
    "reports.use_own_link": frozenset({_R.PUBLIC}),  # the secret of the status link decides
    "reports.import": frozenset({_R.ADMIN, _R.SYSTEM}),
    # A person decides on what the software proposes.
    "triage.propose": frozenset({_R.SYSTEM}),
    "triage.decide": _OFFICE,
    "triage.configure": frozenset({_R.ADMIN, _R.SYSTEM}),
    # The case.
    "incidents.open": _BOARD | {_R.OFFICER, _R.SYSTEM},
    "incidents.view": _BOARD | {_R.OFFICER, _R.HEAD, _R.DPO, _R.SYSTEM},
    "incidents.log": _BOARD | {_R.OFFICER},
    "incidents.change": _BOARD,
    "incidents.close": _BOARD | {_R.OFFICER},
    "incidents.reopen": _BOARD,
    "incidents.hand_over": _BOARD,
    "incidents.erase_text": frozenset({_R.CASE_OFFICER, _R.DPO}),
    "incidents.configure": frozenset({_R.ADMIN, _R.SYSTEM}),
    # The office.
    "desk.work": _BOARD,
    # Units and assignments.
    "dispatch.view": _BOARD | {_R.OFFICER, _R.HEAD},
    "dispatch.form_unit": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.SYSTEM}),
    "dispatch.assign": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.SYSTEM}),
    "dispatch.set_status": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.OFFICER, _R.SYSTEM}),
    "dispatch.configure": frozenset({_R.ADMIN, _R.SYSTEM}),
    "field.work": frozenset({_R.OFFICER, _R.SHIFT_LEADER}),
    # Where presence counts, and the routes of a shift.
    "patrols.view": _OFFICE | {_R.OFFICER, _R.HEAD, _R.DPO, _R.SYSTEM},
    "patrols.plan": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.SYSTEM}),
    "patrols.publish": frozenset({_R.SHIFT_LEADER}),  # never the software by itself
    "patrols.wish": _BOARD | {_R.OFFICER},
    "patrols.check_in": frozenset({_R.OFFICER, _R.SHIFT_LEADER}),
    "patrols.tidy": frozenset({_R.SYSTEM}),
    # Footage and seized things: encrypted, watched, gone after two weeks.
    "evidence.ingest": frozenset({_R.OFFICER, _R.SHIFT_LEADER, _R.CUSTODIAN, _R.SYSTEM}),
    "evidence.open": frozenset(
        {_R.OFFICER, _R.SHIFT_LEADER, _R.CUSTODIAN, _R.CASE_OFFICER, _R.HEAD, _R.DPO}
    ),  # the pages; what stands there is decided row by row
    "evidence.list": frozenset(
        {_R.CUSTODIAN, _R.SHIFT_LEADER, _R.CASE_OFFICER, _R.HEAD, _R.DPO, _R.SYSTEM}
    ),
    "evidence.view": frozenset({_R.CUSTODIAN, _R.SHIFT_LEADER}),
    "evidence.view_case": frozenset({_R.CASE_OFFICER}),  # what belongs to a case
    "evidence.view_own": frozenset({_R.OFFICER}),  # what they recorded themselves
    "evidence.describe": frozenset({_R.OFFICER, _R.SHIFT_LEADER, _R.CUSTODIAN, _R.CASE_OFFICER}),
    "evidence.hold": frozenset(
        {_R.OFFICER, _R.SHIFT_LEADER, _R.CUSTODIAN, _R.CASE_OFFICER, _R.DPO, _R.SYSTEM}
    ),
    "evidence.request_deletion": frozenset(
        {_R.OFFICER, _R.SHIFT_LEADER, _R.CUSTODIAN, _R.CASE_OFFICER, _R.DPO}
    ),
    "evidence.decide": frozenset({_R.SHIFT_LEADER, _R.HEAD}),  # the superior of § 15c Abs. 4
    "evidence.delete": frozenset({_R.SYSTEM}),  # the clock, or two persons; never one alone
    "evidence.reconcile": frozenset({_R.CUSTODIAN, _R.DPO, _R.SYSTEM}),
    "evidence.items": frozenset({_R.OFFICER, _R.SHIFT_LEADER, _R.CUSTODIAN}),
    # Demands of persons concerned (Art. 17 DSGVO): who follows them sees no thing and no photo.
    "evidence.erasures": frozenset({_R.DPO}),
    "evidence.find_pictures": frozenset({_R.CUSTODIAN, _R.SHIFT_LEADER}),
    "evidence.periods": frozenset({_R.DPO}),  # how long photos of things stay
    "evidence.redact": frozenset({_R.CUSTODIAN, _R.SHIFT_LEADER, _R.CASE_OFFICER}),
    "evidence.release": frozenset({_R.CUSTODIAN, _R.SHIFT_LEADER}),  # a second person
    "evidence.copy": frozenset({_R.SYSTEM}),
    "evidence.export": frozenset({_R.CUSTODIAN, _R.CASE_OFFICER}),
    "evidence.export_decide": frozenset({_R.SHIFT_LEADER, _R.HEAD}),  # never their own request
    "evidence.export_see": frozenset({_R.DPO}),
    "evidence.export_make": frozenset({_R.SYSTEM}),
    "evidence.configure": frozenset({_R.ADMIN, _R.SYSTEM}),
    # People on duty.
    "staff.view": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.HEAD, _R.TRAINING_LEAD, _R.ADMIN}),
    "staff.change": frozenset({_R.SHIFT_LEADER, _R.ADMIN, _R.SYSTEM}),
    # The own sheet: contract, qualifications, absences, equipment.
    "staff.view_own": frozenset({_R.OFFICER}),
    "staff.view_terms": frozenset({_R.SHIFT_LEADER, _R.HEAD, _R.ADMIN, _R.SYSTEM}),
    # Why somebody is away may be health data: others read "abwesend".
    "staff.view_absence": frozenset({_R.SHIFT_LEADER, _R.SYSTEM}),
    "staff.remind": frozenset({_R.SYSTEM}),
    "staff.tidy": frozenset({_R.SYSTEM}),
    "roster.view": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.OFFICER, _R.HEAD, _R.DESK}),
    "roster.change": frozenset({_R.SHIFT_LEADER, _R.SYSTEM}),
    "roster.publish": frozenset({_R.SHIFT_LEADER}),  # answers for it; never the software
    "roster.wish": frozenset({_R.OFFICER, _R.SHIFT_LEADER}),  # own wishes, swaps, illness
    "roster.export": frozenset({_R.SHIFT_LEADER, _R.HEAD}),  # the report for the staff council
    "roster.configure": frozenset({_R.ADMIN, _R.SYSTEM}),
    # What is handed out; who carries something sees it on the own page.
    "equipment.view": frozenset(
        {_R.DISPATCHER, _R.SHIFT_LEADER, _R.HEAD, _R.CUSTODIAN, _R.ADMIN, _R.SYSTEM}
    ),
    "equipment.hand_over": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.ADMIN, _R.SYSTEM}),
    "equipment.manage": frozenset({_R.SHIFT_LEADER, _R.ADMIN, _R.SYSTEM}),
    # Ground.
    "places.view": frozenset(Role),
    "places.configure": frozenset({_R.ADMIN, _R.SYSTEM}),
    "streets.view": frozenset({_R.DISPATCHER, _R.SHIFT_LEADER, _R.HEAD, _R.ADMIN}),
    "streets.configure": frozenset({_R.ADMIN, _R.SYSTEM}),
    # Figures, records, accounts.
    "insight.view": frozenset({_R.HEAD, _R.SHIFT_LEADER, _R.DPO}),
    "journal.view": frozenset({_R.DPO, _R.HEAD}),
    "journal.view_person": frozenset({_R.DPO}),  # what one member of staff did, with a reason
    "journal.verify": frozenset({_R.DPO, _R.ADMIN, _R.SYSTEM}),
    "journal.erase": frozenset({_R.DPO, _R.SYSTEM}),
    "accounts.manage": frozenset({_R.ADMIN, _R.SYSTEM}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: `ref` goes into the journal, `roles` decide, `name` is for the screen only."""

    ref: str
    roles: frozenset[Role]
    name: str = field(default="", compare=False)
    user_id: int | None = None

    def may(self, permission: str) -> bool:
        """Say whether one of the roles holds the permission.

        :raises KeyError: the permission is not in the table
        """
        return bool(self.roles & PERMISSIONS[permission])

    def require(self, permission: str) -> None:
        """Pass only with the permission.

        :raises NotPermitted: none of the actor's roles holds it
        """
        if not self.may(permission):
            raise NotPermitted(
                "Dafür fehlt Ihnen die Berechtigung. Bitte wenden Sie sich an Ihre Schichtleitung.",
                "not-permitted",
            )


PUBLIC = Actor("public", frozenset({Role.PUBLIC}), "Öffentlichkeit")


def system(name: str) -> Actor:
    """Return the software acting on its own account, e.g. `system("import")`."""
    return Actor(f"system:{name}", frozenset({Role.SYSTEM}), "System")
