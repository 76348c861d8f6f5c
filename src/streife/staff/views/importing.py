"""Bringing in people from a file, after a look at what would happen."""

import secrets
from dataclasses import asdict
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.kernel.clock import now
from streife.kernel.errors import NotFound, Refused
from streife.staff import actions, forms
from streife.staff.importing.cells import COLUMNS, NEEDED, SKILLS
from streife.staff.importing.raw import LARGEST_FILE, too_large
from streife.staff.importing.report import Report, report_of
from streife.staff.importing.rows import check_for_page, rows_of
from streife.staff.importing.table import read_table

KEPT_SECONDS = int(timedelta(hours=1).total_seconds())
SHOWN = 200


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def import_file(request: HttpRequest) -> HttpResponse:
    """Show the form; check a file, or bring it in; show the report."""
    actor = actor_from(request)
    actor.require("staff.change")
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    checking = request.POST.get("step") != "import"
    context = {
        "form": form,
        "tab": "import",
        "may_change": True,
        "needed": [COLUMNS[key][0][0] for key in NEEDED],
        "others": [names[0] for key, (names, _read) in COLUMNS.items() if key not in NEEDED]
        + [names[0] for _kind, names in SKILLS.values()],
    }
    if request.method == "POST" and form.is_valid():
        try:
            found = _run(form.cleaned_data["file"], actor, checking=checking)
        except Refused as refused:
            if refused.status != 409:
                raise
            form.add_error("file", refused.message)
        else:
            context |= _report_context(found, actor, checking=checking)
    return render(request, "staff/import.html", context, status=409 if form.errors else 200)


def _run(file: "UploadedFile[bytes]", actor: Actor, *, checking: bool) -> Report:
    """Read the file and bring it in; when checking, everything is taken back again."""
    if file.size is None or file.size > LARGEST_FILE:
        raise too_large()
    table = read_table(str(file.name), file.read())
    rows, remarks = rows_of(table)
    drafts = [row.draft for row in rows if row.draft is not None]
    check_for_page(rows)
    run = actions.check_people if checking else actions.import_people
    outcomes = run(drafts=drafts, actor=actor, now=now())
    return report_of(rows, outcomes, remarks)


def _report_context(found: Report, actor: Actor, *, checking: bool) -> dict[str, object]:
    token = secrets.token_urlsafe(12)
    cache.set(f"staff.report.{actor.user_id}.{token}", found.as_csv(), KEPT_SECONDS)
    refused = found.refused_rows
    taken = len({line.number for line in found.lines}) - refused
    if checking:
        headline = ngettext(
            "Geprüft: %(n)s Zeile ginge, %(refused)s nicht.",
            "Geprüft: %(n)s Zeilen gingen, %(refused)s nicht.",
            taken,
        )
    else:
        headline = ngettext(
            "%(n)s Zeile übernommen, %(refused)s nicht.",
            "%(n)s Zeilen übernommen, %(refused)s nicht.",
            taken,
        )
    return {
        "report": found,
        "headline": headline % {"n": taken, "refused": refused},
        "counts": asdict(found)["counts"],
        "refused": found.refused[:SHOWN],
        "left_out": max(0, len(found.refused) - SHOWN),
        "token": token,
        "checking": checking,
    }


@login_required
@require_safe
@never_cache
def report(request: HttpRequest, token: str) -> HttpResponse:
    """Return the report of one's own import as CSV, for an hour."""
    actor = actor_from(request)
    actor.require("staff.change")
    text = cache.get(f"staff.report.{actor.user_id}.{token}")
    if text is None:
        raise NotFound(
            "Diesen Bericht gibt es nicht mehr. Bitte lesen Sie die Datei noch einmal ein.",
            "no-such-report",
        )
    return _csv(str(text), _("bericht"))


@login_required
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """Return an empty table with all columns and one invented person."""
    actor_from(request).require("staff.change")
    titles = [names[0] for names, _read in COLUMNS.values()]
    titles += [names[0] for _kind, names in SKILLS.values()]
    row = ["K-999", "Muster", "Alex", "1.2.2026", "", "TVöD", "75 %", "", "", "", "", "Türkisch"]
    row += ["31.1.2028", "", "", "", "", "", ""]
    lines = [";".join(titles), ";".join(row)]
    return _csv("\ufeff" + "\r\n".join(lines) + "\r\n", _("muster"))


def _csv(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
