"""A thermal printer in software: bytes in, dots and answers out. It ships with the product."""
