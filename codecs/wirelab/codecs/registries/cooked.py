"""Whence a packet of a Linux cooked capture came (tcpdump.org, LINKTYPE_LINUX_SLL)."""

from wirelab.codecs.registries import Registry

PACKET_TYPES = Registry(
    "cooked.PACKET_TYPES",
    {
        0: "to us",
        1: "broadcast",
        2: "multicast",
        3: "to another host",
        4: "sent by us",
    },
)
