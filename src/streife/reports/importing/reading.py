"""A JSON list read piece by piece, however long the file, and honest about where it breaks."""

import codecs
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TextIO

_CHUNK = 1 << 16
_LARGEST_ROW = 1 << 20  # characters; a row that needs more is not a row
_MOST_DIGITS = 100
_WHITE = " \t\r\n"


class Broken(Exception):
    """The file stops being readable here; `args[0]` is a key of `rows.REASONS`."""


def encoding_of(path: Path) -> str:
    """Return the encoding: by byte order mark, UTF-8 if it is, otherwise Windows-1252."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            # A letter cut in half at the very end is a cut file, not another encoding.
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def items(path: Path, *, names: Collection[str]) -> Iterator[Any]:
    """Yield the elements of the list that is the document, or stands under one of `names` in it.

    :raises Broken: cut off, not JSON, or no such list; everything before was yielded
    """
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        window = _Window(file)
        first = window.peek()
        if first == "{":
            window.skip_to_list(names)
        elif first != "[":
            raise Broken("file-without-rows")
        window.take()
        yield from window.elements()


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < _MOST_DIGITS else digits


class _Window:
    """The part of the file in memory, and the place where reading goes on."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False
        # Python refuses to read a number of thousands of digits: that is a bad row, no bad file.
        self._decoder = json.JSONDecoder(parse_int=_whole)

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        self._text = self._text[self._at :] + chunk
        self._at = 0
        self._ended = not chunk
        return bool(chunk)

    def peek(self) -> str:
        """Return the next sign that is not white, empty at the end of the file."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _WHITE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self) -> str:
        """Return the next sign that is not white and go past it."""
        sign = self.peek()
        self._at += 1
        return sign

    def value(self) -> Any:
        """Return the next value and go past it."""
        self.peek()
        while True:
            try:
                found, self._at = self._decoder.raw_decode(self._text, self._at)
            except RecursionError as error:  # brackets in brackets in brackets: no row of anybody
                raise Broken("file-malformed") from error
            except ValueError as error:
                if len(self._text) - self._at > _LARGEST_ROW:
                    raise Broken("file-malformed") from error
                if not self._more():
                    raise Broken(self._why(error)) from error
            else:
                return found

    def _why(self, error: ValueError) -> str:
        """Tell a value that is cut off from one that was never right."""
        position = getattr(error, "pos", 0)
        near_end = position >= len(self._text.rstrip()) - 1 or "Unterminated" in str(error)
        return "file-truncated" if near_end else "file-malformed"

    def skip_to_list(self, names: Collection[str]) -> None:
        """Stand before the list under one of the names of the object that begins here."""
        self.take()
        while self.peek() not in ("}", ""):
            key = self.value()
            if self.take() != ":":
                raise Broken("file-malformed")
            if key in names and self.peek() == "[":
                return
            self.value()
            if self.peek() == ",":
                self.take()
        raise Broken("file-without-rows" if self.peek() else "file-truncated")

    def elements(self) -> Iterator[Any]:
        """Yield the values of the list whose bracket was just taken."""
        if self.peek() == "]":
            return
        while True:
            yield self.value()
            sign = self.take()
            if sign == "]":
                return
            if sign != ",":
                raise Broken("file-malformed" if sign else "file-truncated")
