"""The line to the city: how events become bytes, which of them fly, and the connection they fly on."""
