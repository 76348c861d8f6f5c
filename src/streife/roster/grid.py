"""The month as a table and the cover as one picture; put together as text, because it is large."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from streife.kernel.texts import said
from streife.roster.queries.sheet import AWAY, Cover, Person, Sheet
from streife.roster.rules.covering import ClockCover
from streife.roster.sentences import (
    absence_text,
    clock_range,
    clock_text,
    clock_where,
    day_text,
    fewest_text,
)

AWAY_LETTERS = {"leave": "U", "sick": "K", "school": "B", "training": "L", "exam": "E"}
SATURDAY = 5
PICTURE_WIDTH, ROW_HEIGHT, LABEL = 1240, 54, 96


def table_of(sheet: Sheet, *, editable: bool) -> SafeString:
    """Return the grid: people by days, officers first, then apprentices."""
    return mark_safe("".join(_Table(sheet, editable).parts()))  # noqa: S308 (escaped below)


class _Table:
    """Everything that goes into a cell is a letter of ours; names are escaped once a row."""

    def __init__(self, sheet: Sheet, editable: bool) -> None:
        self.sheet, self.editable = sheet, editable
        self.letters = {pk: escape(kind.letter) for pk, kind in sheet.kinds.items()}
        self.codes = {pk: escape(kind.code) for pk, kind in sheet.kinds.items()}
        self.broken = {
            (line.officer, line.day) for line in sheet.judged.lines if line.hard and line.officer
        }
        self.missed = {
            (line.officer, line.day) for line in sheet.judged.lines if line.rule == "wish"
        }

    def parts(self) -> Iterator[str]:
        """Yield the table piece by piece."""
        caption = _("Wer arbeitet wann: eine Zeile je Person, eine Spalte je Tag")
        yield f'<table class="grid-table"><caption class="visually-hidden">{caption}</caption>'
        yield from self._head()
        officers = [one for one in self.sheet.people if not one.apprentice]
        learners = [one for one in self.sheet.people if one.apprentice]
        yield from self._body(officers, _("Einsatzkräfte"))
        if learners:
            yield from self._body(learners, _("In Ausbildung: zählen nie als zweite Kraft"))
        yield from self._foot()
        yield "</table>"

    def _head(self) -> Iterator[str]:
        yield f'<thead><tr><th scope="col" class="grid-table__name">{_("Name")}</th>'
        for day in self.sheet.days:
            url = reverse("roster:day", args=[self.sheet.plan.pk, day])
            yield (
                f'<th scope="col" class="{_weekend(day)}"><a href="{url}" tabindex="-1" '
                f'aria-label="{day_text(day)}">{date_format(day, "D")}<br>{day.day}</a></th>'
            )
        yield f'<th scope="col" class="grid-table__sum">{_("Dienste")}</th></tr></thead>'

    def _body(self, people: list[Person], title: str) -> Iterator[str]:
        span = len(self.sheet.days) + 2
        yield f'<tbody><tr class="grid-table__group"><th colspan="{span}">{escape(title)}</th></tr>'
        for person in people:
            yield from self._row(person)
        yield "</tbody>"

    def _row(self, person: Person) -> Iterator[str]:
        url = reverse("roster:person", args=[self.sheet.plan.pk, person.pk])
        yield f'<tr><th scope="row"><a href="{url}">{escape(person.name)}</a></th>'
        count = 0
        for number, day in enumerate(self.sheet.days):
            kind = self.sheet.posts.get((person.pk, day))
            count += kind is not None
            yield self._cell(person.pk, number, day, kind)
        yield f'<td class="grid-table__sum">{count}</td></tr>'

    def _cell(self, pk: int, number: int, day: date, kind: int | None) -> str:
        key = (pk, day)
        classes, text = [_weekend(day)] if day.weekday() >= SATURDAY else [], ""
        if kind in self.letters:
            classes.append(f"k k--{self.codes[kind]}")
            text = self.letters[kind]
        elif key in self.sheet.away:
            classes.append("k--away")
            text = _away_mark(self.sheet.away[key])
        if key in self.broken:
            classes.append("k--broken")
            text += "!"
        elif key in self.missed:
            classes.append("k--wish")
            text += "°"
        focus = f' tabindex="-1" data-cell="{pk}:{day}"' if self.editable else ""
        named = f' class="{" ".join(classes)}"' if classes else ""
        return f'<td id="c{pk}-{number + 1}"{named}{focus}>{text}</td>'

    def _foot(self) -> Iterator[str]:
        yield "<tfoot>"
        for row in cover_rows(self.sheet):
            name, title = escape(row.name), escape(row.title)
            yield f'<tr><th scope="row" title="{title}">{name}</th>'
            for day in self.sheet.days:
                yield _cover_cell(day, row.levels.get(day))
            yield "<td></td></tr>"
        yield from self._things()
        yield "</tfoot>"

    def _things(self) -> Iterator[str]:
        """Yield a line for the days on which things are lacking, if there are any."""
        short = self.sheet.things_short()
        if not short:
            return
        yield f'<tr><th scope="row">{_("Ausstattung")}</th>'
        for day in self.sheet.days:
            lacks = escape("; ".join(line.text for line in short if line.day == day))
            mark = f' title="{lacks}">▼<span class="visually-hidden">{_("reicht nicht")}</span>'
            yield (
                f'<td class="cover--lacks"{mark}</td>'
                if lacks
                else f'<td class="{_weekend(day)}"></td>'
            )
        yield "<td></td></tr>"


def _away_mark(reason: str) -> str:
    return "A" if reason == AWAY else AWAY_LETTERS.get(reason, "A")


def _weekend(day: date) -> str:
    return "we" if day.weekday() >= SATURDAY else ""


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One line of planned against needed: a kind of shift, or a need by the clock."""

    short: str
    name: str
    title: str
    where: str  # the area, if it is the need of one
    levels: dict[date, Cover | ClockCover]


