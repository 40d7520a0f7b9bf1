"""ICMP of a host (RFC 792, RFC 1122 section 3.2.2, RFC 4443), one object for both families.

layer            the room's one door
icmpv4, icmpv6   messages in       redirects_in; pings: who waits for an echo
errors_out       errors out        complaints: their names; quotes, rate_limit
trouble          bad news about what this host sent; troubles: its way to whoever sent it
output           the way down, as it is seen from here
message_types    types and codes; config: knobs
"""
