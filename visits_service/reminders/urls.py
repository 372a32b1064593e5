"""Addresses that the SMS provider knows. Each works with and without a last slash, and none redirects."""

from __future__ import annotations

from django.urls import re_path

from visits_service.reminders import sms_views

app_name = "reminders"
urlpatterns = [
    re_path(r"^webhooks/sms/inbound/?$", sms_views.inbound, name="sms_inbound"),
    re_path(r"^webhooks/sms/status/?$", sms_views.status, name="sms_status"),
]
