"""`kiosk sound`: test a loudspeaker, and ask the technician what was heard."""

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

_TIMEOUT_S = 60.0
_POLL_S = 0.05

_NAMES = {"vi": "Vietnamese", "en": "English", "ko": "Korean"}
_CHIME = (
    "Did you hear a chime of two tones?",
    "Chime: check the cable, the plug and the volume of the loudspeaker, `alsamixer`, and `device` in kiosk.toml.",
)
_CALL_QUESTION = "Did you hear the whole call in {language}: A042, counter 3?"
_CALL_ADVICE = "{language}: if the first word is missing, the television wakes too slowly; otherwise try another voice."
_VOLUME = (
    "Can you understand it where people wait?",
    "Volume: set volume_percent in kiosk.toml, then the volume of the loudspeaker.",
)
"""The questions to the technician, each with the advice for the answer no."""


@click.group()
def sound() -> None:
    """Test the loudspeakers."""


@sound.command()
@click.option(
    "--face", type=click.Choice(["screen", "board"]), default="board", show_default=True, help="Which loudspeaker."
)
@click.option("--ask/--no-ask", "asks", default=None, help="Ask what was heard. Default: on a terminal.")
@json_option
@click.pass_obj
def test(home: Home, face: Face, asks: bool | None, as_json: bool | None) -> int:
    """Play a chime and a call in each language, and ask what was heard. Exit 1: something is wrong; 2: no sound.

    Run it as the user of the process that plays: `sudo -u kiosk-board kiosk sound test`.
    JSON: face, driver, device, status; heard (the answer to each question, null if nobody was asked).
    """
    settings = load(home)
    chosen = settings.kiosk.board_sound if face == "board" else settings.kiosk.sound
    languages = settings.site.languages if face == "screen" else ["vi", "en"]
    speaker = open_speaker(chosen, home, face)
    if speaker is None:
        status = "none"
    else:
        with closing(speaker):
            status = _play(speaker, languages)
    document = {"face": face, "driver": chosen.driver, "device": chosen.device, "status": status}
    is_played = status in (SpeakerStatus.READY, SpeakerStatus.NO_VOICE)
    is_asked = is_played and (not as_json and sys.stdin.isatty() and sys.stdout.isatty() if asks is None else asks)
    questions = _questions(languages)
    answers = (
        {name: click.confirm(question, err=True) for name, (question, _) in questions.items()} if is_asked else None
    )
    failed = [advice for name, (_, advice) in questions.items() if answers and not answers[name]]
    text = "\n".join(failed) or _result_text(status, chosen.device, is_asked=is_asked)
    answer(as_json, {**document, "heard": answers}, text)
    if not is_played:
        return 2
    return 1 if failed or status == SpeakerStatus.NO_VOICE else 0


def _play(speaker: Speaker, languages: list[str]) -> str:
    """Play the chime and the calls, and return the status of the loudspeaker afterwards."""
    speaker.say(Sound.CHIME, *(Utterance(call("A042", 3, language), language) for language in languages))
    deadline_monotonic_s = time.monotonic() + _TIMEOUT_S
    while speaker.is_busy and time.monotonic() < deadline_monotonic_s:
        time.sleep(_POLL_S)
    return speaker.status.value


def _questions(languages: list[str]) -> dict[str, tuple[str, str]]:
    spoken = [(language, _NAMES.get(language, language)) for language in languages]
    voices = {one: (_CALL_QUESTION.format(language=name), _CALL_ADVICE.format(language=name)) for one, name in spoken}
    return {"chime": _CHIME, **voices, "loud": _VOLUME}


def _result_text(status: str, device: str, *, is_asked: bool) -> str:
    if status == SpeakerStatus.MISSING:
        return f"Nothing was played: {device} is missing, or another program uses it. `aplay -L` lists the devices."
    if status == SpeakerStatus.NO_VOICE:
        return "A chime was played, but a voice is missing: install espeak-ng, or correct the voice file in kiosk.toml."
    if status == SpeakerStatus.READY:
        return "The loudspeaker works." if is_asked else f"Everything was played on {device}: did you hear it?"
    return "The kiosk has no loudspeaker: `driver` is none in kiosk.toml."
