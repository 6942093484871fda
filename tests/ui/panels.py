"""Which panels are large enough for the full sizes: body 4.5 mm, targets 15 mm."""

from __future__ import annotations

from kiosk.ui.metrics import Metrics

_LARGE_ENOUGH_MM = 160.0


def is_large_enough(metrics: Metrics) -> bool:
    """Tell whether the panel's short side has room for them."""
    return min(metrics.width_px, metrics.height_px) / metrics.px_per_mm >= _LARGE_ENOUGH_MM
