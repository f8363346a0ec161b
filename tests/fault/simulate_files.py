#!/usr/bin/env python3
"""Files of a simulated run: readable by h5py and pandas, the same bytes however often the run was killed, whole when the disk is full or the reader leaves.

    simulate_files.py STEADYLINE

Further arguments, which the other tests take, are not looked at.
"""
import hashlib
import json
import os
import pathlib
import pty
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks  # noqa: E402

STEADYLINE = sys.argv[1]
SEED = int(time.time())
HOURS = 5
READ_BACK = """
import glob, json, sys
import h5py, numpy, pandas
folder = sys.argv[1]
files = sorted(glob.glob(folder + "/frames-*.h5"))
table = pandas.concat(pandas.read_hdf(f, "frames") for f in files)
with h5py.File(files[0]) as raw:
    names = [name.decode() for name in raw["frames/axis0"][:]]
    assert numpy.array_equal(raw["frames/block0_values"][:], table.to_numpy()[: raw["frames/block0_values"].shape[0]], equal_nan=True)
    assert names == list(table.columns)
steps = numpy.unique(numpy.diff(table.index.asi8))
print(json.dumps({"rows": len(table), "columns": len(table.columns), "steps_ns": steps.tolist(), "flow": float(table["fd1/massflow_pv"].mean()),
                  "truth": list(pandas.read_hdf(folder + "/truth-0000.h5", "truth").columns)[:2]}))
"""


def simulate(*arguments, **how):
    return subprocess.run([STEADYLINE, "simulate", *map(str, arguments)], capture_output=True, timeout=200, check=False, **how)


def run_of(config, *how, seed="7", length=f"{HOURS}h"):
    """A run of a few parts; its settings are a copy, which nobody edits meanwhile."""
    files = [("--scenario", "scenarios/normal.yaml"), ("--line", "lines/cdc1.yaml"), ("--twin", "twin/cdc1.yaml")]
    return [*(word for option, file in files for word in (option, str(config / file))), "--for", length, "--seed", seed, *how]


def sums(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(pathlib.Path(folder).iterdir())}


def whole(checks, run, folder):
    """In one go; the manifest tells the truth about its files."""
    done = simulate(*run, "--out", folder, "--json")
    checks.equal(done.returncode, 0, f"one go: exit code ({done.stderr.decode()[-300:]})")
    answer = json.loads(done.stdout or "{}")
    checks.equal(answer.get("rows"), HOURS * 3600, "rows of the run")
    manifest = json.loads((folder / "manifest.json").read_text())
    checks.that(manifest["complete"], "the manifest says complete")
    for entry in manifest["files"]:
        checks.equal(hashlib.sha256((folder / entry["name"]).read_bytes()).hexdigest(), entry["sha256"], f"checksum of {entry['name']}")
    return answer


def read_back(checks, folder, answer):
    python = next((p for p in ("/usr/bin/python3", sys.executable) if subprocess.run([p, "-c", "import h5py, pandas, tables"], capture_output=True, check=False).returncode == 0), None)
    if python is None:
        print("SKIPPED in part: h5py, pandas and tables are not here, nothing was read back with them", flush=True)
        return
    done = subprocess.run([python, "-c", READ_BACK, str(folder)], capture_output=True, text=True, timeout=120, check=False)
    checks.equal(done.returncode, 0, f"h5py and pandas read the files ({done.stderr[-500:]})")
    seen = json.loads(done.stdout or "{}")
    checks.equal(seen.get("rows"), answer["rows"], "rows as pandas sees them")
    checks.equal(seen.get("columns", 0) * seen.get("rows", 0), answer["values"], "values as pandas sees them")
    checks.equal(seen.get("steps_ns"), [1_000_000_000], "one row a second")
    checks.that(4.9 < seen.get("flow", 0) < 5.1, f"mean flow of the API feeder: {seen.get('flow')} kg/h")


def killed(checks, run, folder, reference):
    """Killed again and again, a random moment after one more file is there, then continued: the same bytes."""
    moments, kills = random.Random(SEED), 0
    for files in (0, 1, 2, 4):
        process = subprocess.Popen([STEADYLINE, "simulate", *run, "--out", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and (len(list(folder.glob("*.h5"))) if folder.exists() else 0) < files:
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.1))
        kills += process.poll() is None
        process.kill()
        process.wait()
    checks.that(kills >= 2, f"killed {kills} times, at least twice (seed {SEED})")
    done = simulate(*run, "--out", folder)
    checks.equal(done.returncode, 0, f"continued after {kills} kills (seed {SEED}): exit code ({done.stderr.decode()[-300:]})")
    for left in folder.glob("*.part"):
        left.unlink()  # what a kill left half written, had it not been written again
    checks.equal(sums(folder), reference, f"bytes after {kills} kills (seed {SEED})")


