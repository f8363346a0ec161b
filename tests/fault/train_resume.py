#!/usr/bin/env python3
"""A training that is killed goes on where it stopped, and ends in the bytes of one in one go; damaged and foreign checkpoints are refused aloud.

    train_resume.py STEADYLINE ...
"""
import math
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks  # noqa: E402

PINS = {"OPENBLAS_CORETYPE": "Haswell", "ATEN_CPU_CAPABILITY": "avx2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
COLUMNS = "timestamp;campaign;batch;code;tbl_speed;tbl_fill;main_comp;SREL;pre_comp;cyl_main;cyl_pre;stiffness;ejection;produced;waste;fom"


def write_recording(path):
    """Three campaigns of four hours, slow waves with noise."""
    noise = random.Random(1)
    with path.open("w") as out:
        print(COLUMNS, file=out)
        for campaign in (1, 2, 3):
            begin = time.mktime((2019, 3, campaign, 8, 0, 0, 0, 0, 0))
            for row in range(1440):
                wave = math.sin(row / 50) + 0.3 * noise.gauss(0, 1)
                values = [100 + wave, 7 + 0.1 * wave, 6 + 0.2 * noise.gauss(0, 1), 5 + noise.gauss(0, 0.5), 1 + 0.1 * noise.gauss(0, 1), 2.5 + 0.05 * wave,
                          4 + 0.05 * noise.gauss(0, 1), 120 + 5 * noise.gauss(0, 1), 150 + 9 * noise.gauss(0, 1), 0.28 * row, row // 100]
                stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(begin + 10 * row))
                print(stamp, campaign, campaign, 3, *(f"{v:.4f}" for v in values), f"{values[1]:.4f}", sep=";", file=out)


class Train:
    """`steadyline train` of the recording into one folder."""

    def __init__(self, program, recording, out):
        self.out, self.part = out, pathlib.Path(f"{out}.part")
        self.command = [program, "train", str(recording), "--line", str(HOME / "config/lines/press-zagar.yaml"), "--train", "1", "--calibrate", "2", "--epochs", "6", "--out", str(out)]

    def run(self, *more):
        return subprocess.run([*self.command, *more], capture_output=True, text=True, timeout=150, env={**os.environ, **PINS})

    def state(self):
        return sorted((f.name, f.stat().st_mtime_ns) for f in self.part.glob("*.checkpoint"))

    def killed(self, signum, count):
        """Runs until so many checkpoints more were written, and kills it."""
        seen = [self.state()]
        running = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **PINS})

        def more():
            if (now := self.state()) != seen[-1]:
                seen.append(now)
            return len(seen) > count or running.poll() is not None

        deadline = time.monotonic() + 100
        while not more() and time.monotonic() < deadline:
            time.sleep(0.001)
        running.send_signal(signum)
        running.wait(30)
        return seen[-1]

    def sums(self):
        return (self.out / "SHA256SUMS").read_text()


def main():
    program, checks = sys.argv[1], Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_recording(folder / "rows.csv")
        whole = Train(program, folder / "rows.csv", folder / "whole")
        done = whole.run()
        checks.equal(done.returncode, 0, f"a training in one go: {done.stderr}")
        checks.that(not whole.part.exists(), "its checkpoints are gone at the end")
        page = (whole.out / "training.html").read_text()
        checks.that(page.count("<svg") == 2 and "In one go." in page and "http" not in page, "its page has two learning curves and needs nothing from elsewhere")
        checks.equal(subprocess.run([program, "bundle", "verify", str(whole.out)], timeout=60).returncode, 0, "the bundle with its page is verified")

        train = Train(program, folder / "rows.csv", folder / "stopped")
        for signum, count in ((signal.SIGKILL, 3), (signal.SIGINT, 8), (signal.SIGKILL, 4), (signal.SIGTERM, 6)):
            checks.that(train.killed(signum, count), f"{signum.name} leaves checkpoints")
        refused = train.run("--seed", "2")
        checks.equal(refused.returncode, 2, "another seed is refused")
        checks.that("differs in: options" in refused.stderr and "--afresh" in refused.stderr, f"and says so: {refused.stderr}")
        done = train.run()
        checks.equal(done.returncode, 0, f"the same command goes on: {done.stderr}")
        checks.that("goes on from" in done.stderr, f"and says so: {done.stderr}")
        checks.equal(train.sums(), whole.sums(), "a training killed four times has the bytes of one in one go")
        checks.that("went on from these checkpoints" in (train.out / "training.html").read_text(), "and its page tells")

        damaged = Train(program, folder / "rows.csv", folder / "damaged")
        damaged.killed(signal.SIGKILL, 4)
        for file in damaged.part.glob("*.checkpoint"):
            file.write_bytes(file.read_bytes()[:-7])
        done = damaged.run()
        checks.that("is damaged" in done.stderr and "goes on from" not in done.stderr, f"truncated checkpoints are told and not used: {done.stderr}")
        checks.equal(damaged.sums(), whole.sums(), "and the training from its beginning has the same bytes")

        damaged.killed(signal.SIGKILL, 4)
        other = damaged.run("--seed", "2", "--afresh")
        checks.that(other.returncode == 0 and "goes on from" not in other.stderr, f"--afresh begins anew: {other.stderr}")
    checks.exit()


main()
