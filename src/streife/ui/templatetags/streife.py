"""What every template of ours may use: `{% load streife %}`."""

from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from django_vite.core.asset_loader import DjangoViteAssetLoader
from django_vite.core.exceptions import DjangoViteAssetNotFoundError, DjangoViteManifestError

from streife.kernel import texts
from streife.kernel.clock import now as present
from streife.ui import fields, icons, moments

register = template.Library()

BADGES = {"ok": "success", "info": "info", "warning": "warning", "danger": "danger"}
BADGE_ICONS = {"ok": "check", "info": "info", "warning": "clock", "danger": "danger"}
THEMES = ("light", "dark")
STAND_IN = "token-of-this-page"  # stands in remembered fragments for the token against forged forms


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Return an icon as inline SVG: `{% icon "hunde" %}`, speaking with a second argument."""
    return icons.svg(str(name or "other"), str(label))


@register.filter
def said(text: object) -> str:
    """Return a text of ours or of the catalogue in the reader's language: `{{ row.name|said }}`."""
    return texts.said(str(text or ""))


def _time(moment: datetime, text: str) -> SafeString:
    return _time_tag(moment, text, get_language())


# A board asks again for the same rows with every event; their moments are drawn once.
@lru_cache(maxsize=8192)
def _time_tag(moment: datetime, text: str, _language: str | None) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), moments.exact(moment), text
    )


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Return how long ago, exact moment on hover; "unbekannt" is the dash of nothing known."""
    if moment is None:
        return "–"
    return _time(moment, moments.ago(moment, now=present()))


@register.filter
def clock(moment: datetime | None) -> SafeString | str:
    """Return the time of day, with the day where it is not today."""
    if moment is None:
        return "–"
    return _time(moment, moments.clock(moment, now=present()))


@register.filter
def minutes(length: timedelta | None) -> str:
    """Return a length of time as "40 Min." or "3 Std. 5 Min."."""
    return "–" if length is None else moments.span(length)


class Named(Protocol):
    """What has a name, as places do."""

    name: str


@register.filter
def in_quarter(address: str | None, quarter: Named | None) -> str:
    """Return "Bornstraße 3, Nordmarkt"; the quarter only once: "Nordmarkt, am Brunnen".

    Takes the quarter and not its name: a template cannot ask nothing for its name.
    """
    address, name = address or "", quarter.name if quarter else ""
    return address if name in address else ", ".join(filter(None, (address, name)))


@register.filter
def initials(name: str) -> str:
    """Return up to two initials of a name, for the round mark beside it."""
    words = [word for word in str(name).replace(",", " ").split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if words[1:] else words))


@register.simple_tag
def badge(level: str, text: str, icon: str = "") -> SafeString:
    """Return a badge; level is ok, info, warning, danger or neutral, never colour alone."""
    return _badge(str(level), str(text), str(icon))


@lru_cache(maxsize=1024)
def _badge(level: str, text: str, icon: str) -> SafeString:
    return format_html(
        '<span class="badge badge--{}">{}<span class="badge__label">{}</span></span>',
        level if level in BADGES else "neutral",
        icons.svg(icon or BADGE_ICONS.get(level, "info")),
        text,
    )


@register.filter
def with_colon(label: object) -> str:
    """Return a label before what is said of it: "Grund:", but "Was ist los?"."""
    text = str(label)
    return text if text.endswith(("?", ":", ".", "!")) else f"{text}:"


@register.simple_tag
def field(bound: BoundField, **attributes: Any) -> SafeString:
    """Return a form field with label, hint and error; extra HTML attributes as `data_key="n"`."""
    return fields.render(bound, attributes)


@register.simple_tag
def errors(form: BaseForm) -> SafeString:
    """Return the summary of a refused form with a link to each field, or nothing."""
    if not form.errors:
        return SafeString("")
    return mark_safe(render_to_string("ui/_errors.html", {"form": form}))  # noqa: S308 (rendered)


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """Return this page's query string with changes: `{% url_with page=2 status=None %}`."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            values = value if isinstance(value, list | tuple) else [value]
            query.setlist(name, [str(one) for one in values])
    return f"?{query.urlencode()}" if query else request.path


@register.simple_tag(takes_context=True)
def toggled(context: Context, name: str, value: Any) -> str:
    """Return the query string with one value of a filter switched on or off."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    values = query.getlist(name)
    text = str(value)
    query.setlist(name, [v for v in values if v != text] if text in values else [*values, text])
    query.pop("page", None)
    query.pop("cursor", None)
    return f"?{query.urlencode()}" if query else request.path


@register.simple_tag(takes_context=True)
def remembered(context: Context, template_name: str, **values: Hashable) -> SafeString:
    """Return a fragment made of nothing but these values: `{% remembered "x/_row.html" row=row %}`.

    A board is drawn again with every event, and most of its rows are the same: within a minute
    ("vor 12 Min.") a process draws the same values once. No request and no actor in it; the token
    of its forms is this page's own.
    """
    minute = int(present().timestamp() // 60)
    fragment = _fragment(template_name, tuple(values.items()), get_language(), minute)
    if STAND_IN not in fragment:
        return fragment
    return mark_safe(fragment.replace(STAND_IN, str(context["csrf_token"])))  # noqa: S308 (A-Z, 0-9)


@lru_cache(maxsize=4096)
def _fragment(
    template_name: str,
    values: tuple[tuple[str, Hashable], ...],
    _language: str | None,
    _minute: int,
) -> SafeString:
    drawn = render_to_string(template_name, {**dict(values), "csrf_token": STAND_IN})
    return mark_safe(drawn)  # noqa: S308 (rendered)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return `mapping[key]`, or nothing: templates cannot look up by variable."""
    return mapping.get(key)


@register.simple_tag
def city() -> str:
    """Return the name of the city whose service this is."""
    return str(settings.CITY_NAME)


@register.simple_tag(takes_context=True)
def page_attributes(context: Context) -> SafeString:
    """Return direction and remembered colour scheme for `<html>` (a cookie: no script needed)."""
    request: HttpRequest | None = context.get("request")
    theme = request.COOKIES.get("theme", "") if request else ""
    direction = "rtl" if get_language_bidi() else "ltr"
    if theme in THEMES:
        return format_html('dir="{}" data-kern-theme="{}"', direction, theme)
    return format_html('dir="{}"', direction)


@register.simple_tag
def assets(entry: str = "main") -> SafeString:
    """Return the links to built styles and script of an entry of the front end.

    Without a build (`npm run build`) a page stands bare but works: HTML is what counts.
    """
    loader = DjangoViteAssetLoader.instance()
    try:
        tags: str = loader.generate_vite_asset(f"frontend/src/{entry}.ts", "default")
    except (DjangoViteAssetNotFoundError, DjangoViteManifestError):
        return mark_safe("<!-- front end not built: npm run build -->")
    return mark_safe(tags)  # noqa: S308 (made from our manifest)
