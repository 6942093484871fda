"""Read a TOML file into a struct. An error is one sentence with the file, the key, the value and the nearest key."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from types import UnionType
from typing import Annotated, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from kiosk.errors import ConfigError

_T = TypeVar("_T")

_PATH = re.compile(r" - at `\$((?:\.\w+|\[(?:\d+|\.\.\.)\])*)`\Z")
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_SHOWN_LENGTH = 60
_SECRET = "pin_scrypt"
"""The key whose value is never shown: a PIN is so short that it can be guessed from its hash."""


def read(file: Path, kind: type[_T]) -> _T:
    """Return the content of a TOML file as `kind`. The text is normalised to NFC; a byte order mark is skipped.

    Raises:
        ConfigError: the file is missing, unreadable, not UTF-8 or not TOML, or a key or value does not fit.
    """
    try:
        raw = tomllib.loads(unicodedata.normalize("NFC", file.read_text(encoding="utf-8-sig")))
    except FileNotFoundError as error:
        raise ConfigError(f"{file} is missing: run `kiosk init` to write a complete one", file=file) from error
    except UnicodeDecodeError as error:
        message = f"{file} is not UTF-8 text (byte {error.start}): save it as UTF-8"
        raise ConfigError(message, file=file) from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}", file=file) from error
    except RecursionError as error:
        raise ConfigError(f"{file} is nested too deeply to be settings", file=file) from error
    except ValueError as error:  # TOMLDecodeError, and numbers with thousands of digits
        raise ConfigError(f"{file} is not valid TOML: {error}", file=file) from error
    return converted(file, raw, kind)


def converted(file: Path, raw: object, kind: type[_T]) -> _T:
    """Return `raw` as `kind`. `file` is named in the error message.

    Raises:
        ConfigError: a key or value does not fit.
    """
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise _explained(file, raw, kind, str(error)) from error


def nearest(name: str, known: list[str]) -> str:
    """Return advice on an unknown name: the nearest known name, or all of them."""
    import difflib  # imported only after an error

    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"


def _explained(file: Path, raw: object, kind: object, complaint: str) -> ConfigError:
    """Turn the message and path of msgspec into a message with file, key, value and advice."""
    at = _PATH.search(complaint)
    sentence = complaint[: at.start()] if at else complaint
    key = ""
    for name, index in _STEP.findall(at[1]) if at else []:
        kind = _kind_below(kind, name)
        step = name or (_first_not_text(raw) if index == "..." else index)
        raw = _value_below(raw, step)
        key += f"[{step}]" if index.isdigit() else f".{step}" if key else step
    unknown = re.search(r"unknown field `(.*)`", sentence, re.DOTALL)
    missing = re.search(r"missing required field `(\w+)`", sentence)
    if unknown or missing:
        name = unknown[1] if unknown else missing[1] if missing else ""
        where = f"{key}.{name}" if key else name
        advice = f"unknown setting; {nearest(name, list(_fields(kind)))}" if unknown else "this setting is missing"
        return ConfigError(f"{file}: {where}: {advice}", file=file, key=where)
    wanted = _description(kind) or sentence
    return ConfigError(f"{file}: {key} = {_shown(key, raw)}: {_lower_first(wanted)}", file=file, key=key)


def _first_not_text(raw: object) -> str:
    """Return the key that msgspec writes as `[...]`: the first value of a dict that is not a text."""
    items = raw.items() if isinstance(raw, dict) else ()
    return next((str(key) for key, value in items if not isinstance(value, str)), "")


def _value_below(raw: object, step: str) -> object:
    if isinstance(raw, dict):
        return raw.get(step)
    return raw[int(step)] if isinstance(raw, list) else None


def _kind_below(kind: object, name: str) -> object:
    """Return the type of a struct's field, or of the values of a list or dict if `name` is empty."""
    kind = _bare(kind)
    if name:
        return _fields(kind).get(name)
    return get_args(kind)[-1] if get_args(kind) else None


def _bare(kind: object) -> object:
    """Return the type inside Annotated[…] and … | None."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = get_args(kind)[0]
    return kind


def _fields(kind: object) -> dict[str, object]:
    """Return the fields of a struct, name → type. Other types have none."""
    kind = _bare(kind)
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        return {}
    return {field.name: field.type for field in msgspec.structs.fields(kind)}


def _description(kind: object) -> str:
    """Return the description in a type's annotation, or an empty text."""
    notes = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    descriptions = (note.description for note in notes if isinstance(note, msgspec.Meta))
    return next((f"expected {description}" for description in descriptions if description), "")


def _lower_first(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _shown(key: str, value: object) -> str:
    if key.endswith(_SECRET):
        return "(not shown)"
    text = repr(value)
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"
