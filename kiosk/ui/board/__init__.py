"""The board: which calls are shown large, in which order, and how the board is drawn."""
