"""A small sound HTTP/1.1 (RFC 9112) over our own TCP streams: enough for `http get` and `serve`."""
