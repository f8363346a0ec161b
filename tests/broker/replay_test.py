#!/usr/bin/env python3
"""Real recorded rows through a real Kafka: every record has one fate, every frame one assessment, and neither a second run nor another
order of arrival changes a byte of what is published. (Order is compared without records that come twice: those are told of by when they came.)

    replay_test.py STEADYLINE TOPIC_DUMP

Reads zagar_tablet/Process/3.csv below $STEADYLINE_DATA or ../shared/data; ends with 77 (skipped) where it, Java or Maven is absent.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parents[2]
STEADYLINE, TOPIC_DUMP = sys.argv[1], sys.argv[2]


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


def replay(bootstrap, data, name, *options):
    done = subprocess.run([STEADYLINE, "replay", str(data), "--brokers", bootstrap, "--topics", name, "--json", *options],
                          capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        sys.exit(f"replay {name} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def published(bootstrap, topic):
    return subprocess.run([TOPIC_DUMP, bootstrap, topic], capture_output=True, timeout=120, check=True).stdout


def check(bootstrap, data):
    first = replay(bootstrap, data, "first")
    print(json.dumps(first))
    problems = list(first["disagreements"])
    if first["rows"] != 53057:
        problems.append(f"{first['rows']} rows, not 53057")
    for fate in ("late", "future", "rejected"):
        if first["fates"][fate]:
            problems.append(f"{first['fates'][fate]} records {fate}")
    replay(bootstrap, data, "again")
    replay(bootstrap, data, "out-of-order", "--duplicates", "0")
    replay(bootstrap, data, "in-order", "--duplicates", "0", "--jitter-s", "0")  # the same samples
    for topic in ("steadyline.alerts", "steadyline.assessments"):
        for name, like in (("again", "first"), ("in-order", "out-of-order")):
            one, other = (published(bootstrap, f"{topic}.{run}") for run in (name, like))
            if not one:
                problems.append(f"{topic} of \"{name}\" is empty")
            if one != other:
                problems.append(f"{topic}: run \"{name}\" published other bytes than \"{like}\"")
    return problems


def main():
    data = pathlib.Path(os.environ.get("STEADYLINE_DATA", HOME / "../shared/data")) / "zagar_tablet/Process/3.csv"
    if not data.exists():
        skip(f"{data} is not here")
    if not (shutil.which("java") and shutil.which("mvn")):
        skip("Java and Maven are needed for a real Kafka")
    kafka = HOME / "deploy/kafka/kafka"
    with tempfile.TemporaryDirectory() as folder:
        started = subprocess.run([kafka, "start", "--dir", folder], capture_output=True, text=True, timeout=300, check=True).stdout
        try:
            bootstrap = dict(part.split("=", 1) for part in started.split())["bootstrap"]
            problems = check(bootstrap, data)
        finally:
            subprocess.run([kafka, "stop", "--dir", folder], timeout=60, check=False, capture_output=True)
    for problem in problems:
        print(f"FAILED: {problem}")
    sys.exit(1 if problems else 0)


main()
