"""Berkeley sockets on a host."""
