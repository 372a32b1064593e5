"""What receipts show to everybody; a service includes this at its root."""

from __future__ import annotations

from django.urls import path

from receipts.views import receipt_keys

urlpatterns = [path(".well-known/receipt-keys.json", receipt_keys, name="receipt_keys")]
