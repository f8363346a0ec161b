#!/usr/bin/env python3
"""An operator's `set-point` commands in the input topic of a real Kafka move the simulated line at the rate limit of its kind; what cannot be is
refused aloud and moves nothing; the monitor keeps each on record.

    set_point_test.py STEADYLINE TOPIC_DUMP TOPIC_FEED
"""
import json
import pathlib
import re
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import Checks, Kafka, Program, Topics, monitor, need_java, total, wait_until  # noqa: E402

SPEED, LENGTH_S = 40, 900
NOMINAL, TO = 5.0, 4.6  # kg/h, of the API feeder
RATE = 0.10 * NOMINAL / 60  # 10 % a minute
SCENARIO = f"start: 2026-11-20T08:00:00Z\nduration_s: {LENGTH_S}\nseed: 11\n"


def command(tag, value, request, **other):
    text = json.dumps({"line": "cdc1", "kind": "set-point", "tag": tag, "value": value, "request": request, "user": "ana", **other})
    return b"cdc1", "command", text.encode()


REFUSED = [command("fd1/massflow_sp", 9, "too much"), command("fd1/massflow_sp", -1, "negative"), command("fd1/massflow_pv", 4, "a reading"),
           command("ch1/v1_cmd", 0.5, "half a valve")]
REJECTED = [command("fd1/colour", 4, "unknown tag"), command("fd1/massflow_sp", "fast", "not a number"), (b"cdc1", "command", b'{"kind":"set-po')]
MOVES = [command("fd1/massflow_sp", TO, "less"), command("bl2/rpm_sp", 110, "slower")]


def readings(records, unit):
    """{tag: [value of each second]} of the unit's samples, in order of time."""
    samples = [json.loads(value) for _, _, kind, value in records if kind in ("", "-", "sample")]
    rows = sorted((sample["time"], sample["values"]) for sample in samples if sample.get("unit") == unit)
    return {tag: [row.get(tag) for _, row in rows] for tag in rows[0][1]}


def steps(values):
    return [b - a for a, b in zip(values, values[1:])]


def moved(checks, records):
    """In a straight line at the rate limit, once, and the flow follows."""
    feeder, blender = readings(records, "fd1"), readings(records, "bl2")
    wanted, flow = feeder["massflow_sp"], feeder["massflow_pv"]
    checks.that(len(wanted) > 0.95 * LENGTH_S, f"{len(wanted)} seconds of {LENGTH_S}")
    begin = wanted[0]  # the lot's potency is made up for
    checks.that(abs(begin / NOMINAL - 1) < 0.03, f"set-point at the beginning: {begin}")
    checks.that(abs(wanted[-1] - TO) < 1e-9, f"set-point at the end: {wanted[-1]}")
    slopes = [step for step in steps(wanted) if step != 0]
    checks.that(all(-1.001 * RATE <= step < 0 for step in slopes), f"steps of the set-point in kg/h a second: {sorted(set(slopes))}")
    ideal = (begin - TO) / RATE
    checks.that(ideal - 1 <= len(slopes) <= ideal + 2, f"{len(slopes)} s for a move of {ideal:.0f} s")
    began = next(i for i, step in enumerate(steps(wanted)) if step)
    before, after = flow[:began], flow[began + len(slopes) + 120:]
    checks.that(len(before) > 20 and len(after) > 60, f"{len(before)} s before the move and {len(after)} s after it are too few to tell")
    for name, part, value in (("before", before, begin), ("after", after, TO)):
        mean = sum(part) / max(len(part), 1)
        checks.that(abs(mean / value - 1) < 0.01, f"mean flow {name} the move: {mean:.3f} kg/h, not {value:.3f}")
    checks.equal((blender["rpm_sp"][0], blender["rpm_sp"][-1]), (120, 110), "blender 2's set-point, first and last")
    checks.that(all(-0.05 * 120 / 60 * 1.001 <= step <= 0 for step in steps(blender["rpm_sp"])), "blender 2's set-point moves faster than 5 % a minute")
    print(f"set-point moved in {len(slopes)} s, flow {sum(before) / len(before):.3f} before and {sum(after) / len(after):.3f} kg/h after", flush=True)


def without_models(settings):
    """A line may be watched without a bundle: limits and data quality only."""
    settings.write_text(re.sub(r"\n    bundle: [^\n]*", "", settings.read_text()))
    return settings


def main():
    need_java()
    binary, dumper, feeder = sys.argv[1:4]
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder, Kafka(pathlib.Path(folder) / "kafka") as kafka:
        topics = Topics(dumper, feeder, kafka.bootstrap, "moved")
        topics.create()
        scenario = pathlib.Path(folder) / "scenario.yaml"
        scenario.write_text(SCENARIO)
        topics.feed([command("fd1/massflow_sp", 3, "from yesterday")])  # heard by nobody: not obeyed again
        with Program(binary, "simulate", "--scenario", scenario, "--brokers", kafka.bootstrap, "--topic", topics.name("input"), "--speed", SPEED) as twin:
            wait_until(lambda: len(topics.dump("input")) > 60 * 25, 60, "a minute of the line")
            topics.feed(REFUSED + REJECTED)
            for *_, text in REFUSED:
                order = json.loads(text)
                twin.seen(rf"set-point {order['tag']} by ana is refused", 20)
            topics.feed(MOVES)
            twin.seen(r"set-point fd1/massflow_sp to 4.6 by ana", 20)
            twin.seen(r"set-point bl2/rpm_sp to 110 by ana", 20)
            checks.equal(twin.wait(90), 0, "exit code of simulate")
            said = [line for line in twin.err if "set-point" in line]
            checks.equal(len(said), len(REFUSED) + len(MOVES), f"commands spoken of: {said}")
        records = topics.dump("input")
        moved(checks, records)
        with monitor(binary, "--settings", without_models(topics.settings(folder)), "--brokers", kafka.bootstrap, "--ticks", "log") as watching:
            wait_until(lambda: total(watching.metrics(), "steadyline_records_total") >= len(records), 60, "all records")
            fates = {fate: total(watching.metrics(), "steadyline_records_total", fate=fate) for fate in ("command", "rejected")}
            checks.equal(fates, {"command": 1 + len(REFUSED) + len(MOVES), "rejected": len(REJECTED)}, "fates of the commands")
            checks.equal(total(watching.metrics(), "steadyline_records_total"), len(records), "every record has one fate")
            checks.equal(watching.end(signal.SIGTERM)[0], 0, "exit code of the monitor")
    checks.exit()


main()
