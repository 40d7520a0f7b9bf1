"""Drawings of headers have their lines where the RFCs have them."""

import re
from itertools import pairwise

import pytest
from construct import BitsInteger, BitStruct, Bytes, If, Int8ub, Int16ub, Int32ub, this

from wirelab.codecs.compiler.documents.diagram import diagram
from wirelab.codecs.compiler.documents.layout import parts
from wirelab.codecs.constructs import field
from wirelab.codecs.reference import schema_of

# RFC 9293 section 3.1, figure 1, without the data.
TCP = """
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |          Source Port          |       Destination Port        |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                        Sequence Number                        |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                    Acknowledgment Number                      |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |  Data |       |C|E|U|A|P|R|S|F|                               |
    | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
    |       |       |R|E|G|K|H|T|N|N|                               |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |           Checksum            |         Urgent Pointer        |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                           [Options]                           |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
"""

# RFC 791 section 3.1, figure 4.
IPV4 = """
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |Version|  IHL  |Type of Service|          Total Length         |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |         Identification        |Flags|      Fragment Offset    |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |  Time to Live |    Protocol   |         Header Checksum       |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                       Source Address                          |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                    Destination Address                        |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                    Options                    |    Padding    |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
"""

# RFC 8200 section 3.
IPV6 = """
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |Version| Traffic Class |           Flow Label                  |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |         Payload Length        |  Next Header  |   Hop Limit   |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                                                               |
    +                                                               +
    |                                                               |
    +                         Source Address                        +
    |                                                               |
    +                                                               +
    |                                                               |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                                                               |
    +                                                               +
    |                                                               |
    +                      Destination Address                      +
    |                                                               |
    +                                                               +
    |                                                               |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
"""

# RFC 768 page 1: nine columns an octet.
UDP = """
     +--------+--------+--------+--------+
     |     Source      |   Destination   |
     |      Port       |      Port       |
     +--------+--------+--------+--------+
     |                 |                 |
     |     Length      |    Checksum     |
     +--------+--------+--------+--------+
"""

# RFC 826 "Packet format": bits and what they are, one a line.
ARP = """
        16.bit: (ar$hrd) Hardware address space (e.g., Ethernet,
        16.bit: (ar$pro) Protocol address space.  For Ethernet
         8.bit: (ar$hln) byte length of each hardware address
         8.bit: (ar$pln) byte length of each protocol address
        16.bit: (ar$op)  opcode (ares_op$REQUEST | ares_op$REPLY)
        nbytes: (ar$sha) Hardware address of sender of this
        mbytes: (ar$spa) Protocol address of sender of this
        nbytes: (ar$tha) Hardware address of target of this
        mbytes: (ar$tpa) Protocol address of target.
"""

DIVIDED = {"Traffic Class", "Flags", "Type of Service", "Rsrvd", "Options", "Padding"}
"""Fields of the RFCs that later ones divide, or that we keep in one piece."""

NAMES = {
    "Time to Live": "ttl",
    "Header Checksum": "checksum",
    "Source Address": "source",
    "Destination Address": "destination",
    "[Options]": "options",
    "Data Offset": "data offset",
}


def cells(drawing, columns, bits=1):
    """Each field of a drawing: first bit, bit after it (from the start of the header), text.

    `columns` of the drawing are `bits` wide.
    """
    rows: list[list[str]] = []
    above: list[str] = []
    for line in drawing.splitlines():
        text = line.strip()
        if re.fullmatch(r"[+\-]{10,}", text):
            if above:
                rows.append(above)
            above = []
        elif text.startswith(("|", "+", ":")):
            above.append(text)
    found, bit = [], 0
    for lines in rows:
        height = 1 + sum(1 for line in lines if line.startswith("+"))
        edges = [at for at, mark in enumerate(lines[0]) if mark in "|:"]
        for left, right in pairwise(edges):
            words = [line[left + 1 : right].strip(" +:|") for line in lines]
            single = right - left == 2
            text = ("" if single else " ").join(word for word in words if word)
            found.append(
                (bit + left // columns * bits, bit + right // columns * bits * height, text)
            )
        bit += 32 * height
    return found


def ours(name):
    return [
        (start, stop, text.replace("_", " "))
        for start, stop, text in cells(diagram(parts(schema_of(name).subcons)), 2)
    ]


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("TCP", cells(TCP, 2)),
        ("IPv4", cells(IPV4, 2)),
        ("IPv6", cells(IPV6, 2)),
        ("UDP", cells(UDP, 9, 8)),
    ],
)
def test_fields_stand_where_the_rfc_draws_them(name, theirs):
    """RFC 9293 section 3.1, RFC 791 section 3.1, RFC 8200 section 3, RFC 768 page 1."""
    assert len(theirs) >= 4
    drawn = ours(name)
    for start, stop, text in theirs:
        if text not in DIVIDED:
            assert (start, stop, NAMES.get(text, text.lower())) in drawn
    # What a later RFC divides begins and ends where the older one drew it.
    for start, stop, text in theirs:
        if text in DIVIDED - {"Options", "Padding"}:
            assert start in {cell[0] for cell in drawn}
            assert stop in {cell[1] for cell in drawn}


def test_arp_has_the_fields_of_its_rfc_in_their_order():
    """RFC 826 "Packet format"."""
    widths = [
        int(found) if found.isdigit() else 0
        for found in re.findall(r"(\w+)\.bit|nbytes|mbytes", ARP)
    ]
    assert [part.bits for part in parts(schema_of("ARP").subcons)] == widths
    assert widths == [16, 16, 8, 8, 16, 0, 0, 0, 0]


def draw(*members):
    return [line.rstrip() for line in diagram(parts(members)).splitlines()][3:]


def test_a_field_over_several_rows_has_no_line_in_between():
    assert draw(field("a", Bytes(6)), field("b", Int16ub)) == [
        "    |                               a                               |",
        "    +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
        "    |                               |               b               |",
        "    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
    ]


def test_a_name_without_room_is_a_letter_that_is_explained():
    members = BitStruct(field("priority", BitsInteger(3)), field("rest", BitsInteger(13)))
    assert draw(members) == [
        "    |  A  |          rest           |",
        "    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
        "    A priority",
    ]


def test_a_variable_part_is_open_at_its_sides_and_the_next_one_begins_a_row():
    assert draw(field("n", Int8ub), field("text", Bytes(this.n)), field("end", Int8ub)) == [
        "    |       n       |",
        "    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
        "    |                                                               :",
        "    :                             text                              :",
        "    :                                                               |",
        "    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
        "    |      end      |",
        "    +-+-+-+-+-+-+-+-+",
    ]


def test_an_optional_part_stands_in_brackets_on_a_row_of_its_own():
    """As RFC 9293 draws the options, and RFC 2890 the key of GRE."""
    lines = draw(field("flag", Int8ub), field("key", If(this.flag == 1, Int32ub)))
    assert lines[2] == "    |                             [key]                             |"


def test_nothing_is_drawn_of_nothing():
    assert diagram([]) == ""
