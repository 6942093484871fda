"""From a scene to pixels: boxes, fonts, colours, and the painter."""
