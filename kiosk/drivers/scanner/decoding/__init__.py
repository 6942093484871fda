"""Codes in pictures: read in memory by zxing-cpp and zbar, and nothing of a picture is kept."""
