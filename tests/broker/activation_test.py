#!/usr/bin/env python3
"""Bundles change in the running monitor by records on a real Kafka: a challenger runs beside the champion and is compared, takes its place
without a restart, the way back works, and a restart goes on with what was in force. One assessment for each second all the while.

    activation_test.py STEADYLINE TOPIC_DUMP TOPIC_FEED
"""
import hashlib
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks, Kafka, Program, Topics, need_java, total, wait_until  # noqa: E402

SPEED, LENGTH_S = 40, 3000
SCENARIO = f"""start: 2026-11-20T08:00:00Z
duration_s: {LENGTH_S}
seed: 20261120
start_in_production: true
faults:
  - {{id: F06, target: fd6, on_s: 2700, duration_s: 200}}
"""
UNKNOWN = "0123456789abcdef"


def name_of(folder):
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def shelf_of(binary, folder):
    """Two bundles: the shipped one, whose profile is proposed, and the same with an approved one. {name: SHA-256}."""
    shutil.copytree(HOME / "models/bundles/cdc1", folder / "proposed")
    shutil.copytree(folder / "proposed", folder / "approved")
    subprocess.run([binary, "bundle", "approve", folder / "approved", "--user", "ana", "--reason", "first campaigns", "--at", "2026-11-19T06:00:00Z"],
                   capture_output=True, timeout=60, check=True)
    return {name: name_of(folder / name) for name in ("proposed", "approved")}


def settings_of(topics, folder, shelf):
    file = topics.settings(folder)
    text = re.sub(r"\n    bundle: [^\n]*", f"\n    bundle: {shelf}/approved", file.read_text())
    text = re.sub(r"\n    bundles: [^\n]*", f"\n    bundles: {shelf}", text)
    text = text.replace("librdkafka: {}", "librdkafka: {group.instance.id: line-1}")
    file.write_text(text)
    return file


class Line:
    """The monitor of the line, and what an operator does to it."""

    def __init__(self, binary, settings, bootstrap, checks):
        self.binary, self.settings, self.bootstrap, self.checks = binary, settings, bootstrap, checks

    def start(self):
        program = Program(self.binary, "monitor", "--settings", self.settings, "--brokers", self.bootstrap, "--ticks", "log", "--port", 0)
        program.port = int(program.seen(r"http on port (\d+)").group(1))
        return program

    def activate(self, bundle, *how):
        """Exit code, the order as it was sent, what was said beside it."""
        done = subprocess.run([self.binary, "activate", "--settings", self.settings, "--brokers", self.bootstrap, "--line", "cdc1", "--bundle", str(bundle),
                               "--user", "ana", "--reason", "a test", *how], capture_output=True, text=True, timeout=60, check=False)
        self.checks.equal(done.returncode, 0, f"activate {bundle}: {done.stderr}")
        return json.loads(done.stdout or "{}"), done.stderr


def in_use(program):
    """{role: first digits of its SHA-256}."""
    return {dict(labels)["role"]: dict(labels)["bundle"] for (name, labels), value in program.metrics().items() if name == "steadyline_bundle_info" and value == 1}


def comes(program, seconds=30, **roles):
    wanted = {role: bundle[:16] for role, bundle in roles.items()}
    return wait_until(lambda: in_use(program) == wanted, seconds, f"{wanted} in use ({in_use(program)})")


def compared(checks, program):
    """The challenger has the same weights: once its means are as old, it scores as the champion does; it alarms when that does."""
    def until(frames):
        wait_until(lambda: total(program.metrics(), "steadyline_challenger_frames") >= frames, 60, f"{frames} frames that both have scored")
        series = program.metrics()
        both = total(series, "steadyline_challenger_frames")
        return series, both, both * total(series, "steadyline_challenger_health_difference")
    _, young, young_sum = until(1000)
    series, old, old_sum = until(1100)
    apart = (old_sum - young_sum) / (old - young)
    checks.that(apart < 0.5, f"scores of equal weights are {apart} points apart")
    alone = {who: total(series, "steadyline_challenger_frames", agreement=who) for who in ("champion", "challenger")}
    checks.equal(alone, {"champion": 0, "challenger": 0}, "frames with an alarm under one of them alone")
    print(f"scores {young_sum / young:.2f} points apart in the first {young:.0f} frames, {apart:.3f} in the next {old - young:.0f}", flush=True)


