"""What can go wrong with a simulation itself, as opposed to the frames in it."""


class SimulationError(Exception):
    """The simulation was used wrongly, or an invariant of ours does not hold."""
