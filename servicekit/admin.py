"""What the admin pages of both services share: records are read there, not edited."""

from __future__ import annotations

from django.http import HttpRequest


class ReadOnly:
    """A record isn't added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False
