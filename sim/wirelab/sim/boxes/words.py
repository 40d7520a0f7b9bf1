"""Reading short texts word by word: rules of filters, forwarded ports."""

from collections.abc import Mapping
from typing import Final, TypeVar

from wirelab.codecs.addresses import AddressError, ip_bytes
from wirelab.sim.boxes.filter_rules import Ports
from wirelab.sim.host.interface_address import LONGEST_PREFIX, InterfaceAddress

T = TypeVar("T")

LARGEST_PORT: Final = 65_535  # RFC 768, RFC 9293 section 3.1


class Words:
    """The words of a text that are still to be read.

    Args:
        text: all of it.
        what: what it is, for errors.
        grammar: what it should look like, for errors.
    """

    def __init__(self, text: str, what: str, grammar: str) -> None:
        self._text = text
        self._what = what
        self._grammar = grammar
        self._left = text.split()[::-1]

    @property
    def next(self) -> str:
        """The next word; empty at the end."""
        return self._left[-1] if self._left else ""

    def wrong(self, what: str) -> ValueError:
        """An error to raise."""
        return ValueError(f"{self._what} {self._text!r}: {what}; write {self._grammar}")

    def take(self, what: str) -> str:
        """The next word, which is this; it may not be missing."""
        if not self._left:
            raise self.wrong(f"{what} is missing at its end")
        return self._left.pop()

    def found(self, word: str) -> bool:
        """Whether the next word is this one; then it is taken."""
        if self.next != word:
            return False
        self._left.pop()
        return True

    def choice(self, choices: Mapping[str, T]) -> T | None:
        """What the next word means, if it is one of these; then it is taken."""
        return choices[self._left.pop()] if self.next in choices else None

    def number(self, what: str, largest: int) -> int:
        """A number from 0."""
        word = self.take(what)
        number = read_number(word, largest)
        if number is None:
            raise self.wrong(f"{word!r} is no {what} from 0 to {largest}")
        return number

    def end(self) -> None:
        """There may be no more words."""
        if self._left:
            raise self.wrong(f"{self.next!r} is not expected there")

    def prefix(self) -> InterfaceAddress:
        """`198.51.100.0/24`; an address alone is a prefix of all its bits."""
        word = self.take("an address or a prefix")
        text, slash, length = word.partition("/")
        try:
            address = ip_bytes(text)
        except AddressError as error:
            raise self.wrong(str(error)) from None
        longest = LONGEST_PREFIX[len(address)]
        bits = read_number(length, longest) if slash else longest
        if bits is None:
            raise self.wrong(f"{length!r} is no prefix length from 0 to {longest}")
        return InterfaceAddress(address, bits)

    def ports(self) -> Ports:
        """`80`, `80,443`, `8000-8080`."""
        word = self.take("a port")
        ranges = []
        for part in word.split(","):
            first, dash, last = part.partition("-")
            low = read_number(first, LARGEST_PORT)
            high = read_number(last, LARGEST_PORT) if dash else low
            if low is None or high is None or low > high:
                raise self.wrong(f"{part!r} is no port from 0 to {LARGEST_PORT}, nor a range")
            ranges.append(range(low, high + 1))
        return tuple(ranges)


def read_number(word: str, largest: int) -> int | None:
    """A decimal number from 0 to `largest`; None: it is none."""
    if not (word.isascii() and word.isdigit()) or len(word) > 5:
        return None
    return int(word) if int(word) <= largest else None
