"""The signing key is exchanged: what was signed stays valid, the old key can say nothing new."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command

from streife.journal import actions, exporting, keeping, offline_verifier, queries
from streife.journal.models import Checkpoint
from streife.journal.rules import DefectKind
from streife.journal.tlog.checkpoint import TreeHead
from streife.journal.tlog.note import NoteError, sign_note
from streife.journal.witness import trust
from streife.kernel.actors import Operator
from tests.committed import empty_journal
from tests.journal_making import audit, kinds, write
from tests.witnessing import listening

DPO = Operator("user:9")
YEAR = 2026


@pytest.fixture(autouse=True)
def _committed(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path / "var"
    yield
    empty_journal()


def test_case_33_a_new_key_signs_on_and_every_old_head_stays_valid(
    now: datetime, tmp_path: Path
) -> None:
    write(4, now=now)
    actions.checkpoint(now=now)
    old = keeping.verifier_for(keeping.base_origin()).to_text()
    new = actions.rotate_key(actor=DPO, now=now)
    assert new != old
    assert keeping.verifier_for(keeping.base_origin()).to_text() == new
    write(4, now=now + timedelta(minutes=10))
    actions.checkpoint(now=now)
    assert audit(now).sound
    assert queries.entry_at(YEAR, 4).body.content == {"key": new}
    # Who gets an export knows one key only: each head carries a signature of it.
    exporting.export(tmp_path / "auszug")
    assert offline_verifier.main([str(tmp_path / "auszug"), "--schluessel", new]) == 0
    call_command("journal", "rotate-key")
    assert audit(now).sound
    assert len(keeping.former_keys()) == 2


def test_case_33_the_old_key_cannot_sign_what_came_after(now: datetime) -> None:
    """The reason to exchange it may be that somebody else has it."""
    write(4, now=now)
    stolen: Ed25519PrivateKey = keeping.signing_key()
    actions.rotate_key(actor=DPO, now=now)
    write(4, now=now + timedelta(minutes=10))
    actions.checkpoint(now=now)
    newest = queries.checkpoints(YEAR).first()
    assert newest is not None
    origin = keeping.origin_of(YEAR)
    head = keeping.open_head(YEAR, newest.note)
    forged = sign_note(TreeHead(origin, head.size, head.root).to_text(), origin, stolen)
    with pytest.raises(NoteError) as caught:
        keeping.open_head(YEAR, forged)
    assert caught.value.code == "unknown-key"
    (keeping.directory() / f"{YEAR}.checkpoint").write_text(forged)  # as the thief would
    assert DefectKind.WRONG_KEY in kinds(audit(now))
    assert Checkpoint.objects.count() == 2


def test_case_33_a_witness_follows_once_it_was_told_the_new_key(
    now: datetime, settings: Any, tmp_path: Path
) -> None:
    with listening(tmp_path / "zeuge") as witness:
        settings.JOURNAL_WITNESSES = [witness.setting]
        write(4, now=now)
        actions.checkpoint(now=now)
        assert actions.ask_witnesses(now=now)[0].outcome == "signed"
        new = actions.rotate_key(actor=DPO, now=now)
        actions.checkpoint(now=now)
        assert actions.ask_witnesses(now=now)[0].outcome == "unanswered"  # 403: a stranger's key
        trust(tmp_path / "zeuge", new)
        assert actions.ask_witnesses(now=now)[0].outcome == "signed"
    assert audit(now).sound
