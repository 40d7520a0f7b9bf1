"""Whole captures as columns: one NumPy array a field, at millions of packets a second.

>>> from io import BytesIO
>>> from wirelab.codecs import TCP, Ethernet, IPv4, columns
>>> from wirelab.codecs.capture import PcapWriter
>>> stream = BytesIO()
>>> with PcapWriter(stream) as writer:
...     for port in (80, 443):
...         writer.write(bytes(Ethernet() / IPv4() / TCP(destination_port=port)), 1_000)
>>> _ = stream.seek(0)
>>> table = columns.read(stream)
>>> table["tcp.dstport"].tolist(), table.valid("udp").tolist()
([80, 443], [False, False])
>>> table.mask("tcp.port == 443 && ip.src == 127.0.0.0/8").tolist()
[False, True]
>>> bool((table.checksum("tcp") == columns.GOOD).all())
True

A column is made when it is first asked for. `read` gives a whole capture, `blocks` one block of
rows after the other, for captures that are larger than memory:

    for block in columns.blocks("huge.pcapng"):
        total += block["frame.len"][block.mask("udp.port == 53")].sum()

pcap and pcapng files are mapped into memory, not read: do not shorten one while it is in use. What
cannot be mapped (gzip, pipes) is read frame by frame, several times slower.
"""

try:
    from wirelab.codecs.columns.names import UnknownColumnError, all_names
    from wirelab.codecs.columns.reading import ROWS, blocks, read
    from wirelab.codecs.columns.table import Table
    from wirelab.codecs.columns.verdicts import ABSENT, BAD, GOOD, UNVERIFIABLE
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "numpy":
        raise
    raise ImportError(
        "wirelab.codecs.columns needs NumPy, which is not installed here: "
        "pip install 'wirelab[columns]'"
    ) from error

__all__ = [
    "ABSENT",
    "BAD",
    "GOOD",
    "ROWS",
    "UNVERIFIABLE",
    "Table",
    "UnknownColumnError",
    "all_names",
    "blocks",
    "read",
]
