"""The reader: says each new screen, and where the keys stand, while the visitor wishes to hear it."""

from __future__ import annotations

from kiosk.i18n import words
from kiosk.model.spoken import Sound, Utterance, aloud
from kiosk.ports.speaker import Voice
from kiosk.ui.drawing.focus import focused
from kiosk.ui.drawing.scene import Scene
from kiosk.ui.flow.session import Session

_STEP_PERCENT = 15
_FAINT_PERCENT = 10


class ScreenReader:
    """A voice, or none, and what it has texts last."""

    def __init__(self, voice: Voice | None, usual_percent: int) -> None:
        self._voice = voice
        self._usual_percent = usual_percent
        self._volume = 0
        self._scene: Scene | None = None
        self._last_spoken: tuple[str, ...] = ()
        self._focus = ""
        self._is_on = False
        self._has_beeped = False

    @property
    def is_busy(self) -> bool:
        """Tell whether somebody is listening to a sentence now."""
        return self._is_on and self._voice is not None and self._voice.is_busy

    def follow(self, scene: Scene, session: Session) -> None:
        """Say what is new since the last scene: the screen when it changed, else the target the keys came to."""
        was_on, self._is_on = self._is_on, session.is_spoken and self._voice is not None
        self._scene = scene
        if session.volume != self._volume and self._voice is not None:
            self._volume = session.volume
            self._voice.volume(min(100, max(_FAINT_PERCENT, self._usual_percent + _STEP_PERCENT * self._volume)))
        if not self._is_on:
            if was_on and self._voice:
                self._voice.stop()
            self._has_beeped = False
            return
        spoken, focus = (scene.name, scene.language, *scene.spoken), session.focus
        before, is_moved = self._last_spoken, focus != self._focus
        self._last_spoken, self._focus = spoken, focus
        if spoken[:2] != before[:2] or not was_on:
            self._say(_screen(scene, focus))
        elif spoken != before and not _counts_down(spoken, before):
            news = [sentence for sentence in spoken if sentence not in before]
            if news:  # what is no longer there is no reason to fall silent
                self._say(news)
        elif is_moved and focus:
            self._say(_target(scene, focus))
        self._has_beeped = False

    def repeat(self) -> None:
        """Say the whole screen once more."""
        if self._scene is not None and self._is_on:
            self._say(_screen(self._scene, self._focus))

    def greet(self, language: str) -> None:
        """Bid good day to somebody who has come near, and has not asked to hear anything yet."""
        if self._voice is not None and not self._is_on:
            text = words("screen", language)("Good day!\nWhat do you need today?")
            self._voice.say(Utterance(aloud(text, language), language))

    def tick(self) -> None:
        """Answer a touch."""
        if self._voice is not None:
            self._voice.say(Sound.TICK)

    def beep(self) -> None:
        """Answer a code that was read: before all else, also in the middle of a sentence."""
        if self._voice is not None:
            if self._is_on:
                self._voice.stop()
                self._has_beeped = True
            self._voice.say(Sound.BEEP)

    def chime(self) -> None:
        """Let everybody near know that somebody is called for."""
        if self._voice is not None:
            self._voice.say(Sound.CHIME)

    def reset(self) -> None:
        """Be silent, and as loud as the ward wishes for the next visitor."""
        self._last_spoken, self._focus, self._is_on, self._volume = (), "", False, 0
        if self._voice is not None:
            self._voice.stop()
            self._voice.reset()

    def _say(self, sentences: list[str]) -> None:
        if self._voice is None or self._scene is None:
            return
        if not self._has_beeped:  # what is texts of the code comes after the beep, and does not cut it off
            self._voice.stop()
        language = self._scene.language
        texts = [aloud(sentence, language) for sentence in sentences]
        self._voice.say(*(Utterance(text, language) for text in texts if text))


def _screen(scene: Scene, focus: str) -> list[str]:
    """Return what is texts of a screen: its words, how to choose, and where the keys stand."""
    t = words("screen", scene.language)
    count = len(scene.stops)
    how = t.plural(
        "{count} choice. Go on with the key to the right, choose with the round key.",
        "{count} choices. Go on with the key to the right, choose with the round key.",
        count,
    )
    return [*scene.spoken, *([how] if count else []), *_target(scene, focus)]


def _target(scene: Scene, focus: str) -> list[str]:
    """Return what is texts of the target the keys stand on."""
    target = focused(scene, focus)
    if target is None:
        return []
    t = words("screen", scene.language)
    place = [one.id for one in scene.stops].index(target.id) + 1
    return [target.label, t("{place} of {count}", place=place, count=len(scene.stops))]


def _counts_down(spoken: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Tell whether two screens differ in digits only: a clock or a countdown is not texts again each second."""
    return len(spoken) == len(before) and all(
        _without_digits(now) == _without_digits(then) for now, then in zip(spoken, before, strict=True)
    )


def _without_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())
