#!/usr/bin/env python3
"""The demo from outside: it ends by itself with one JSON object, its metrics and a plain Kafka client show what the summary says, and
Ctrl-C ends it at any time.

    demo_test.py STEADYLINE TOPIC_DUMP
"""
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import Checks, Program, total, wait_until  # noqa: E402

STEADYLINE, TOPIC_DUMP = sys.argv[1], sys.argv[2]
WITH_LIMIT = ("control_limit", "hard_limit", "forecast_breach", "low_health")  # a drift, bad data and a standstill have none


def started(*options):
    demo = Program(STEADYLINE, "demo", "--port", "0", *options)
    demo.port = int(demo.seen(r"curl http://127\.0\.0\.1:(\d+)/metrics").group(1))
    demo.bootstrap = demo.seen(r"kcat -C -b (\S+) -t steadyline\.alerts").group(1)
    return demo


def alerts_of(bootstrap):
    """The alerts topic to its end, through kcat where it is installed: the command that the demo prints, and -e."""
    if shutil.which("kcat"):
        command = ["kcat", "-q", "-C", "-b", bootstrap, "-t", "steadyline.alerts", "-o", "beginning", "-e"]
        return [json.loads(line) for line in subprocess.run(command, capture_output=True, timeout=20, check=True).stdout.splitlines()]
    rows = subprocess.run([TOPIC_DUMP, bootstrap, "steadyline.alerts"], capture_output=True, timeout=20, check=True).stdout.splitlines()
    return [json.loads(row.split(b"\t", 4)[4]) for row in rows]


def counted(demo):
    return total(demo.metrics(), "steadyline_alert_transitions_total")


def agreed(demo):
    """Alerts on the topic, not fewer than the metrics say before they are read and not more than afterwards."""
    before = counted(demo)
    alerts = alerts_of(demo.bootstrap) if before else []
    return alerts if before and before <= len(alerts) <= counted(demo) else None


def what_it_is(alert):
    return {key: alert[key] for key in ("id", "time", "kind", "unit", "tag", "state", "value", "limit", "text")}


def check_to_the_end(checks):
    began = time.monotonic()
    with started("--for", "20s", "--json") as demo:
        alerts = wait_until(lambda: agreed(demo), 19, "alerts on which the topic and the metrics agree")
        code = demo.wait(40)
    took = time.monotonic() - began
    checks.equal(code, 0, "exit code of --for 20s")
    checks.that(19 < took < 26, f"--for 20s took {took:.1f} s")
    if not checks.equal(len(demo.out), 1, "lines on standard output"):
        return
    summary = json.loads(demo.out[0])
    checks.equal([what_it_is(alert) for alert in summary["alerts"][:len(alerts)]], [what_it_is(alert) for alert in alerts],
                 "alerts of the summary and on the topic")
    for alert in alerts:
        for key in ("unit", "tag") if alert["kind"] != "low_health" else ():
            checks.that(alert[key], f"alert {alert['id']} names no {key}")
        begins = alert["seq"] == 0 and alert["kind"] in WITH_LIMIT
        for key in ("value", "limit"):
            number = isinstance(alert[key], (int, float))
            checks.that(number or (alert[key] is None and not begins), f"alert {alert['id']} of {alert['kind']} has {key} {alert[key]!r}")
    checks.equal(summary["frames"], summary["assessments"], "frames and assessments")
    checks.that(summary["frames"] > 900, f"only {summary['frames']} frames in 20 s at 60 times")
    checks.equal(summary["http_port"], demo.port, "http_port")
    checks.equal(summary["bootstrap"], demo.bootstrap, "bootstrap")
    checks.equal([fate for fate in ("late", "future", "rejected") if summary["fates"][fate]], [], "fates that a good feed does not have")
    checks.equal([fault["fault"] for fault in summary["faults"]], ["F01"], "faults in 20 minutes")
    checks.equal(summary["f01_met_in_time"], True, "f01_met_in_time")


def check_stop(checks, how, after_s):
    """A stop after so many seconds; 0 is as soon as the addresses stand there."""
    with started("--json") as demo:
        time.sleep(after_s)
        code, took = demo.end(how)
    checks.equal(code, 0, f"exit code after {how.name} at {after_s} s ({demo.err[-2:]})")
    checks.that(took < 3, f"{how.name} at {after_s} s took {took:.1f} s")
    checks.that(len(demo.out) == 1 and "frames" in json.loads(demo.out[0]), f"{how.name} at {after_s} s: no summary but {demo.out}")


def main():
    checks = Checks()
    check_to_the_end(checks)
    for how, after_s in ((signal.SIGINT, 0), (signal.SIGINT, 4), (signal.SIGTERM, 1)):
        check_stop(checks, how, after_s)
    checks.exit()


main()
