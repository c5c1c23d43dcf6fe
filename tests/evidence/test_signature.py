"""Who signed these bytes: exactly one key, one namespace, one message; anything else is nobody."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from govops.evidence.records import NAMESPACE
from govops.evidence.signature import GIT_NAMESPACE, public_key, same_key, sign, signer
from tests.support.cast import public_line, signed
from tests.support.parts import require

MESSAGE = b"what was signed"
ARMOUR = signed("alice", MESSAGE)
LINES = ARMOUR.strip().split("\n")


def key_of(name: str) -> str:
    return " ".join(public_line(name).split()[:2])


def armoured(blob: bytes) -> str:
    text = base64.b64encode(blob).decode("ascii")
    body = "\n".join(text[start : start + 70] for start in range(0, len(text), 70))
    return f"{LINES[0]}\n{body}\n{LINES[-1]}\n"


BLOB = base64.b64decode("".join(LINES[1:-1]))


@given(st.binary(), st.sampled_from(["alice", "bob"]))
def test_a_signature_names_the_key_that_made_it(message: bytes, name: str) -> None:
    assert signer(message, signed(name, message)) == key_of(name)


@given(st.binary())
def test_other_bytes_were_not_signed(message: bytes) -> None:
    assert (signer(message, ARMOUR) is None) == (message != MESSAGE)


@pytest.mark.parametrize(
    ("made", "asked"), [(GIT_NAMESPACE, NAMESPACE), (NAMESPACE, GIT_NAMESPACE), ("file", NAMESPACE)]
)
def test_a_signature_for_another_purpose_is_none(made: str, asked: str) -> None:
    assert signer(MESSAGE, signed("alice", MESSAGE, made), asked) is None


@given(st.integers(0, len(BLOB) * 8 - 1))
def test_no_flipped_bit_leaves_the_signature_whole(bit: int) -> None:
    flipped = bytearray(BLOB)
    flipped[bit // 8] ^= 1 << bit % 8
    assert signer(MESSAGE, armoured(bytes(flipped))) is None


@given(st.integers(0, len(BLOB) - 1))
def test_a_signature_that_was_cut_is_none(length: int) -> None:
    assert signer(MESSAGE, armoured(BLOB[:length])) is None


@given(st.text() | st.binary(max_size=400).map(armoured))
def test_no_text_crashes_the_verifier(text: str) -> None:
    assert signer(MESSAGE, text) is None


def test_a_weak_hash_is_refused() -> None:
    assert signer(MESSAGE, armoured(BLOB.replace(b"\0\0\0\x06sha512", b"\0\0\0\x04sha1"))) is None


def test_an_endless_armour_is_refused_unread() -> None:
    longest = 16_384
    assert signer(MESSAGE, ARMOUR.ljust(longest, "\n")) == key_of("alice")
    assert signer(MESSAGE, ARMOUR.ljust(longest + 1, "\n")) is None


def test_a_key_line_is_the_same_key_whatever_its_comment() -> None:
    assert same_key(f"{public_line('alice')} alice@laptop", key_of("alice"))
    assert not same_key(public_line("bob"), key_of("alice"))


def test_people_with_rsa_keys_sign_as_well() -> None:
    key = rsa.generate_private_key(65537, 2048)
    assert signer(MESSAGE, sign(key, MESSAGE)) == public_key(key)
    assert signer(MESSAGE, sign(key, MESSAGE, GIT_NAMESPACE), GIT_NAMESPACE) == public_key(key)
    assert signer(MESSAGE, sign(key, b"other bytes")) is None


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_what_ssh_keygen_signs_is_verified(tmp_path: Path, kind: str) -> None:
    """The reference implementation, not our own signer, made this signature."""
    keygen = require("ssh-keygen", package="openssh-client")
    key, message = tmp_path / "key", tmp_path / "message"
    subprocess.run([keygen, "-q", "-t", kind, "-N", "", "-C", "me", "-f", key], check=True)
    message.write_bytes(MESSAGE)
    subprocess.run([keygen, "-q", "-Y", "sign", "-n", NAMESPACE, "-f", key, message], check=True, capture_output=True)
    public = (tmp_path / "key.pub").read_text()
    assert signer(MESSAGE, (tmp_path / "message.sig").read_text()) == " ".join(public.split()[:2])


def test_an_unsupported_algorithm_is_nobody_and_no_crash(tmp_path: Path) -> None:
    keygen = require("ssh-keygen", package="openssh-client")
    key, message = tmp_path / "key", tmp_path / "message"
    subprocess.run([keygen, "-q", "-t", "ecdsa", "-N", "", "-f", key], check=True)
    message.write_bytes(MESSAGE)
    subprocess.run([keygen, "-q", "-Y", "sign", "-n", NAMESPACE, "-f", key, message], check=True, capture_output=True)
    assert signer(MESSAGE, (tmp_path / "message.sig").read_text()) is None
