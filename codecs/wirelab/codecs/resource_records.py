"""The constructs for what a DNS message is made of, beside its header.

    DomainName   labels with compression (RFC 1035 sections 3.1 and 4.1.4); text for people
    Resource     one type of resource record: what stands before its data's length, and the data
    Sections     which field counts the records of which section (a note of the field `sections`)

Sections stay bytes in the header, and are read when somebody asks: the names in them point at each
other across the whole message, so no part of it can be built anew without the others.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from construct import Construct, ConstructError, Int16ub, Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.domain_names import decode_name, encode_name
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.option_lists import Body
from wirelab.codecs.registries.dns import CLASSES

RECORD = "RFC 1035 section 4.1.3"

HEAD = (
    field("record_class", Int16ub, "dns.resp.class", names=CLASSES, default=1, source=RECORD),
    field("ttl", Int32ub, "dns.resp.ttl", default=0, doc="Seconds.", source=RECORD),
)
"""What stands between the type of a record and the length of its data."""


class DomainName(Construct):  # type: ignore[misc]  # construct is untyped
    """A domain name as text; pointers count from the start of the stream.

    Args:
        compress: built names may point at earlier ones; only types of RFC 1035 may (RFC 3597
            section 4).
    """

    def __init__(self, compress: bool = False) -> None:
        super().__init__()
        self.compress = compress

    def _parse(self, stream: Any, context: Any, path: str) -> str:
        place = stream.tell()
        stream.seek(0)
        message = stream.read()
        name, after = decode_name(message, place)
        stream.seek(after)
        return name

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        stream.write(encode_name(obj))
        return obj


@dataclass(frozen=True)
class Resource:
    """One type of resource record.

    Attributes:
        name: name of its class.
        type: number on the wire.
        fields: `field()`s of the data.
        head: what stands between the type and the length of the data: 6 bytes.
        owner: the name that such records have unless one is given, or None.
    """

    name: str
    type: int
    fields: tuple[Construct, ...]
    source: str = ""
    doc: str = ""
    head: tuple[Construct, ...] = HEAD
    owner: str | None = None

    def decode(self, message: bytes, offset: int, end: int) -> Mapping[str, Any] | None:
        """What is in a record of this type, as construct reads it; None: it does not fit.

        Args:
            message: from the start of the header.
            offset: where the data begin, behind their length.
            end: where they end.
        """
        try:
            head = Body(*self.head).parse(message[offset - 8 : offset - 2])
            stream = io.BytesIO(message[:end])
            stream.seek(offset)
            data = Body(*self.fields).parse_stream(stream)
        except (ConstructError, DecodeError):
            return None
        return {**head, **data} if stream.tell() == end else None


@dataclass(frozen=True)
class Sections:
    """The sections of a message.

    Attributes:
        counts: section -> the header's field that counts its records, in wire order.
        resources: the types that are known.
        size: bytes of the header, before the first section.
    """

    counts: Mapping[str, str]
    resources: tuple[Resource, ...]
    size: int = 12
