"""Any event the journal could hold, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from kiosk.model.event import Event
from kiosk.wire.batch import FIELDS, KINDS
from kiosk.wire.messages import MAX_AT_MS

int64s = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.builds("{}{:03d}".format, st.sampled_from("ABC"), st.integers(0, 2000))
scalars = st.one_of(int64s, st.integers(0, 40), texts, numbers, st.booleans(), st.none(), st.binary(max_size=12))
names = texts.filter(bool)
payloads = st.dictionaries(st.one_of(st.sampled_from(FIELDS), names), scalars, max_size=6)
times = st.one_of(st.integers(0, MAX_AT_MS), st.integers(1_795_413_600_000, 1_795_500_000_000))
epochs = st.binary(min_size=8, max_size=8)


@st.composite
def runs(draw: st.DrawFn, max_size: int = 30) -> list[Event]:
    """Return events whose seqs rise by one."""
    first = draw(st.integers(1, 2**40))
    kinds = st.one_of(st.sampled_from(KINDS), names)
    rows = draw(st.lists(st.tuples(kinds, times, payloads), min_size=1, max_size=max_size))
    return [Event(seq, kind, at_ms, payload) for seq, (kind, at_ms, payload) in enumerate(rows, start=first)]
