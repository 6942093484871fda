"""The screen reader: reads out each new screen and the focused target while speech is on."""

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
    """Reads screens out with a voice, and remembers what it read last. Without a voice it does nothing."""

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
        """Tell whether speech is on and a sentence is being spoken."""
        return self._is_on and self._voice is not None and self._voice.is_busy

    def follow(self, scene: Scene, session: Session) -> None:
        """Read out what changed since the last scene: the whole screen, the new sentences, or the focused target."""
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
            if news:  # a sentence that disappeared does not interrupt speech
                self._say(news)
        elif is_moved and focus:
            self._say(_target(scene, focus))
        self._has_beeped = False

    def repeat(self) -> None:
        """Read the whole screen out again."""
        if self._scene is not None and self._is_on:
            self._say(_screen(self._scene, self._focus))

    def greet(self, language: str) -> None:
        """Greet a person who has come near, unless speech is on already."""
        if self._voice is not None and not self._is_on:
            text = words("screen", language)("Good day!\nWhat do you need today?")
            self._voice.say(Utterance(aloud(text, language), language))

    def tick(self) -> None:
        """Play the sound of a touch."""
        if self._voice is not None:
            self._voice.say(Sound.TICK)

    def beep(self) -> None:
        """Play the sound of a code that was read; interrupt a sentence for it."""
        if self._voice is not None:
            if self._is_on:
                self._voice.stop()
                self._has_beeped = True
            self._voice.say(Sound.BEEP)

    def chime(self) -> None:
        """Play the chime of a call for help."""
        if self._voice is not None:
            self._voice.say(Sound.CHIME)

    def reset(self) -> None:
        """Stop speech and restore the ward's volume for the next visitor."""
        self._last_spoken, self._focus, self._is_on, self._volume = (), "", False, 0
        if self._voice is not None:
            self._voice.stop()
            self._voice.reset()

    def _say(self, sentences: list[str]) -> None:
        if self._voice is None or self._scene is None:
            return
        if not self._has_beeped:  # speech after a scan must not cut off the beep
            self._voice.stop()
        language = self._scene.language
        texts = [aloud(sentence, language) for sentence in sentences]
        self._voice.say(*(Utterance(text, language) for text in texts if text))


def _screen(scene: Scene, focus: str) -> list[str]:
    """Return what is read out of a screen: its texts, how to choose, and the focused target."""
    t = words("screen", scene.language)
    count = len(scene.stops)
    how = t.plural(
        "{count} choice. Go on with the key to the right, choose with the round key.",
        "{count} choices. Go on with the key to the right, choose with the round key.",
        count,
    )
    return [*scene.spoken, *([how] if count else []), *_target(scene, focus)]


def _target(scene: Scene, focus: str) -> list[str]:
    """Return what is read out of the focused target."""
    target = focused(scene, focus)
    if target is None:
        return []
    t = words("screen", scene.language)
    place = [one.id for one in scene.stops].index(target.id) + 1
    return [target.label, t("{place} of {count}", place=place, count=len(scene.stops))]


def _counts_down(spoken: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Tell whether two screens differ only in digits, so that a clock or a countdown is not read out every second."""
    return len(spoken) == len(before) and all(
        _without_digits(now) == _without_digits(then) for now, then in zip(spoken, before, strict=True)
    )


def _without_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())
