"""Addresses that patients and the SMS provider know. Each works with and without a last slash, and none redirects."""

from __future__ import annotations

from django.urls import re_path

from visits_service.reminders import sms_views
from visits_service.reminders.pages import patient, visit

app_name = "reminders"
urlpatterns = [
    re_path(r"^v/(?P<token>[^/]+)/?$", visit.visit_page, name="visit_page"),
    re_path(r"^v/(?P<token>[^/]+)/confirm/?$", visit.visit_page, name="visit_confirm"),
    re_path(r"^v/(?P<token>[^/]+)/change/?$", visit.visit_change, name="visit_change"),
    re_path(r"^p/(?P<token>[^/]+)/?$", patient.preferences, name="preferences"),
    re_path(r"^p/(?P<token>[^/]+)/stop-email/?$", patient.stop_email, name="stop_email"),
    re_path(r"^webhooks/sms/inbound/?$", sms_views.inbound, name="sms_inbound"),
    re_path(r"^webhooks/sms/status/?$", sms_views.status, name="sms_status"),
]
