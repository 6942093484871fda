"""The officers' page, and a board page for further televisions: HTTP and server-sent events on the hall's network."""
