"""The compositor's settings, generated from `kiosk.toml`: each window's output, its rotation and its touch screen.

Two compositors are supported: sway (Debian) and labwc (Raspberry Pi OS). Both identify the kiosk's windows by their app
ids, `kiosk-screen` and `kiosk-board`. The board never covers the visitor's screen, even without its television.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kiosk.config import Display, Kiosk
from kiosk.errors import ConfigError
from kiosk.files import replace_file

Compositor = Literal["sway", "labwc"]

FOLDER = Path("/etc/kiosk-display")
"""Where `kiosk-display.service` and its drop-in for labwc read them."""

SOCKET = "wayland-1"
"""The compositor's socket, as the units of screen and board name it."""

_SCREEN, _BOARD = "HDMI-A-1", "HDMI-A-2"
"""The two sockets of a Raspberry Pi, for settings without an output."""
_FROM = "Written by `kiosk config display` from kiosk.toml each time kiosk-display starts: change it there."


def files(compositor: Compositor, kiosk: Kiosk) -> dict[str, str]:
    """Return the compositor's settings: name under `FOLDER` → text."""
    return {"sway": _sway, "labwc": _labwc}[compositor](kiosk)


def _sway(kiosk: Kiosk) -> dict[str, str]:
    screen, board = _outputs(kiosk)
    # Debian 12's sway rotates clockwise, like the kiosk; "normal" also resets an earlier rotation.
    turned = "\n".join(f"output {name} transform {display.rotate or 'normal'}" for name, display in _named(kiosk))
    return {
        "sway.conf": f"""\
# {_FROM}

{turned}
# A finger is meant where it is seen: the glass follows the picture when that is turned.
input type:touch map_to_output {screen}

workspace screen output {screen}
workspace board output {board}
# Without a television the board stays on a workspace nobody sees, and never covers the visitor's screen.
assign [app_id="kiosk-screen"] workspace screen
assign [app_id="kiosk-board"] workspace board
for_window [app_id="kiosk-screen"] fullscreen enable
for_window [app_id="kiosk-board"] fullscreen enable
exec swaymsg workspace screen

# Shown only while a window is not there yet.
output * background #1B1815 solid_color
default_border none
seat * hide_cursor 1
xwayland disable
focus_on_window_activation none

# Of all it listens on (its unit's umask keeps the group out) this one socket is for our windows.
exec chmod g+rwx $XDG_RUNTIME_DIR/$WAYLAND_DISPLAY && systemd-notify --ready
"""
    }


def _labwc(kiosk: Kiosk) -> dict[str, str]:
    screen, board = _outputs(kiosk)
    autostart = [f"# {_FROM}"]
    found = {
        "labwc/rc.xml": f"""\
<?xml version="1.0"?>
<!-- {_FROM} -->
<labwc_config>
  <core>
    <decoration>client</decoration>
  </core>
  <!-- Bindings that do nothing: without any, labwc brings its own, and among them a terminal. -->
  <keyboard>
    <keybind key="XF86_Launch9"><action name="None" /></keybind>
  </keyboard>
  <mouse>
    <context name="Root"><mousebind button="Left" action="Press"><action name="None" /></mousebind></context>
  </mouse>
  <!-- A finger is meant where it is seen: the glass follows the picture when that is turned. -->
  <touch mapToOutput="{screen}" />
  <windowRules>
    <!-- On top for ever: without a television the board lies unseen under the visitor's screen. -->
    <windowRule identifier="kiosk-screen" serverDecoration="no" ignoreFocusRequest="yes">
      <action name="MoveToOutput" output="{screen}" />
      <action name="ToggleAlwaysOnTop" />
      <action name="ToggleFullscreen" />
    </windowRule>
    <windowRule identifier="kiosk-board" serverDecoration="no" ignoreFocusRequest="yes">
      <action name="MoveToOutput" output="{board}" />
      <action name="ToggleFullscreen" />
      <action name="FocusOutput" output="{screen}" />
    </windowRule>
  </windowRules>
</labwc_config>
""",
    }
    if any(display.rotate for _, display in _named(kiosk)):
        # labwc itself does not rotate; kanshi does, also when an output comes back.
        found["labwc/kanshi"] = _kanshi(kiosk)
        autostart.append(f"kanshi --config {FOLDER}/labwc/kanshi &")
    # Its socket is wayland-0; the windows expect sway's name.
    linked = f'[ "$WAYLAND_DISPLAY" = {SOCKET} ] || ln -sf "$WAYLAND_DISPLAY" "$XDG_RUNTIME_DIR/{SOCKET}"'
    # Of all sockets there (the unit's umask excludes the group) only this one is for the windows.
    opened = 'chmod g+rwx "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY" && systemd-notify --ready'
    found["labwc/autostart"] = "\n".join([*autostart, linked, opened, ""])
    return found


def _kanshi(kiosk: Kiosk) -> str:
    """Return a profile for both outputs and for each alone: a kanshi profile matches exactly the present outputs."""
    # kanshi rotates anticlockwise. Source: wl_output's transform in wayland.xml, which it passes on.
    lines = [f"    output {name} transform {(360 - d.rotate) % 360 or 'normal'}" for name, d in _named(kiosk)]
    profiles = ["\n".join(["profile {", *chosen, "}"]) for chosen in (lines, lines[:1], lines[1:])]
    return "\n".join([f"# {_FROM}", *profiles, ""])


def _outputs(kiosk: Kiosk) -> tuple[str, str]:
    return kiosk.screen.output or _SCREEN, kiosk.board.output or _BOARD


def _named(kiosk: Kiosk) -> tuple[tuple[str, Display], tuple[str, Display]]:
    screen, board = _outputs(kiosk)
    return (screen, kiosk.screen), (board, kiosk.board)


def write(name: str, text: str) -> Path:
    """Replace one of the files under `FOLDER` in one step, and return its place.

    Raises:
        ConfigError: the folder cannot be written; root can.
    """
    file = FOLDER / name
    try:
        replace_file(file, text.encode())
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}; try it as root", file=file) from error
    return file
