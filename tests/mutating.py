"""What can happen to the bytes of a file on its way: by accident, by a program, by a liar."""

from collections.abc import Iterator

LOOK_ALIKES = {
    "a": "\u0430",  # Cyrillic
    "e": "\u0435",
    "-": "\u2010",
    "1": "\uff11",  # full width
    " ": "\u00a0",
    "ü": "u\u0308",  # the other spelling of the same letter
    ".": "\u2024",
    "/": "\u2215",
    "—": "\u2013",  # the dash of a signature line
}
MOST_LINES = 40  # of a long file from its beginning and its end


def mutations(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield changed contents with a word for each; never the content itself."""
    seen = {content}
    for label, changed in _all(content):
        if changed not in seen:
            seen.add(changed)
            yield label, changed


def _all(content: bytes) -> Iterator[tuple[str, bytes]]:
    yield from _whole(content)
    yield from _lines(content)
    yield from _letters(content)


def _whole(content: bytes) -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "twice", content * 2
    yield "byte order mark", b"\xef\xbb\xbf" + content
    yield "CRLF", content.replace(b"\n", b"\r\n")
    yield "CR", content.replace(b"\n", b"\r")
    yield "no last newline", content.rstrip(b"\n")
    yield "cut in the middle", content[: len(content) // 2]
    for more in (b"\n", b"\n\n", b" ", b"\0", b"\x1a", b"x", b"\r\n", b"\xff", "\u2028".encode()):
        yield f"{more!r} behind", content + more
        yield f"{more!r} before", more + content
        yield f"{more!r} in the middle", _inserted(content, len(content) // 2, more)


def _lines(content: bytes) -> Iterator[tuple[str, bytes]]:
    lines = content.splitlines(keepends=True)
    numbers = range(len(lines))
    if len(lines) > 2 * MOST_LINES:
        numbers = [*numbers[:MOST_LINES], *numbers[-MOST_LINES:]]
    for at in numbers:
        line = lines[at]
        before, after = b"".join(lines[:at]), b"".join(lines[at + 1 :])
        yield f"line {at} twice", before + line * 2 + after
        yield f"line {at} gone", before + after
        yield f"line {at} at the end, too", content + line
        yield f"line {at} with a blank behind", before + line[:-1] + b" \n" + after
        yield f"line {at} with a blank before", before + b" " + line + after
        yield f"line {at} with a tab", before + b"\t" + line + after
        yield f"line {at} ends like Windows", before + line[:-1] + b"\r\n" + after
        yield f"a line feed of Unicode in line {at}", before + "\u2028".encode() + line + after
        yield f"an empty line before line {at}", before + b"\n" + line + after
        if at + 1 < len(lines):
            swapped = lines[at + 1] + line + b"".join(lines[at + 2 :])
            yield f"lines {at} and {at + 1} swapped", before + swapped


def _letters(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    for letter, other in LOOK_ALIKES.items():
        yield f"{letter!r} as look-alike", text.replace(letter, other, 1).encode()
        yield f"each {letter!r} as look-alike", text.replace(letter, other).encode()
    yield "capitals", text.upper().encode()
    yield "small letters", text.lower().encode()


def _inserted(content: bytes, at: int, more: bytes) -> bytes:
    return content[:at] + more + content[at:]
