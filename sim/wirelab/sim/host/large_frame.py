"""A frame larger than the link's MTU, which the link cuts into TCP segments itself.

Source: Linux `Documentation/networking/segmentation-offloads.rst` (TSO, and checksums with it);
Virtual I/O Device 1.2 section 5.1.6.2, which says it to a link.
"""


class LargeFrame(bytes):
    """Headers once, and the text of many segments. The link repeats the headers and counts on.

    Its TCP checksum field holds the sum of the pseudo-header, not complemented, for the link to
    complete in each segment.

    Attributes:
        headers: bytes of Ethernet, IPv4 and TCP before the text.
        transport: where TCP begins.
        segment_size: bytes of text in each segment but the last.
    """

    headers: int
    transport: int
    segment_size: int
