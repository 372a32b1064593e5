"""What a request to the admin shows or does, read from its address, its form and the answer; no content of either."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import ResolverMatch

from staff import fingerprints
from staff.models import AccessRecord

Kind = AccessRecord.Kind
MOST = 1000
"""So many rows of one action are named; `what` says when there were more."""
SEARCHES = ("q", "term", "sought")
"""What the fields are called that somebody types to search: the admin's own, and that of a search that posts."""
ON_RECORD = "on_record"
"""So a page that is no list of the admin's calls, in its template's context, the rows that it shows, or their keys."""
DAY_OR_CHOICE = re.compile(r"\d{4}-\d{2}(-\d{2})?|yes|no|today|yesterday|tomorrow")
NAME = re.compile(r"[A-Za-z_][\w-]{0,39}")
UNSEEN = ("csrfmiddlewaretoken", "action", "index", "select_across", ACTION_CHECKBOX_NAME)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a record says of a request, beside who, when and from where."""

    kind: str
    page: str
    model: str = ""
    object_ids: tuple[str, ...] = ()
    what: str = ""
    search: str = ""


def of_action(request: HttpRequest, match: ResolverMatch) -> Sight:
    """What a POST is about to do: the action and its rows, or the names of the form's fields, never their values."""
    page, model = match.url_name or "", model_of(match.url_name or "")
    label = model._meta.label_lower if model else ""
    action = request.POST.get("action", "")
    if not action:
        named = [name for name in request.POST if name not in UNSEEN and NAME.fullmatch(name)]
        search = fingerprints.of_search(sought(request.POST)) if set(named) <= set(SEARCHES) else []
        kind = Kind.SEARCH if search else Kind.ACTION
        return Sight(kind, page, label, named_in(match), " ".join(named), *search[:1])
    chosen, all_of_them = request.POST.getlist(ACTION_CHECKBOX_NAME), request.POST.get("select_across") == "1"
    if all_of_them and model:
        chosen, action = everything_listed(request, model), f"{action} (all that the list has)"
    return Sight(Kind.ACTION, page, label, tuple(chosen[:MOST]), f"{action}{more_than_named(chosen)}")


def more_than_named(chosen: list[str]) -> str:
    """A remark for what goes beyond the rows that are named."""
    return f", more than {MOST} rows" if len(chosen) > MOST else ""


def of_answer(request: HttpRequest, match: ResolverMatch, response: HttpResponseBase) -> Sight | None:
    """What an answer showed; None where it showed nothing, or a form that is on record already."""
    page, model = match.url_name or "", model_of(match.url_name or "")
    label = model._meta.label_lower if model else request.GET.get("app_label", "")[:100] and autocompleted(request)
    if response.status_code == 403:
        return Sight(Kind.REFUSED, page, label, named_in(match))
    if response.status_code != 200:
        return None
    search = sought(request.GET)
    rows = listed(response, model)
    shown = (*named_in(match), *rows)
    if request.method == "POST":
        return Sight(Kind.PAGE if named_in(match) else Kind.LIST, page, label, shown) if rows else None
    return Sight(
        kind_of(match, response, search=search),
        page,
        label,
        shown,
        asked_for(request.GET),
        *fingerprints.of_search(search)[:1],
    )


def kind_of(match: ResolverMatch, response: HttpResponseBase, *, search: str) -> str:
    """A search, a list, a file or a page."""
    if search:
        return Kind.SEARCH
    if not response.get("Content-Type", "").startswith("text/html"):
        return Kind.FILE
    return Kind.LIST if (match.url_name or "").endswith("_changelist") else Kind.PAGE


def sought(fields: QueryDict) -> str:
    """The words that somebody searched for; empty where they didn't."""
    return " ".join(filter(None, (str(fields.get(name, "")) for name in SEARCHES)))


def autocompleted(request: HttpRequest) -> str:
    """The field that somebody chooses a row for: `visits.visit.patient`."""
    named = [request.GET.get(part, "") for part in ("app_label", "model_name", "field_name")]
    return ".".join(named) if all(map(NAME.fullmatch, named)) else ""


def named_in(match: ResolverMatch) -> tuple[str, ...]:
    """What the address names: a row by its key, or a document by its number."""
    return tuple(str(value)[:100] for name, value in match.kwargs.items() if name not in ("app_label", "extra_context"))


def showing(response: HttpResponse, rows: Iterable[Model]) -> HttpResponse:
    """The same answer, which says as `on_record` which rows it shows: for one that has no template's context."""
    setattr(response, ON_RECORD, rows)
    return response


def listed(response: HttpResponseBase, model: type[Model] | None) -> tuple[str, ...]:
    """The keys of the rows that a page of this model shows, or offers while somebody types."""
    context = getattr(response, "context_data", None) or {}
    if "cl" in context:
        return tuple(str(row.pk) for row in context["cl"].result_list)
    if rows := context.get(ON_RECORD) or getattr(response, ON_RECORD, ()):
        return tuple(key_of(row, model) for row in rows)
    if isinstance(response, HttpResponse) and response.get("Content-Type") == "application/json":
        return offered(json.loads(response.content))
    return ()


def key_of(row: object, model: type[Model] | None) -> str:
    """The key of a row as a page of this model has it on record: `12`, and `patient:12` for a row of another kind."""
    if not isinstance(row, Model):
        return str(row)
    kind = row._meta.concrete_model
    is_pages_own = model is not None and kind is model._meta.concrete_model
    return str(row.pk) if is_pages_own or kind is None else f"{kind._meta.model_name}:{row.pk}"


def offered(answer: object) -> tuple[str, ...]:
    """The keys in the answer of the admin's autocompletion."""
    results = answer.get("results", ()) if isinstance(answer, dict) else ()
    return tuple(str(each["id"]) for each in results)


def asked_for(query: QueryDict) -> str:
    """Days and choices of an address, `from=2026-09-01 names=yes`; anything else might be somebody's name."""
    said = {name: str(value) for name, value in query.items() if NAME.fullmatch(name)}
    return " ".join(f"{name}={value}" for name, value in said.items() if DAY_OR_CHOICE.fullmatch(value))


def everything_listed(request: HttpRequest, model: type[Model]) -> list[str]:
    """The keys of all rows of a list, as an action for all of them takes them, up to one more than are named."""
    try:
        listing = admin.site.get_model_admin(model).get_changelist_instance(request)
    except IncorrectLookupParameters:
        return []
    return [str(key) for key in listing.get_queryset(request).values_list("pk", flat=True)[: MOST + 1]]


def model_of(page: str) -> type[Model] | None:
    """The model that a page of the admin belongs to; None for the others."""
    return next((model for prefix, model in pages() if page.startswith(prefix)), None)


@functools.cache
def pages() -> Iterable[tuple[str, type[Model]]]:
    """What the names of each model's pages begin with."""
    return [(f"{model._meta.app_label}_{model._meta.model_name}_", model) for model in apps.get_models()]
