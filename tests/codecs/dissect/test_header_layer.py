"""The layer that every header has, tried on headers whose layers are known."""

import pytest

from wirelab.codecs import UDP, Ethernet, IPv4
from wirelab.codecs.dissect.fields import REGISTRY, Kind, derived
from wirelab.codecs.dissect.header_layer import HeaderLayer
from wirelab.codecs.dissect.layer import Context
from wirelab.codecs.dissect.visit import Visit
from wirelab.codecs.errors import DecodeError

DATAGRAM = bytes(UDP(source_port=1, destination_port=2, checksum=7) / b"payload")
PACKET = bytes(IPv4() / UDP(source_port=50000, destination_port=50001) / b"payload")


def shown(header, data, wanted=None):
    """Items and protocols of bytes that begin with a header."""
    visit = Visit(1, 0)
    layer = HeaderLayer(Context(None if wanted is None else frozenset(wanted)), header)
    try:
        layer.dissect(visit, data, 0, len(data), len(data))
    except DecodeError as error:
        visit.problem = error
    return visit


def test_fields_come_from_the_header_class_in_wire_order():
    visit = shown(UDP, DATAGRAM)
    assert [name for name, _ in visit.items] == [
        *("udp", "udp.srcport", "udp.port", "udp.dstport", "udp.port", "udp.length"),
        *("udp.checksum", "data", "data.data", "data.len"),
    ]
    assert dict(visit.items)["data.data"] == b"payload"


def test_what_follows_is_found_by_the_field_that_names_it():
    assert shown(IPv4, PACKET).protocols == ["ip", "udp", "data"]
    assert shown(Ethernet, bytes(12) + b"\x08\0" + PACKET).protocols == ["eth", "ip", "udp", "data"]


def test_lengths_are_shown_in_the_units_of_the_display():
    assert dict(shown(IPv4, PACKET).items)["ip.hdr_len"] == 20


@pytest.mark.parametrize("length", range(8))
def test_a_cut_header_shows_the_fields_that_were_captured(length):
    visit = shown(UDP, DATAGRAM[:length])
    names = {name for name, _ in visit.items}
    assert ("udp.srcport" in names) == (length >= 2)
    assert ("udp.length" in names) == (length >= 6)
    assert f"expected 8 bytes, got {length} bytes" in str(visit.problem)


def test_only_what_is_wanted_is_added():
    assert shown(UDP, DATAGRAM, ["udp.length"]).items == [("udp.length", 15)]


def test_a_subclass_adds_and_replaces_and_hides(monkeypatch):
    for name in ("udp.length", "test.sum"):  # what is declared below is forgotten afterwards
        monkeypatch.setitem(REGISTRY, name, None)

    class Shown(HeaderLayer):
        NAME = "datagram"
        EXTRA = (
            derived("udp.length", Kind.NUMBER, "Length", 6, lambda header: header.length - 8),
            derived("test.sum", Kind.NUMBER, "Sum", 4, lambda header: 3),
        )
        HIDDEN = frozenset(("udp.checksum",))

    visit = Visit(1, 0)
    Shown(Context(None), UDP).dissect(visit, DATAGRAM, 0, len(DATAGRAM), len(DATAGRAM))
    values = dict(visit.items)
    assert visit.protocols[0] == "datagram"
    assert (values["udp.length"], values["test.sum"]) == (7, 3)
    assert "udp.checksum" not in values
