"""Signatures, sealed boxes, digests: held against the RFCs' own vectors, and against what is not quite right."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from kiosk import crypto
from kiosk.errors import EncodingError

# RFC 8032, section 7.1, TEST 3.
PRIVATE = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
PUBLIC = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
SIGNATURE = bytes.fromhex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)
MESSAGE = b"\xaf\x82"
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group that Ed25519 signs in. Source: RFC 8032, section 5.1."""

# RFC 9180, appendix A.2.1 and A.2.1.1, sequence number 0.
SENDER = bytes.fromhex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600")
RECEIVER = bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
INFO, AAD, PLAIN = b"Ode on a Grecian Urn", b"Count-0", b"Beauty is truth, truth beauty"
BOX = bytes.fromhex(
    "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
    "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
)

keys = st.binary(min_size=32, max_size=32)


def _expand(secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand of at most one block. Source: RFC 5869, section 2.3."""
    return hmac.digest(secret, info + b"\x01", "sha256")[:length]


def _sealed_by_the_rfc(sender: bytes, public: bytes, plain: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """Seal as RFC 9180 sections 4.1, 5.1 and 5.2 are written, step by step and without the library's HPKE."""
    kem, labelled = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"
    private = X25519PrivateKey.from_private_bytes(sender)
    encapsulated = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    extracted = hmac.digest(b"", b"HPKE-v1" + kem + b"eae_prk" + shared, "sha256")
    label = b"\x00\x20HPKE-v1" + kem + b"shared_secret" + encapsulated + public
    secret = _expand(extracted, label, 32)
    psk_hash = hmac.digest(b"", b"HPKE-v1" + labelled + b"psk_id_hash", "sha256")
    info_hash = hmac.digest(b"", b"HPKE-v1" + labelled + b"info_hash" + info, "sha256")
    context = b"\0" + psk_hash + info_hash
    schedule = hmac.digest(secret, b"HPKE-v1" + labelled + b"secret", "sha256")
    key = _expand(schedule, b"\x00\x20HPKE-v1" + labelled + b"key" + context, 32)
    nonce = _expand(schedule, b"\x00\x0cHPKE-v1" + labelled + b"base_nonce" + context, 12)
    return encapsulated + ChaCha20Poly1305(key).encrypt(nonce, plain, aad)


def test_a_signature_is_the_rfc_s() -> None:
    assert crypto.public_signing_key(PRIVATE) == PUBLIC
    assert crypto.sign(PRIVATE, MESSAGE) == SIGNATURE
    assert crypto.is_signed([PUBLIC], MESSAGE, SIGNATURE)


def test_any_one_of_the_keys_is_enough_while_one_is_being_replaced() -> None:
    other = crypto.public_signing_key(crypto.new_signing_key())
    assert crypto.is_signed([other, PUBLIC], MESSAGE, SIGNATURE)
    assert not crypto.is_signed([other], MESSAGE, SIGNATURE)
    assert not crypto.is_signed([], MESSAGE, SIGNATURE)


def test_one_bit_of_a_signature_is_enough() -> None:
    for place in range(8 * len(SIGNATURE)):
        changed = bytearray(SIGNATURE)
        changed[place // 8] ^= 1 << place % 8
        assert not crypto.is_signed([PUBLIC], MESSAGE, bytes(changed)), place


def test_a_signature_cannot_be_written_in_a_second_way() -> None:
    scalar = int.from_bytes(SIGNATURE[32:], "little") + ORDER
    assert not crypto.is_signed([PUBLIC], MESSAGE, SIGNATURE[:32] + scalar.to_bytes(32, "little"))


@given(key=st.binary(max_size=40), message=st.binary(max_size=40), signature=st.binary(max_size=80))
def test_rubbish_is_not_signed(key: bytes, message: bytes, signature: bytes) -> None:
    assert not crypto.is_signed([key, PUBLIC], message, signature)


def test_the_reading_of_the_rfc_here_is_the_rfc_s_own() -> None:
    public = crypto.public_sealing_key(RECEIVER)
    assert _sealed_by_the_rfc(SENDER, public, PLAIN, INFO, AAD) == BOX


@given(sender=keys, receiver=keys, plain=st.binary(max_size=300), info=st.binary(max_size=60))
def test_a_box_is_the_rfc_s(sender: bytes, receiver: bytes, plain: bytes, info: bytes) -> None:
    public = crypto.public_sealing_key(receiver)
    assert crypto.open_sealed(receiver, _sealed_by_the_rfc(sender, public, plain, info), info) == plain
    sealed = crypto.seal(public, plain, info)
    assert crypto.open_sealed(receiver, sealed, info) == plain
    assert len(sealed) == len(plain) + 48
    assert crypto.seal(public, plain, info) != sealed


@given(place=st.integers(0, 8 * (48 + 5) - 1))
def test_a_box_that_was_changed_does_not_open(place: int) -> None:
    sealed = bytearray(crypto.seal(crypto.public_sealing_key(RECEIVER), b"12345", INFO))
    # The topmost bit of an X25519 key is not looked at (RFC 7748, section 5), but the key schedule of HPKE is.
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(EncodingError, match="cannot be opened"):
        crypto.open_sealed(RECEIVER, bytes(sealed), INFO)


@pytest.mark.parametrize("box", [b"", b"\0" * 32, b"\0" * 80, BOX[:-1]])
def test_what_is_no_box_does_not_open(box: bytes) -> None:
    with pytest.raises(EncodingError, match="cannot be opened"):
        crypto.open_sealed(RECEIVER, box, INFO)


def test_a_box_opens_with_its_own_key_and_words_only() -> None:
    sealed = crypto.seal(crypto.public_sealing_key(RECEIVER), PLAIN, INFO)
    with pytest.raises(EncodingError):
        crypto.open_sealed(crypto.new_sealing_key(), sealed, INFO)
    with pytest.raises(EncodingError):
        crypto.open_sealed(RECEIVER, sealed, INFO + b"!")


@pytest.mark.parametrize("public", [b"", b"\0" * 32, b"\x01" + b"\0" * 31, b"\x09" * 31])
def test_nothing_is_sealed_to_what_is_no_key(public: bytes) -> None:
    with pytest.raises(EncodingError):
        crypto.seal(public, PLAIN, INFO)


def test_a_short_key_is_refused_with_its_length() -> None:
    for use in (crypto.public_signing_key, crypto.public_sealing_key):
        with pytest.raises(EncodingError, match="32 bytes, not 31"):
            use(b"k" * 31)
    with pytest.raises(EncodingError):
        crypto.sign(b"", MESSAGE)


def test_a_person_s_digest_is_the_day_s_alone() -> None:
    one = crypto.digest_of_person(b"k" * 32, "001090000123")
    assert one == hmac.new(b"k" * 32, b"001090000123", hashlib.sha256).digest()[:16]
    assert one != crypto.digest_of_person(b"l" * 32, "001090000123")
    assert one != crypto.digest_of_person(b"k" * 32, "001090000124")


def test_a_dossier_s_digest_does_not_mind_how_the_code_was_typed() -> None:
    digest = crypto.digest_of_dossier("000.00.01.H26-260930-0012")
    assert digest == hashlib.sha256(b"kiosk dossier\0" + b"000.00.01.H26-260930-0012").digest()[:16]
    assert digest == crypto.digest_of_dossier(" 000.00.01.h26-260930-0012\n")
    assert digest != crypto.digest_of_dossier("000.00.01.H26-260930-0013")


def test_importing_it_costs_nothing() -> None:
    code = "import kiosk.crypto, kiosk.model.cards, sys; sys.exit('cryptography' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
