"""The schema compiler: construct schemas -> description -> backends.

    description  a schema, walked once and written down flat
    rows         typed header classes: `wirelab.codecs.protocols`
    row_...      their constructor, parser and builder
    option_rows  their options
    stacks       usual stacks of headers in one go
    equality     the gate: generated code against construct
    blocks       capture file formats: both byte orders, data and options
    modules      whole modules, and which names they import

Run `python -m wirelab.codecs.compiler` (`make generate`) after a change in `schemas/`.
The compiler is part of the package that it writes, but needs nothing of what it has written: should
that ever be broken, running it again mends it.
"""
