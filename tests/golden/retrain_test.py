#!/usr/bin/env python3
"""The committed bundle of cdc1 is made again, byte for byte, by the documented command: `steadyline train --out FOLDER` under the pins of
its passport, on the Debian release whose libtorch it names (libtorch differs between releases; there it is skipped, aloud).

    retrain_test.py STEADYLINE
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parents[2]
BUNDLE = HOME / "models/bundles/cdc1"
PINS = {"OPENBLAS_CORETYPE": "Haswell", "ATEN_CPU_CAPABILITY": "avx2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main():
    passport = json.loads((BUNDLE / "manifest.json").read_text())["passport"]
    version = subprocess.run([sys.argv[1], "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    if f"libtorch {passport['libtorch']}," not in version:
        print(f"SKIPPED: the bundle was made with libtorch {passport['libtorch']}, this is {version.strip()}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], "train", "--out", folder], env={**os.environ, **PINS}, timeout=2600, check=True)
        hashed = sorted([*(line.split()[1] for line in (BUNDLE / "SHA256SUMS").read_text().splitlines()), "SHA256SUMS"])  # the report holds times
        differing = [name for name in hashed if (BUNDLE / name).read_bytes() != (pathlib.Path(folder) / name).read_bytes()]
    if differing:
        sys.exit(f"FAILED: made again, these differ: {', '.join(differing)}; if the trainer or the line changed, commit the new bundle")


main()
