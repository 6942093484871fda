"""From a ticket to paper: what a slip says, how it is drawn, and the bytes a thermal printer takes."""
