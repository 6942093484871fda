"""The queue board: which call is shown large, in which order, and how the board is drawn."""
