"""What Wireshark shows of a protocol beyond the fields of its header, one protocol a file.

A protocol whose fields are all in its schema has no file here: `HeaderLayer` shows it.
"""
