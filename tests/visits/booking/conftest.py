"""The booking system with its token, and somebody at the front desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client


@pytest.fixture
def api() -> Client:
    """The booking system: it has a token, and comes over TLS as the proxy says; its rate isn't used up."""
    cache.delete_many([f"rate:token-{number}" for number in (1, 2)])
    return Client(headers={"Authorization": "Bearer visibly-fake-token-1", "X-Forwarded-Proto": "https"})


@pytest.fixture
def front_desk(django_user_model: Any) -> Client:
    """A browser with somebody of the staff signed in, over https."""
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(django_user_model.objects.create(username="desk", is_staff=True, is_superuser=True))
    return browser
