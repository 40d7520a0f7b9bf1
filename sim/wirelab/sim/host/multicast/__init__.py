"""Multicast groups of a host: who listens to what (IGMP, MLD), and the router that asks."""
