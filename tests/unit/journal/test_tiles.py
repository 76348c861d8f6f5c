"""Stored heads grow with the checkpoints, and a damaged one never makes a wrong proof."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase

from streife.journal import actions, keeping, queries
from streife.journal.models import Checkpoint, Tile
from streife.journal.rules import Line
from streife.journal.tlog.checkpoint import open_checkpoint
from streife.journal.tlog.merkle import inclusion_proof, verify_inclusion

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture(autouse=True)
def _own_key(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


def write(count: int, now: datetime) -> None:
    with transaction.atomic():
        actions.record_many(
            Line("incidents.logged", f"incident:{n}", "user:1", now, {"line": n})
            for n in range(count)
        )


def sign(now: datetime) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.checkpoint(now=now)


def right_proof(number: int) -> list[bytes]:
    size = queries.newest_checkpoint().size  # type: ignore[union-attr]  # there is one
    return inclusion_proof(list(queries.leaf_hashes(YEAR, size)), number)


def test_each_checkpoint_stores_only_what_is_new(now: datetime) -> None:
    write(600, now)
    sign(now)
    assert len(queries.part_heads(YEAR)) == 2
    first = bytes(Tile.objects.get().heads)
    write(700, now)
    sign(now)
    assert len(queries.part_heads(YEAR)) == 5
    assert bytes(Tile.objects.get().heads).startswith(first)


@pytest.mark.parametrize("number", [0, 255, 256, 1023, 1024, 1299])
def test_a_proof_reads_few_rows_and_leads_to_the_signed_head(
    number: int, now: datetime, django_assert_max_num_queries: Any
) -> None:
    write(1300, now)
    sign(now)
    with django_assert_max_num_queries(14):
        proof = queries.prove(YEAR, number)
    assert proof.siblings == right_proof(number)
    head = open_checkpoint(
        proof.checkpoint.note,
        keeping.verifier_for(keeping.origin_of(YEAR)),
        origin=keeping.origin_of(YEAR),
    )
    verify_inclusion(
        leaf_hash=bytes(proof.entry.leaf_hash),
        index=number,
        size=head.size,
        proof=proof.siblings,
        root=head.root,
    )


def test_whoever_touches_a_stored_head_changes_no_proof(now: datetime) -> None:
    write(1300, now)
    sign(now)
    tile = Tile.objects.get()
    tile.heads = bytes(len(tile.heads))
    tile.save()
    assert queries.prove(YEAR, 700).siblings == right_proof(700)
    Tile.objects.all().delete()
    assert queries.prove(YEAR, 700).siblings == right_proof(700)
    assert Checkpoint.objects.count() == 1
    write(1, now)
    sign(now)  # and what is missing comes back
    assert len(queries.part_heads(YEAR)) == 5
