"""Addresses that stand in letters. Each works with and without a last slash, and none redirects."""

from __future__ import annotations

from django.urls import re_path

from payments_service.receipting import links
from payments_service.receipting.pages import pdf

app_name = "receipting"
urlpatterns = [
    re_path(r"^r/(?P<token>[^/]+)/?$", pdf.pdf, {"kind": links.PAGE}, name="page"),
    re_path(r"^pdf/(?P<token>[^/]+)/?$", pdf.pdf, name="pdf"),
]
