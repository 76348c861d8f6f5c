"""Properties of texts, references, and of importing the same rows in any order and any number."""

import io
import json
import tempfile
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from streife.kernel.errors import Refused
from streife.reports.models import Report
from streife.reports.references import hash_of, new_reference, opens, secret_of, tidy_reference
from streife.reports.rules import MAX_TEXT_CHARACTERS, checked_text
from streife.reports.screening import screen
from streife.reports.writing import clean, count_characters

ANY_TEXT = st.text(alphabet=st.characters())


@given(ANY_TEXT)
def test_clean_text_is_storable_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\x00" not in cleaned
    cleaned.encode()
    assert count_characters(cleaned) <= len(cleaned)


@given(ANY_TEXT)
def test_a_text_is_kept_or_refused_never_cut(text: str) -> None:
    try:
        kept = checked_text(text)
    except Refused as refused:
        assert refused.field == "text"  # noqa: PT017 (both ends are allowed)
    else:
        assert kept == clean(text)
        assert count_characters(kept) <= MAX_TEXT_CHARACTERS


@given(ANY_TEXT)
def test_screening_twice_hides_nothing_more(text: str) -> None:
    once, _ = screen(text)
    assert screen(once)[0] == once


@given(st.uuids(version=4), st.uuids(version=4))
def test_a_secret_opens_its_own_report_only(one: UUID, other: UUID) -> None:
    assert opens(secret_of(one), hash_of(secret_of(one)))
    assert opens(secret_of(one).upper().replace("-", " "), hash_of(secret_of(one)))
    assert opens(secret_of(other), hash_of(secret_of(one))) is (one == other)


def test_references_are_readable_and_typed_in_any_way_the_same() -> None:
    for _ in range(300):
        reference = new_reference()
        assert not set(reference) & set("0O1IL2ZS8BUVAE") - set("28")
        assert tidy_reference(reference.lower().replace("-", " ")) == reference


class Imports(TestCase):
    """Importing is idempotent, whatever is repeated."""

    @settings(max_examples=15)
    @given(st.lists(st.lists(st.integers(0, 12), max_size=8), max_size=4))
    def test_each_identifier_is_stored_once(self, runs: list[list[int]]) -> None:
        for run in runs:
            rows = [
                {
                    "service_request_id": f"id-{number}",
                    "service_name": "Müll",
                    "requested_datetime": "2026-03-01T10:00:00+01:00",
                    "status": "closed",
                }
                for number in run
            ]
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "in.json"
                path.write_text(json.dumps(rows))
                out = io.StringIO()
                call_command(
                    "import_reports",
                    path,
                    format="open311",
                    report=path.parent / "o.csv",
                    stdout=out,
                )
        expected = {f"id-{number}" for run in runs for number in run}
        assert set(Report.objects.values_list("source_id", flat=True)) == expected
        assert Report.objects.count() == len(expected)


pytestmark = pytest.mark.django_db
