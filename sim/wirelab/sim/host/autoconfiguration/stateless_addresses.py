"""The addresses that one interface makes itself (SLAAC), from their first day to their last.

Source: RFC 4862 sections 5.3 to 5.5; RFC 7217 (identifiers), section 6 (conflicts).

    (none) --prefix--> TENTATIVE --nobody else has it--> PREFERRED --preferred lifetime over-->
    DEPRECATED --valid lifetime over--> (none);     TENTATIVE --somebody has it--> (none), next try

Rule 1: an address is used when duplicate address detection has found nobody (section 5.4).
Rule 2: an advertisement may lengthen a valid lifetime at once, but shorten it to two hours at most
(section 5.5.3 (e)): a forged one cannot take all addresses away.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from wirelab.sim.host.autoconfiguration.advertisement import Lifetime, Prefix
from wirelab.sim.host.autoconfiguration.expiries import Expiries
from wirelab.sim.host.autoconfiguration.interface_identifiers import (
    IDENTIFIER_BITS,
    IdentifierKind,
    eui64,
    stable,
)
from wirelab.sim.host.autoconfiguration.means import AutoconfigurationConfig, Means
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import AddressAcquired, AddressConflict
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.interface_address import AddressState, InterfaceAddress
from wirelab.sim.host.ipv6.scopes import LINK_LOCAL_PREFIX, is_link_local
from wirelab.sim.host.neighbors.claims import Claim

TWO_HOURS: Final = 7200 * SECOND  # RFC 4862 section 5.5.3 (e)

IDENTIFIER_RETRIES: Final = 3
"""How often another identifier is tried (RFC 7217 section 7: IDGEN_RETRIES)."""

IDENTIFIER_DELAY: Final = 1 * SECOND
"""ns within which it is (RFC 7217 section 7: IDGEN_DELAY)."""

MAXIMUM_ADDRESSES: Final = 16
"""ours, as Linux's max_addresses: forged advertisements cannot fill the interface."""

ADDRESS_BITS: Final = 128


class _Formed:
    """An address that was made, or is being made.

    Attributes:
        prefix: 8 bytes.
        entry: the interface's; None between two tries.
        dad_counter: identifiers of this prefix that somebody else had.
    """

    __slots__ = ("claim", "dad_counter", "entry", "lifetimes", "prefix")

    def __init__(self, prefix: bytes) -> None:
        self.prefix = prefix
        self.entry: InterfaceAddress | None = None
        self.claim: Claim | None = None
        self.dad_counter = 0
        self.lifetimes: tuple[int | None, int | None] = (None, None)


