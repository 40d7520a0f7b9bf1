"""What a host knows of name servers."""

from wirelab.sim.host.name_servers import MAXIMUM_SOURCES, NameServerBook


def test_name_servers_are_kept_by_source_in_order_and_once():
    book = NameServerBook()
    one, two = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
    book.put("dhcp 0", (one,), ("a.example",))
    book.put("ra x", (two, one), ("b.example", "a.example"))
    assert (book.servers, book.search) == ((one, two), ("a.example", "b.example"))
    book.put("dhcp 0")
    assert (book.servers, book.search) == ((two, one), ("b.example", "a.example"))
    for number in range(2 * MAXIMUM_SOURCES):
        book.put(f"ra {number}", (bytes([10, 0, 1, number]),))
    assert len(book.servers) <= MAXIMUM_SOURCES + 1
