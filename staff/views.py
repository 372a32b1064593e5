"""The pages of the second factor: give a code, set up an app, take new recovery codes."""

from __future__ import annotations

import functools
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django_otp
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff import factors, recording
from staff.forms import CodeForm
from staff.sights import Kind, Sight

View = Callable[[HttpRequest], HttpResponse]
WRONG = "That isn't the code of this moment. Each code counts once; wait for the next one."


def after_password(view: View) -> View:
    """For staff who gave their password, with or without more; others sign in first. Never cached, no code in a log."""

    @never_cache
    @sensitive_post_parameters("code")
    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if admin.site.has_permission(request):
            return view(request)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))

    return guarded


@after_password
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asks for a code; the right one opens the admin in this session."""
    if factors.missing(request.user, required=False) != "code":
        return HttpResponseRedirect(onwards(request))
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        return page(request, "code", form=form)
    given = factors.give(request.user, form.cleaned_data["code"])
    if given.device is None:
        keep(request, "wrong code")
        return refused(request, form, until=given.closed_until)
    django_otp.login(request, given.device)
    request.session.cycle_key()
    keep(request, f"code of {given.device.name}")
    return HttpResponseRedirect(onwards(request))


@after_password
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Shows a key to scan; the first code of the app sets it up and leads to the recovery codes."""
    if factors.missing(request.user, required=False):
        return HttpResponseRedirect(reverse("staff:code"))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if codes := factors.set_up(request.user, form.cleaned_data["code"]):
            keep(request, "app set up")
            return newly_set_up(request, codes)
        form.add_error("code", WRONG)
    device = factors.in_preparation(request.user)
    drawing = {"drawing": factors.drawn(device), "key": b32encode(device.bin_key).decode()}
    already = {"already": factors.has_app(request.user), "left": factors.codes_left(request.user)}
    return page(request, "set_up", form=form, **drawing, **already)


def newly_set_up(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Open with the new app in this session; the others have to give a code of it."""
    django_otp.login(request, factors.app_of(request.user))
    request.session.cycle_key()
    return page(request, "recovery_codes", codes=codes)


@after_password
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones, shown this once; for who has given a code."""
    if not request.user.is_verified():  # type: ignore[union-attr]  # django-otp's
        return HttpResponseRedirect(reverse("staff:set_up"))
    codes = factors.new_codes(request.user)
    keep(request, "new recovery codes")
    return page(request, "recovery_codes", codes=codes)


def refused(request: HttpRequest, form: CodeForm, *, until: datetime | None) -> HttpResponse:
    """The form again; 429 where too many wrong codes have closed it for a while."""
    seconds = max(1, round((until - timezone.now()).total_seconds())) if until else 0
    form.add_error("code", f"Too many wrong codes. Please wait {seconds} seconds." if until else WRONG)
    answer = page(request, "code", form=form)
    if until:
        answer.status_code = 429
        answer["Retry-After"] = str(seconds)
    return answer


def page(request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
    """One of the pages with the admin's look."""
    required = settings.STAFF_SECOND_FACTOR == "required"
    titles = {"code": "Your code", "set_up": "Second factor", "recovery_codes": "Recovery codes"}
    onward = {"next": onwards(request), "required": required, "title": titles[name]}
    common = {**admin.site.each_context(request), "available_apps": [], "is_nav_sidebar_enabled": False}
    return TemplateResponse(request, f"staff/{name}.html", {**common, **onward, **context})


def onwards(request: HttpRequest) -> str:
    """The page of the admin that somebody wanted to see; its first one unless that is known."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("admin:index")


def keep(request: HttpRequest, what: str) -> None:
    """What was done about the second factor."""
    recording.keep(request, Sight(Kind.SECOND_FACTOR, "second_factor", what=what), user=request.user)
