"""A verb's program in the simulated network (`wirelab.adapters.world`)."""

import random
import sys

from wirelab.adapters.outcome import captured, explained
from wirelab.adapters.session import Job, Session
from wirelab.adapters.world import NAMES, World
from wirelab.sim.programs.loop import on, run

US = "alice"


def run_simulated(job: Job) -> int:
    """Run as alice. See `wirelab.adapters.session.run_program`."""
    arguments = job.arguments
    world = World(arguments.seed, addressless=job.addressless)
    trace = world.network.trace
    seed = f"seed {arguments.seed}"
    if not arguments.quiet:
        print(world.title, file=sys.stderr, flush=True)

    async def main() -> int:
        world.start_services()
        if job.caller is not None:
            world.start(job.caller(on(world.bob)))
        session = Session(
            on(world.alice),
            arguments,
            live=False,
            names=NAMES,
            source=random.Random(arguments.seed),
            port=job.port,
        )
        return await job.program(session)

    comment = f"{seed}; wirelab {arguments.command}"
    with captured(trace, US, arguments.write, comment), explained(arguments, trace, US, seed):
        try:
            return run(main, world.network)
        finally:
            world.network.run_for("1s")  # what is under way arrives
