"""IPv6 of a host (RFC 8200, RFC 4291, RFC 6724), made with its first IPv6 address.

layer            the room's one door: what the host makes, and what it gets
input            the way up        extension_headers, reassembly
output           the way down      routes, scopes, source_selection, fragmentation
forwarding       the way through   redirects: telling of a shorter one
usual_frame      the layout that the short ways of TCP and of routers share:
fast_path (up), flow (down), fast_forwarding (through)
"""
