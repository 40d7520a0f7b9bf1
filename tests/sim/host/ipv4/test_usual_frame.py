"""The layout of the fast path is that of the codecs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import TCP, Ethernet, IPv4, Timestamps
from wirelab.sim.host.ipv4 import usual_frame
from wirelab.sim.host.protocol_numbers import PROTOCOL_TCP

WORD, LONG = st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)
ADDRESS, MAC = st.binary(min_size=4, max_size=4), st.binary(min_size=6, max_size=6)

frames = st.tuples(
    st.builds(Ethernet, destination=MAC, source=MAC, type=st.just(usual_frame.TYPE_IPV4)),
    st.builds(
        IPv4,
        dscp=st.integers(0, 63),
        ecn=st.integers(0, 3),
        identification=WORD,
        reserved_flag=st.booleans(),
        dont_fragment=st.booleans(),
        more_fragments=st.booleans(),
        fragment_offset=st.integers(0, 0x1FFF),
        ttl=st.integers(0, 255),
        protocol=st.just(PROTOCOL_TCP),
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
    options = usual_frame.TIMESTAMPS.to_bytes(4) + tsval.to_bytes(4) + tsecr.to_bytes(4)
    stamped = tcp.replace(options=options)
    data = ethernet.build(ip.build(stamped.build(text, ip)))
    assert stamped.options[-1] == Timestamps(tsval, tsecr)
    fragment = int.from_bytes(data[20:22])
    assert usual_frame.READ_TIMESTAMPED.unpack_from(data) == (
        ethernet.destination,
        ethernet.type,
        usual_frame.VERSION_AND_LENGTH,
        ip.dscp << 2 | ip.ecn,
        len(data) - usual_frame.IPV4_AT,
        fragment,
        ip.protocol,
        ip.source,
        ip.destination,
        tcp.source_port,
        tcp.destination_port,
        tcp.sequence_number,
        tcp.acknowledgment_number,
        usual_frame.TIMESTAMPED | tcp.flags,
        tcp.window,
        usual_frame.TIMESTAMPS,
        tsval,
        tsecr,
    )
    in_one_piece = not (ip.more_fragments or ip.fragment_offset)
    assert (fragment & usual_frame.MORE_OR_OFFSET == 0) == in_one_piece
    assert data[usual_frame.TIMESTAMPS_END :] == text
