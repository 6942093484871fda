"""Why the line is down, as a value; and when to try again."""

from __future__ import annotations

import random
import socket
import ssl

import pytest

from kiosk.errors import EncodingError
from kiosk.sync.topics import split_topic, topic_of
from kiosk.sync.trouble import Backoff, Why, why_of_code, why_of_error


def _not_valid(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    return error


def _alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError()
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ConnectionRefusedError(), Why.NETWORK),
        (TimeoutError(), Why.NETWORK),
        (socket.gaierror(), Why.NETWORK),
        (ssl.SSLEOFError(), Why.NETWORK),
        (_not_valid(9), Why.CLOCK),
        (_not_valid(10), Why.CERTIFICATE),
        (_not_valid(20), Why.CERTIFICATE),
        (_alert("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Why.CERTIFICATE),
        (_alert("WRONG_VERSION_NUMBER"), Why.REFUSED),
        (ValueError("Invalid host."), Why.SETTINGS),
    ],
)
def test_each_failure_to_connect_has_its_name(error: OSError | ValueError, why: Why) -> None:
    assert why_of_error(error) is why


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (0x86, Why.NOT_AUTHORISED),
        (0x87, Why.NOT_AUTHORISED),
        (0x8A, Why.NOT_AUTHORISED),
        (0x8E, Why.TAKEN_OVER),
        (0x88, Why.NETWORK),
        (0x8B, Why.NETWORK),
        (0x84, Why.REFUSED),
        (0x95, Why.REFUSED),
    ],
)
def test_each_refusal_of_the_broker_has_its_name(code: int, why: Why) -> None:
    assert why_of_code(code) is why


class _Longest(random.Random):
    """A chance that always falls on the far end."""

    def uniform(self, a: float, b: float) -> float:
        """Return the end."""
        return b


def test_a_network_that_is_away_is_tried_every_minute_in_the_end() -> None:
    backoff = Backoff(_Longest())
    assert [backoff.next_s(Why.NETWORK) for _ in range(9)] == [1, 2, 4, 8, 16, 20, 20, 20, 20]
    backoff.reset()
    assert backoff.next_s(Why.NETWORK) == 1


def test_a_refusal_is_not_asked_for_every_minute() -> None:
    backoff = Backoff(_Longest())
    assert [backoff.next_s(Why.CERTIFICATE) for _ in range(11)][-2:] == [300, 300]


def test_a_thousand_kiosks_do_not_come_back_at_the_same_moment() -> None:
    firsts = sorted(Backoff(random.Random(seed)).next_s(Why.NETWORK) for seed in range(1000))
    assert firsts[0] < 0.01 < 0.99 < firsts[-1]
    assert 0.45 < firsts[500] < 0.55


@pytest.mark.parametrize("prefix", ["", "hanoi", "vn/hanoi/"])
def test_a_topic_gives_back_its_device(prefix: str) -> None:
    assert split_topic(prefix, topic_of(prefix, "e", "k00082-1")) == ("e", "k00082-1")


def test_topics_are_as_short_as_the_contract_says() -> None:
    assert topic_of("", "e", "k00082-1") == "e/k00082-1"
    assert topic_of("hanoi", "e", "+") == "hanoi/e/+"


@pytest.mark.parametrize("place", ["#", "", "a/b", "K1", "00082/#", "+/x", "00082\n"])
def test_a_place_that_would_be_another_topic_is_refused(place: str) -> None:
    with pytest.raises(EncodingError, match="neither a device nor a site"):
        topic_of("hanoi", "b", place)


@pytest.mark.parametrize(
    "topic", ["e/", "e/K1", "e/a", "e/k1/x", "ee/k1", "x", "", "hanoi/e/k1", "e/" + "a" * 33, "e/-k1", "$SYS/e/k1"]
)
def test_a_topic_that_is_none_of_ours_is_nobody(topic: str) -> None:
    assert split_topic("", topic) is None
