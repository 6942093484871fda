"""The window: what it sends, how fast, and what it believes."""

from __future__ import annotations

from kiosk.sync.send_window import RESEND_MAX_S, RESEND_S, Run, Window
from kiosk.wire.messages import Ack

EPOCH = b"\x01" * 8


class Line:
    """A window with a hand on its clock and on the city's."""

    def __init__(self, mark: int = 0, last_seq: int = 0) -> None:
        self.window = Window(EPOCH, mark)
        self.last_seq = last_seq
        self.now_s = 100.0
        self.city_ms = 1_000_000

    def send(self) -> list[tuple[int, int]]:
        """Send all that is due, and return it."""
        sent = []
        while (run := self.window.due(self.last_seq, self.now_s)) is not None:
            self.window.sent(run, self.now_s)
            sent.append((run.first, run.last))
        return sent

    def ack(
        self,
        up_to: int,
        *ranges: tuple[int, int],
        city_ms: int | None = None,
        epoch: bytes = EPOCH,
        is_greeting: bool = False,
    ) -> bool:
        """Let the city speak, a moment later than before unless told otherwise."""
        self.city_ms += 1
        ack = Ack(epoch, up_to, ranges, self.city_ms if city_ms is None else city_ms, is_greeting)
        return self.window.acknowledged(ack, self.last_seq, self.now_s)


def test_on_an_idle_line_a_lone_event_goes_at_once() -> None:
    line = Line(mark=7, last_seq=8)
    assert line.send() == [(8, 8)]


def test_events_gather_while_one_is_in_flight() -> None:
    line = Line(last_seq=1)
    line.send()
    line.last_seq = 30
    assert line.send() == []
    line.ack(1)
    assert line.send() == [(2, 30)]


def test_a_backlog_fills_a_window_that_grows_to_four_batches() -> None:
    line = Line(last_seq=10_000)
    flights = []
    for _ in range(5):
        flights.append(len(line.send()))
        line.ack(line.window._flights[-1].last)
    assert flights == [1, 2, 4, 4, 4]


def test_the_short_end_of_a_backlog_waits_for_the_full_batches_before_it() -> None:
    line = Line(last_seq=2050)
    line.send()
    line.ack(200)
    assert line.send() == [(201, 400), (401, 600)]
    line.ack(600)
    assert line.send() == [(601, 800), (801, 1000), (1001, 1200), (1201, 1400)]
    line.ack(1400)
    assert line.send() == [(1401, 1600), (1601, 1800), (1801, 2000)]
    line.ack(2000)
    assert line.send() == [(2001, 2050)]


def test_silence_resends_after_thirty_seconds_and_halves_the_window() -> None:
    line = Line(last_seq=10_000)
    for _ in range(3):
        line.send()
        line.ack(line.window._flights[-1].last)
    line.send()
    assert line.window.deadline() == line.now_s + RESEND_S
    assert line.window.size == 4
    line.now_s += RESEND_S
    assert line.send() == [(1401, 1600), (1601, 1800)]
    assert line.window.is_unanswered


def test_a_silent_city_is_asked_less_and_less_often_until_it_speaks() -> None:
    line = Line(last_seq=5)
    pauses = []
    for _ in range(8):
        line.send()
        deadline = line.window.deadline()
        assert deadline is not None
        pauses.append(deadline - line.now_s)
        line.now_s = deadline
    assert pauses == [30, 60, 120, 240, 480, RESEND_MAX_S, RESEND_MAX_S, RESEND_MAX_S]
    line.send()
    line.now_s += RESEND_S
    assert line.send() == []
    line.ack(0)  # it is back, and has nothing of ours
    assert line.send() == [(1, 5)]
    assert not line.window.is_unanswered


def test_a_slow_line_gets_four_round_trips_of_patience() -> None:
    line = Line(last_seq=1)
    line.send()
    line.now_s += 20
    line.ack(1)
    line.last_seq = 2
    line.send()
    assert line.window.deadline() == line.now_s + 80


def test_a_resent_batch_teaches_no_round_trip() -> None:
    line = Line(last_seq=1)
    line.send()
    line.now_s += RESEND_S
    line.send()
    line.now_s += 0.5
    line.ack(1)
    assert line.window.round_trip_s is None


def test_a_lost_batch_below_a_stored_one_is_sent_again_and_the_stored_one_is_not() -> None:
    line = Line(last_seq=600)
    line.send()
    line.ack(200)
    assert line.send() == [(201, 400), (401, 600)]
    line.ack(200, (401, 600))
    assert line.send() == []
    line.now_s += RESEND_S
    assert line.send() == [(201, 400)]
    line.ack(600)
    assert line.window.mark == 600


def test_a_doubled_or_late_ack_changes_nothing() -> None:
    line = Line(last_seq=500)
    line.send()
    line.ack(200, city_ms=2_000_000)
    line.send()
    assert not line.ack(200, city_ms=2_000_000)
    assert not line.ack(50, city_ms=1_999_000)
    assert line.window.mark == 200
    assert line.send() == []


def test_a_late_ack_that_knows_more_is_believed() -> None:
    line = Line(last_seq=500)
    line.send()
    line.ack(50, city_ms=2_000_000)
    line.ack(200, city_ms=1_999_000)
    assert line.window.mark == 200


def test_an_ack_of_another_epoch_changes_nothing() -> None:
    line = Line(last_seq=5)
    line.send()
    assert not line.ack(5, epoch=b"\x02" * 8)
    assert line.window.mark == 0


