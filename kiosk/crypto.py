"""Signatures, sealed boxes and digests: all cryptography of the project, with keys and messages as plain bytes.

The library is imported at first use, so a process without signatures and boxes does not load it. Source: RFC 8032
(Ed25519), RFC 9180 (HPKE), RFC 2104 (HMAC); FIPS 180-4 (SHA-256).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.errors import EncodingError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hpke import Suite

KEY_BYTES, SIGNATURE_BYTES, DIGEST_BYTES = 32, 64, 16
"""Of every key here, private or public; of a signature; of a digest that stands for a person or a dossier."""

_DOSSIER = b"kiosk dossier\0"
"""Prefix of the code, so that the digest is useless elsewhere."""


def new_signing_key() -> bytes:
    """Return a fresh private key for signatures: its seed, 32 bytes. Source: RFC 8032, section 5.1.5."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_signing_key(private: bytes) -> bytes:
    """Return the public half of a signing key. Source: RFC 8032, section 5.1.5.

    Raises:
        EncodingError: the key does not have 32 bytes.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(_key(private)).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """Return the signature of a message, 64 bytes, always the same for the same two. Source: RFC 8032, section 5.1.6.

    Raises:
        EncodingError: the key does not have 32 bytes.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(_key(private)).sign(message)


def is_signed(public_keys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
    """Tell whether any of these keys signed this message; False for whatever cannot be a key or a signature.

    Source: RFC 8032, section 5.1.7.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for key in public_keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def new_sealing_key() -> bytes:
    """Return a fresh private key that opens sealed boxes, 32 bytes. Source: RFC 7748, section 6.1."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate().private_bytes_raw()


def public_sealing_key(private: bytes) -> bytes:
    """Return the public half of a sealing key. Source: RFC 7748, section 6.1.

    Raises:
        EncodingError: the key does not have 32 bytes.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(_key(private)).public_key().public_bytes_raw()


def seal(public: bytes, plain: bytes, info: bytes) -> bytes:
    """Return a box that only the private half of this key opens, and only with the same `info`; nor can we any more.

    48 bytes longer than what is in it: the sender's fresh public key (32) before, the tag (16) behind.

    Raises:
        EncodingError: this is no key that can be sealed to.
    Source: RFC 9180, section 6.1 (SealBase) with empty aad; mode base, KEM 0x0020 (X25519, HKDF-SHA256),
        KDF 0x0001 (HKDF-SHA256), AEAD 0x0003 (ChaCha20-Poly1305).
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    try:
        return _suite().encrypt(plain, X25519PublicKey.from_public_bytes(_key(public)), info)
    except ValueError as error:  # a point of low order makes no shared secret
        raise EncodingError("nothing can be sealed to this key: it is no X25519 public key") from error


def open_sealed(private: bytes, box: bytes, info: bytes) -> bytes:
    """Return what is in a box. Source: RFC 9180, section 6.1 (OpenBase), as `seal`.

    Raises:
        EncodingError: it was sealed to another key, with another `info`, or changed since; nobody can tell which.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    try:
        return _suite().decrypt(box, X25519PrivateKey.from_private_bytes(_key(private)), info)
    except (InvalidTag, ValueError) as error:
        raise EncodingError(f"a sealed box of {len(box)} bytes cannot be opened with this key and info") from error


def digest_of_person(day_key: bytes, identity: str) -> bytes:
    """Return 16 bytes that are the same for the same person on one day, and mean nothing once the day's key is gone.

    Source: HMAC-SHA256 (RFC 2104), truncated to its first half as its section 5 allows.
    """
    return hmac.digest(day_key, identity.encode(), "sha256")[:DIGEST_BYTES]


def digest_of_dossier(code: str) -> bytes:
    """Return 16 bytes that stand for a dossier's code, however it was typed, so that the code itself is never kept.

    There is no secret in it: whoever knows a code can make its digest, and few enough codes are likely for them to be
    tried. It keeps codes from being read, no more.
    """
    return hashlib.sha256(_DOSSIER + "".join(code.split()).upper().encode()).digest()[:DIGEST_BYTES]


def _suite() -> Suite:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _key(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise EncodingError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return key
