"""Collects the German texts of the program into the English catalogue, in plain Python.

GNU gettext is not on every machine, so neither `make messages` nor the test of the catalogue uses
it: Python files are read with `ast`, templates with Django's own `templatize`.

    python tools/messages.py src/streife src/streife/locale/en/LC_MESSAGES/django.po data/catalogue
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
import yaml
from django.utils.translation.template import templatize

# How many leading arguments are texts, and whether the first of them is a context.
CALLS = {
    "_": (1, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (1, True),
    "pgettext_lazy": (1, True),
    "npgettext": (2, True),
    # Ours: `streife.kernel.texts` and the refusals, which are translated where they are shown.
    "german": (1, False),
    "said": (1, False),
    "Refused": (1, False),
    "NotFound": (1, False),
    "Unreadable": (1, False),
    "NotPermitted": (1, False),
    "TooMany": (1, False),
    "NotStored": (1, False),
    "NotAnswering": (1, False),
    "Damaged": (1, False),
}
# Names and explanations in data files that people read.
DATA_KEYS = frozenset(
    {"name", "plural", "public_name", "short_name", "help", "label", "note", "reason", "title"}
)
CALL_IN_TEMPLATE = re.compile(
    r"\b(?:_|[np]{0,2}gettext)\(.*?(?<!\\)['\"]\s*(?:,\s*[\w.]+)?\)", re.DOTALL
)


class Text(NamedTuple):
    """One translatable text as the catalogue knows it."""

    singular: str
    plural: str
    context: str


def texts(root: Path, *data: Path) -> dict[Text, str]:
    """Return every translatable text below `root` with the file that uses it first.

    `data` are YAML files, or folders of them, whose names and explanations people read.
    """
    found: dict[Text, str] = {}
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]):
        if "migrations" in path.parts or "static" in path.parts:
            continue
        for text in _texts_in(path):
            found.setdefault(text, path.relative_to(root).as_posix())
    for place in data:
        for path in sorted(place.glob("*.yaml")) if place.is_dir() else [place]:
            for words in _words(yaml.safe_load(path.read_text())):
                found.setdefault(Text(words, "", ""), f"{path.parent.name}/{path.name}")
    return found


def _words(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in DATA_KEYS and isinstance(value, str) and value:
                yield value
            else:
                yield from _words(value)
    elif isinstance(node, list):
        for item in node:
            yield from _words(item)


def _texts_in(path: Path) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix == ".py":
        yield from _calls(ast.parse(source))
        return
    for match in CALL_IN_TEMPLATE.finditer(templatize(source)):
        yield from _calls(ast.parse(match.group(), mode="eval"))


def _calls(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name not in CALLS:
            continue
        count, has_context = CALLS[name]
        wanted = node.args[: count + has_context]
        words = [
            a.value for a in wanted if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        if len(words) < count + has_context:
            continue
        context = words.pop(0) if has_context else ""
        yield Text(words[0], words[1] if count == 2 else "", context)


def update(catalogue: polib.POFile, found: dict[Text, str]) -> tuple[int, int]:
    """Add new texts and drop unused ones; return how many of each."""
    known = {_text_of(entry): entry for entry in catalogue}
    for text in found.keys() - known.keys():
        entry = polib.POEntry(msgid=text.singular, occurrences=[(found[text], "")])
        if text.plural:
            entry.msgid_plural = text.plural
            entry.msgstr_plural = {0: "", 1: ""}
        if text.context:
            entry.msgctxt = text.context
        catalogue.append(entry)
    for text in known.keys() - found.keys():
        catalogue.remove(known[text])
    for text, entry in known.items():
        entry.occurrences = [(found[text], "")] if text in found else []
    catalogue.sort(key=lambda entry: (entry.occurrences, entry.msgid))
    return len(found.keys() - known.keys()), len(known.keys() - found.keys())


def _text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def untranslated(catalogue: polib.POFile, found: dict[Text, str]) -> dict[str, str]:
    """Return each text without a finished translation, with the file that uses it."""
    finished = {_text_of(e) for e in catalogue if e.translated() and not e.obsolete}
    return {text.singular: found[text] for text in found.keys() - finished}


HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "en",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def main(root: Path, target: Path, *data: Path) -> None:
    """Bring the catalogue up to date and say what is still to be translated."""
    found = texts(root, *data)
    if target.exists():
        catalogue = polib.pofile(str(target), wrapwidth=100)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = HEADER
    added, dropped = update(catalogue, found)
    catalogue.save(str(target))
    missing = untranslated(catalogue, found)
    sys.stdout.write(f"{len(found)} texts: {added} new, {dropped} dropped, {len(missing)} to do\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
