"""Decoding of codes in pictures with zxing-cpp and zbar, in memory only."""
