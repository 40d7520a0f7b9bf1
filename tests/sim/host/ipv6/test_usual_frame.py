"""The layout of the fast path is that of the codecs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import TCP, Ethernet, IPv6
from wirelab.sim.host.ipv4.usual_frame import TIMESTAMPS
from wirelab.sim.host.ipv6 import usual_frame

WORD, LONG = st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)
ADDRESS, MAC = st.binary(min_size=16, max_size=16), st.binary(min_size=6, max_size=6)

frames = st.tuples(
    st.builds(Ethernet, destination=MAC, source=MAC, type=st.just(usual_frame.TYPE_IPV6)),
    st.builds(
        IPv6,
        dscp=st.integers(0, 63),
        ecn=st.integers(0, 3),
        flow_label=st.integers(0, 0xF_FFFF),
        hop_limit=st.integers(0, 255),
        next_header=st.just(6),
        source=ADDRESS,
        destination=ADDRESS,
    ),
    st.builds(
        TCP,
        source_port=WORD,
        destination_port=WORD,
        sequence_number=LONG,
        acknowledgment_number=LONG,
        flags=st.integers(0, 0x1FF),
        window=WORD,
        urgent_pointer=WORD,
    ),
    st.binary(max_size=60),
)


@given(frames, LONG, LONG)
@settings(max_examples=60)
def test_reading_a_usual_frame_gives_what_the_codecs_give(frame, tsval, tsecr):
    ethernet, ip, tcp, text = frame
    options = TIMESTAMPS.to_bytes(4) + tsval.to_bytes(4) + tsecr.to_bytes(4)
    stamped = tcp.replace(options=options)
    data = ethernet.build(ip.build(stamped.build(text, ip)))
    first_word = usual_frame.VERSION | (ip.dscp << 2 | ip.ecn) << 20 | ip.flow_label
    assert usual_frame.READ_TIMESTAMPED.unpack_from(data) == (
        ethernet.destination,
        ethernet.type,
        first_word,
        len(data) - usual_frame.TCP_AT,
        6,
        ip.source,
        ip.destination,
        tcp.source_port,
        tcp.destination_port,
        tcp.sequence_number,
        tcp.acknowledgment_number,
        8 << 12 | tcp.flags,
        tcp.window,
        TIMESTAMPS,
        tsval,
        tsecr,
    )
    assert data[usual_frame.HOP_LIMIT_AT] == ip.hop_limit
    assert data[usual_frame.TIMESTAMPS_END :] == text
    assert (first_word & usual_frame.ECN_BITS == usual_frame.ECN_BITS) == (ip.ecn == 3)
