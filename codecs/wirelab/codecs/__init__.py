"""Every header of the TCP/IP stack as typed values: bytes in, values out, and back."""
