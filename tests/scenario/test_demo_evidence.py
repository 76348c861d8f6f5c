"""The demo's vault: drawn recordings in every state, so that no page is empty, and all in order."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from streife.config.demo import evidence, people
from streife.evidence.models import (
    DeletionRequest,
    Hold,
    Item,
    Note,
    Reconciliation,
    Recording,
    Redaction,
)
from streife.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The present: the long work on a redaction reads the clock itself."""
    return clock.now()


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    """The count looks at all files: those of other tests are not in order."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()


def test_the_demo_fills_every_page_of_the_vault_once(now: datetime) -> None:
    people.make_users(now)
    people.make_officers(now)
    assert evidence.ensure_evidence(now) == 6
    assert evidence.ensure_evidence(now) == 0

    originals = Recording.objects.filter(derived_from=None)
    assert {row.state for row in originals} == {"ingested", "expiring", "held"}
    assert all(row.synthetic for row in originals)
    assert set(Redaction.objects.values_list("state", flat=True)) == {"ready", "made"}
    assert Hold.objects.filter(confirmed_at=None).exists()
    assert Hold.objects.exclude(confirmed_at=None).exists()
    assert DeletionRequest.objects.filter(decided_at=None).count() == 1
    assert Note.objects.filter(chapter=True).count() == 2
    assert set(Item.objects.values_list("step", flat=True)) == {"taken", "stored", "returned"}
    assert Reconciliation.objects.get().findings == []
