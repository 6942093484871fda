"""The navigation of a visit: the events, the transitions between screens, and the requests to the lobby."""
