#!/usr/bin/env python3
"""Ctrl-C and SIGTERM end `steadyline monitor` cleanly in under 3 s: in the middle of its work, with everything committed so that a restart
misses nothing; and while the broker is away.

    stop_test.py STEADYLINE TOPIC_DUMP TOPIC_FEED
"""
import collections
import json
import pathlib
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import Checks, Kafka, Program, Topics, free_port, get, monitor, need_java, total, wait_until  # noqa: E402

STEADYLINE, TOPIC_DUMP, TOPIC_FEED = sys.argv[1:4]


def ends_cleanly(checks, program, how, when):
    code, took = program.end(how)
    checks.equal(code, 0, f"{how.name} {when}: exit code ({program.err[-3:]})")
    checks.that(took < 3, f"{how.name} {when}: took {took:.1f} s")


def check_without_broker(checks, folder):
    """Nobody listens there: alive, not ready, and still quick to stop."""
    nowhere = f"127.0.0.1:{free_port()}"
    for how in (signal.SIGINT, signal.SIGTERM):
        with monitor(STEADYLINE, "--brokers", nowhere) as program:
            page = lambda name: get(f"http://127.0.0.1:{program.port}/{name}")  # noqa: E731
            wait_until(lambda: page("healthz")[0] == 200, 10, "/healthz")
            checks.equal(page("readyz")[0], 503, "readyz without a broker")
            ends_cleanly(checks, program, how, "without a broker")


def check_in_the_middle(checks, kafka, folder):
    """Two stops while the twin sends; a third monitor reads on to the end: no frame is missing, a repeated one is the same."""
    topics = Topics(TOPIC_DUMP, TOPIC_FEED, kafka.bootstrap, "stops")
    topics.create()
    scenario = pathlib.Path(folder) / "minutes.yaml"
    scenario.write_text("start: 2026-11-20T08:00:00Z\nduration_s: 600\nseed: 5\nstart_in_production: true\n")
    options = ("--settings", topics.settings(folder), "--brokers", kafka.bootstrap, "--ticks", "log")
    committed = []
    with Program(STEADYLINE, "simulate", "--scenario", scenario, "--brokers", kafka.bootstrap, "--topic", topics.name("input"), "--speed", "100") as twin:
        for how in (signal.SIGINT, signal.SIGTERM, None):
            with monitor(STEADYLINE, *options) as program:
                start = int(program.seen(r"partition 0 is ours: committed (-?\d+)").group(1))
                if committed:
                    checks.that(start >= committed[-1] > 0, f"committed {start} after a stop, {committed[-1]} before it")
                wait_until(lambda: total(program.metrics(), "steadyline_frames_closed_total") > 60, 20, "frames")
                if how is None:
                    checks.equal(twin.wait(30), 0, "exit code of the twin")
                    sent = json.loads(twin.out[0])["sent"]
                    wait_until(lambda: total(program.metrics(), "steadyline_committed_offset") >= sent - 60, 20, "the last offsets")
                committed.append(total(program.metrics(), "steadyline_committed_offset"))
                ends_cleanly(checks, program, how or signal.SIGINT, "in the middle" if how else "at the end")
                checks.that(any("is committed" in line for line in program.err), f"says nothing of its commit: {program.err[-2:]}")
    frames = collections.defaultdict(list)
    for *_, value in topics.dump("assessments"):
        frames[json.loads(value)["time"]].append(value)
    checks.that(len(frames) > 580, f"only {len(frames)} of 600 frames")
    checks.equal(len(frames), seconds(max(frames)) - seconds(min(frames)) + 1, "frames from the first to the last")
    # A restart reads again from the oldest open record: the few frames closed since then come a second time, the same to the byte.
    again = [values for values in frames.values() if len(values) > 1]
    checks.that(len(again) <= 20, f"{len(again)} frames assessed twice by two stops")
    checks.that(all(len(set(values)) == 1 for values in again), "a frame was assessed twice and not alike")


def seconds(time):
    hours, minutes, rest = time[11:19].split(":")
    return (int(hours) * 60 + int(minutes)) * 60 + int(rest)


def check_broker_gone(checks, kafka, folder):
    """The broker dies under it: it says so, goes on asking, and still stops in time."""
    topics = Topics(TOPIC_DUMP, TOPIC_FEED, kafka.bootstrap, "gone")
    topics.create()
    with monitor(STEADYLINE, "--settings", topics.settings(folder), "--brokers", kafka.bootstrap) as program:
        program.seen("partition 0 is ours")
        wait_until(lambda: total(program.metrics(), "steadyline_records_total", fate="tick") > 1, 20, "its own ticks")
        kafka.stop("--now")
        wait_until(lambda: get(f"http://127.0.0.1:{program.port}/readyz")[0] == 503, 20, "/readyz to say that the broker is away")
        checks.equal(get(f"http://127.0.0.1:{program.port}/healthz")[0], 200, "healthz while the broker is away")
        ends_cleanly(checks, program, signal.SIGINT, "after the broker died")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as folder:
        check_without_broker(checks, folder)
        need_java()
        with Kafka(data) as kafka:
            check_in_the_middle(checks, kafka, folder)
            check_broker_gone(checks, kafka, folder)
    checks.exit()


main()
