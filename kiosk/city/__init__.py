"""The reference city end: stores every event of the kiosks once and in order, and serves pages about them."""
