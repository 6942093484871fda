"""What espeak-ng makes of our words: every letter and digit of a call can be told from the others."""

from __future__ import annotations

import subprocess

import pytest

from kiosk.config import Home
from kiosk.drivers.speaker.voices import voices
from kiosk.model.spoken import call, money, ticket_number


def _phonemes(text: str, language: str) -> str:
    argv = [word for word in voices(language, {}, Home.at(None))[0].argv if word != "--stdout"]
    run = subprocess.run([*argv, "-q", "--ipa"], input=text, capture_output=True, text=True, check=True)
    return " ".join(run.stdout.split())


@pytest.mark.parametrize("language", ["vi", "en", "ko"])
def test_no_two_letters_sound_alike(language: str) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    heard = {letter: _phonemes(ticket_number(f"{letter}001", language), language) for letter in letters}
    assert len(set(heard.values())) == 26, heard


@pytest.mark.parametrize("language", ["vi", "en", "ko"])
def test_no_two_digits_sound_alike(language: str) -> None:
    heard = {digit: _phonemes(ticket_number(f"A{digit}00", language), language) for digit in range(10)}
    assert len(set(heard.values())) == 10, heard


def test_the_letter_a_is_no_english_article() -> None:
    assert "ˈeɪ" in _phonemes(call("A042", 3, "en"), "en")


def test_an_amount_is_said_without_empty_hundreds() -> None:
    assert _phonemes("không trăm", "vi").split()[-1] not in _phonemes(money(20_000, "vi"), "vi")
