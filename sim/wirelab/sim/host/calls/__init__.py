"""What a program, an administrator or a box may call on a host, a module for each concern.

    addresses           addresses, routes and name servers
    autoconfiguration   IPv6 without a hand, for hosts and routers
    neighbors           who is where on a link
    groups              multicast
    diagnostics         ping and its relatives
    sockets             UDP, TCP, and Berkeley sockets over all of them

Each class holds calls only, and finds everything in the host's `Layers`; `Host` is all of them.
"""
