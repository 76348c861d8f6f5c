"""What of a text the category model sees; the same for training and use. Plain Python."""

import itertools
from collections.abc import Iterator

from streife.kernel import wording

SHORTEST, LONGEST = 3, 5
MOST_WORDS = 250  # of a very long text the beginning says what it is about


def terms(text: str) -> Iterator[str]:
    """Yield stems, pairs of stems, and letter groups inside words (spelling mistakes)."""
    stems = [wording.stem(word) for word in wording.words(text)[:MOST_WORDS]]
    for stem in stems:
        yield f"w:{stem}"
    for first, second in itertools.pairwise(stems):
        yield f"w:{first} {second}"
    for stem in set(stems):
        if len(stem) < SHORTEST or stem.isdigit():
            continue
        padded = f"_{stem}_"
        for size in range(SHORTEST, LONGEST + 1):
            for start in range(len(padded) - size + 1):
                yield f"c:{padded[start : start + size]}"
