"""What the admin pages of both services share: records are read there, not edited."""

from __future__ import annotations

from django.http import HttpRequest

IDS_ONLY = "Ids and numbers only: what is sought here stands in the address. Names have a box on the first page."
"""Beside the search of a list, whose words the admin puts into the address (`?q=`), where nobody's name belongs."""


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
