"""What a host tells an onlooker (the trace) beside its frames."""

from typing import Protocol


class Endpoint(Protocol):
    """The two ends of a TCP connection, as an observer may read them."""

    @property
    def local_address(self) -> bytes:
        """IPv4 address, 4 bytes."""

    @property
    def local_port(self) -> int:
        """TCP port."""

    @property
    def remote_address(self) -> bytes:
        """IPv4 address, 4 bytes."""

    @property
    def remote_port(self) -> int:
        """TCP port."""


class Observer(Protocol):
    """Called synchronously; must not call back into the host."""

    def state_changed(self, endpoint: Endpoint, old: str, new: str, now: int) -> None:
        """A TCP state in RFC 9293 spelling (`SYN-SENT`, `ESTABLISHED`, ...)."""

    def timer_fired(self, endpoint: Endpoint | None, name: str, after: int, now: int) -> None:
        """A timer expired `after` ns after it was armed: `RTO`, `persist`, `TIME-WAIT`, `ARP`, ...

        For `TLP` (RFC 8985 section 7) and `RACK` (section 6.3), which every ACK arms anew, `after`
        counts from the last segment that was sent.
        """
