"""The bounded memory of conversations."""

from wirelab.codecs.dissect.conversations import Conversations, Remembered, conversation_key


def test_both_directions_are_one_conversation():
    one = conversation_key(b"\x0a\0\0\1", 1, b"\x0a\0\0\2", 2)
    assert one == conversation_key(b"\x0a\0\0\2", 2, b"\x0a\0\0\1", 1)


def test_conversations_are_numbered_as_they_begin():
    conversations: Conversations[str] = Conversations()
    key = conversation_key(b"a", 1, b"b", 2)
    assert conversations.find(key) is None
    assert conversations.begin(key, "first") == "first"
    assert (conversations.find(key), conversations.count) == ("first", 1)


def test_what_was_not_looked_up_for_long_is_forgotten():
    """A flood of SYNs must not fill the memory, nor push out a connection that goes on."""
    remembered: Remembered[object, int] = Remembered(most=10)
    remembered.keep("idle", 1)
    remembered.keep("busy", 2)
    for number in range(1000):
        remembered.keep(number, number)
        assert remembered.find("busy") == 2
    assert remembered.find("idle") is None
    assert sum(remembered.find(number) is not None for number in range(1000)) <= 20


def test_an_entry_stays_until_as_many_others_have_begun():
    remembered: Remembered[int, str] = Remembered(most=10)
    for number in range(10):
        remembered.keep(number, str(number))
    remembered.keep(10, "10")
    assert [remembered.find(number) for number in range(11)] == [str(n) for n in range(11)]
