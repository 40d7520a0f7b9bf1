"""The documentation backend: what people read about a protocol, from its declaration.

layout    a schema's parts in wire order, with widths, conditions and lengths in words
diagram   the header as the RFCs draw it, 32 bits wide
protocol  all that is known about one protocol, as plain data (`--json`)
pages     Markdown: `docs/protocols/`
terminal  80 columns: `wirelab protocols NAME`
"""
