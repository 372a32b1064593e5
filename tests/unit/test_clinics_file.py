"""The file that says what clinic each connected account is: what it means, and the sentence for each mistake in it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from payments_service.config import clinics
from payments_service.receipting import profiles
from payments_service.receipting.profiles import Profile
from receipts import kinds

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "several-clinics.md"
OWN = Profile(
    name="Group",
    address="Ring 1\nVienna",
    tax_id="AT 1",
    tax_note="Exempt.",
    logo="/srv/group.png",
    colour="#112233",
    phone="+43 1",
    reply_to="desk@group.example",
    time_zone="Europe/Vienna",
    locale="de-AT",
)


def read(text: str, *, folder: Path) -> dict[str, Profile]:
    """What a file with that text says."""
    file = folder / "clinics.toml"
    file.write_text(text, encoding="utf-8")
    return clinics.read(str(file), own=OWN)


def complaints(text: str, *, folder: Path) -> list[str]:
    """What is said about a file with that text, a line per mistake, without the file's path."""
    with pytest.raises(ImproperlyConfigured) as refused:
        read(text, folder=folder)
    first, *lines = str(refused.value).split("\n  ")
    assert "CLINIC_ACCOUNTS_FILE" in first
    assert all(line.startswith(f"{folder}/clinics.toml: ") for line in lines)
    return [line.removeprefix(f"{folder}/clinics.toml: ") for line in lines]


def test_without_a_file_no_account_has_a_clinic_of_its_own() -> None:
    assert clinics.read("", own=OWN) == {}


def test_what_a_table_leaves_out_is_the_installations_own(tmp_path: Path) -> None:
    found = read('[acct_1]\nname = "Lakeside"\nphone = ""\n', folder=tmp_path)

    assert found == {"acct_1": dataclasses.replace(OWN, name="Lakeside", phone="")}


def test_the_sample_of_the_how_to_can_be_read_and_shows_every_key(tmp_path: Path) -> None:
    [sample] = re.findall(r"```toml\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    (tmp_path / "munich.png").touch()

    found = read(sample, folder=tmp_path)

    munich, krakow = found["acct_1MunichExample"], found["acct_1KrakowExample"]
    assert (munich.series, munich.locale, krakow.series, krakow.locale) == ("MU", "de", "KR", "pl")
    assert munich.address.splitlines() == ["Marktplatz 1", "80331 München"]
    assert munich.logo == str(tmp_path / "munich.png")
    assert (krakow.phone, krakow.sender) == (OWN.phone, "")
    assert [key for key in profiles.KEYS if f"\n{key} = " not in sample] == []


def test_every_part_of_a_profile_has_its_rules() -> None:
    assert tuple(clinics.RULES) == profiles.KEYS


def test_a_byte_order_mark_of_windows_does_no_harm(tmp_path: Path) -> None:
    assert list(read('\ufeff[acct_1]\nname = "Lakeside"\n', folder=tmp_path)) == ["acct_1"]


def test_a_logo_somewhere_else_is_named_by_its_whole_path(tmp_path: Path) -> None:
    logo = tmp_path / "elsewhere.png"
    logo.touch()
    (tmp_path / "etc").mkdir()

    found = read(f'[acct_1]\nlogo = "{logo}"\n', folder=tmp_path / "etc")

    assert found["acct_1"].logo == str(logo)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("name", '""', "must not be empty."),
        ("name", r'"Lake\nside"', "expects one line of at most 300 characters."),
        ("name", f'"{"x" * 301}"', "expects one line of at most 300 characters."),
        ("address", r'"Street\u00001"', "expects lines of at most 300 characters."),
        ("tax_id", r'"1\t2"', "expects one line of at most 300 characters."),
        ("tax_note", r'"a\u2028b"', "expects one line of at most 300 characters."),
        ("phone", "4822", "expects text in quotes."),
        ("logo", '"nowhere.png"', "names a file that can't be read."),
        ("colour", '"teal"', "expects a colour such as #0f766e."),
        ("colour", '"#0f766"', "expects a colour such as #0f766e."),
        ("reply_to", '"front desk"', "expects Name <address@example.org>, or the address alone."),
        ("sender", '"Lakeside, Warsaw"', "expects Name <address@example.org>, or the address alone."),
        ("sender", r'"Lake\r\nBcc: all <a@b.example>"', "expects Name <address@example.org>, or the address alone."),
        ("sender", '"desk@-.example"', "expects Name <address@example.org>, or the address alone."),
        ("time_zone", '"Warsaw"', "expects an IANA time zone such as Europe/Warsaw."),
        ("time_zone", '""', "expects an IANA time zone such as Europe/Warsaw."),
        ("locale", '"klingon"', "expects a locale such as en, pl or de-AT."),
        ("locale", "true", "expects text in quotes."),
        ("series", '"mu"', "expects capital letters and digits, at most 10, such as MU."),
        ("series", '""', "expects capital letters and digits, at most 10, such as MU."),
        ("series", '"M-U"', "expects capital letters and digits, at most 10, such as MU."),
        ("series", '"ABCDEFGHIJK"', "expects capital letters and digits, at most 10, such as MU."),
        ("series", '"TEST"', "expects none of CB, CR, R, RF, RR, TEST."),
    ],
)
def test_a_wrong_value_is_refused_with_its_table_its_key_and_a_sentence(
    tmp_path: Path, key: str, value: str, sentence: str
) -> None:
    said = complaints(f'[acct_1]\nname = "Fine"\n\n[acct_2]\n{key} = {value}\n', folder=tmp_path)

    assert said == [f"[acct_2] {key}: {sentence}"]


