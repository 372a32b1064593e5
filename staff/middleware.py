"""What every page of the admin goes through: nobody in without their second factor, nothing seen without a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, reverse

from staff import factors, recording, sights

Answer = Callable[[HttpRequest], HttpResponse]
WITHOUT_DATA = ("login", "logout", "jsi18n", "password_change", "password_change_done")
WITHOUT_SECOND_FACTOR = ("login", "logout", "jsi18n")


def of_admin(request: HttpRequest) -> ResolverMatch | None:
    """Where in the admin the request leads to; None for every other address of the service."""
    match = request.resolver_match
    return match if match and match.app_names == [admin.site.name] else None


class SecondFactor:
    """Leads whoever has given only a password to the page that asks for more, from every page of the admin."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; what is asked for is known only once the address is resolved."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseRedirect | None:
        """To the code, or to the set-up where one is required and there is none."""
        match = of_admin(request)
        if match is None or match.url_name in WITHOUT_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        missing = factors.missing(request.user, required=settings.STAFF_SECOND_FACTOR == "required")
        onwards = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse(f'staff:{missing}')}?{onwards}") if missing else None


class OnRecord:
    """Each page that was shown and each thing that is about to be done, by whoever is signed in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, once it is on record."""
        response = self.get_response(request)
        match = of_admin(request)
        if match and watched(request) and match.url_name not in WITHOUT_DATA:
            sight = sights.of_answer(request, match, response)
            if sight:
                recording.keep(request, sight, user=request.user)
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """What a form does is recorded first: it can't be undone where the record fails."""
        match = of_admin(request)
        if match and request.method == "POST" and watched(request) and match.url_name not in ("login", "logout"):
            recording.keep(request, sights.of_action(request, match), user=request.user)


def watched(request: HttpRequest) -> bool:
    """Whether the admin lets them in at all; who isn't let in sees nothing."""
    return admin.site.has_permission(request)
