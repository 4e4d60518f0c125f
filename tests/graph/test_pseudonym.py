"""Pseudonyms, and the key that makes them (promise P2)."""

import base64
import hashlib
import hmac
import random
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputRefused
from graph.pseudonym import (
    EXAMPLE,
    FILE_VARIABLE,
    KEY_VARIABLE,
    PseudonymKey,
    configured,
    is_pseudonym,
    is_random,
    normalised,
    random_pseudonym,
)

SECRET = bytes(range(7, 39))


def test_a_pseudonym_is_the_hmac_of_the_normalised_number() -> None:
    expected = hmac.new(SECRET, b"123456", hashlib.sha256).hexdigest()

    assert PseudonymKey(SECRET.hex()).pseudonym("N° 00 123-456") == f"h-{expected}"


@pytest.mark.parametrize("text", [SECRET.hex().upper(), f" {SECRET.hex()}\n", base64.b64encode(SECRET).decode()])
def test_hexadecimal_and_base64_say_the_same_key(text: str) -> None:
    assert PseudonymKey(text).pseudonym("42") == PseudonymKey(SECRET.hex()).pseudonym("42")


def test_url_safe_base64_without_its_padding_is_read() -> None:
    secret = bytes([251, 255, *range(32)])

    read = PseudonymKey(base64.urlsafe_b64encode(secret).decode().rstrip("="))

    assert read.pseudonym("42") == PseudonymKey(secret.hex()).pseudonym("42")


@given(st.sets(st.integers(1, 10**12), min_size=1, max_size=20))
def test_two_keys_give_disjoint_pseudonyms(numbers: set[int]) -> None:
    one, other = PseudonymKey(secrets.token_hex(32)), PseudonymKey(secrets.token_hex(32))

    first, second = ({key.pseudonym(str(n)) for n in numbers} for key in (one, other))

    assert len(first) == len(second) == len(numbers)
    assert not first & second


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (random.Random(31).randbytes(31).hex(), "256 bits"),
        (base64.b64encode(random.Random(24).randbytes(24)).decode(), "256 bits"),
        (EXAMPLE, "exemple"),
        (base64.b64encode(bytes.fromhex(EXAMPLE)).decode(), "exemple"),
        ("00" * 32, "hasard"),
        ("0123456789abcdef" * 8, "hasard"),
        ("une phrase que je retiens bien, assez longue pour 256 bits", "hexadécimal"),
    ],
)
def test_a_key_that_protects_nothing_is_refused_and_never_shown(text: str, word: str) -> None:
    with pytest.raises(InputRefused) as refused:
        configured({KEY_VARIABLE: text})

    assert word in str(refused.value)
    assert text not in str(refused.value)


def test_a_key_does_not_show_itself() -> None:
    key = PseudonymKey(SECRET.hex())

    assert repr(key) == f"{key}" == "PseudonymKey(…)"


def test_no_key_is_configured_when_nothing_is_said() -> None:
    assert configured({}) is None
    assert configured({KEY_VARIABLE: ""}) is None


def key_file(folder: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    file = folder / "cle"
    file.write_text(text)
    file.chmod(mode)
    return {FILE_VARIABLE: str(file)}


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_is_read_from_a_file_that_is_its_owners_alone(tmp_path: Path, mode: int) -> None:
    key = configured(key_file(tmp_path, f"{SECRET.hex()}\n", mode))

    assert key is not None
    assert key.pseudonym("42") == PseudonymKey(SECRET.hex()).pseudonym("42")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o700])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(InputRefused, match="chmod 600"):
        configured(key_file(tmp_path, SECRET.hex(), mode))


def test_a_key_file_that_is_absent_empty_a_folder_or_too_long_is_refused(tmp_path: Path) -> None:
    for environment in (
        {FILE_VARIABLE: str(tmp_path / "absent")},
        {FILE_VARIABLE: str(tmp_path)},
        key_file(tmp_path, "\n"),
        key_file(tmp_path, "a" * 5000),
    ):
        with pytest.raises(InputRefused) as refused:
            configured(environment)
        assert str(tmp_path) not in str(refused.value)


def test_a_key_in_two_places_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="une des deux"):
        configured({KEY_VARIABLE: SECRET.hex(), **key_file(tmp_path, SECRET.hex())})


@pytest.mark.parametrize(
    "spelled", ["17-004211", "17 004 211", "n°17004211", "N° 17004211", "0017004211", "17004211.0", "１７００４２１１"]
)
def test_one_file_number_has_one_spelling(spelled: str) -> None:
    assert normalised(spelled) == "17004211"


@pytest.mark.parametrize(
    "text",
    ["", " ", "Jean Dupont", "jean17@exemple.fr", "12/03/2007", "2007-03-12", "1,70042E+07", "é123", "1" * 25, "--"],
)
def test_what_is_no_file_number_is_refused_and_never_shown(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        normalised(text)

    assert not text.strip(" -") or text not in str(refused.value)


def test_a_random_pseudonym_is_a_uuid_of_version_4() -> None:
    assert is_random(random_pseudonym())
    assert not is_random("c232ab00-9414-11ec-b3c8-9f68deced846")  # version 1: a clock and a machine
    assert not is_random("ED0AF6B8-3C29-4E8A-9B4C-1F1F7B5B0A11")
    assert not is_random("17004211")


def test_nothing_but_a_random_uuid_or_a_digest_is_a_pseudonym() -> None:
    made = PseudonymKey(SECRET.hex()).pseudonym("17004211")

    assert is_pseudonym(random_pseudonym())
    assert is_pseudonym(made)
    for other in ("17004211", made.upper(), f"{made}\n", f"{made} ", made[:-1], f"{random_pseudonym()}\n", ""):
        assert not is_pseudonym(other)
