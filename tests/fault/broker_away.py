#!/usr/bin/env python3
"""A broker that is away, at the start or in mid-run: the monitor says so, lives on, and loses nothing. A topic that is missing ends it with
the command that mends it.

    broker_away.py STEADYLINE TOPIC_DUMP TOPIC_FEED
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import Checks, Kafka, Program, Topics, get, monitor, need_java, total, wait_until  # noqa: E402

SCENARIO = """start: 2026-11-20T{start}Z
duration_s: {length}
seed: 7
start_in_production: true
"""


class Twin:
    def __init__(self, binary, folder, topics):
        self.binary, self.folder, self.topics = binary, pathlib.Path(folder), topics

    def run(self, start, length, speed):
        scenario = self.folder / "scenario.yaml"
        scenario.write_text(SCENARIO.format(start=start, length=length))
        return Program(self.binary, "simulate", "--scenario", scenario, "--brokers", self.topics.bootstrap, "--topic", self.topics.name("input"),
                       "--speed", speed)


def ready(program):
    return get(f"http://127.0.0.1:{program.port}/readyz")


def delivered(twin):
    return json.loads(twin.out[-1])["delivered"]


def missing_topic(check, binary, kafka, folder, dumper, feeder):
    topics = Topics(dumper, feeder, kafka.bootstrap, "nobody")
    done = subprocess.run([binary, "monitor", "--settings", topics.settings(folder), "--brokers", kafka.bootstrap, "--port", "0"], capture_output=True,
                          text=True, timeout=30, check=False)
    check.equal(done.returncode, 1, "exit code without topics")
    check.that(f"topic {topics.name('input')} does not exist" in done.stderr, f"the missing topic is not named: {done.stderr}")
    check.that(f"kafka-topics.sh --bootstrap-server {kafka.bootstrap} --create --topic {topics.name('input')} --partitions 1" in done.stderr,
               f"the command that creates it is not told: {done.stderr}")


def main():
    need_java()
    binary, dumper, feeder = sys.argv[1:4]
    check = Checks()
    with tempfile.TemporaryDirectory() as folder, Kafka(pathlib.Path(folder) / "kafka") as kafka:
        missing_topic(check, binary, kafka, folder, dumper, feeder)
        topics = Topics(dumper, feeder, kafka.bootstrap, "away")
        topics.create()
        twin = Twin(binary, folder, topics)
        with twin.run("08:00:00", 300, "max") as first:
            check.equal(first.wait(30), 0, "exit code of simulate")
            fed = delivered(first)
        kafka.stop()

        with monitor(binary, "--settings", topics.settings(folder), "--brokers", kafka.bootstrap, "--ticks", "log") as program:
            status, why = wait_until(lambda: (page := ready(program))[0] and page, 10, "/readyz")
            check.equal((status, "broker" in why), (503, True), f"/readyz without a broker ({why.strip()})")
            check.equal(get(f"http://127.0.0.1:{program.port}/healthz")[0], 200, "/healthz without a broker")
            kafka.start()
            began = time.monotonic()
            wait_until(lambda: ready(program)[0] == 200, 30, "/readyz with the broker there")
            print(f"ready {time.monotonic() - began:.1f} s after the broker", flush=True)
            wait_until(lambda: total(program.metrics(), "steadyline_records_total") == fed, 20, f"the first {fed} records")

            with twin.run("08:05:00", 600, 40) as second:
                time.sleep(4)
                kafka.stop()
                wait_until(lambda: ready(program)[0] == 503, 20, "/readyz after the broker left")
                check.equal(get(f"http://127.0.0.1:{program.port}/healthz")[0], 200, "/healthz after the broker left")
                kafka.start()
                began = time.monotonic()
                wait_until(lambda: ready(program)[0] == 200, 30, "/readyz with the broker back")
                print(f"ready {time.monotonic() - began:.1f} s after the broker came back", flush=True)
                check.equal(second.wait(60), 0, "exit code of simulate")
                fed += delivered(second)
            records = len(topics.dump("input"))
            check.equal(records, fed, "records in the log")
            lag = ("steadyline_partition_lag_records", frozenset({("partition", "0")}))
            wait_until(lambda: program.metrics().get(lag) == 0 and total(program.metrics(), "steadyline_records_total") >= fed, 30, f"all {fed} records")
            check.equal(program.end(signal.SIGTERM)[0], 0, "exit code after SIGTERM")

        frames = [(json.loads(value)["time"], value) for _, _, _, value in topics.dump("assessments")]
        times = {at for at, _ in frames}
        check.equal(len(times), len(set(frames)), "frames of which each has one assessment")
        first, last = (datetime.fromisoformat(edge(times).replace("Z", "+00:00")) for edge in (min, max))
        check.equal(len(times), (last - first).total_seconds() + 1, "frames without a hole, one a second")
        check.that(len(times) >= 890, f"only {len(times)} frames of 900 s")
        print(f"{records} records, {len(times)} frames, {len(frames) - len(times)} repeats", flush=True)
    check.exit()


main()
