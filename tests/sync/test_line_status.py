"""Why the line is down, as a value; and when to try again."""

from __future__ import annotations

import random
import socket
import ssl

import pytest

from kiosk.errors import EncodingError
from kiosk.wire.line_status import Attempts, Backoff, Why, why_of_code, why_of_error
from kiosk.wire.topics import split_topic, topic_of


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


@pytest.mark.parametrize("prefix", ["", "/", "hanoi", "vn/hanoi/", "XX"])
def test_a_topic_gives_back_its_device(prefix: str) -> None:
    assert split_topic(prefix, topic_of(prefix, "e", "k00082-1")) == ("e", "k00082-1")


def test_topics_are_as_short_as_the_contract_says() -> None:
    assert topic_of("", "e", "k00082-1") == "e/k00082-1"
    assert topic_of("hanoi", "e", "+") == "hanoi/e/+"
    assert topic_of("/X/hanoi/X/", "e", "+") == "X/hanoi/X/e/+"


@pytest.mark.parametrize("place", ["#", "", "a/b", "K1", "00082/#", "+/x", "00082\n"])
def test_a_place_that_would_be_another_topic_is_refused(place: str) -> None:
    with pytest.raises(EncodingError, match="neither a device nor a site"):
        topic_of("hanoi", "b", place)


@pytest.mark.parametrize(
    "topic", ["e/", "e/K1", "e/a", "e/k1/x", "ee/k1", "x", "", "hanoi/e/k1", "e/" + "a" * 33, "e/-k1", "$SYS/e/k1"]
)
def test_a_topic_that_is_none_of_ours_is_nobody(topic: str) -> None:
    assert split_topic("", topic) is None


def test_a_topic_under_another_prefix_or_none_is_nobodys() -> None:
    for topic in ("e/k00082-1", "hue/e/k00082-1", "hanoi/hanoi/e/k00082-1"):
        assert split_topic("hanoi", topic) is None


# --- attempts ---------------------------------------------------------------------------------------------------------


def _ended(attempts: Attempts, why: Why, held_s: float | None) -> tuple[Why, float]:
    return attempts.ended(why, held_s, is_name_shared=False)


def test_attempts_that_fail_come_less_and_less_often_also_when_each_takes_its_minute() -> None:
    """A broker that swallows the handshake costs sixty seconds an attempt: that was no good line."""
    attempts = Attempts(_Longest())
    assert [_ended(attempts, Why.NETWORK, None)[1] for _ in range(6)] == [1, 2, 4, 8, 16, 20]


def test_a_line_that_breaks_soon_is_not_tried_ever_faster() -> None:
    attempts = Attempts(_Longest())
    assert [_ended(attempts, Why.NETWORK, held)[1] for held in (5.0, 59.0)] == [1, 2]


def test_a_line_that_held_a_minute_is_tried_again_at_once() -> None:
    attempts = Attempts(_Longest())
    for _ in range(5):
        _ended(attempts, Why.NETWORK, None)
    assert _ended(attempts, Why.NETWORK, 60.0) == (Why.NETWORK, 1)


def test_a_line_that_breaks_again_and_again_is_a_bad_line_and_no_second_machine() -> None:
    attempts = Attempts(_Longest())
    assert {_ended(attempts, Why.NETWORK, 2.0) for _ in range(20)} == {(Why.NETWORK, s) for s in (1, 2, 4, 8, 16, 20)}


def test_the_brokers_own_word_for_it_is_believed_at_once() -> None:
    assert _ended(Attempts(_Longest()), Why.TAKEN_OVER, 2.0) == (Why.TAKEN_OVER, 60)


def test_two_of_one_name_slow_down_and_stay_slow_however_long_each_of_them_had_the_line() -> None:
    attempts = Attempts(_Longest())
    told = [attempts.ended(Why.NETWORK, held, is_name_shared=True) for held in (1.0, 200.0, 2.0, 899.0, 70.0)]
    assert told == [(Why.TAKEN_OVER, wait_s) for wait_s in (60, 120, 240, 300, 300)]


def test_no_attempt_after_a_takeover_comes_before_half_of_its_wait() -> None:
    class Shortest(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return a

    attempts = Attempts(Shortest())
    assert [_ended(attempts, Why.TAKEN_OVER, 2.0)[1] for _ in range(4)] == [30, 60, 120, 150]


def test_a_line_that_is_ours_alone_again_is_quick_again() -> None:
    attempts = Attempts(_Longest())
    for _ in range(3):
        attempts.ended(Why.NETWORK, 2.0, is_name_shared=True)
    assert _ended(attempts, Why.NETWORK, 900.0) == (Why.NETWORK, 1)


@pytest.mark.parametrize(
    ("why", "held_s"), [(Why.NETWORK, None), (Why.REFUSED, 2.0), (Why.CERTIFICATE, None), (Why.CLOCK, None)]
)
def test_a_second_machine_does_not_hide_another_reason(why: Why, held_s: float | None) -> None:
    assert Attempts(_Longest()).ended(why, held_s, is_name_shared=True)[0] is why


def test_a_line_that_held_just_short_of_a_minute_was_no_good_line() -> None:
    attempts = Attempts(_Longest())
    assert [_ended(attempts, Why.NETWORK, held)[1] for held in (None, 59.9, None)] == [1, 2, 4]