def cover_rows(sheet: Sheet) -> list[CoverRow]:
    """Return the kinds of shift, then what is needed by the clock."""
    kinds = [
        CoverRow(
            said(kind.name).split(" ")[0],
            f"{kind.letter} {said(kind.name)}",
            said(kind.name),
            "",
            {day: one for day in sheet.days for one in sheet.cover[day] if one.kind.pk == kind.pk},
        )
        for kind in sheet.kinds.values()
    ]
    clocks = [
        CoverRow(
            clock_range(clock),
            clock_text(clock),
            fewest_text(clock),
            clock_where(clock),
            dict(days),
        )
        for clock, days in sheet.by_clock.items()
    ]
    return kinds + clocks


def _cover_cell(day: date, cover: Cover | ClockCover | None) -> str:
    if cover is None:
        return f'<td class="{_weekend(day)}"></td>'
    mark = "cover--lacks" if cover.lacking else _weekend(day)
    sign = "▼" if cover.lacking else ""
    return f'<td class="{mark}">{sign}{cover.planned}<small>/{cover.least}</small></td>'


def away_legend() -> list[tuple[str, str]]:
    """Return what the letters of absences mean."""
    return [(letter, absence_text(code)) for code, letter in AWAY_LETTERS.items()]


def picture_of(sheet: Sheet) -> SafeString:
    """Return planned against needed, a strip for each line of the cover, as one picture."""
    rows = [row for row in cover_rows(sheet) if row.levels]
    height = ROW_HEIGHT * len(rows) + 18
    step = (PICTURE_WIDTH - LABEL) / max(1, len(sheet.days))
    parts = [_strip(sheet, row, number, step) for number, row in enumerate(rows)]
    labels = "".join(
        f'<text class="curve__day" x="{LABEL + (n + 0.5) * step:.1f}" y="{height - 4}">'
        f"{day.day}</text>"
        for n, day in enumerate(sheet.days)
    )
    return format_html(
        '<svg class="curve" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        PICTURE_WIDTH,
        height,
        cover_sentence(sheet),
        mark_safe("".join(parts)),  # noqa: S308 (numbers of ours, names escaped)
        mark_safe(labels),  # noqa: S308 (numbers)
    )


def _strip(sheet: Sheet, row: CoverRow, number: int, step: float) -> str:
    top = max(max(one.planned, one.wanted) for one in row.levels.values()) or 1
    base, room = (number + 1) * ROW_HEIGHT - 6, ROW_HEIGHT - 16
    middle = base - room / 2 + (4 if not row.where else -2)
    out = [f'<text class="curve__name" x="0" y="{middle:.0f}">{escape(row.short)}</text>']
    if row.where:
        out.append(
            f'<text class="curve__name" x="0" y="{middle + 14:.0f}">{escape(row.where)}</text>'
        )
    for n, day in enumerate(sheet.days):
        one = row.levels.get(day)
        if one is None:
            continue
        x, width = LABEL + n * step, step - 3
        tall, line = room * one.planned / top, room * one.least / top
        mark = "curve__bar curve__bar--lacks" if one.lacking else "curve__bar"
        out.append(
            f'<rect class="{mark}" x="{x:.1f}" y="{base - tall:.1f}" width="{width:.1f}" '
            f'height="{tall:.1f}"/>'
            f'<path class="curve__need" d="M{x - 1:.1f} {base - line:.1f}h{width + 2:.1f}"/>'
        )
        if one.lacking:
            out.append(
                f'<text class="curve__lack" x="{x + width / 2:.1f}" y="{base - line - 3:.1f}">'
                f"−{one.lacking}</text>"
            )
    return "".join(out)


def cover_sentence(sheet: Sheet) -> str:
    """Return the one message of the picture."""
    rows = cover_rows(sheet)
    lacking = [day for day in sheet.days if any(_lacks(row, day) for row in rows)]
    if not lacking:
        return _("An jedem Tag sind genug Kräfte eingeteilt.")
    days = ", ".join(day_text(day) for day in lacking[:4])
    more = len(lacking) - 4
    if more > 0:
        return _("Zu wenige Kräfte an %(count)s Tagen: %(days)s und %(more)s weiteren") % {
            "count": len(lacking),
            "days": days,
            "more": more,
        }
    return _("Zu wenige Kräfte: %(days)s") % {"days": days}


def _lacks(row: CoverRow, day: date) -> bool:
    return day in row.levels and row.levels[day].lacking > 0
