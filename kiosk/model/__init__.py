"""The rules of a hall: pure functions and values, no files, no clocks, no devices."""
