"""Users for every role with passwords made at set-up, officers and apprentices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, product
from pathlib import Path

from django.conf import settings
from django.db import transaction

from streife.accounts import actions as accounts
from streife.accounts.models import User
from streife.accounts.passwords import readable_password
from streife.accounts.queries import ROLE_NAMES, actor_of
from streife.accounts.rules import Actor, Role, system
from streife.config.demo.lines import Lines
from streife.config.demo.material import people
from streife.staff.models import Officer, Qualification
from streife.staff.rules import QualificationKind

DEMO = system("demo")
OFFICERS, APPRENTICES = 72, 11
FIELD_USERS = ("streife", "streife2")  # who signs in on a phone and is on duty in the first unit


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the printed table."""

    role: str
    name: str
    username: str
    password: str


def signins_path() -> Path:
    """Return the file that keeps the passwords of the demo, readable by its owner only."""
    return Path(settings.VAR_DIR) / "demo-signins.txt"


def make_users(now: datetime) -> None:
    """Make one user a role; passwords are new if their file was lost."""
    path = signins_path()
    lost = not path.exists()
    rows = []
    for person in people()["users"]:
        password = readable_password()
        known = User.objects.filter(username=person["username"]).first()
        if known is None:
            accounts.create_user(
                username=person["username"],
                display_name=person["name"],
                password=password,
                roles=[Role(person["role"])],
                actor=DEMO,
                now=now,
            )
        elif lost:
            accounts.reset_password(user_id=known.pk, password=password, actor=DEMO, now=now)
        else:
            continue
        rows.append(f"{person['username']}\t{password}\n")
    if rows:
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(rows)


def signins() -> list[SignIn]:
    """Return the table of sign-ins, in the order of the roles."""
    lines = signins_path().read_text(encoding="utf-8").splitlines()
    passwords = dict(line.split("\t") for line in lines)
    return [
        SignIn(
            str(ROLE_NAMES[Role(person["role"])]),
            person["name"],
            person["username"],
            passwords.get(person["username"], "?"),
        )
        for person in people()["users"]
    ]


def actor(username: str) -> Actor:
    """Return the actor of a demo user.

    :raises User.DoesNotExist: the demo is not loaded
    """
    return actor_of(User.objects.get(username=username))


@transaction.atomic
def make_officers(now: datetime) -> int:
    """Hire everybody who is not there yet and return how many are new: rows and entries at once."""
    if Officer.objects.filter(personnel_number="K-001").exists():
        return 0
    # Last name outermost would give twelve neighbours the same name; this way they differ.
    pairs = product(people()["last_names"], people()["first_names"])
    names = sorted(pairs, key=lambda pair: hash_of("".join(pair)))
    entered = now.date().replace(month=1, day=1) - timedelta(days=365 * 3)
    total = OFFICERS + APPRENTICES
    field = {number: User.objects.get(username=name) for number, name in enumerate(FIELD_USERS)}
    officers = []
    for number, (last, first) in enumerate(islice(names, total)):
        user = field.get(number)
        if user is not None:
            first, last = user.display_name.split(" ", 1)
        apprentice = number >= OFFICERS
        officers.append(
            Officer(
                personnel_number=f"A-{number - OFFICERS + 1:03}"
                if apprentice
                else f"K-{number + 1:03}",
                first_name=first,
                last_name=last,
                entered_date=date(now.year - 1, 9, 1) if apprentice else entered,
                apprentice=apprentice,
                user=user,
            )
        )
    Officer.objects.bulk_create(officers)
    skills = [
        row for number, officer in enumerate(officers) for row in _skills(officer, number, now)
    ]
    Qualification.objects.bulk_create(skills)
    _record(officers, skills, now)
    return total


def _skills(officer: Officer, number: int, now: datetime) -> Iterator[Qualification]:
    """Yield first aid for everybody and the rest for some; some of it ends soon."""
    today = now.date()
    kinds: dict[QualificationKind, int | None] = {
        QualificationKind.FIRST_AID: 20 + number * 37 % 690
    }
    if number < OFFICERS:
        kinds[QualificationKind.VERWARNUNG] = None
        if number % 2:
            kinds[QualificationKind.BATON] = 25 + number * 11 % 330
        if number % 4 == 0:
            kinds[QualificationKind.BODY_CAM] = 40 + number * 29 % 650
        if number % 3:
            kinds[QualificationKind.DRIVER] = 12 + number * 17 % 165
        if number % 12 == 6:
            kinds[QualificationKind.TRAINER] = 400
        if number % 18 == 4:
            kinds[QualificationKind.DOG_HANDLING] = 300
    for kind, days in kinds.items():
        yield Qualification(
            officer=officer,
            kind=kind,
            valid_from=today - timedelta(days=300),
            valid_to=None if days is None else today + timedelta(days=days),
        )


def _record(officers: list[Officer], skills: list[Qualification], now: datetime) -> None:
    """Write the entries that hiring and qualifying one by one would have written."""
    lines = Lines()
    for officer in officers:
        lines.add(
            "staff.hired",
            f"officer:{officer.pk}",
            DEMO,
            now,
            apprentice=officer.apprentice,
            entered_date=officer.entered_date.isoformat(),
        )
    for row in skills:
        lines.add(
            "staff.qualified",
            f"officer:{row.officer_id}",
            DEMO,
            now,
            kind=row.kind,
            valid_from=row.valid_from.isoformat(),
        )
    lines.write()


def hash_of(text: str) -> int:
    """Return a number that is the same on every machine and in every run."""
    value = 7
    for letter in text:
        value = (value * 131 + ord(letter)) % 1_000_003
    return value
