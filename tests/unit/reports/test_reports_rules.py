"""Rules of reports: text, contact, moments, periods, moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address

from streife.kernel.errors import Refused
from streife.reports import periods, rules
from streife.reports.periods import Retention
from streife.reports.references import new_references
from streife.reports.rules import ContactDraft, Kind, Purpose, Status
from streife.reports.writing import clean, count_characters
from tests.reporting import a_draft

PERIODS = Retention(90, 365, 30, 1095, 183)
FAMILY = "👨‍👩‍👧‍👦"


def test_an_emoji_family_counts_as_one_character() -> None:
    assert count_characters(FAMILY * 3) == 3
    assert count_characters("👍🏽") == 1
    assert count_characters("e\u0301") == 1


def test_four_thousand_emoji_fit_and_five_thousand_are_refused_with_their_number() -> None:
    assert rules.checked_text("🙂" * 4000)
    with pytest.raises(Refused) as refused:
        rules.checked_text("🙂" * 5000)
    assert refused.value.code == "text-too-long"
    assert "5000" in refused.value.message


def test_a_tower_of_combining_marks_is_too_long_although_it_is_one_character() -> None:
    with pytest.raises(Refused) as refused:
        rules.checked_text("a" + "\u0336\u0489" * 40_000)
    assert refused.value.code == "text-too-long"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("eins\r\nzwei\rdrei", "eins\nzwei\ndrei"),
        ("\u202egnp.exe", "gnp.exe"),
        ("halb\ud800", "halb"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE reports_report; --", "'; DROP TABLE reports_report; --"),
        ("Mu\u0308ll", "Müll"),
    ],
)
def test_what_is_taken_out_of_a_text(sent: str, kept: str) -> None:
    assert clean(sent) == kept


def test_lost_letters_are_named_and_not_stored() -> None:
    with pytest.raises(Refused) as refused:
        rules.checked_text("M\ufffdll")
    assert refused.value.code == "unreadable-text"


def test_a_hint_never_keeps_a_postal_address() -> None:
    kept = rules.checked_contact(ContactDraft(email="a@b.de", address="Weg 1"), kind=Kind.HINT)
    assert kept == ContactDraft(email="a@b.de")
    assert rules.checked_contact(ContactDraft(address="Weg 1"), kind=Kind.HINT) is None


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (None, "complaint-needs-name"),
        (ContactDraft(email="a@b.de"), "complaint-needs-name"),
        (ContactDraft(name="A. Beispiel"), "complaint-needs-address"),
        (ContactDraft(name="A. Beispiel", email="kein-at"), "email-unusable"),
        (ContactDraft(name="A" * 121, email="a@b.de"), "contact-unusable"),
    ],
)
def test_a_complaint_needs_a_name_and_a_way_to_reach_it(
    contact: ContactDraft | None, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        rules.checked_contact(contact, kind=Kind.COMPLAINT)
    assert refused.value.code == code


def test_a_complaint_needs_the_witness_notice_confirmed() -> None:
    with pytest.raises(Refused) as refused:
        rules.check_witness(a_draft(kind=Kind.COMPLAINT))
    assert refused.value.code == "witness-not-confirmed"
    rules.check_witness(a_draft(kind=Kind.COMPLAINT, witness_confirmed=True))


def test_the_future_is_refused_and_a_fast_clock_forgiven(now: datetime) -> None:
    rules.check_moment(now + timedelta(minutes=4), now=now)
    with pytest.raises(Refused) as refused:
        rules.check_moment(now + timedelta(minutes=6), now=now)
    assert refused.value.code == "in-the-future"


@pytest.mark.parametrize("year", [1, 26, 206, 2015])
def test_a_mistyped_year_is_refused_and_says_so(year: int, now: datetime) -> None:
    with pytest.raises(Refused, match="Jahr") as refused:
        rules.check_moment(now.replace(year=year), now=now)
    assert refused.value.code == "long-ago"
    rules.check_moment(now.replace(year=2017), now=now)


@pytest.mark.parametrize(
    "email",
    [
        "x,y@example.org", "a;b@example.org", "a:b@example.org", "(a)@example.org",
        'a"b@example.org', "a[b@example.org", "a\\b@example.org", "<a@example.org>",
        ".a@example.org", "a.@example.org", "a..b@example.org", "ä@example.org",
        "a@b..de", "a@.de", "a@-b.de", "a@b-.de", "a@[1.2.3].de", "a@b", "a@b.d",
        "a@" + "ä" * 70 + ".de", "a" * 65 + "@example.org", "@b.de", "a",
    ],
)  # fmt: skip
def test_an_address_to_which_no_mail_can_go_is_refused_at_once(email: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.checked_contact(ContactDraft(email=email), kind=Kind.HINT)
    assert refused.value.code == "email-unusable"


@pytest.mark.parametrize(
    "email",
    ["a@b.de", "vor.nach+hinweis@sub.example.org", "o'neil@example.org", "x_y-z@exa-mple.museum",
     "name@müller-straße.de", "a@xn--mller-kva.de", "1@2.de"],
)  # fmt: skip
def test_an_address_to_which_mail_can_go_is_taken(email: str) -> None:
    contact = rules.checked_contact(ContactDraft(email=email), kind=Kind.HINT)
    assert contact is not None
    assert contact.email == email
    EmailMessage("s", "t", to=[email]).message().as_bytes()
    sanitize_address(email, "utf-8")


def test_photos_have_limits_alone_and_together() -> None:
    megabyte = 1024 * 1024
    rules.check_photos([8 * megabyte] * 3)
    for sizes, code in (
        ([1] * 4, "too-many-photos"),
        ([10 * megabyte + 1], "photo-too-large"),
        ([9 * megabyte] * 3, "photo-too-large"),
    ):
        with pytest.raises(Refused) as refused:
            rules.check_photos(sizes)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("purpose", "answered", "expected"),
    [
        (Purpose.HAZARD_PREVENTION, None, date(2027, 1, 5)),
        (Purpose.HAZARD_PREVENTION, date(2026, 2, 1), date(2026, 3, 3)),
        (Purpose.HAZARD_PREVENTION, date(2026, 12, 30), date(2027, 1, 5)),
        (Purpose.OFFENCE_PROSECUTION, None, date(2029, 1, 4)),
        (Purpose.OFFENCE_PROSECUTION, date(2026, 2, 1), date(2026, 8, 3)),
    ],
)
def test_when_contact_data_go(purpose: Purpose, answered: date | None, expected: date) -> None:
    assert (
        periods.erase_after(
            purpose, received_on=date(2026, 1, 5), answered_on=answered, retention=PERIODS
        )
        == expected
    )


def test_a_link_never_expires_while_open_and_does_after_the_answer() -> None:
    answered = datetime(2026, 1, 1, tzinfo=UTC)
    far = answered + timedelta(days=5000)
    for status in rules.OPEN:
        assert not periods.link_expired(status, answered_at=None, now=far, retention=PERIODS)
    for status in rules.DONE:
        for days, expired in ((90, False), (91, True)):
            moment = answered + timedelta(days=days)
            assert expired is periods.link_expired(
                status, answered_at=answered, now=moment, retention=PERIODS
            )


def test_every_move_outside_the_table_is_refused() -> None:
    for current in Status:
        for target in Status:
            if target in rules.MOVES[current]:
                rules.check_move(current, target)
            else:
                with pytest.raises(Refused):
                    rules.check_move(current, target)


def test_new_numbers_are_different_and_nobodys() -> None:
    asked: list[set[str]] = []

    def taken(numbers: set[str]) -> set[str]:
        asked.append(numbers)
        return set(sorted(numbers)[:3]) if len(asked) < 3 else set()

    numbers = new_references(50, taken)
    assert len(set(numbers)) == 50
    assert [len(drawn) for drawn in asked] == [50, 3, 3]
    refused = {number for drawn in asked[:2] for number in sorted(drawn)[:3]}
    assert not refused & set(numbers)