class StatelessAddresses:
    """See the module.

    Args:
        interface: whose addresses.
        means: the host.
        config: how they are made.
        ready: called with `now` when the link-local address can be used.
    """

    def __init__(
        self,
        interface: Interface,
        means: Means,
        config: AutoconfigurationConfig,
        ready: Callable[[int], None],
    ) -> None:
        self._interface = interface
        self._means = means
        self._config = config
        self._ready = ready
        self._formed: dict[bytes, _Formed] = {}  # by prefix
        self._preferred = Expiries[bytes](means.timers, self._deprecate)
        self._valid = Expiries[bytes](means.timers, self._invalidate)

    # --- the link-local address --------------------------------------------------------------

    def begin(self, now: int) -> None:
        """Make the link-local address (RFC 4862 section 5.3), unless there is one."""
        for entry in self._interface.ipv6:
            if is_link_local(entry.address):
                self._ready(now)
                return
        formed = self._formed[LINK_LOCAL_PREFIX[:8]] = _Formed(LINK_LOCAL_PREFIX[:8])
        self._form(formed, now)

    # --- addresses of advertised prefixes ----------------------------------------------------

    def offer(self, prefix: Prefix, now: int) -> None:
        """A router says that hosts may make addresses of a prefix (RFC 4862 section 5.5.3)."""
        if _end(prefix.preferred, 0) > _end(prefix.valid, 0):
            return  # (c)
        if prefix.length + IDENTIFIER_BITS != ADDRESS_BITS:
            return  # (d): no identifier of ours fits it
        if not any(prefix.network[:8]):
            return  # ::/64 is ::1's and IPv4's (RFC 4291 sections 2.5.3 and 2.5.5)
        formed = self._formed.get(prefix.network[:8])
        if formed is not None:
            self._renew(formed, prefix, now)
        elif prefix.valid != 0:  # (d)
            if len(self._formed.keys() - {LINK_LOCAL_PREFIX[:8]}) >= MAXIMUM_ADDRESSES:
                return
            formed = self._formed[prefix.network[:8]] = _Formed(prefix.network[:8])
            self._set_lifetimes(formed, prefix.valid, prefix.preferred, now)
            self._form(formed, now)

    def _renew(self, formed: _Formed, prefix: Prefix, now: int) -> None:
        """RFC 4862 section 5.5.3 (e)."""
        end, _ = formed.lifetimes
        left = None if end is None else end - now
        valid = prefix.valid
        if valid is not None and valid <= TWO_HOURS and (left is None or valid <= left):
            valid = left if left is not None and left <= TWO_HOURS else TWO_HOURS
        self._set_lifetimes(formed, valid, prefix.preferred, now)

    def _set_lifetimes(
        self, formed: _Formed, valid: Lifetime, preferred: Lifetime, now: int
    ) -> None:
        formed.lifetimes = (
            None if valid is None else now + valid,
            None if preferred is None else now + preferred,
        )
        self._valid.put(formed.prefix, formed.lifetimes[0])
        if preferred == 0:
            self._preferred.discard(formed.prefix)
            self._deprecate(formed.prefix, now)
        else:
            self._preferred.put(formed.prefix, formed.lifetimes[1])
        entry = formed.entry
        if entry is not None:
            entry.valid_until, entry.preferred_until = formed.lifetimes
            if entry.state is AddressState.DEPRECATED and preferred != 0:
                self._change(entry, AddressState.PREFERRED)

    # --- making one --------------------------------------------------------------------------

    def _form(self, formed: _Formed, now: int) -> None:
        """Make an address and find out whether it is ours alone (RFC 4862 section 5.4)."""
        if self._formed.get(formed.prefix) is not formed:
            return  # its lifetime ended between two tries
        address = formed.prefix + self._identifier(formed)
        index = self._interface.index
        if self._interface.find(address) is not None:
            return  # configured by hand already
        entry = formed.entry = self._means.book.add_address(
            address, ADDRESS_BITS - IDENTIFIER_BITS, now, index, on_link=is_link_local(address)
        )
        entry.valid_until, entry.preferred_until = formed.lifetimes
        self._change(entry, AddressState.TENTATIVE)
        settled = partial(self._settled, formed)
        formed.claim = self._means.book.neighborhood(index).acquire(address, now, settled)

    def _identifier(self, formed: _Formed) -> bytes:
        config = self._config
        if config.identifiers is IdentifierKind.EUI64:
            return eui64(self._interface.mac)
        if not config.secret:
            config.secret = self._means.random.getrandbits(128).to_bytes(16, "big")
        return stable(formed.prefix, self._interface.name, formed.dad_counter, config.secret)

    def _settled(self, formed: _Formed, claim: Claim, mac: bytes | None, now: int) -> None:
        entry = formed.entry
        if entry is None:
            return
        if mac is not None:
            self._means.emit(AddressConflict(entry.address, mac, self._interface.index))
            self._try_another(formed, entry, now)
            return
        preferred = formed.lifetimes[1]
        is_deprecated = preferred is not None and preferred <= now
        state = AddressState.DEPRECATED if is_deprecated else AddressState.PREFERRED
        self._change(entry, state)
        self._means.emit(AddressAcquired(entry.address, self._interface.index))
        if is_link_local(entry.address):
            self._ready(now)

    def _try_another(self, formed: _Formed, entry: InterfaceAddress, now: int) -> None:
        """Somebody else has it (RFC 7217 section 6); one of an Ethernet address stays unused."""
        stays = self._config.identifiers is IdentifierKind.EUI64
        if stays or formed.dad_counter >= IDENTIFIER_RETRIES:
            self._change(entry, AddressState.DUPLICATED)
            return
        self._drop(formed, now)
        formed.dad_counter += 1
        delay = self._means.random.getrandbits(32) * IDENTIFIER_DELAY >> 32
        self._means.timers.timer_of(formed, self._form).start(now + delay)

    # --- the end of one ----------------------------------------------------------------------

    def _deprecate(self, prefix: bytes, now: int) -> None:
        entry = self._formed[prefix].entry
        if entry is not None and entry.state is AddressState.PREFERRED:
            self._change(entry, AddressState.DEPRECATED)

    def _invalidate(self, prefix: bytes, now: int) -> None:
        """RFC 4862 section 5.5.4: nothing may be sent from it any more."""
        formed = self._formed.pop(prefix)
        self._preferred.discard(prefix)
        if formed.entry is not None:
            self._means.book.abort_connections(formed.entry.address, now)
        self._drop(formed, now)

    def _drop(self, formed: _Formed, now: int) -> None:
        entry, formed.entry = formed.entry, None
        index = self._interface.index
        if formed.claim is not None:
            self._means.book.neighborhood(index).release(formed.claim)
            formed.claim = None
        if entry is not None and self._interface.find(entry.address) is entry:
            self._means.book.remove_address(entry.address, now, index)

    def _change(self, entry: InterfaceAddress, state: AddressState) -> None:
        """Other addresses may be better to send from now (RFC 6724)."""
        entry.state = state
        self._means.output.forget_paths()


def _end(lifetime: Lifetime, now: int) -> float:
    return float("inf") if lifetime is None else now + lifetime
