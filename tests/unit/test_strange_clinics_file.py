"""Whatever CLINIC_ACCOUNTS_FILE holds, it is clinics, or the start stops with a line for each mistake."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from hypothesis import example, given
from hypothesis import strategies as st

from payments_service.config import clinics
from payments_service.receipting import profiles
from payments_service.receipting.profiles import Profile
from tests.spoiling import DEPTH, often, parsed, texts
from tests.unit.test_clinics_file import OWN

ENCODED = texts.filter(lambda text: "\ud800" not in text)
values = ENCODED.map(json.dumps) | st.sampled_from(
    ['"Lakeside"', '"#0f766e"', '"MU"', '"Europe/Warsaw"', '"pl"', "1", "1979-05-27", "[]", "{}", "true", "inf", "''"]
)
keys = st.sampled_from([*profiles.KEYS, "fax", '""', '"a b"'])
accounts = st.sampled_from(["acct_1", "acct_2", "acct_", "munich", '"acct_1 "', "acct_1.name", '""'])


def read(content: bytes) -> tuple[dict[str, Profile], str]:
    """What a file that holds this says; or nothing, and why it is refused."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "clinics.toml"
        file.write_bytes(content)
        found, sentence = parsed(lambda path: clinics.read(path, own=OWN), str(file), refusal=ImproperlyConfigured)
        lines = sentence.split("\n  ")[1:]
        assert all(line.startswith(f"{file}: ") for line in lines)
        assert bool(lines) == (found is None)
        return found or {}, sentence


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """TOML of about the right shape."""
    tables = draw(st.dictionaries(accounts, st.dictionaries(keys, values, max_size=4), max_size=3))
    lines = [
        line for name, table in tables.items() for line in (f"[{name}]", *(f"{k} = {v}" for k, v in table.items()))
    ]
    return "\n".join(lines).encode()


@often()
@given(content=st.binary(max_size=100) | ENCODED.map(str.encode) | files())
@example(content=b'[acct_1]\nname = "Lakeside"\nseries = "MU"')
@example(content=b'[acct_1]\nlogo = "a\\u0000b"')
@example(content=b"a = " + b"[" * DEPTH)
def test_any_file_is_clinics_or_refused_with_a_line_for_each_mistake(content: bytes) -> None:
    found, _ = read(content)

    for account, profile in found.items():
        assert account.startswith("acct_")
        assert profile.name
        assert all(is_line(getattr(profile, key)) for key in profiles.KEYS if key not in ("address", "logo"))


def is_line(value: Any) -> bool:
    """Whether it can stand in the subject of a letter."""
    return isinstance(value, str) and len(value) <= clinics.LONGEST_LINE and value.isprintable()
