"""`/.well-known/receipt-keys.json`: the public keys, for whoever checks a document without asking us."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from receipts import keys


@require_safe
@cache_control(public=True, max_age=3600)
def receipt_keys(_request: HttpRequest) -> JsonResponse:
    """Every key that checks; the one that signs today is marked."""
    ring = keys.ring()
    signing = keys.current().public.id
    listed = [
        {"id": key.id, "algorithm": "Ed25519", "public_key": key.text, "signs": key.id == signing}
        for key in ring.keys.values()
    ]
    return JsonResponse({"keys": listed})
