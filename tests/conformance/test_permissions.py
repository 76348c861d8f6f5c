"""Who may do what, written down a second time and walked row by row.

The table in `accounts.rules` is what the program does; the table here is what the service decided.
They are kept apart on purpose: changing a permission means changing two places and seeing both in
the review.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from streife.accounts.rules import PERMISSIONS, Role, system
from streife.kernel.errors import NotPermitted
from tests.factories import plain_actor

SOURCE = Path(__file__).resolve().parents[2] / "src" / "streife"
COLUMNS = {
    "pub": Role.PUBLIC,
    "dsk": Role.DESK,
    "dis": Role.DISPATCHER,
    "off": Role.OFFICER,
    "shl": Role.SHIFT_LEADER,
    "cas": Role.CASE_OFFICER,
    "cus": Role.CUSTODIAN,
    "trn": Role.TRAINING_LEAD,
    "par": Role.PARTNER,
    "hed": Role.HEAD,
    "dpo": Role.DPO,
    "adm": Role.ADMIN,
    "sys": Role.SYSTEM,
}
TABLE = """
                        pub dsk dis off shl cas cus trn par hed dpo adm sys
reports.receive          x   x   x   x   x   x   .   .   .   .   .   x   x
reports.view             .   x   x   x   x   x   .   .   .   x   x   .   x
reports.view_contact     .   x   x   .   x   x   .   .   .   .   .   .   .
reports.erase_contact    .   x   .   .   x   .   .   .   .   .   x   .   x
reports.erase_text       .   .   .   .   .   x   .   .   .   .   x   .   .
reports.answer           .   x   x   .   x   x   .   .   .   .   .   .   x
reports.move             .   x   x   x   x   x   .   .   .   .   .   .   x
reports.use_own_link     x   .   .   .   .   .   .   .   .   .   .   .   .
reports.import           .   .   .   .   .   .   .   .   .   .   .   x   x
triage.propose           .   .   .   .   .   .   .   .   .   .   .   .   x
triage.decide            .   x   x   .   x   .   .   .   .   .   .   .   .
triage.configure         .   .   .   .   .   .   .   .   .   .   .   x   x
incidents.open           .   x   x   x   x   x   .   .   .   .   .   .   x
incidents.view           .   x   x   x   x   x   .   .   .   x   x   .   x
incidents.log            .   x   x   x   x   x   .   .   .   .   .   .   .
incidents.change         .   x   x   .   x   x   .   .   .   .   .   .   .
incidents.close          .   x   x   x   x   x   .   .   .   .   .   .   .
incidents.reopen         .   x   x   .   x   x   .   .   .   .   .   .   .
incidents.hand_over      .   x   x   .   x   x   .   .   .   .   .   .   .
incidents.erase_text     .   .   .   .   .   x   .   .   .   .   x   .   .
incidents.configure      .   .   .   .   .   .   .   .   .   .   .   x   x
desk.work                .   x   x   .   x   x   .   .   .   .   .   .   .
dispatch.view            .   x   x   x   x   x   .   .   .   x   .   .   .
dispatch.form_unit       .   .   x   .   x   .   .   .   .   .   .   .   x
dispatch.assign          .   .   x   .   x   .   .   .   .   .   .   .   x
dispatch.set_status      .   .   x   x   x   .   .   .   .   .   .   .   x
dispatch.configure       .   .   .   .   .   .   .   .   .   .   .   x   x
field.work               .   .   .   x   x   .   .   .   .   .   .   .   .
patrols.view             .   x   x   x   x   .   .   .   .   x   x   .   x
patrols.plan             .   .   x   .   x   .   .   .   .   .   .   .   x
patrols.publish          .   .   .   .   x   .   .   .   .   .   .   .   .
patrols.wish             .   x   x   x   x   x   .   .   .   .   .   .   .
patrols.check_in         .   .   .   x   x   .   .   .   .   .   .   .   .
patrols.tidy             .   .   .   .   .   .   .   .   .   .   .   .   x
evidence.ingest          .   .   .   x   x   .   x   .   .   .   .   .   x
evidence.open             .   .   .   x   x   x   x   .   .   x   x   .   .
evidence.list            .   .   .   .   x   x   x   .   .   x   x   .   x
evidence.view            .   .   .   .   x   .   x   .   .   .   .   .   .
evidence.view_case       .   .   .   .   .   x   .   .   .   .   .   .   .
evidence.view_own        .   .   .   x   .   .   .   .   .   .   .   .   .
evidence.describe        .   .   .   x   x   x   x   .   .   .   .   .   .
evidence.hold            .   .   .   x   x   x   x   .   .   .   x   .   x
evidence.request_deletion .   .   .   x   x   x   x   .   .   .   x   .   .
evidence.decide          .   .   .   .   x   .   .   .   .   x   .   .   .
evidence.delete          .   .   .   .   .   .   .   .   .   .   .   .   x
evidence.reconcile       .   .   .   .   .   .   x   .   .   .   x   .   x
evidence.items           .   .   .   x   x   .   x   .   .   .   .   .   .
evidence.erasures        .   .   .   .   .   .   .   .   .   .   x   .   .
evidence.find_pictures   .   .   .   .   x   .   x   .   .   .   .   .   .
evidence.periods         .   .   .   .   .   .   .   .   .   .   x   .   .
evidence.redact           .   .   .   .   x   x   x   .   .   .   .   .   .
evidence.release          .   .   .   .   x   .   x   .   .   .   .   .   .
evidence.copy             .   .   .   .   .   .   .   .   .   .   .   .   x
evidence.export          .   .   .   .   .   x   x   .   .   .   .   .   .
evidence.export_decide   .   .   .   .   x   .   .   .   .   x   .   .   .
evidence.export_see      .   .   .   .   .   .   .   .   .   .   x   .   .
evidence.export_make     .   .   .   .   .   .   .   .   .   .   .   .   x
evidence.configure       .   .   .   .   .   .   .   .   .   .   .   x   x
staff.view               .   .   x   .   x   .   .   x   .   x   .   x   .
staff.change             .   .   .   .   x   .   .   .   .   .   .   x   x
staff.view_own           .   .   .   x   .   .   .   .   .   .   .   .   .
staff.view_terms         .   .   .   .   x   .   .   .   .   x   .   x   x
staff.view_absence       .   .   .   .   x   .   .   .   .   .   .   .   x
staff.remind             .   .   .   .   .   .   .   .   .   .   .   .   x
staff.tidy               .   .   .   .   .   .   .   .   .   .   .   .   x
roster.view              .   x   x   x   x   .   .   .   .   x   .   .   .
roster.change            .   .   .   .   x   .   .   .   .   .   .   .   x
roster.publish           .   .   .   .   x   .   .   .   .   .   .   .   .
roster.wish              .   .   .   x   x   .   .   .   .   .   .   .   .
roster.export            .   .   .   .   x   .   .   .   .   x   .   .   .
roster.configure         .   .   .   .   .   .   .   .   .   .   .   x   x
equipment.view           .   .   x   .   x   .   x   .   .   x   .   x   x
equipment.hand_over      .   .   x   .   x   .   .   .   .   .   .   x   x
equipment.manage         .   .   .   .   x   .   .   .   .   .   .   x   x
places.view              x   x   x   x   x   x   x   x   x   x   x   x   x
places.configure         .   .   .   .   .   .   .   .   .   .   .   x   x
streets.view             .   .   x   .   x   .   .   .   .   x   .   x   .
streets.configure        .   .   .   .   .   .   .   .   .   .   .   x   x
insight.view             .   .   .   .   x   .   .   .   .   x   x   .   .
journal.view             .   .   .   .   .   .   .   .   .   x   x   .   .
journal.view_person      .   .   .   .   .   .   .   .   .   .   x   .   .
journal.verify           .   .   .   .   .   .   .   .   .   .   x   x   x
journal.erase            .   .   .   .   .   .   .   .   .   .   x   .   x
accounts.manage          .   .   .   .   .   .   .   .   .   .   .   x   x
"""


def _expected() -> dict[str, set[Role]]:
    header, *rows = TABLE.strip("\n").splitlines()
    roles = [COLUMNS[name] for name in header.split()]
    table = {}
    for row in rows:
        permission, *cells = row.split()
        assert len(cells) == len(roles), row
        assert set(cells) <= {"x", "."}, row
        table[permission] = {role for role, cell in zip(roles, cells, strict=True) if cell == "x"}
    return table


EXPECTED = _expected()


def test_the_table_knows_every_role() -> None:
    assert sorted(COLUMNS.values()) == sorted(Role)


def test_the_table_knows_every_permission_and_no_other() -> None:
    assert sorted(EXPECTED) == sorted(PERMISSIONS)


@pytest.mark.parametrize("permission", EXPECTED)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_exactly_what_the_table_says(role: Role, permission: str) -> None:
    actor = system("test") if role is Role.SYSTEM else plain_actor(role)
    assert actor.may(permission) is (role in EXPECTED[permission])
    if role in EXPECTED[permission]:
        actor.require(permission)
    else:
        with pytest.raises(NotPermitted) as refusal:
            actor.require(permission)
        assert refusal.value.code == "not-permitted"


def _asked_for() -> Iterator[tuple[str, str]]:
    """Yield each permission that the code asks for, with the file that does."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"require", "may"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value, str(path.relative_to(SOURCE))


def test_the_code_asks_only_for_permissions_that_exist() -> None:
    """A misspelt one would be a KeyError in front of the first person who needs it."""
    assert not {pair for pair in _asked_for() if pair[0] not in PERMISSIONS}


def test_a_person_with_several_roles_may_what_any_of_them_may() -> None:
    for permission, roles in EXPECTED.items():
        both = plain_actor(Role.DESK).roles | plain_actor(Role.DPO).roles
        actor = plain_actor(Role.DESK).__class__("test:both", both)
        assert actor.may(permission) is bool(roles & {Role.DESK, Role.DPO})
