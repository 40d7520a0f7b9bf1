"""IPv6 without a hand (RFC 4861 section 6, RFC 4862): routers tell, hosts act on it.

layer                    the room's one door
router_advertiser        the router's side
router_discovery         the host's side, which does what is advertised:
stateless_addresses      addresses (interface_identifiers: RFC 7217, EUI-64)
advertised_routes        default routers, networks, more specific routes (RFC 4191)
advertised_names         name servers and search domains (RFC 8106)
advertisement            the messages, read and checked
expiries                 one timer for all that ends
means                    the host, as it is seen from here
"""
