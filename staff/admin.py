"""Logins and their roles, and the record of what staff looked at, for administrators."""

from __future__ import annotations

from typing import Any

import django_otp.plugins.otp_static.admin
import django_otp.plugins.otp_totp.admin  # noqa: F401 - registers itself, as does the other
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from servicekit.admin import ReadOnly
from staff import factors, fingerprints, recording
from staff.models import AccessRecord
from staff.sights import Kind, Sight

# The keys of second factors are nobody's to see, and what a role may do is decided where it is reviewed.
admin.site.unregister([TOTPDevice, StaticDevice, Group, User])

LOGIN = (None, {"fields": ("username", "password", "is_active")})
PERSON = ("Person", {"fields": ("first_name", "last_name", "email")})
ROLE = ("Role", {"fields": ("groups",)})
BEYOND_ROLES = ("Beyond roles", {"fields": ("is_superuser", "user_permissions")})
DATES = ("Dates", {"fields": ("last_login", "date_joined")})


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    """Logins aren't deleted, as records name them: untick *Active*. Only a superuser touches another superuser."""

    list_display = ("username", "first_name", "last_name", "role", "second_factor", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2", "groups")}),)
    actions = ("reset_second_factor",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their roles, and whether they have an app, in one query more."""
        with_app = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))
        return super().get_queryset(request).prefetch_related("groups").annotate(with_app=with_app)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """What goes beyond roles is for superusers: else an administrator could become one."""
        if obj is None:
            return self.add_fieldsets
        return (LOGIN, PERSON, ROLE, *([BEYOND_ROLES] if is_superuser(request) else []), DATES)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may, but for superusers, whose password would be a way to become one."""
        beyond = obj is not None and obj.is_superuser and not is_superuser(request)
        return super().has_change_permission(request, obj) and not beyond

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """No: records name them."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        """Every login here is one of the staff's."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.action(description="Reset the second factor", permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For whom has lost their phone and their codes; afterwards a password is enough, or a new app is asked for."""
        reset = [user for user in queryset if self.has_change_permission(request, user) and factors.reset(user)]
        for user in reset:
            what = f"reset for login {user.pk}"
            recording.keep(request, Sight(Kind.SECOND_FACTOR, "auth_user_changelist", what=what), user=request.user)
        self.message_user(request, f"{len(reset)} reset.")

    @admin.display(description="role")
    def role(self, user: User) -> str:
        """The names of their roles."""
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, user: User) -> bool:
        """Whether an app is set up."""
        return bool(user.with_app)  # type: ignore[attr-defined]  # from the query above


def is_superuser(request: HttpRequest) -> bool:
    """Whether they may do anything."""
    return bool(request.user.is_active and request.user.is_superuser)


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnly, admin.ModelAdmin[AccessRecord]):
    """Who saw and did what, newest first."""

    list_display = ("at", "kind", "staff", "model", "rows", "what", "page", "address")
    list_filter = ("kind", "at", "model", "staff")
    date_hierarchy = "at"
    search_fields = ("=staff",)
    search_help_text = "A login, a row's key or a document's number. A name goes into the box above, which posts it."
    change_list_template = "admin/staff/accessrecord/change_list.html"
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AccessRecord], search_term: str
    ) -> tuple[QuerySet[AccessRecord], bool]:
        """What stands in an address: keys, numbers and logins, never somebody's name."""
        term = search_term.strip()
        if not term:
            return queryset, False
        row = Q(object_ids__contains=f",{term},") | Q(object_ids__contains=f":{term},")
        return queryset.filter(Q(staff=term) | row), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; a name that is posted leads to who searched for it, by the fingerprints of it in the address."""
        if self.has_view_permission(request) and (words := fingerprints.of_search(request.POST.get("sought", ""))):
            here = reverse("admin:staff_accessrecord_changelist", query={"search__in": ",".join(words)})
            return HttpResponseRedirect(here)
        return super().changelist_view(request, extra_context)

    @admin.display(description="rows")
    def rows(self, record: AccessRecord) -> str:
        """The first few keys, and how many more there are."""
        keys = recording.unpacked(record.object_ids)
        return ", ".join(keys[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
