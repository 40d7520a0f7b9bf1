"""IPv4 of a host (RFC 791, RFC 1122 section 3, RFC 1812): up, down and through.

layer            the room's one door: what the host makes, and what it gets
input            the way up        options, reassembly
output           the way down      fragmentation, identification, source_routes, hooked_link
forwarding       the way through   errors: what ICMP is asked to tell senders
usual_frame      the layout that the short ways of TCP and of routers share:
fast_path (up), flow (down), fast_forwarding (through)
"""
