"""One protocol, one file: the construct declarations that everything else is derived from.

After a change run `make generate`. Nothing but the compiler and the reference interpreter
(`wirelab.codecs.reference`) imports these modules: users of the codecs never load construct.
"""