@pytest.mark.parametrize("prefix", [kind.prefix for kind in kinds.KINDS.values()])
def test_a_series_is_never_the_name_of_a_kind_of_document(tmp_path: Path, prefix: str) -> None:
    [said] = complaints(f'[acct_1]\nseries = "{prefix}"\n', folder=tmp_path)

    assert said.startswith("[acct_1] series: expects none of ")


def test_a_series_belongs_to_one_account(tmp_path: Path) -> None:
    said = complaints('[acct_1]\nseries = "MU"\n[acct_2]\nseries = "KR"\n[acct_3]\nseries = "MU"\n', folder=tmp_path)

    assert said == ["[acct_3] series: MU is that of [acct_1] already; expects one of its own."]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = complaints('[acct_1]\ncolour = "teal"\nfax = "1"\n[acct_2]\nlocale = "klingon"\n', folder=tmp_path)

    assert [line.split(":")[0] for line in said] == ["[acct_1] colour", "[acct_1] fax", "[acct_2] locale"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "names no account; expected a table for each, such as [acct_1A2b3C]."),
        ('name = "Lakeside"', "name stands before the first table; expected below one such as [acct_1A2b3C]."),
        ("[munich]", "[munich] isn't the id of a Stripe account; expected one such as [acct_1A2b3C]."),
        ("[acct_]", "[acct_] isn't the id of a Stripe account; expected one such as [acct_1A2b3C]."),
        ('[acct_1]\nfax = "1"', f"[acct_1] fax: isn't known here; known are {', '.join(profiles.KEYS)}."),
        ("[acct_1.address]", "[acct_1] address: expects text in quotes."),
    ],
)
def test_a_file_of_another_shape_is_refused_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    assert complaints(text, folder=tmp_path) == [sentence]


@pytest.mark.parametrize("text", ["[acct_1", "[acct_1]\nname = Lakeside", "[acct_1]\n[acct_1]", '[acct_1]\nname = "a'])
def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    [said] = complaints(text, folder=tmp_path)

    assert said.startswith("can't be read as TOML: ")
    assert re.search(r"\(at (line \d|end of document)", said)


def test_a_file_in_another_encoding_or_a_folder_is_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[acct_1]\nname = "Wisła"'.encode("iso8859-2"))

    for path in (latin, tmp_path):
        with pytest.raises(ImproperlyConfigured, match=re.escape(f"{path}: can't be read as TOML: ")):
            clinics.read(str(path), own=OWN)
