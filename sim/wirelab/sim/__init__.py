"""A deterministic simulated network of virtual hosts, each with a complete TCP/IP stack."""
