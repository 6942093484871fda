"""Drawing: boxes, fonts, colours, scenes, and the painter that turns a scene into pixels."""
