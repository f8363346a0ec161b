#!/usr/bin/env python3
"""Back-test of a changed limit: exactly the alarms of that limit come, go or move; bad input names every fault and exits with 2.

    backtest_test.py STEADYLINE

Further arguments, which the other tests take, are not looked at.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks  # noqa: E402

STEADYLINE = sys.argv[1]
FORM = re.compile(r"^\S.*?: .+; .+")
# Forty minutes in which the API bridges in its hopper: the flow of fd1 falls.
SCENARIO = """start: 2026-11-20T08:00:00Z
duration_s: 2400
seed: 20261120
start_in_production: true
faults:
  - {id: F01, target: fd1, on_s: 900, duration_s: 420, severity: 1.0, onset: exponential, ramp_s: 90}
"""
FLOW_OF_FD1 = re.compile(r"(name: massflow_pv,[^\n]*control: \[4\.82, 5\.18\], hard: \[)4\.5, 5\.5\]")


def steadyline(*arguments):
    return subprocess.run([STEADYLINE, *map(str, arguments)], capture_output=True, text=True, timeout=150, check=False)


def settings(folder, name, line):
    file = folder / name
    file.write_text(f"lines:\n  - description: {line}\n")
    return file


def backtest(checks, run, before, after, what):
    done = steadyline("backtest", run, "--settings", before, "--against", after, "--json")
    checks.equal(done.returncode, 0, f"{what}: exit code ({done.stderr[-300:]})")
    return json.loads(done.stdout)


def name_of(alarm):
    return f"{alarm['unit']}/{alarm['tag']}".split("/")[0], alarm["tag"].split("/")[-1], alarm["kind"]


def changed(answer):
    """What differs, by name, without the times."""
    return {"came": [name_of(a) for a in answer["came"]], "gone": [name_of(a) for a in answer["gone"]],
            "moved": [name_of(m["after"]) for m in answer["moved"]]}


def compared(checks, folder, run, before):
    alarm = ("fd1", "massflow_pv", "hard_limit")
    text = (folder / "config/lines/cdc1.yaml").read_text()
    for name, band in (("tight", "4.75, 5.5"), ("wide", "-3, 5.5")):
        new, count = FLOW_OF_FD1.subn(rf"\g<1>{band}]", text)
        checks.equal(count, 1, f"the hard limits of fd1/massflow_pv in the line description ({name})")
        (folder / f"config/lines/{name}.yaml").write_text(new)
    tight, wide = (settings(folder, f"{name}.yaml", f"config/lines/{name}.yaml") for name in ("tight", "wide"))

    same = backtest(checks, run, before, before, "the same settings twice")
    checks.equal((changed(same), same["same"]), ({"came": [], "gone": [], "moved": []}, same["before"]["alarms"]), "the same settings twice")
    checks.that(same["before"]["alarms"] > 0, "the fault raises an alarm")
    checks.equal(same["hours"], 2400 / 3600, "hours lived through")

    tighter = backtest(checks, run, before, tight, "a tighter limit")
    checks.equal(changed(tighter), {"came": [], "gone": [], "moved": [alarm]}, "a tighter limit moves its alarm alone")
    if tighter["moved"]:
        checks.that(-120 < tighter["moved"][0]["later_s"] < 0, f"a tighter limit: earlier ({tighter['moved'][0]['later_s']} s)")

    wider = backtest(checks, run, before, wide, "a limit out of reach")
    checks.that(alarm in changed(wider)["gone"] and alarm not in changed(wider)["came"], f"a limit out of reach: {changed(wider)}")
    back = backtest(checks, run, wide, before, "the other way round")
    checks.equal((changed(back)["came"], changed(back)["gone"]), (changed(wider)["gone"], changed(wider)["came"]), "the other way round")
    return tight


def shown(checks, folder, run, before, tight):
    """The table for people, into a file; a part named by itself is the same production."""
    out = folder / "answer.txt"
    done = steadyline("backtest", run / "frames-0000.csv", "--settings", before, "--against", tight, "--out", out)
    checks.equal((done.returncode, done.stdout), (0, ""), f"into a file: exit code and standard output ({done.stderr[-300:]})")
    text = out.read_text()
    for words in ("line cdc1: 40 min", "per 24 h", "came 0, gone 0, moved 1", "fd1/massflow_pv", "hard_limit", "earlier"):
        checks.that(words in text, f"the table lacks {words!r}:\n{text}")


def refused(checks, arguments, faults, what):
    done = steadyline("backtest", *arguments)
    checks.equal((done.returncode, done.stdout), (2, ""), f"{what}: exit code and standard output ({done.stderr[-300:]})")
    lines = done.stderr.splitlines()
    checks.equal(len(lines), len(faults), f"{what}: faults told: {lines}")
    for words in faults:
        checks.that(any(all(word in line for word in words) and FORM.match(line) for line in lines), f"{what}: no line with {words}: {lines}")


def bad(checks, folder, run, good):
    one = folder / "one.yaml"
    one.write_text("lines:\n  - description: config/lines/cdc1.yaml\nalarms:\n  deadband: 7\n")
    other = settings(folder, "other.yaml", "config/lines/none.yaml")
    refused(checks, [run, "--settings", one, "--against", other], [("one.yaml", "deadband"), ("none.yaml",)], "two settings with a fault each")
    press = settings(folder, "press.yaml", "config/lines/press-zagar.yaml")
    refused(checks, [run, "--settings", good, "--against", press],
            [("press.yaml", "lacks line cdc1"), ("before.yaml", "lacks line press-zagar")], "lines that only one names")
    refused(checks, [run, "--settings", press, "--against", press], [("frames-0000.csv", "no column is a tag of line press-zagar")], "recordings of another line")
    empty = folder / "empty"
    empty.mkdir()
    refused(checks, [empty, "--settings", good, "--against", good], [("empty", "frames-*.csv")], "a folder without frames")
    refused(checks, [run, run, "--settings", good, "--against", good], [("frames-0000.csv", "order of time")], "the same recording twice")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copytree(HOME / "config", folder / "config")
        (folder / "scenario.yaml").write_text(SCENARIO)
        run = folder / "run"
        made = steadyline("simulate", "--scenario", folder / "scenario.yaml", "--line", folder / "config/lines/cdc1.yaml", "--twin", folder / "config/twin/cdc1.yaml",
                          "--format", "csv", "--out", run)
        checks.equal(made.returncode, 0, f"simulate: exit code ({made.stderr[-300:]})")
        before = settings(folder, "before.yaml", "config/lines/cdc1.yaml")
        tight = compared(checks, folder, run, before)
        shown(checks, folder, run, before, tight)
        bad(checks, folder, run, before)
    checks.exit()


if __name__ == "__main__":
    main()
