"""IPv6 without a hand: what routers advertise, and the addresses that hosts make of it."""
