#!/usr/bin/env python3
"""The approved path of a golden profile, as a person walks it: `bundle approve` on a copy of the shipped bundle, then `verify`, `inspect` and
`diff`; what is no approval, and a profile that nobody approved, are refused.

    approve_test.py STEADYLINE [TOPIC_DUMP TOPIC_FEED]
"""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks  # noqa: E402

BINARY, SHIPPED = sys.argv[1], HOME / "models/bundles/cdc1"
WHO = ("--user", "j.doe", "--reason", "change 1234: first campaigns accepted", "--at", "2026-11-20T06:00:00Z")


def bundle(*arguments):
    done = subprocess.run([BINARY, "bundle", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def approves(checks, copy):
    """Facts, hashes and nothing else change."""
    code, out, err = bundle("approve", copy, *WHO)
    checks.equal((code, err), (0, ""), "bundle approve")
    checks.that("moves     nothing" in out, f"approved as it is, nothing moves: {out}")
    checks.that("approved  by j.doe at 2026-11-20T06:00:00Z: change 1234: first campaigns accepted\n" in out, f"who, when and why: {out}")
    named = sha256(copy / "manifest.json")
    checks.that(f"bundle    {named}" in out, f"the bundle's new name {named}: {out}")
    checks.equal(bundle("verify", copy), (0, f"good      {named}\n", ""), "bundle verify")
    done = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=copy, capture_output=True, text=True, check=False)
    checks.equal((done.returncode, done.stdout), (0, ""), "sha256sum -c of the approved bundle")
    code, out, _ = bundle("inspect", copy)
    checks.equal(code, 0, "bundle inspect")
    for fact in ("golden profile: approved", "golden profile approved by: j.doe", "golden profile approved at: 2026-11-20T06:00:00Z",
                 "golden profile approved because: change 1234: first campaigns accepted", f"golden profile approved sha256: {sha256(copy / 'golden.json')}"):
        checks.that(f"passport  {fact}\n" in out, f"inspect does not tell \"{fact}\"")
    checks.that("j.doe" in (copy / "passport.md").read_text(), "passport.md does not name who approved")
    for file in ("golden.json", "drift.json", "soft_sensors.json", "weights.safetensors"):
        checks.equal(sha256(copy / file), sha256(SHIPPED / file), f"{file} is that of before")
    code, out, _ = bundle("diff", SHIPPED, copy)
    checks.equal(code, 1, "bundle diff of proposed and approved")
    checks.that(out and all(line.startswith("differs   passport golden profile") for line in out.splitlines()), f"only the approval differs: {out}")
    checks.equal(bundle("diff", copy, copy)[0], 0, "bundle diff with itself")
    return named


def refuses(checks, copy, named):
    """An approval without a reason, and another profile than the approved one."""
    code, _, err = bundle("approve", copy, "--user", "j.doe", "--reason", " ")
    checks.equal(code, 2, f"approval without a reason: {err}")
    checks.that("without a reason" in err, f"says what is lacking: {err}")
    code, _, err = bundle("approve", copy, "--reason", "why not")
    checks.that(code != 0 and "--user" in err, f"approval without a name: {code} {err}")
    checks.equal(bundle("verify", copy)[1], f"good      {named}\n", "what was refused changed nothing")
    shut = copy.parent / "edited"
    shutil.copytree(copy, shut)
    text = (shut / "golden.json").read_text()
    (shut / "golden.json").write_text(text.replace('"tolerance":', '"tolerance": ', 1) if '"tolerance":' in text else text + "\n")
    code, _, err = bundle("verify", shut)
    checks.that(code != 0 and "golden.json" in err, f"an edited profile is accepted: {code} {err}")


def replaces(checks, copy):
    """An approved profile of one's own takes the place of the bundle's; what was before is remembered."""
    profile = json.loads((copy / "golden.json").read_text())
    cell = next(cell for cell in profile["cells"] if cell.get("centre"))
    cell["centre"][0] *= 1.02
    own = copy.parent / "own.json"
    own.write_text(json.dumps(profile))
    code, out, err = bundle("approve", copy, "--golden", own, *WHO[:-1], "2026-11-27T06:00:00Z")
    checks.equal((code, err), (0, ""), "bundle approve --golden")
    checks.that(any(line.startswith("moves     ") and cell["tags"][0] in line for line in out.splitlines()), f"names the band that moves: {out}")
    code, out, _ = bundle("inspect", copy)
    checks.that("passport  golden profile before: " in out and "approved by j.doe at 2026-11-20T06:00:00Z" in out, "the profile before is not remembered")
    checks.equal(bundle("verify", copy)[0], 0, "verify of the bundle with the profile of one's own")
    checks.that(sha256(copy / "golden.json") != sha256(SHIPPED / "golden.json"), "golden.json is still the old one")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "approved"
        shutil.copytree(SHIPPED, copy)
        named = approves(checks, copy)
        refuses(checks, copy, named)
        replaces(checks, copy)
    checks.exit()


main()
