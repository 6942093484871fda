"""How often the right procedure is among the first three, beside what simpler searches find, and how quickly."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
from rapidfuzz import fuzz, process

from benchmarks.questions import Question, questions, rewritten
from benchmarks.table import milliseconds, show
from kiosk.config import Home, Settings, load
from kiosk.defaults import write_home
from kiosk.model.telex import plain
from kiosk.records import replace
from kiosk.search.entries import entries_of
from kiosk.search.index import Index

Search = Callable[[str, str, int], tuple[str, ...]]

_FUZZY_LEAST = 70
"""Of 100: where rapidfuzz alone finds most and still keeps quiet now and then."""
_COPIES = 15
"""Of the catalogue, for one of 315 procedures."""
_TYPED = 40
"""Questions typed letter by letter."""
_ALONE = """
import sys, time
from pathlib import Path
from kiosk.config import Home, load
from kiosk.search.index import Index

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024

settings = load(Home.at(Path(sys.argv[1])))
before, started = megabytes(), time.monotonic()
Index(settings).search("khai zinh", "vi")
print(round((time.monotonic() - started) * 1000), round(megabytes() - before, 1))
"""


def measure() -> None:
    """Print the scores by kind of question, then times and memory."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        home = Home.at(Path(folder))
        write_home(home)
        settings = load(home)
        alone = _alone(folder)
    _show_scores(settings)
    _show_times(settings, alone)


def _show_scores(settings: Settings) -> None:
    held, tuned = questions("held"), questions("tune")
    with closing(Index(settings)) as index:
        searches: dict[str, Search] = {
            "ours": index.search,
            "plain FTS5": _fts5(settings),
            "rapidfuzz": _fuzzy(settings),
        }
        rows = [
            (name, str(len(asked)), *(_score(search, asked) for search in searches.values()))
            for name, asked in _groups(held, tuned).items()
        ]
    show(
        "Questions answered",
        ("right among the first three", "questions", *searches),
        rows,
        "Nothing was made to fit the held questions; the tuned ones were worked with. Plain FTS5: folded words, any "
        "of them, SQLite's own ranking. rapidfuzz: token_set_ratio against every phrase of the catalogue. Right where "
        "there is no answer is to say nothing. Target: 90 %.",
    )


def _groups(held: list[Question], tuned: list[Question]) -> dict[str, list[Question]]:
    groups = {
        "held, with an answer": [question for question in held if question.codes],
        "held, without": [question for question in held if not question.codes],
        "tuned, with an answer": [question for question in tuned if question.codes],
        "tuned, without": [question for question in tuned if not question.codes],
    }
    for question in (*held, *tuned, *rewritten(held), *rewritten(tuned)):
        groups.setdefault(question.kind, []).append(question)
    return groups


def _score(search: Search, asked: list[Question]) -> str:
    right = sum(question.is_answered_by(search(question.text, question.language, 3)) for question in asked)
    return f"{right / len(asked):.1%}"


def _fts5(settings: Settings) -> Search:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE procedure USING fts5 (code UNINDEXED, text)")
    for procedure in settings.procedures:
        texts = [
            *procedure.name.values(),
            *procedure.search,
            *(text for paper in procedure.papers for text in paper.values()),
        ]
        connection.execute("INSERT INTO procedure VALUES (?, ?)", (procedure.code, plain(" ".join(texts))))

    def search(question: str, _language: str, limit: int) -> tuple[str, ...]:
        words = [f'"{word}"' for word in "".join(c if c.isalnum() else " " for c in plain(question)).split()]
        query = "SELECT code FROM procedure WHERE procedure MATCH ? ORDER BY rank LIMIT ?"
        return tuple(code for (code,) in connection.execute(query, (" OR ".join(words), limit)))

    return search


def _fuzzy(settings: Settings) -> Search:
    entries = entries_of(settings)
    texts = [entry.text for entry in entries]

    def search(question: str, _language: str, limit: int) -> tuple[str, ...]:
        found = process.extract(
            plain(question), texts, scorer=fuzz.token_set_ratio, score_cutoff=_FUZZY_LEAST, limit=4 * limit
        )
        return tuple(dict.fromkeys(entries[row].code for _, _, row in found))[:limit]

    return search


def _alone(home: str) -> str:
    """Return what the index costs a process that has nothing of it yet, in words."""
    command = [sys.executable, "-c", _ALONE, home]
    building, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return f"In a new process the first question takes {building} ms and {memory} MB, rapidfuzz and synonyms included."


def _show_times(settings: Settings, alone: str) -> None:
    many = tuple(
        msgspec.structs.replace(procedure, code=f"{copy % 10}.{copy:03d}{procedure.code[-3:]}")
        for copy in range(_COPIES)
        for procedure in settings.procedures
    )
    show(
        "A question's time",
        ("catalogue", "to build", "a whole question", "p99", "one more letter typed", "p99"),
        [_times(settings), _times(replace(settings, procedures=many))],
        f"Whole questions: all held and tuned ones. Letters: the first {_TYPED} held ones, asked anew at each letter. "
        f"{alone} Target: 50 ms.",
    )


def _times(settings: Settings) -> tuple[str, ...]:
    started = time.monotonic()
    with closing(Index(settings)) as index:
        index.search("", "vi")
        built_s = time.monotonic() - started
        asked = [*questions("held"), *questions("tune")]
        whole = [_seconds(index, question.text, question.language) for question in asked]
        letters = [
            _seconds(index, question.text[:end], question.language)
            for question in asked[:_TYPED]
            for end in range(1, len(question.text))
        ]
    name = f"{len(settings.procedures)} procedures"
    return (name, f"{built_s * 1000:.0f} ms", *milliseconds(whole), *milliseconds(letters))


def _seconds(index: Index, question: str, language: str) -> float:
    started = time.monotonic()
    index.search(question, language)
    return time.monotonic() - started
