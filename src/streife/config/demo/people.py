"""Users for every role with passwords made at set-up, officers and apprentices."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, product
from pathlib import Path

from django.conf import settings

from streife.accounts import actions as accounts
from streife.accounts.models import User
from streife.accounts.passwords import readable_password
from streife.accounts.queries import ROLE_NAMES, actor_of
from streife.accounts.rules import Actor, Role, system
from streife.config.demo.material import people
from streife.staff import actions as staff
from streife.staff.models import Officer
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


def make_officers(now: datetime) -> int:
    """Hire everybody who is not there yet and return how many are new."""
    if Officer.objects.filter(personnel_number="K-001").exists():
        return 0
    # Last name outermost would give twelve neighbours the same name; this way they differ.
    pairs = product(people()["last_names"], people()["first_names"])
    names = sorted(pairs, key=lambda pair: hash_of("".join(pair)))
    entered = now.date().replace(month=1, day=1) - timedelta(days=365 * 3)
    total = OFFICERS + APPRENTICES
    field = {number: User.objects.get(username=name) for number, name in enumerate(FIELD_USERS)}
    for number, (last, first) in enumerate(islice(names, total)):
        user = field.get(number)
        if user is not None:
            first, last = user.display_name.split(" ", 1)
        apprentice = number >= OFFICERS
        officer = staff.hire_officer(
            personnel_number=f"A-{number - OFFICERS + 1:03}"
            if apprentice
            else f"K-{number + 1:03}",
            first_name=first,
            last_name=last,
            entered_date=date(now.year - 1, 9, 1) if apprentice else entered,
            apprentice=apprentice,
            user_id=user.pk if user else None,
            actor=DEMO,
            now=now,
        )
        _qualify(officer.pk, number, now)
    return total


def _qualify(officer_id: int, number: int, now: datetime) -> None:
    """Give first aid to everybody and the rest to some, so that lists have something to say."""
    kinds = [QualificationKind.FIRST_AID]
    if number < OFFICERS:
        kinds.append(QualificationKind.VERWARNUNG)
        kinds += [QualificationKind.BATON] * (number % 2) + [QualificationKind.BODY_CAM] * (
            number % 4 == 0
        )
    start = now.date() - timedelta(days=300)
    for kind in kinds:
        staff.add_qualification(
            officer_id=officer_id,
            kind=kind,
            valid_from=start,
            valid_to=start + timedelta(days=730),
            actor=DEMO,
            now=now,
        )


def hash_of(text: str) -> int:
    """Return a number that is the same on every machine and in every run."""
    value = 7
    for letter in text:
        value = (value * 131 + ord(letter)) % 1_000_003
    return value
