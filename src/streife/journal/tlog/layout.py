"""Names and widths of static tiles (c2sp.org/tlog-tiles): the tree as files anybody can serve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH = 256  # hashes of a full tile, entries of a full bundle
LARGEST_ENTRY = 65_535  # an entry's length is written in two bytes


@dataclass(frozen=True, slots=True)
class TileName:
    """One tile: level (0 holds leaf hashes), number from the left, how many hashes it holds."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Where the tile lies: `tile/0/x001/234` or, unfinished, `tile/0/x001/234.p/17`."""
        return f"tile/{self.level}/{_number(self.index)}{_part(self.width)}"


def bundle_path(index: int, width: int) -> str:
    """Return where a bundle of entries lies: `tile/entries/000` (`.p/17` while unfinished)."""
    return f"tile/entries/{_number(index)}{_part(width)}"


def _number(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def _part(width: int) -> str:
    if not 0 < width <= WIDTH:
        raise ValueError(f"no tile has {width} hashes")
    return "" if width == WIDTH else f".p/{width}"


def tiles_of(size: int) -> Iterator[TileName]:
    """Yield every tile of a tree with this many leaves, level by level, unfinished ones last."""
    level, hashes = 0, size
    while hashes:
        full, rest = divmod(hashes, WIDTH)
        for index in range(full):
            yield TileName(level, index, WIDTH)
        if rest:
            yield TileName(level, full, rest)
        level, hashes = level + 1, full


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries one after the other, each with its length in two bytes before it.

    :raises ValueError: an entry is longer than 65,535 bytes
    """
    for entry in entries:
        if len(entry) > LARGEST_ENTRY:
            raise ValueError(f"an entry of {len(entry)} bytes fits into no bundle")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(raw: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    :raises ValueError: cut off
    """
    entries, at = [], 0
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 2], "big")
        entry = raw[at + 2 : at + 2 + length]
        if at + 2 > len(raw) or len(entry) != length:
            raise ValueError("a bundle is cut off")
        entries.append(entry)
        at += 2 + length
    return entries
