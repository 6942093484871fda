"""`kiosk sound`: try a loudspeaker, and ask the technician what was heard."""

from __future__ import annotations

import sys
import time
from contextlib import closing

import click

from kiosk.cli.output import answer, json_option
from kiosk.config import Home, load
from kiosk.drivers.speaker import open_speaker
from kiosk.lobby.faults import Face
from kiosk.model.spoken import Sound, Utterance, call
from kiosk.ports.speaker import Speaker, SpeakerStatus

_PATIENCE_S = 60.0
_GLANCE_S = 0.05

_NAMES = {"vi": "Vietnamese", "en": "English", "ko": "Korean"}
_CHIME = (
    "Did you hear a chime of two tones?",
    "Chime: look at cable, plug and volume of the loudspeaker, at `alsamixer`, and whether `device` is the right one.",
)
_WHOLE = "Did you hear in {language}, from its first word to its last, that A042 is called to counter 3?"
_NOT_WHOLE = "{language}: a first word that is missing is a television that wakes too slowly; else try another voice."
_LOUD = (
    "Can you follow it where people wait?",
    "Volume: set volume_percent in kiosk.toml, and then the loudspeaker's own.",
)
"""What a technician is asked, and what to do about a no."""


@click.group()
def sound() -> None:
    """Try the loudspeakers."""


@sound.command()
@click.option("--face", type=click.Choice(["screen", "board"]), default="board", show_default=True, help="Whose.")
@click.option("--ask/--no-ask", "asks", default=None, help="Ask what was heard. Default: on a terminal.")
@json_option
@click.pass_obj
def test(home: Home, face: Face, asks: bool | None, as_json: bool | None) -> int:
    """Play a chime and a call in each language, and ask what was heard (exit 1: not as it should be; 2: nothing was).

    Run it as the user who plays: `sudo -u kiosk-board kiosk sound test`.
    JSON: face, driver, device, status; heard (what was answered to each question, null where nobody was asked).
    """
    settings = load(home)
    chosen = settings.kiosk.board_sound if face == "board" else settings.kiosk.sound
    languages = settings.site.languages if face == "screen" else ["vi", "en"]
    speaker = open_speaker(chosen, home, face)
    if speaker is None:
        status = "none"
    else:
        with closing(speaker):
            status = _played(speaker, languages)
    document = {"face": face, "driver": chosen.driver, "device": chosen.device, "status": status}
    is_played = status in (SpeakerStatus.READY, SpeakerStatus.NO_VOICE)
    is_asked = is_played and (not as_json and sys.stdin.isatty() and sys.stdout.isatty() if asks is None else asks)
    questions = _questions(languages)
    heard = {name: click.confirm(asked, err=True) for name, (asked, _) in questions.items()} if is_asked else None
    wrong = [advice for name, (_, advice) in questions.items() if heard and not heard[name]]
    text = "\n".join(wrong) or _said(status, chosen.device, is_asked=is_asked)
    answer(as_json, {**document, "heard": heard}, text)
    if not is_played:
        return 2
    return 1 if wrong or status == SpeakerStatus.NO_VOICE else 0


def _played(speaker: Speaker, languages: list[str]) -> str:
    """Play everything, and return how the loudspeaker was then."""
    speaker.say(Sound.CHIME, *(Utterance(call("A042", 3, language), language) for language in languages))
    deadline = time.monotonic() + _PATIENCE_S
    while speaker.is_busy and time.monotonic() < deadline:
        time.sleep(_GLANCE_S)
    return speaker.status.value


def _questions(languages: list[str]) -> dict[str, tuple[str, str]]:
    spoken = [(language, _NAMES.get(language, language)) for language in languages]
    voices = {one: (_WHOLE.format(language=name), _NOT_WHOLE.format(language=name)) for one, name in spoken}
    return {"chime": _CHIME, **voices, "loud": _LOUD}


def _said(status: str, device: str, *, is_asked: bool) -> str:
    if status == SpeakerStatus.MISSING:
        return (
            f"Nothing was heard: {device} is not there, or in another program's hands. `aplay -L` lists what is there."
        )
    if status == SpeakerStatus.NO_VOICE:
        return "A chime was played, and a voice is missing: install espeak-ng, or mend the voice file in kiosk.toml."
    if status == SpeakerStatus.READY:
        return "The loudspeaker is well." if is_asked else f"Everything was played on {device}: did you hear it?"
    return "There is no loudspeaker, by choice: `driver` is none in kiosk.toml."
