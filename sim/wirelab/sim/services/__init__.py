"""Services of our own, which run inside a host: what a virtual network needs to stand alone.

    small_services  echo, discard, chargen, daytime, time
    dhcp            `DhcpClient`, `DhcpServer`
    dns             `Resolver`, `DnsServer`

`Host.start` starts one. They are sans-IO as the host is, so they behave alike on a simulated
network and on a real link.
"""
