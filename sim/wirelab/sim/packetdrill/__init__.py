"""packetdrill: scripts that prove a TCP from outside, in virtual time.

    text --parse_script--> syntax.Script --run--> Host <--frames-- packets, matching

`syntax` is what a script says, `parser` reads it, `packets` builds the segments it sends and
`matching` judges those that the host answers.
"""
