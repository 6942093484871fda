"""In what a screen is tried: every panel, language and look; and which panels have room for the full sizes."""

from __future__ import annotations

from typing import Any

from kiosk.records import replace
from kiosk.ui.drawing.metrics import Metrics
from kiosk.ui.flow.snapshot import Snapshot
from kiosk.ui.gallery import PANELS

LANGUAGES = ("vi", "en", "ko")
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "large": {"is_large": True},
    "contrast": {"is_contrast": True},
    "low": {"is_low": True},
    "large-contrast-low": {"is_large": True, "is_contrast": True, "is_low": True},
}
EVERYWHERE = [(panel, language, look) for panel in PANELS for look in LOOKS for language in LANGUAGES]
_LARGE_ENOUGH_MM = 160.0


def is_large_enough(metrics: Metrics) -> bool:
    """Tell whether the panel's short side has room for body text of 4.5 mm and targets of 15 and 20 mm."""
    return min(metrics.width_px, metrics.height_px) / metrics.px_per_mm >= _LARGE_ENOUGH_MM


def in_look(snapshot: Snapshot, language: str, look: str) -> Snapshot:
    """Return the same moment as somebody sees it who has chosen a language and a look."""
    return replace(snapshot, session=replace(snapshot.session, language=language, **LOOKS[look]))


def metrics_of(panel: str, look: str) -> Metrics:
    """Return what a panel measures in a look."""
    return replace(PANELS[panel], is_large="is_large" in LOOKS[look])
