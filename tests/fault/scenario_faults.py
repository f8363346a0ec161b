#!/usr/bin/env python3
"""Scenarios, twin parameters, campaigns and traps that cannot be: all mistakes at once, each as `file:line: what; how to mend`, exit 2, and no file written.

    scenario_faults.py STEADYLINE

Further arguments, which the other tests take, are not looked at.
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks  # noqa: E402

STEADYLINE = sys.argv[1]
FORM = re.compile(r"^\S.*?: .+; .+")
HEAD = "start: 2026-11-20T08:00:00Z\nduration_s: 3600\nseed: 1\n"

# What stands in the file, and the words that its fault must hold; no words: this line is good and must not be named.
FAULTS = [
    ("{id: F99, target: fd1, on_s: 10}", ["F99", "F01 .. F26"]),
    ("{id: F21, target: tp1/colour, on_s: 10}", ["tp1/colour", "name a tag"]),
    ("{id: F01, target: xy9, on_s: 10}", ["xy9", "no unit"]),
    ("{id: F14, target: ff1, on_s: 10, severity: 3}", ["severity 3", "0 .. 0.5"]),
    ("{id: F06, target: fd6, on_s: 10, severity: -1}", ["severity -1"]),
    ("{id: F01, target: fd1, on_s: 100, duration_s: 600}", []),
    ("{id: F05, target: fd1, on_s: 300, severity: 10}", ["F05 overlaps F01", "feeder flow of fd1"]),
    ("{id: F01, target: fd1, on_s: 3000, duration_s: 60}", ["overlaps F05"]),
    ("{id: F06, target: fd2, on_s: 7200}", ["7200", "after the end"]),
    ("{id: F06, target: fd3, on_s: soon}", ["soon", "not a number"]),
    ("{id: F06, target: fd4, on_s: -3}", ["on_s is -3"]),
    ("{id: F06, target: fd4, on_s: 20, sevrity: 1}", ["sevrity", "severity"]),
    ("{id: F06, target: bl1, on_s: 20}", ["cannot strike", "bl1"]),
    ("{id: F19, target: tp1/st37, on_s: 20}", ["tp1/st37", "tp1/st36"]),
    ("{id: F23, target: bl2, on_s: 20, severity: 5, variant: backwards}", ["backwards", "drift"]),
    ("{id: F13, target: ch1, on_s: 20, onset: sudden}", ["sudden", "ramp"]),
]
SET_POINTS = [
    ("{at_s: 100, tag: fd1/massflow_sp, value: 99}", ["fd1/massflow_sp", "99", "0 .. 6"]),
    ("{at_s: 100, tag: fd1/massflow_sp, value: .nan}", ["value"]),
    ("{at_s: 100, tag: fd1/massflow_pv, value: 5}", ["fd1/massflow_pv", "no set-point"]),
    ("{at_s: 100, tag: fd1/colour, value: 5}", ["fd1/colour", "no tag"]),
    ("{at_s: 3601, tag: fd1/massflow_sp, value: 5}", ["3601", "after the end"]),
    ("{at_s: 100, tag: bl1/rpm_sp, value: -20}", ["bl1/rpm_sp"]),
    ("{at_s: 100, tag: fd1/massflow_sp, value: 5}", []),
]
OTHERS = [
    ("recipes:", []),
    ("  - {at_s: 100, throughput_kg_h: 500}", ["500 kg/h"]),
    ("  - {at_s: 100, throughput_kg_h: 25, api_share: 0.95}", ["0.95"]),
    ("lots:", []),
    ("  - {at_s: 100, feeder: bl1}", ["bl1", "fd1 .. fd6"]),
    ("planned_stops:", []),
    ("  - {at_s: 100, duration_s: -5}", ["duration_s is -5"]),
    ("lot_size_share: 0", ["lot_size_share is 0"]),
    ("stops: often", ["often"]),
    ("exam: maybe", ["maybe"]),
    ("colour: blue", ["colour is not a setting"]),
]


def run(*arguments):
    done = subprocess.run([STEADYLINE, *map(str, arguments)], capture_output=True, timeout=60, check=False)
    return done.returncode, done.stderr.decode(errors="replace").splitlines()


def refused(checks, name, *arguments, words=()):
    """Exit 2 and the words; returns what was said."""
    code, lines = run(*arguments)
    checks.equal(code, 2, f"{name}: exit code ({lines})")
    for line in lines:
        checks.that(FORM.match(line), f"{name}: not `where: what; how to mend`: {line}")
    for word in words:
        checks.that(any(word in line for line in lines), f"{name}: nothing says {word!r}: {lines}")
    return lines


def scenario(checks, folder):
    """One file with all mistakes: each is named with its line, and nothing that is right."""
    rows = [*((f"  - {text}", words) for text, words in FAULTS), ("set_points:", []), *((f"  - {text}", words) for text, words in SET_POINTS), *OTHERS]
    file = folder / "many.yaml"
    first = HEAD.count("\n") + 2  # below "faults:"
    file.write_text(HEAD + "faults:\n" + "".join(text + "\n" for text, _ in rows))
    said = [refused(checks, "simulate", "simulate", "--scenario", file, "--out", folder / "out"),
            refused(checks, "simulate to Kafka", "simulate", "--scenario", file, "--brokers", "127.0.0.1:1"),
            refused(checks, "check", "check", "--as", "scenario", file)]
    for lines in said[1:]:
        checks.equal(lines, said[0], "the same list whoever asks")
    wanted = {number: words for number, (_, words) in enumerate(rows, first) if words}
    for number, words in wanted.items():
        found = [line for line in said[0] if line.startswith(f"{file}:{number}: ")]
        for word in words:
            checks.that(any(word in line for line in found), f"{rows[number - first][0].strip()} on line {number}: nothing says {word!r}: {found}")
    for line in said[0]:
        place = re.match(re.escape(str(file)) + r":(\d+): ", line)
        known = "lot_size_share" in line or (place and int(place.group(1)) in wanted)
        checks.that(known, f"named without a mistake: {line}")
    msom = refused(checks, "simulate --layout msom", "simulate", "--layout", "msom", "--scenario", file, "--out", folder / "out")
    checks.that(len(msom) >= len(wanted), f"msom: {len(msom)} faults named, not {len(wanted)}")
    checks.that(not (folder / "out").exists(), "a refused scenario leaves no folder")


def files(checks, folder):
    """Files that are none."""
    for name, text, words in [("no bytes", b"", ["empty"]), ("not YAML", b"faults: [", [":1"]), ("a list", b"- 1\n- 2\n", [":1"]), ("binary", bytes(range(256)) * 4, [":"]),
                              ("no time", b"start: yesterday\n", ["yesterday", "2026-11-20T08:00:00Z"]), ("endless", HEAD.replace("3600", ".inf").encode(), [":2"]),
                              ("backwards", HEAD.replace("3600", "-1").encode(), [":2", "duration_s is -1"]), ("faults is a word", (HEAD + "faults: none\n").encode(), [":4"])]:
        file = folder / "file.yaml"
        file.write_bytes(text)
        refused(checks, name, "simulate", "--scenario", file, "--out", folder / "out", words=["file.yaml", *words])
    refused(checks, "absent", "simulate", "--scenario", folder / "absent.yaml", "--out", folder / "out", words=["absent.yaml", "no such file"])
    refused(checks, "a folder", "simulate", "--scenario", folder, "--out", folder / "out", words=[str(folder)])
    checks.that(not (folder / "out").exists(), "refused files leave no folder")


def twin(checks, folder):
    """Physical parameters: missing, absurd, unknown; and the faults of line and parameters together."""
    good = (HOME / "config/twin/cdc1.yaml").read_text()
    file = folder / "twin.yaml"
    changes = [(r"(\n  tablet_mg:) [^\n#]*", r"\1 -250 "), (r"(\n  reject_band:) [^\n#]*", r"\1 wide "), (r"\n  turret_rpm: [^\n]*", ""),
               (r"(\n  outlier_share:) [^\n#]*", r"\1 7 "), (r"(\n  weight_rsd_pct:)", r"\n  colour: 1\1")]
    text = good
    for pattern, with_ in changes:
        text, count = re.subn(pattern, with_, text, count=1)
        checks.equal(count, 1, f"{pattern} stands in config/twin/cdc1.yaml")
    file.write_text(text)
    words = ["press.tablet_mg is -250", "press.reject_band is \"wide\"", "press.turret_rpm is missing", "press.outlier_share is 7", "press.colour is not a setting"]
    for name, arguments in [("simulate", ["simulate", "--twin", file, "--out", folder / "out"]), ("check", ["check", "--as", "twin", file])]:
        lines = refused(checks, f"{name}: broken parameters", *arguments, words=words)
        checks.that(all(re.match(re.escape(str(file)) + r":\d+: ", line) for line in lines), f"{name}: file:line: {lines}")
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(r"  (tablet_mg|reject_band|outlier_share|colour):", line):
                checks.that(any(said.startswith(f"{file}:{number}: ") for said in lines), f"{name}: nothing about line {number}, {line.strip()}")
    line = folder / "line.yaml"
    line.write_text((HOME / "config/lines/cdc1.yaml").read_text().replace("period_ms:", "periode_ms:"))
    refused(checks, "line and parameters", "simulate", "--twin", file, "--line", line, "--out", folder / "out", words=[*words, "periode_ms"])
    for length in (0, 100, len(good) // 2):
        file.write_text(good[:length])
        refused(checks, f"parameters cut to {length} bytes", "simulate", "--twin", file, "--out", folder / "out", words=["twin.yaml"])
    checks.that(not (folder / "out").exists(), "refused parameters leave no folder")


def exam(checks, folder):
    """Exams by name: what is none is refused with the list of those that are; what is one stands in the manifest."""
    out, good = folder / "out", ["--tercile", "0", "--index", "7", "--commit", "1f0c2ab"]
    refused(checks, "an exam of no fault", "simulate", "--exam-of", "F99", *good, "--out", out, words=["F99", "F01, F02", "F04 (zero)"])
    refused(checks, "an exam of no variant", "simulate", "--exam-of", "F04", "--variant", "one", *good, "--out", out, words=["\"one\"", "F04 (zero)"])
    refused(checks, "all at once", "simulate", "--exam-of", "F98", "--tercile", "3", "--out", out, words=["F98", "3 is no third", "--commit"])
    refused(checks, "a chosen seed", "simulate", "--exam-of", "F04", "--seed", "3", *good, "--out", out, words=["--seed"])
    refused(checks, "a third of nothing", "simulate", *good, "--out", out, words=["--exam-of"])
    checks.that(not out.exists(), "a refused exam leaves no folder")
    runs = []
    for name, index, variant in [("exam7", "7", ["--variant", "zero"]), ("exam8", "8", ["--variant", "zero"]), ("usual", "7", [])]:
        code, lines = run("simulate", "--exam-of", "F04", *variant, "--tercile", "2", "--index", index, "--commit", "1f0c2ab", "--for", "5s", "--tags", "core", "--out", folder / name)
        checks.equal(code, 0, f"{name}: {lines}")
        runs.append(json.loads((folder / name / "manifest.json").read_text())["run"])
    checks.equal(runs[0]["name"], "exam F04 zero, tercile 2, index 7, commit 1f0c2ab", "the manifest names the exam")
    seed = int(hashlib.sha256(b"1f0c2ab F04 7").hexdigest()[:16], 16) >> 11
    checks.equal(runs[0]["scenario"]["seed"], seed, "the seed is the hash's")
    checks.equal(runs[2]["scenario"]["seed"], seed, "whatever the variant")
    checks.that(runs[1]["scenario"]["seed"] != seed, "another index, another seed")
    checks.that(all(told["scenario"]["exam"] and len(told["scenario"]["lots"]) >= 3 for told in runs), f"an exam line and harmless lots: {runs}")


def use(checks, folder):
    out = folder / "out"
    refused(checks, "a campaign that is none", "simulate", "--campaign", "C9", "--out", out, words=["C9", "C0"])
    refused(checks, "msom without a folder", "simulate", "--layout", "msom", words=["--out"])
    refused(checks, "a trap that is none", "simulate", "--layout", "msom", "--trap", "swaped_dates", "--out", out, words=["swaped_dates", "swapped_dates"])
    refused(checks, "a campaign and a scenario", "simulate", "--campaign", "C0", "--scenario", HOME / "config/scenarios/demo.yaml", "--out", out, words=["--scenario"])
    exam(checks, folder)
    traps = folder / "traps.yaml"
    traps.write_text(HEAD + "data_traps: true\n")
    refused(checks, "msom with traps of the other form", "simulate", "--layout", "msom", "--scenario", traps, "--out", out, words=["data_traps", "--trap"])
    for option, value in [("--for", "soon"), ("--for", "-5"), ("--for", "0"), ("--seed", "-1"), ("--seed", "x"), ("--format", "xml"), ("--tags", "few"), ("--layout", "wide"),
                          ("--line", "absent.yaml"), ("--twin", "absent.yaml")]:
        refused(checks, f"{option} {value}", "simulate", option, value, "--out", out, words=[value if value == "absent.yaml" else option])
    for speed in ("0", "-1", "fast"):
        refused(checks, f"--speed {speed}", "simulate", "--speed", speed, "--brokers", "127.0.0.1:1", words=["--speed"])
    checks.that(not out.exists(), "wrong use leaves no folder")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        for part in (scenario, files, twin, use):
            part(checks, pathlib.Path(name))
    checks.exit()


main()
