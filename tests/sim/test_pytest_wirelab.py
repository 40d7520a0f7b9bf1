import subprocess
import sys
import textwrap

PASSING = """
    def test_ping(sim_network):
        network = sim_network(seed=3)
        alice, bob = network.host("alice", "10.0.0.1"), network.host("bob", "10.0.0.2")
        network.link(alice, bob, latency="1ms")
        alice.ping(bob.interfaces[0].address, 1, 1, b"hello", network.now)
        network.run_for("1s")
        assert network.trace.sent == 4
"""
VANISHING = """
    def test_a_frame_vanishes(sim_network):
        network = sim_network()
        alice, bob = network.host("alice", "10.0.0.1"), network.host("bob", "10.0.0.2")
        network.link(alice, bob, latency="1ms")
        alice.ping(bob.interfaces[0].address, 1, 1, b"hello", network.now)
        network.after_calls()
        network.events._heap.clear()
"""
MISCOUNTING = """
    def test_a_host_miscounts(sim_network):
        network = sim_network()
        alice = network.host("alice", "10.0.0.1")
        alice.counters.frames_in += 1
"""
FAILING = """
    def test_nobody_answers(sim_network):
        network = sim_network(seed=3)
        alice = network.host("alice", "10.0.0.1")
        alice.ping(bytes((10, 0, 0, 2)), 1, 1, b"hello", network.now)
        network.run_for("1s")
        assert alice.poll_event() is not None
"""
EMPTY = """
    def test_nothing_is_there(sim_network):
        sim_network(seed=3)
        raise ValueError("of the test")
"""
UNTOUCHED = """
    import sys

    def test_nothing_of_wirelab_is_imported_before_it_is_asked_for():
        assert not [name for name in sys.modules if name.startswith("wirelab")]
"""


def run_pytest(folder, source):
    """A user's own pytest run, in a process and a folder of its own."""
    (folder / "test_user.py").write_text(textwrap.dedent(source))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_fixture_works_in_a_users_own_run(tmp_path):
    run = run_pytest(tmp_path, PASSING)
    assert run.returncode == 0, run.stdout
    assert "1 passed" in run.stdout


def test_a_frame_without_a_fate_fails_the_test_that_made_it(tmp_path):
    run = run_pytest(tmp_path, VANISHING)
    assert run.returncode == 1
    assert "TraceError: 1 frames sent, but 0 delivered" in run.stdout


def test_a_host_whose_counters_disagree_fails_the_test(tmp_path):
    run = run_pytest(tmp_path, MISCOUNTING)
    assert run.returncode == 1
    assert "SimulationError: alice was given 0 frames" in run.stdout


def test_a_test_that_fails_shows_seed_ladder_and_place(tmp_path):
    run = run_pytest(tmp_path, FAILING)
    assert run.returncode == 1
    assert "--- Simulated network, seed 3 ---" in run.stdout
    assert "├─ ARP who has" in run.stdout
    assert "✗ where: layer 1 link, on alice    reason: link.down" in run.stdout


def test_a_failure_before_any_host_is_there_is_the_tests_own(tmp_path):
    run = run_pytest(tmp_path, EMPTY)
    assert run.returncode == 1
    assert "ValueError: of the test" in run.stdout
    assert "INTERNALERROR" not in run.stdout
    assert "Simulated network" not in run.stdout


def test_the_plugin_imports_wirelab_only_when_asked(tmp_path):
    run = run_pytest(tmp_path, UNTOUCHED)
    assert run.returncode == 0, run.stdout


def test_the_fixture_checks_networks_here_too(sim_network):
    network = sim_network(seed=1, trace_limit=10)
    assert network.seed == 1
    assert network.trace.events.limit == 10
