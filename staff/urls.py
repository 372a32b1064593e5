"""The pages of the second factor, below the admin's own address."""

from __future__ import annotations

from django.urls import path

from staff import views

app_name = "staff"
urlpatterns = [
    path("admin/second-factor/", views.code, name="code"),
    path("admin/second-factor/set-up/", views.set_up, name="set_up"),
    path("admin/second-factor/recovery-codes/", views.recovery_codes, name="recovery_codes"),
]