def test_an_ack_for_what_we_never_wrote_moves_nothing_and_is_noticed() -> None:
    line = Line(last_seq=5)
    line.send()
    assert not line.ack(6)
    assert (line.window.mark, line.window.is_city_ahead) == (0, True)
    line.ack(5)
    assert (line.window.mark, line.window.is_city_ahead) == (5, False)


def test_an_ack_for_what_this_process_did_not_send_waits_until_it_did() -> None:
    line = Line(mark=100, last_seq=150)
    line.ack(150)
    assert line.window.mark == 100
    assert line.send() == [(101, 150)]
    line.ack(150)
    assert line.window.mark == 150


def test_a_city_restored_from_a_backup_gets_what_it_had_acknowledged_before() -> None:
    line = Line(mark=900, last_seq=910)
    line.send()
    line.ack(500, (901, 910))
    assert line.send() == [(501, 700), (701, 900)]
    assert line.window.mark == 900  # ours never goes back
    line.ack(910)
    assert line.window.mark == 910


def test_a_restored_city_whose_clock_was_set_back_is_believed_in_the_end() -> None:
    line = Line(mark=900, last_seq=901)
    line.send()
    line.ack(901, city_ms=9_000_000)
    assert not line.ack(500, city_ms=8_999_000)
    assert line.send() == []
    assert line.ack(500, city_ms=2_000_000)
    assert line.send() == [(501, 700), (701, 900)]


def test_rows_the_journal_forgot_do_not_hold_up_the_rest() -> None:
    line = Line(mark=900, last_seq=910)
    line.ack(0)
    assert line.window.due(910, line.now_s) == Run(1, 200)
    line.window.forgotten(850)
    assert line.send() == [(851, 910)]


def test_a_city_that_greets_has_heard_nothing_of_what_flies() -> None:
    line = Line(last_seq=700)
    line.send()
    line.ack(0)
    assert line.send() == []
    line.ack(0, is_greeting=True)
    assert line.send() == [(1, 200)]


def test_a_greeting_that_comes_late_does_not_disturb() -> None:
    line = Line(last_seq=700)
    line.send()
    line.ack(200)
    line.send()
    line.ack(0, city_ms=line.city_ms - 5, is_greeting=True)
    assert line.send() == []


def test_after_the_line_broke_all_that_flew_is_sent_again() -> None:
    line = Line(last_seq=50)
    line.send()
    line.window.line_lost()
    assert line.window.deadline() is None
    assert line.send() == [(1, 50)]


def test_before_the_city_has_spoken_nothing_is_suspected() -> None:
    window = Window(EPOCH, 7)
    assert (window.is_city_ahead, window.is_unanswered, window.in_flight) == (False, False, 0)


def test_the_first_word_of_a_city_counts_also_when_its_clock_stands_at_the_beginning() -> None:
    line = Line(last_seq=1)
    line.send()
    assert line.ack(1, city_ms=0)


def test_a_run_that_lacks_one_event_of_a_whole_batch_gathers_more() -> None:
    line = Line(last_seq=1)
    line.send()
    line.ack(1)
    line.last_seq = 2
    assert line.send() == [(2, 2)]
    line.last_seq = 201
    assert line.send() == []
    line.last_seq = 202
    assert line.send() == [(3, 202)]


def test_a_line_that_is_back_begins_with_one_batch_and_reproaches_nobody() -> None:
    line = Line(last_seq=10_000)
    line.send()
    line.ack(200)
    line.send()
    line.now_s += RESEND_S
    line.send()
    assert line.window.is_unanswered
    line.window.line_lost()
    assert not line.window.is_unanswered
    assert line.send() == [(201, 400)]
    assert line.window.deadline() == line.now_s + RESEND_S


def test_what_a_city_had_stored_is_not_believed_of_the_one_after_the_cut() -> None:
    line = Line(last_seq=600)
    line.send()
    line.ack(200)
    line.send()
    line.ack(200, (401, 600))
    line.window.line_lost()
    line.window.size = 4
    assert line.send() == [(201, 400), (401, 600)]


def test_a_city_whose_clock_went_back_by_all_that_a_word_can_wander_is_believed() -> None:
    line = Line(mark=900, last_seq=901)
    line.send()
    line.ack(901, city_ms=9_000_000)
    assert not line.ack(500, city_ms=8_400_001)
    assert line.ack(500, city_ms=8_400_000)


def test_the_newest_event_alone_may_be_the_one_that_is_stored() -> None:
    line = Line(last_seq=5)
    line.send()
    line.ack(3, (5, 5))
    line.now_s += RESEND_S
    assert line.send() == [(4, 4)]


def test_a_gap_is_filled_and_nothing_beyond_it_is_sent_twice() -> None:
    line = Line(last_seq=600)
    line.send()
    line.ack(200)
    line.send()
    line.ack(200, (301, 600))
    line.now_s += RESEND_S
    assert line.send() == [(201, 300)]


def test_one_quick_answer_does_not_make_a_slow_line_quick() -> None:
    line = Line()
    for trip_s in (16.0, 8.0):
        line.last_seq += 1
        line.send()
        line.now_s += trip_s
        line.ack(line.last_seq)
    assert line.window.round_trip_s == 15.0


def test_silence_halves_a_window_of_three_to_one() -> None:
    line = Line(last_seq=10_000)
    line.send()
    line.ack(200)
    line.send()
    line.ack(400)
    line.now_s += RESEND_S
    line.window.due(line.last_seq, line.now_s)
    assert line.window.size == 1
    for _ in range(3):
        line.now_s += RESEND_MAX_S
        assert len(line.send()) == 1
