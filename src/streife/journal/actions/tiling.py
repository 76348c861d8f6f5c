"""Keeping the heads of complete parts of the trees, so that a proof needs no year of leaves."""

from streife.journal.models import Log, Tile
from streife.journal.queries import leaf_hashes, part_heads
from streife.journal.tlog import tiles

HEADS = 256  # in a tile: one covers 65,536 entries


def extend_tiles(log: Log, size: int) -> int:
    """Store the heads of all complete parts of the first `size` leaves; return how many are new.

    Reads only leaves behind the parts that are stored; runs in the caller's transaction.
    """
    heads = part_heads(log.year)
    known = len(heads)
    start, end = known * tiles.PART, size // tiles.PART * tiles.PART
    if start >= end:
        return 0
    heads += tiles.part_heads(leaf_hashes(log.year, end, start=start))
    for index in range(known // HEADS, -(-len(heads) // HEADS)):
        joined = b"".join(heads[index * HEADS : (index + 1) * HEADS])
        Tile.objects.update_or_create(log=log, index=index, defaults={"heads": joined})
    return len(heads) - known
