"""The visitor's way: what can happen on a screen, where it leads, and what is asked of the lobby."""
