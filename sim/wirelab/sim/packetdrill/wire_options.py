"""TCP options between the words of a script and the bytes of a header."""

from collections.abc import Iterable
from typing import Final

from wirelab import codecs
from wirelab.sim.packetdrill.syntax import (
    AccurateEcn,
    AckRateRequest,
    EndOfOptions,
    FastOpen,
    Md5,
    Mss,
    NoOperation,
    OtherOption,
    Sack,
    SackPermitted,
    TcpOption,
    Timestamps,
    WindowScale,
)

# Draft 11 of RFC 9768 put the option within option 254; by the order of the counters.
_ACCURATE_ECN: Final = (0xACC0, 0xACC1)
_ACK_RATE: Final = 0x00AC  # draft-ietf-tcpm-ack-rate-request section 3.1
_RATE_SHIFT: Final = 5  # the rate's 11 bits come first, then reserved ones: same section
_COUNTER: Final = 3  # bytes of a counter, RFC 9768 section 3.2.3


def option_bytes(options: Iterable[TcpOption]) -> bytes:
    """Options as they go on the wire, in the order given and without padding.

    Raises:
        ValueError: an option that is known by name only, or a digest that is not given.
    """
    return b"".join(_encoded(option).encode() for option in options)


def _encoded(option: TcpOption) -> codecs.Option:  # noqa: PLR0911 - a case each
    """What the codecs call an option of a script."""
    match option:
        case Mss(value):
            return codecs.MaximumSegmentSize(value)
        case WindowScale(shift):
            return codecs.WindowScale(shift)
        case SackPermitted():
            return codecs.SACKPermitted()
        case Sack(blocks):
            return codecs.SACK(blocks)
        case Timestamps(value, echo):
            return codecs.Timestamps(value or 0, echo)
        case NoOperation():
            return codecs.NoOperation()
        case EndOfOptions():
            return codecs.EndOfOptions(b"")
        case FastOpen(cookie, experimental):
            return (codecs.FastOpenExperiment if experimental else codecs.FastOpen)(cookie)
        case _:
            return _encoded_rarity(option)


def _encoded_rarity(option: TcpOption) -> codecs.Option:
    match option:
        case Md5(digest) if digest is not None:
            # As long as it is written: a digest that is too short is a test, too.
            return codecs.UnknownOption(codecs.MD5Signature.KIND, digest)
        case AccurateEcn(order, counters, experimental):
            data = b"".join(one.to_bytes(_COUNTER, "big") for one in counters)
            if experimental:
                return codecs.TCPExperiment2(_ACCURATE_ECN[order], data)
            kind = (codecs.AccurateECN0, codecs.AccurateECN1)[order].KIND
            return codecs.UnknownOption(kind, data)
        case AckRateRequest(rate):
            data = b"" if rate is None else (rate << _RATE_SHIFT).to_bytes(2, "big")
            return codecs.TCPExperiment2(_ACK_RATE, data)
        case _:
            raise ValueError(f"{type(option).__name__} has no bytes of its own")


def options_of(options: Iterable[codecs.TCPOption]) -> tuple[TcpOption, ...]:
    """What the options of a header say, in a script's words; what has none is an OtherOption."""
    found: list[TcpOption] = []
    for option in options:
        if isinstance(option, codecs.EndOfOptions):
            # A script writes the padding out, whatever bytes it has.
            found.extend([EndOfOptions()] * (1 + len(option.padding)))
        else:
            found.append(_decoded(option))
    return tuple(found)


def _decoded(option: codecs.TCPOption) -> TcpOption:  # noqa: PLR0911 - a case each
    match option:
        case codecs.MaximumSegmentSize(value):
            return Mss(value)
        case codecs.WindowScale(shift):
            return WindowScale(shift)
        case codecs.SACKPermitted():
            return SackPermitted()
        case codecs.SACK(blocks):
            return Sack(tuple(blocks))
        case codecs.Timestamps(value, echo):
            return Timestamps(value, echo)
        case codecs.NoOperation():
            return NoOperation()
        case codecs.FastOpen(cookie):
            return FastOpen(cookie)
        case codecs.FastOpenExperiment(cookie):
            return FastOpen(cookie, experimental=True)
        case _:
            return _decoded_rarity(option)


def _decoded_rarity(option: codecs.TCPOption) -> TcpOption:
    data = option.wire_data()
    if isinstance(option, codecs.MD5Signature):
        return Md5(data)
    if isinstance(option, (codecs.AccurateECN0, codecs.AccurateECN1)):
        return AccurateEcn(int(isinstance(option, codecs.AccurateECN1)), _counters(data))
    if isinstance(option, codecs.TCPExperiment2):
        if option.experiment_id in _ACCURATE_ECN:
            order = _ACCURATE_ECN.index(option.experiment_id)
            return AccurateEcn(order, _counters(option.data), experimental=True)
        if option.experiment_id == _ACK_RATE:
            rate = int.from_bytes(option.data, "big") >> _RATE_SHIFT if option.data else None
            return AckRateRequest(rate)
    return OtherOption(type(option).__name__, repr(option))


def _counters(data: bytes) -> tuple[int, ...]:
    return tuple(
        int.from_bytes(data[at : at + _COUNTER], "big") for at in range(0, len(data), _COUNTER)
    )
