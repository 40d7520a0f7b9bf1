"""What is wrong with a capture file."""

from wirelab.codecs.errors import DecodeError

UNITS = {"pcap": "record", "pcapng": "block"}
"""What the number in an error counts."""


class CaptureError(DecodeError):
    """A capture file that is missing, empty, cut or of another kind.

    Args:
        problem: what is wrong, in words.
        layer: `file`, `pcap` or `pcapng`.
        field: the part of the file that could not be read.
        offset: where in the file, in bytes (in the decompressed stream of a gzip file).
        expected: what should stand there.
        got: what stands there.
        source: where the rule is written.
        path: the file's name, when it has one.
        record: number of the record (pcap) or block (pcapng) in the file, from 1, where known.
    """

    def __init__(
        self,
        problem: str,
        *,
        layer: str = "file",
        field: str = "file",
        offset: int = 0,
        expected: str = "",
        got: str = "",
        source: str = "",
        path: str | None = None,
        record: int | None = None,
    ) -> None:
        super().__init__(layer, field, offset, expected, got, source)
        self.problem = problem
        self.path = path
        self.record = record

    def __str__(self) -> str:
        """One line: file, problem, place, expected and got."""
        where = f"{self.path}: " if self.path else ""
        text = f"{where}{self.problem}"
        if self.layer != "file":
            unit = (
                "" if self.record is None else f"{UNITS.get(self.layer, 'record')} {self.record}, "
            )
            text += f" ({self.layer} {unit}{self.field} at byte {self.offset}"
            text += f": expected {self.expected}, got {self.got})" if self.expected else ")"
        return text
