#!/usr/bin/env python3
"""Killed 20 times at random moments, the monitor publishes what one that was left alone publishes: nothing missing, nothing else, repeats
byte for byte alike. On a real Kafka, with the shipped bundle, while the twin runs at 40 times real time.

    kill_restart.py STEADYLINE TOPIC_DUMP TOPIC_FEED [SEED]
"""
import json
import pathlib
import random
import re
import signal
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import Checks, Kafka, Program, Topics, need_java, total, wait_until  # noqa: E402

KILLS, SPEED, LENGTH_S = 20, 40, 1500
SCENARIO = f"""start: 2026-11-20T08:00:00Z
duration_s: {LENGTH_S}
seed: 20261120
start_in_production: true
faults:
  - {{id: F01, target: fd1, on_s: 300, duration_s: 300, severity: 1.0, onset: exponential, ramp_s: 60}}
  - {{id: F21, target: tp1/force_pre_mean, on_s: 700, duration_s: 200}}
  - {{id: F06, target: fd6, on_s: 1000, duration_s: 200}}
"""


def settings_of(topics, source, folder):
    """These topics for the outputs, the input of `source`. A static member of its group: a restart need not wait until the dead one's
    session has timed out."""
    file = topics.settings(folder)
    text = file.read_text().replace(topics.name("input"), source.name("input"))
    text = re.sub(r"\n  group: \w+\n", f"\n  group: {topics.suffix}\n", text)
    text = text.replace("librdkafka: {}", "librdkafka: {group.instance.id: line-1}")
    file.write_text(text)
    return file


def start(binary, settings, bootstrap):
    return Program(binary, "monitor", "--settings", settings, "--brokers", bootstrap, "--ticks", "log", "--port", 0)


def run_to_end(program, records):
    """Until all is read, then a stop in good order; the metrics as they were before it."""
    program.port = int(program.seen(r"http on port (\d+)").group(1))
    lag = ("steadyline_partition_lag_records", frozenset({("partition", "0")}))
    wait_until(lambda: program.metrics().get(lag) == 0, 40, f"the end of {records} records")
    time.sleep(0.5)  # beyond the commit interval
    metrics = program.metrics()
    return program.end(signal.SIGTERM)[0], metrics


def kill_again_and_again(binary, settings, bootstrap, moments):
    """Seconds from each start to the assignment, and the offsets that were committed then."""
    began, came, committed = time.monotonic(), [], []
    for moment in moments:
        with start(binary, settings, bootstrap) as program:
            started = time.monotonic()
            while (left := began + moment - time.monotonic()) > 0:
                time.sleep(min(left, 0.01))
                found = next(filter(None, (re.search(r"is ours: committed (\d+)", line) for line in list(program.err))), None)
                if found and (len(committed) == 0 or committed[-1][0] is not program):
                    came.append(time.monotonic() - started)
                    committed.append((program, int(found.group(1))))
            if program.process.poll() is not None:
                raise SystemExit(f"FAILED: the monitor ended by itself with {program.process.returncode}: {program.err[-3:]}")
    return came, [offset for _, offset in committed]


def without_repeats(values, key, check):
    """The first of each, in order, by what names it."""
    first = {}
    for value in values:
        name = key(json.loads(value))
        check.that(first.setdefault(name, value) == value, f"{name} is repeated with other bytes")
    return first, len(values) - len(first)


def compare(check, what, key, killed, reference):
    ours, repeats = without_repeats([value for _, _, _, value in killed.dump(what)], key, check)
    theirs, idle = without_repeats([value for _, _, _, value in reference.dump(what)], key, check)
    check.equal(idle, 0, f"{what}: repeats of the monitor that was left alone")
    check.that(theirs or what == "rejected", f"{what}: the monitor that was left alone published nothing: nothing is proved")
    check.equal(len(set(theirs) - set(ours)), 0, f"{what}: missing")
    check.equal(len(set(ours) - set(theirs)), 0, f"{what}: too many")
    check.that(list(ours.items()) == list(theirs.items()), f"{what}: not the same bytes in the same order")
    print(f"{what}: {len(ours)} and {repeats} repeats", flush=True)
    return theirs


def main():
    need_java()
    binary, dumper, feeder = sys.argv[1:4]
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    moments = sorted(dice.uniform(0.5, LENGTH_S / SPEED - 1) for _ in range(KILLS))
    check = Checks()
    with tempfile.TemporaryDirectory() as folder, Kafka(pathlib.Path(folder) / "kafka") as kafka:
        killed, reference = (Topics(dumper, feeder, kafka.bootstrap, suffix) for suffix in ("killed", "reference"))
        killed.create()
        reference.create()
        scenario = pathlib.Path(folder) / "scenario.yaml"
        scenario.write_text(SCENARIO)
        settings = settings_of(killed, killed, folder)
        with Program(binary, "simulate", "--scenario", scenario, "--brokers", kafka.bootstrap, "--topic", killed.name("input"), "--speed", SPEED) as twin:
            came, committed = kill_again_and_again(binary, settings, kafka.bootstrap, moments)
            check.equal(twin.wait(60), 0, "exit code of simulate")
        records = len(killed.dump("input"))
        with start(binary, settings, kafka.bootstrap) as last:
            check.equal(run_to_end(last, records)[0], 0, "exit code after SIGTERM")
        with start(binary, settings, kafka.bootstrap) as asked:
            check.equal(int(asked.seen(r"is ours: committed (\d+)").group(1)), records, "committed in the end")
        with start(binary, settings_of(reference, killed, folder), kafka.bootstrap) as alone:
            code, metrics = run_to_end(alone, records)
            check.equal(code, 0, "exit code of the monitor that was left alone")
        check.equal(total(metrics, "steadyline_records_total"), records, "fates of the monitor that was left alone")

        compare(check, "alerts", lambda alert: (alert["id"], alert["seq"]), killed, reference)
        frames = compare(check, "assessments", lambda frame: (frame["line"], frame["time"]), killed, reference)
        compare(check, "rejected", lambda record: json.dumps(record["position"]), killed, reference)
        check.that(len(frames) >= LENGTH_S - 10, f"only {len(frames)} frames of {LENGTH_S} s")
        check.that(len(set(committed)) >= KILLS // 4, f"the kills struck too few different places: {sorted(set(committed))}")
        check.that(committed == sorted(committed), f"a committed offset went back: {committed}")
        print(f"{records} records; {len(came)} of {KILLS} lives came to the assignment, after {statistics.median(came):.2f} s (median), "
              f"{max(came):.2f} s at most; {len(set(committed))} different places", flush=True)
        check.that(statistics.median(came) < 3, "a restart waits for the session of the dead one")
    check.exit()


main()
