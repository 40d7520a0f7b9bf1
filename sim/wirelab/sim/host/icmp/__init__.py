"""ICMP of a host: answers, errors, and bad news for whoever sent the packet."""