def damaged(checks, run, other_run, folder, reference):
    """A complete file that was damaged is made again; another run's folder is refused."""
    victim = folder / "frames-0001.h5"
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    checks.equal(simulate(*run, "--out", folder).returncode, 0, "mending a damaged file: exit code")
    checks.equal(sums(folder), reference, "bytes after the damage was mended")
    other = simulate(*other_run, "--out", folder)
    checks.equal(other.returncode, 2, "another seed into the same folder: exit code")
    checks.that(b"belongs to another run" in other.stderr, f"another seed into the same folder: {other.stderr.decode()}")
    checks.equal(sums(folder), reference, "bytes after another run was refused")


def full(checks, run, folder, reference):
    """No room for a file of frames: an error that says so, what was complete stays, and with room the run goes on."""
    limit = max(path.stat().st_size for path in folder.parent.joinpath("whole").glob("truth-*.h5")) + 4096
    done = simulate(*run, "--out", folder, restore_signals=False,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    checks.equal(done.returncode, 1, f"no room: exit code ({done.stderr.decode()[-300:]})")
    checks.that(b"cannot be written" in done.stderr and b"frames-0000" in done.stderr, f"no room: {done.stderr.decode()}")
    checks.that(not list(folder.glob("frames-*")), "no room: no half file")
    checks.equal(sums(folder).get("truth-0000.h5"), reference["truth-0000.h5"], "no room: the complete file")
    one_core = {min(os.sched_getaffinity(0))}
    again = simulate(*run, "--out", folder, preexec_fn=lambda: os.sched_setaffinity(0, one_core))
    checks.equal(again.returncode, 0, f"with room again: exit code ({again.stderr.decode()[-300:]})")
    checks.equal(sums(folder), reference, "bytes with room again, on one core")


def full_disk(checks, run):
    """A disk without room for the stream."""
    with open("/dev/full", "wb") as nowhere:
        done = subprocess.run([STEADYLINE, "simulate", *run, "--tags", "core", "--out", "-"], stdout=nowhere, stderr=subprocess.PIPE, timeout=100, check=False)
    checks.equal(done.returncode, 1, "standard output on a full disk: exit code")
    checks.that(b"No space left" in done.stderr, f"standard output on a full disk: {done.stderr.decode()}")


def closed(checks, run):
    """The reader leaves after a few lines."""
    process = subprocess.Popen([STEADYLINE, "simulate", *run, "--out", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = [process.stdout.readline() for _ in range(3)]
    process.stdout.close()
    said = process.stderr.read().decode()
    checks.equal(process.wait(60), 1, "closed pipe: exit code")
    checks.that("the reader has gone" in said, f"closed pipe: {said}")
    checks.that(first[0].startswith(b"time,") and first[2].count(b",") == first[0].count(b","), "closed pipe: the lines read before are whole")


def small(checks, config, folder):
    """A few seconds as CSV, in one go and by name: the same frames as the stream has."""
    run = run_of(config, "--tags", "core", length="60s")
    checks.equal(simulate(*run, "--format", "csv", "--out", folder).returncode, 0, "CSV: exit code")
    checks.equal((folder / "frames-0000.csv").read_bytes(), simulate(*run, "--out", "-").stdout, "CSV: the file and the stream")
    checks.equal((folder / "frames-0000.csv").read_bytes().count(b"\n"), 61, "CSV: lines of a minute")


def full_msom(checks, config, folder):
    """No room for the MSOM files: an error that names one."""
    done = simulate("--layout", "msom", "--line", config / "lines/cdc1.yaml", "--twin", config / "twin/cdc50.yaml", "--scenario", config / "scenarios/normal.yaml",
                    "--for", "10m", "--out", folder, restore_signals=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)))
    checks.equal(done.returncode, 1, f"no room for MSOM files: exit code ({done.stderr.decode()[-300:]})")
    checks.that(b".csv: " in done.stderr and b"File too large" in done.stderr, f"no room for MSOM files: {done.stderr.decode()}")


def bar(checks, config, folder):
    """On a terminal: how far it is, and how long it will take."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([STEADYLINE, "simulate", *run_of(config, "--format", "hdf5", length="3h"), "--out", str(folder)], stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    while True:
        try:
            said += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    checks.equal(process.wait(60), 0, "on a terminal: exit code")
    checks.that(re.search(rb"\[#+ *\] +\d+ %  2 h 0 min of 3 h 0 min, .* left", said), f"on a terminal: {said[-300:]}")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        config = shutil.copytree(HOME / "config", folder / "config")
        run = run_of(config, "--format", "hdf5")
        answer = whole(checks, run, folder / "whole")
        reference = sums(folder / "whole")
        read_back(checks, folder / "whole", answer)
        killed(checks, run, folder / "killed", reference)
        damaged(checks, run, run_of(config, "--format", "hdf5", seed="8"), folder / "killed", reference)
        full(checks, run, folder / "full", reference)
        full_disk(checks, run_of(config))
        full_msom(checks, config, folder / "msom")
        closed(checks, run_of(config))
        small(checks, config, folder / "small")
        bar(checks, config, folder / "bar")
    checks.exit()


if __name__ == "__main__":
    main()
