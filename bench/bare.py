"""What webhook_burst compares with: one view that returns 200, in a project as `django-admin startproject` makes it.

Run: gunicorn bench.bare. BENCH_MIDDLEWARE=none leaves the middleware out too, which is the least that Django can be.
"""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

APPS = [f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
settings.configure(
    SECRET_KEY="bench-only",  # noqa: S106 - visibly fake
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=APPS,
    MIDDLEWARE=[] if os.environ.get("BENCH_MIDDLEWARE") == "none" else MIDDLEWARE,
    ROOT_URLCONF=__name__,
    LOGGING_CONFIG=None,
)


@csrf_exempt
def view(_request: HttpRequest) -> HttpResponse:
    """Nothing at all."""
    return HttpResponse(status=200)


urlpatterns = [path("healthz", view), path("webhooks/stripe/", view)]
application = get_wsgi_application()
