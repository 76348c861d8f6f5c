"""Form fields in the KERN shape: label, hint, error, input, tied together for screen readers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
_KINDS: tuple[tuple[tuple[type[forms.Widget], ...], str], ...] = (
    (_GROUPS, "group"),
    ((forms.CheckboxInput,), "check"),
    ((forms.Select,), "select"),
    ((forms.Textarea,), "textarea"),
    ((forms.FileInput,), "file"),
)


def kind_of(bound: BoundField) -> str:
    """Return which shape the field has: hidden, group, check, select, textarea, file or input."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    return next((kind for types, kind in _KINDS if isinstance(widget, types)), "input")


_CLASSES = {
    "input": "kern-form-input__input",
    "textarea": "kern-form-input__input",
    "file": "kern-form-input__input",
    "select": "kern-form-input__select",
    "check": "kern-form-check__checkbox",
}


def _attributes(bound: BoundField, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {name.replace("_", "-"): value for name, value in given.items()}
    own = str(bound.field.widget.attrs.get("class", ""))
    css = [own, _CLASSES.get(kind, ""), str(attributes.pop("class", ""))]
    described = []
    if bound.help_text:
        described.append(f"{bound.auto_id}-hint")
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
        attributes["aria-invalid"] = "true"
        if kind in _CLASSES:
            css.append(f"{_CLASSES[kind]}--error")
    if described:
        attributes["aria-describedby"] = " ".join(described)
    attributes["class"] = " ".join(part for part in css if part)
    return attributes


def _says_optional(bound: BoundField) -> bool:
    """Say whether "freiwillig" helps: not in a filter, where nothing has to be filled in."""
    mixed = any(field.required for field in bound.form.fields.values())
    return mixed and not bound.field.required


def render(bound: BoundField, given: Mapping[str, Any]) -> SafeString:
    """Return the whole field as HTML; `optional=False` leaves the word "freiwillig" out."""
    given = dict(given)
    optional = given.pop("optional", _says_optional(bound))
    kind = kind_of(bound)
    if kind == "hidden":
        return mark_safe(str(bound))  # noqa: S308 (Django's own rendering)
    attributes = _attributes(bound, kind, given)
    context: dict[str, Any] = {
        "bound": bound,
        "kind": kind,
        "error": bound.errors,
        "optional": optional,
    }
    if kind == "group":
        # Django's CheckboxSelectMultiple is a RadioSelect too.
        several = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
        context["option_kind"] = "checkbox" if several else "radio"
        context["described"] = attributes.get("aria-describedby", "")
        context["options"] = list(bound.subwidgets)
    else:
        context["control"] = bound.as_widget(attrs=attributes)
    return mark_safe(render_to_string("ui/_field.html", context))  # noqa: S308 (rendered)
