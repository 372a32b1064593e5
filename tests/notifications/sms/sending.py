"""What a test does with a message; apart from the builders, since Django's models have to be ready for it."""

from __future__ import annotations

from typing import Any

import pytest

from notifications.channels import sms as channel
from servicekit.failures import ProviderFailure
from tests.notifications.sms.builders import an_sms


def failure_of(**changes: Any) -> ProviderFailure:
    """How sending fails."""
    with pytest.raises(ProviderFailure) as failure:
        channel.send(an_sms(**changes))
    return failure.value
