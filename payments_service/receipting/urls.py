"""Addresses that stand in letters. Each works with and without a last slash, and none redirects."""

from __future__ import annotations

from django.urls import path, re_path

from payments_service.receipting.pages import receipt

app_name = "receipting"
urlpatterns = [
    re_path(r"^r/(?P<token>[^/]+)/?$", receipt.page, name="page"),
    path("r/<str:token>/<str:number>.pdf", receipt.page_pdf, name="page_pdf"),
    re_path(r"^pdf/(?P<token>[^/]+)/?$", receipt.pdf, name="pdf"),
]
