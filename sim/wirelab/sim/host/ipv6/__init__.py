"""IPv6 of a host: the way up, the way down, and the short ways that TCP takes."""