def first_life(checks, line, shelf, names):
    """Challenger, champion, way back, again; in one process."""
    with line.start() as program:
        comes(program, champion=names["approved"])
        wait_until(lambda: total(program.metrics(), "steadyline_verdict") == 1, 40, "a warm monitor")
        _, said = line.activate(shelf / "proposed", "--challenger")
        checks.that("proposed, not approved" in said, f"the reply does not say that nobody approved the profile: {said!r}")
        comes(program, champion=names["approved"], challenger=names["proposed"])
        checks.that("proposed, not approved" in program.seen(r"the golden profile of bundle .*").group(0), "nor does the log")
        compared(checks, program)
        line.activate(UNKNOWN)
        wait_until(lambda: total(program.metrics(), "steadyline_rejected_records_total", reason="unknown_bundle") == 1, 20, "a refusal of a bundle that is not at hand")
        comes(program, champion=names["approved"], challenger=names["proposed"])
        order, said = line.activate(names["proposed"][:16])
        checks.that("proposed, not approved" in said, f"nor when it is named by its hash: {said!r}")
        checks.equal((order["bundle"], order["as"]), (names["proposed"][:16], "champion"), "the order")
        comes(program, champion=names["proposed"])
        line.activate("previous")
        comes(program, champion=names["approved"])
        _, said = line.activate(shelf / "approved")
        checks.equal(said, "", "what is said of an approved profile")
        line.activate(shelf / "proposed")
        comes(program, champion=names["proposed"])
        warned = sum("proposed, not approved" in text for text in program.err)
        checks.equal(warned, 3, "warnings in the log, one an activation")
        checks.equal(program.process.poll(), None, "the process went on")
        time.sleep(1)  # beyond the commit interval
        checks.equal(program.end(signal.SIGTERM)[0], 0, "exit code of the first life")


def later_life(checks, line, names, twin):
    """The settings name the approved bundle, the log the other one; the way back outlives the restart too."""
    with line.start() as program:
        comes(program, champion=names["proposed"])
        checks.equal(total(program.metrics(), "steadyline_rejected_records_total", reason="unknown_bundle"), 0, "a restart refuses nothing anew")
        line.activate("previous")
        comes(program, champion=names["approved"])
        checks.equal(twin.wait(120), 0, "exit code of simulate")
        run_out(checks, program)


def run_out(checks, program):
    """To the end of the log, and a stop in good order."""
    lag = ("steadyline_partition_lag_records", frozenset({("partition", "0")}))
    wait_until(lambda: program.metrics().get(lag) == 0, 60, "the end of the log")
    time.sleep(1)  # beyond the commit interval
    checks.equal(program.end(signal.SIGTERM)[0], 0, "exit code")


def published(checks, topics, names):
    """Each second once, repeats of a restart byte for byte alike; alarms name the bundle that was in force."""
    seconds = {}
    for _, _, _, value in topics.dump("assessments"):
        told = json.loads(value)
        checks.that(seconds.setdefault(told["time"], value) == value, f"{told['time']} is told in two ways")
    times = sorted(seconds)
    checks.that(len(times) >= LENGTH_S - 10, f"only {len(times)} seconds of {LENGTH_S}")
    checks.equal(len(times), len(set(times)), "seconds told once")
    began = time.mktime(time.strptime(times[0][:19], "%Y-%m-%dT%H:%M:%S"))
    ended = time.mktime(time.strptime(times[-1][:19], "%Y-%m-%dT%H:%M:%S"))
    checks.equal(int(ended - began) + 1, len(times), "seconds from the first to the last, none left out")
    verdicts = [json.loads(seconds[moment])["verdict"] for moment in times]
    scored = sum(verdict in ("inside", "unlike") for verdict in verdicts)
    checks.that(scored > LENGTH_S - 5 * 120 - 20, f"only {scored} seconds have a score")
    alarms = [json.loads(value) for _, _, _, value in topics.dump("alerts")]
    checks.that({alarm["bundle"] for alarm in alarms} <= set(names.values()), "alarms name another bundle")
    checks.that(any(alarm["bundle"] == names["approved"] for alarm in alarms if alarm["unit"] == "fd6"), "the fault after the way back is not told by the bundle in force")
    print(f"{len(times)} seconds, {len(alarms)} changes of alarms, {scored} seconds with a score", flush=True)


def main():
    need_java()
    binary, dumper, feeder = sys.argv[1:4]
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder, Kafka(pathlib.Path(folder) / "kafka") as kafka:
        topics = Topics(dumper, feeder, kafka.bootstrap, "changed")
        topics.create()
        shelf = pathlib.Path(folder) / "shelf"
        names = shelf_of(binary, shelf)
        line = Line(binary, settings_of(topics, folder, shelf), kafka.bootstrap, checks)
        scenario = pathlib.Path(folder) / "scenario.yaml"
        scenario.write_text(SCENARIO)
        with Program(binary, "simulate", "--scenario", scenario, "--brokers", kafka.bootstrap, "--topic", topics.name("input"), "--speed", SPEED) as twin:
            first_life(checks, line, shelf, names)
            later_life(checks, line, names, twin)
        with line.start() as last:
            comes(last, champion=names["approved"])
            run_out(checks, last)
        published(checks, topics, names)
    checks.exit()


main()
