"""Programs on hosts: an asyncio API over the sans-IO host, and the event loop in virtual time."""
