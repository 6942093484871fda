"""A kiosk, a line that loses, doubles and reorders, and a city that is restarted and restored: nothing is ever lost."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.records import replace
from kiosk.sync.send_window import Window
from kiosk.wire.messages import MAX_EVENTS, Ack

EPOCH, OTHER = b"\x01" * 8, b"\x02" * 8
Span = tuple[int, int]


class City:
    """The model of the city: a set of seqs and a clock; `applied` is what pages were made of, in order."""

    def __init__(self) -> None:
        self.stored: set[int] = set()
        self.ever: set[int] = set()
        self.clock_ms = 1_000_000
        self.backup: set[int] = set()

    def store(self, span: Span) -> Ack:
        """Take a batch."""
        self.stored.update(range(span[0], span[1] + 1))
        self.ever |= self.stored
        return self.standing()

    def standing(self) -> Ack:
        """Return the cumulative acknowledgement with its ranges."""
        self.clock_ms += 1
        up_to = 0
        while up_to + 1 in self.stored:
            up_to += 1
        above = sorted(seq for seq in self.stored if seq > up_to)
        ranges: list[list[int]] = []
        for seq in above:
            if ranges and ranges[-1][1] == seq - 1:
                ranges[-1][1] = seq
            else:
                ranges.append([seq, seq])
        return Ack(EPOCH, up_to, tuple((low, high) for low, high in ranges[:32]), self.clock_ms)


class LossyLine(RuleBasedStateMachine):
    """Any order of misfortunes."""

    def __init__(self) -> None:
        super().__init__()
        self.last_seq = 0
        self.mark_on_disk = 0
        self.now_s = 0.0
        self.city = City()
        self.up: list[Span] = []
        self.down: list[Ack] = []
        self.window = Window(EPOCH, 0)

    def _send(self) -> None:
        while (run := self.window.due(self.last_seq, self.now_s)) is not None:
            assert 1 <= run.first <= run.last <= self.last_seq
            assert run.last - run.first < MAX_EVENTS
            self.window.sent(run, self.now_s)
            self.up.append((run.first, run.last))
            assert self.window.in_flight <= 4

    def _hear(self, ack: Ack) -> None:
        self.window.acknowledged(ack, self.last_seq, self.now_s)
        self.mark_on_disk = max(self.mark_on_disk, self.window.mark)

    @rule(count=st.integers(1, 450))
    def append(self, count: int) -> None:
        """Tickets are taken."""
        self.last_seq += count
        self._send()

    @rule(seconds=st.sampled_from([0.1, 5.0, 31.0, 700.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.now_s += seconds
        self._send()

    @precondition(lambda self: self.up)
    @rule(data=st.data(), is_doubled=st.booleans())
    def deliver_up(self, data: st.DataObject, is_doubled: bool) -> None:
        """Any batch on the line arrives, perhaps once more later."""
        place = data.draw(st.integers(0, len(self.up) - 1))
        span = self.up[place] if is_doubled else self.up.pop(place)
        self.down.append(self.city.store(span))

    @precondition(lambda self: self.down)
    @rule(data=st.data(), is_doubled=st.booleans())
    def deliver_down(self, data: st.DataObject, is_doubled: bool) -> None:
        """Any acknowledgement on the line arrives, perhaps once more later."""
        place = data.draw(st.integers(0, len(self.down) - 1))
        self._hear(self.down[place] if is_doubled else self.down.pop(place))
        self._send()

    @rule()
    def lose_all(self) -> None:
        """The broker dies with all it held, the connection with it."""
        self.up.clear()
        self.down.clear()
        self.window.line_lost()
        self._send()

    @rule()
    def lose_batches(self) -> None:
        """An ACL throws batches away and says nothing."""
        self.up.clear()

    @rule()
    def greet(self) -> None:
        """The city begins to listen, and says so."""
        self.down.append(replace(self.city.standing(), is_greeting=True))

    @rule()
    def restart_kiosk(self) -> None:
        """The sync process is killed: only the mark on disk remains."""
        self.window = Window(EPOCH, self.mark_on_disk)
        self._send()

    @rule()
    def back_up_city(self) -> None:
        """The city makes a backup."""
        self.city.backup = set(self.city.stored)

    @rule()
    def restore_city(self) -> None:
        """The city comes back from its last backup, and greets every kiosk."""
        self.city.stored = set(self.city.backup)
        self.greet()

    @rule(up_to=st.integers(0, 5000))
    def hear_of_another_epoch(self, up_to: int) -> None:
        """An acknowledgement of the database before this one arrives."""
        self._hear(Ack(OTHER, up_to, (), self.city.clock_ms + 1))

    @rule(ahead=st.integers(1, 1000))
    def hear_of_the_future(self, ahead: int) -> None:
        """An acknowledgement arrives for what was never written."""
        before = self.mark_on_disk
        self._hear(Ack(EPOCH, self.last_seq + ahead, (), self.city.clock_ms + 1))
        assert self.mark_on_disk == before

    @invariant()
    def nothing_is_marked_that_the_city_never_had(self) -> None:
        """The mark on disk is always true."""
        assert self.city.ever.issuperset(range(1, self.mark_on_disk + 1))

    def teardown(self) -> None:
        """The line becomes good: all arrives, and the kiosk knows."""
        self.lose_all()
        self._hear(self.city.standing())  # the city's answer to "online"
        for _ in range(self.last_seq + 10):
            self._send()
            if not self.up:
                break
            self._hear(self.city.store(self.up.pop(0)))
        assert self.city.stored == set(range(1, self.last_seq + 1))
        assert self.mark_on_disk == self.last_seq
        assert self.window.in_flight == 0


TestLossyLine = LossyLine.TestCase
TestLossyLine.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
