"""The MSS option (RFC 9293 section 3.7.1)."""

from wirelab.codecs import TCP, MaximumSegmentSize, NoOperation
from wirelab.sim.host.tcp.options import send_mss, syn_options


def syn(*options):
    return TCP(source_port=1, destination_port=2, flags=2, options=options)


def test_must_67_what_we_offer_is_the_mtu_less_both_headers():
    assert syn_options(1500) == (MaximumSegmentSize(1460),)
    assert syn_options(9000) == (MaximumSegmentSize(8960),)


def test_an_mss_fits_into_its_option():
    assert syn_options(1 << 20) == (MaximumSegmentSize(65_535),)


def test_must_15_without_the_option_536():
    assert send_mss(syn(), 1500) == 536


def test_must_16_the_smaller_of_the_peers_and_ours():
    assert send_mss(syn(NoOperation(), MaximumSegmentSize(1400)), 1500) == 1400
    assert send_mss(syn(MaximumSegmentSize(8960)), 1500) == 1460


def test_a_tiny_mss_is_raised():
    assert send_mss(syn(MaximumSegmentSize(0)), 1500) == 28
