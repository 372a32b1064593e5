"""The least that Django can be: one view that returns 200. What webhook_burst compares with; `gunicorn bench.bare`."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

DEFAULTS = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, MIDDLEWARE=DEFAULTS, SECRET_KEY="bench-only", LOGGING_CONFIG=None)


@csrf_exempt
def view(_request: HttpRequest) -> HttpResponse:
    """Nothing at all."""
    return HttpResponse(status=200)


urlpatterns = [re_path(r"", view)]
application = get_wsgi_application()
