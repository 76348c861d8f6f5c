"""The complete check: every leaf from the bytes that lie in the database, every signed head."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import F

from streife.db.append_only import missing_triggers
from streife.journal import confirming, keeping, publishing, queries, rules
from streife.journal.models import Checkpoint, Entry, Log
from streife.journal.rules import Audit, Defect, DefectKind
from streife.journal.tlog.checkpoint import TreeHead
from streife.journal.tlog.merkle import EMPTY_ROOT, Frontier
from streife.journal.tlog.note import NoteError

MOST_DEFECTS = 1000
TABLES = (
    "journal_log",
    "journal_entry",
    "journal_body",
    "journal_checkpoint",
    "journal_cosignature",
    "journal_stamp",
)
PROGRESS_EVERY = 10_000
_NOTHING = timedelta(0)
Progress = Callable[[int], object]


def audit(
    *,
    now: datetime,
    retention_years: int,
    progress: Progress | None = None,
    published: Path | None = None,
) -> Audit:
    """Return what a check of all years found; memory stays bounded, writers are not held up.

    `published` is the folder of tiles that others read, if there is one.
    """
    found = Audit()
    logs = {log.year: log for log in queries.logs()}
    erased = queries.erased_subjects()
    for table in TABLES:
        for verb in missing_triggers(connection, table):
            found.defects.append(
                Defect(
                    DefectKind.UNPROTECTED,
                    None,
                    None,
                    f"Der Auslöser fehlt, der die Tabelle {table} gegen {verb} schützt.",
                )
            )
    for year in keeping.kept_years():
        if year not in logs:
            text = f"Die Datenbank wurde zurückgesetzt: das Jahr {year} fehlt ganz."
            found.defects.append(Defect(DefectKind.ROLLED_BACK, year, None, text))
    for log in logs.values():
        YearAudit(log, found, erased, progress or (lambda count: None)).run(now, retention_years)
    confirming.check_confirmations(found.defects.append, now=now)
    for year, name in publishing.published_damage(published) if published else ():
        text = f"Die veröffentlichte Datei {year}/{name} fehlt oder passt nicht zum Protokoll."
        found.defects.append(Defect(DefectKind.TILE_DAMAGED, year, None, text))
    del found.defects[MOST_DEFECTS:]
    return found


class YearAudit:
    """Checks one year; defects go into the common audit."""

    def __init__(self, log: Log, found: Audit, erased: set[str], progress: Progress) -> None:
        self.log = log
        self.year = log.year
        self.found = found
        self.erased = erased
        self.progress = progress
        self.frontier = Frontier()
        self.whole = True  # no row is missing so far, so heads can be computed
        self.heads: dict[int, list[tuple[bytes, str]]] = {}
        self.suspects: list[tuple[Any, ...]] = []

    def run(self, now: datetime, retention_years: int) -> None:
        """Check signed heads, then every row, then what only shows at the end."""
        self._collect_heads()
        if self.log.dropped_at is not None:
            self._check_dropped(now, retention_years)
            return
        self._compare_heads()
        self._check_rows()
        self._name_suspects()
        self._check_end()

    def _report(self, kind: DefectKind, number: int | None, text: str) -> None:
        if len(self.found.defects) < MOST_DEFECTS:
            self.found.defects.append(Defect(kind, self.year, number, text))

    # Signed heads ------------------------------------------------------------------------------

    def _open(self, note: str, where: str) -> TreeHead | None:
        try:
            return keeping.open_head(self.year, note)
        except NoteError as error:
            if error.code == "unknown-key":
                text = f"{where} ist mit einem fremden Schlüssel signiert."
                self._report(DefectKind.WRONG_KEY, None, text)
            else:
                text = f"{where} ist gefälscht oder beschädigt ({error})."
                self._report(DefectKind.FORGED, None, text)
            return None

    def _collect_heads(self) -> None:
        rows = list(Checkpoint.objects.filter(log=self.log).order_by("size"))
        sizes = set()
        for row in rows:
            where = f"Der Prüfpunkt über {row.size} Einträge"
            head = self._open(row.note, where)
            if head is None:
                continue
            if head.size != row.size:
                text = f"{where} ist in Wahrheit für {head.size} Einträge signiert."
                self._report(DefectKind.FORGED, row.size, text)
                continue
            sizes.add(head.size)
            self._expect(head, where)
        self._check_anchor(sizes, bool(rows))

    def _expect(self, head: TreeHead, where: str) -> None:
        self.heads.setdefault(head.size, []).append((head.root, where))
        if head.size > self.log.size:
            self._report(
                DefectKind.ROLLED_BACK,
                None,
                f"Die Datenbank wurde zurückgesetzt: signiert sind {head.size} Einträge, "
                f"vorhanden sind {self.log.size}.",
            )

    def _check_anchor(self, sizes: set[int], has_rows: bool) -> None:
        note = keeping.last_head(self.year)
        if note is None:
            if has_rows:
                text = f"Die Datei {self.year}.checkpoint neben dem Schlüssel fehlt."
                self._report(DefectKind.ANCHOR_MISSING, None, text)
            return
        where = f"Der letzte Prüfpunkt außerhalb der Datenbank ({self.year}.checkpoint)"
        head = self._open(note, where)
        if head is None:
            return
        self._expect(head, where)
        if head.size not in sizes:
            text = f"Der Prüfpunkt über {head.size} Einträge fehlt in der Datenbank."
            self._report(DefectKind.CHECKPOINT_MISSING, head.size, text)

    def _check_dropped(self, now: datetime, retention_years: int) -> None:
        subject = f"journal:{self.year}"
        recorded = Entry.objects.filter(act=rules.DROPPED, subject=subject).exists()
        due = rules.may_drop(self.year, now=now, retention_years=retention_years)
        signed = any(size == self.log.size for size in self.heads)
        if not (recorded and due and signed):
            text = (
                f"Das Jahr {self.year} wurde ohne Eintrag, Prüfpunkt oder vor der Frist entfernt."
            )
            self._report(DefectKind.DROPPED_EARLY, None, text)

    # Rows --------------------------------------------------------------------------------------

    def _compare_heads(self) -> None:
        size = self.frontier.size
        expected = self.heads.get(size, ())
        if not expected or not self.whole:
            return
        root = self.frontier.root() if size else EMPTY_ROOT
        for signed, where in expected:
            if signed != root:
                sound = max((s for s in self.heads if s < size), default=0)
                self._report(
                    DefectKind.REWRITTEN,
                    None,
                    f"{where} passt nicht zu den Einträgen: zwischen Nummer {sound} und "
                    f"{size - 1} wurde nach der Signatur etwas verändert.",
                )

    def _check_rows(self) -> None:
        expected, last_id, size = 0, 0, self.log.size
        heads, append, check = self.heads, self.frontier.append, self._check_row
        for row in queries.raw_rows(self.year):
            number: int = row[1]
            if number >= size:
                break  # appended after we started; the next check will see it
            if number != expected:
                self._report_gap(expected, number)
                expected = number
            if row[0] < last_id:
                text = f"Eintrag {number} steht nicht in der Reihenfolge, in der er entstand."
                self._report(DefectKind.REORDERED, number, text)
            last_id = row[0]
            append(check(row))
            expected += 1
            if expected in heads:
                self._compare_heads()
            if not expected % PROGRESS_EVERY:
                self.progress(self.found.entries + expected)
        if expected < size:
            self._report_gap(expected, size)
        self.found.entries += expected

    def _report_gap(self, start: int, end: int) -> None:
        self.whole = False
        which = (
            f"Eintrag {start} fehlt"
            if end == start + 1
            else f"Einträge {start} bis {end - 1} fehlen"
        )
        self._report(DefectKind.GAP, start, f"{which}: gelöschte Zeile in der Datenbank.")

    def _check_row(self, row: tuple[Any, ...]) -> bytes:
        """Return the leaf hash computed from what is stored, after checking row and body."""
        _, number, at, act, actor, subject, commitment, stored, salt, body_text = row
        at_ms, rest = divmod(at - rules.EPOCH, rules.MILLISECOND)
        computed = rules.leaf_hash(
            number=number,
            at_ms=at_ms,
            act=act,
            actor=actor,
            subject=subject,
            commitment=bytes(commitment),
        )
        if computed != bytes(stored) or rest != _NOTHING:
            self.suspects.append(row)
        elif rules.year_of(at) != self.year:
            text = f"Eintrag {number} trägt einen Zeitpunkt außerhalb des Jahres."
            self._report(DefectKind.WRONG_YEAR, number, text)
        name = rules.subject_of(self.year, number) if self.erased or body_text is None else ""
        if body_text is None or salt is None:
            self._check_erased(number, name)
        elif rules.commit_to(bytes(salt), body_text) != bytes(commitment):
            text = f"Der Inhalt von Eintrag {number} wurde verändert."
            self._report(DefectKind.BODY_CHANGED, number, text)
        elif name in self.erased:
            text = f"Der gelöschte Inhalt von Eintrag {number} ist wieder da (alte Sicherung?)."
            self._report(DefectKind.BODY_REVIVED, number, text)
        return computed

    def _check_erased(self, number: int, name: str) -> None:
        if name in self.erased:
            self.found.erased += 1
        else:
            text = f"Der Inhalt von Eintrag {number} fehlt, ohne dass seine Löschung vermerkt ist."
            self._report(DefectKind.BODY_REMOVED, number, text)

    def _name_suspects(self) -> None:
        """Tell rows that stand at another's number from rows that were changed."""
        numbers = [row[1] for row in self.suspects[:MOST_DEFECTS]]
        for row in self.suspects[:MOST_DEFECTS]:
            origin = self._original_number(row, numbers)
            if origin is None:
                text = f"Eintrag {row[1]} wurde verändert: sein Blattwert passt nicht mehr."
                self._report(DefectKind.LEAF_CHANGED, row[1], text)
            else:
                text = f"Eintrag {row[1]} wurde umgestellt: er trug die Nummer {origin}."
                self._report(DefectKind.REORDERED, row[1], text)

    def _original_number(self, row: tuple[Any, ...], numbers: list[int]) -> int | None:
        _, _, at, act, actor, subject, commitment, stored, _, _ = row
        # Trying all pairs of a wholly changed year is not worth the time.
        for number in numbers if len(numbers) <= 100 else ():
            computed = rules.leaf_hash(
                number=number,
                at_ms=rules.milliseconds_of(at),
                act=act,
                actor=actor,
                subject=subject,
                commitment=bytes(commitment),
            )
            if computed == bytes(stored):
                return number
        return None

    def _check_end(self) -> None:
        if self.whole and (
            self.frontier.to_bytes() != bytes(self.log.frontier)
            or self.frontier.size != self.log.size
        ):
            text = "Der Kopf des Jahresprotokolls passt nicht zu seinen Einträgen."
            self._report(DefectKind.HEAD_CHANGED, None, text)
        # One statement, so one moment: rows appended meanwhile do not count as surplus.
        surplus = Entry.objects.filter(log=self.log, number__gte=F("log__size")).values_list(
            "number", flat=True
        )
        for number in surplus[:10]:
            text = f"Eintrag {number} steht hinter dem Ende des Protokolls: eingefügte Zeile."
            self._report(DefectKind.SURPLUS, number, text)
