#!/usr/bin/env python3
"""Broken settings, lines, bundles and wrong use are refused: exit 2, `where: what; how to mend` on standard error, and nobody has
knocked at Kafka's door before.

    refused_test.py STEADYLINE

Further arguments, which the other tests take, are not looked at.
"""
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks  # noqa: E402

STEADYLINE = sys.argv[1]
SEED = 20261120
FORM = re.compile(r"^\S.*?: .+; .+")


def house(folder):
    """A folder with settings, line and bundle that are good, to be broken."""
    shutil.copytree(HOME / "config", folder / "config")
    shutil.copytree(HOME / "models/bundles", folder / "models/bundles")
    return folder / "config/monitor.yaml"


class Door:
    """Stands where Kafka would; counts who knocks."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen()
        self.socket.setblocking(False)
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"

    def knocked(self):
        try:
            self.socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True


def refused(checks, door, name, arguments, words=(), faults=1):
    try:
        done = subprocess.run([STEADYLINE, *map(str, arguments)], capture_output=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        checks.that(False, f"{name}: was not refused, it runs")
        return
    lines = done.stderr.decode(errors="replace").splitlines()
    checks.equal(done.returncode, 2, f"{name}: exit code ({lines})")
    checks.that(len(lines) >= faults, f"{name}: {len(lines)} faults named, not {faults}: {lines}")
    for line in lines:
        checks.that(FORM.match(line), f"{name}: not `where: what; how to mend`: {line}")
    for word in words:
        checks.that(any(word in line for line in lines), f"{name}: nothing says {word!r}: {lines}")
    checks.that(not door.knocked(), f"{name}: Kafka was touched")


def monitor_refuses(checks, door, name, settings, words=(), faults=1):
    refused(checks, door, name, ["monitor", "--settings", settings, "--brokers", door.address, "--port", "0"], words, faults)


def texts(checks, door, folder):
    settings = house(folder)
    good, line = settings.read_text(), (folder / "config/lines/cdc1.yaml").read_text()

    def broken(name, text, *words, faults=1):
        settings.write_text(text)
        monitor_refuses(checks, door, name, settings, words, faults)
    monitor_refuses(checks, door, "no settings file", folder / "config/absent.yaml", ["absent.yaml"])
    monitor_refuses(checks, door, "a folder for a file", folder / "config", ["config"])
    broken("settings cut short", good[:good.index("lines:") + 20], "monitor.yaml:")
    broken("not YAML", "lines: [", "monitor.yaml:")
    broken("no bytes", "", "monitor.yaml")
    broken("binary", "\x00\x01\x02" * 100, "monitor.yaml")
    broken("three faults at once", good.replace("max_skew_s: 10", "max_skw_s: 10").replace("deadband: 0.05", "deadband: wide").replace("port: 9464", "port: 99999"),
           "max_skw_s", "deadband", "port", faults=3)
    broken("a property of librdkafka that is none", good.replace("librdkafka: {}", "librdkafka: {fetch.wayt.ms: 1}"), "fetch.wayt.ms", "fetch.wait")
    broken("a property that is ours", good.replace("librdkafka: {}", "librdkafka: {group.id: x}"), "group.id")
    broken("a line that is not there", good.replace("lines/cdc1.yaml", "lines/cdc9.yaml"), "cdc9.yaml")
    broken("a bundle that is not there", good.replace("bundles/cdc1", "bundles/cdc9"), "cdc9")
    broken("another line's bundle", good.replace("bundles/cdc1", "bundles/press-zagar"), "press-zagar")
    settings.write_text(good)
    for name, text, words in [("limits the wrong way round", line.replace("hard: [4.5, 5.5]", "hard: [5.5, 4.5]"), ["cdc1.yaml:", "hard"]),
                              ("an unknown key of a line", line.replace("period_ms:", "periode_ms:"), ["periode_ms"]),
                              ("line cut short", line[:len(line) // 2], ["cdc1.yaml"]),
                              ("a line other than the bundle's", line.replace("hard: [4.5, 5.5]", "hard: [4.4, 5.5]"), ["bundles/cdc1"])]:
        (folder / "config/lines/cdc1.yaml").write_text(text)
        monitor_refuses(checks, door, name, settings, words)


def bundles(checks, door, folder):
    """Flipped and missing bytes at random places of the files that the monitor reads; each byte of a small bundle: bundle_damage_test."""
    settings = house(folder)
    bundle = folder / "models/bundles/cdc1"
    place = random.Random(SEED)
    for file in ("manifest.json", "weights.safetensors"):
        good = (bundle / file).read_bytes()
        for at in [0, len(good) - 1] + [place.randrange(len(good)) for _ in range(6)]:
            damaged = bytearray(good)
            damaged[at] ^= 1 << place.randrange(8)
            (bundle / file).write_bytes(damaged)
            monitor_refuses(checks, door, f"{file}, byte {at} flipped (seed {SEED})", settings, ["bundles/cdc1"])
        for length in (0, 1, place.randrange(len(good)), len(good) - 1):
            (bundle / file).write_bytes(good[:length])
            monitor_refuses(checks, door, f"{file} cut to {length} bytes (seed {SEED})", settings, ["bundles/cdc1"])
        (bundle / file).unlink()
        monitor_refuses(checks, door, f"{file} missing", settings, ["bundles/cdc1"])
        (bundle / file).write_bytes(good)


def use(checks, door):
    for arguments in ([], ["watch"], ["monitor", "--port", "99999"], ["monitor", "--colour"], ["demo", "--for", "soon"], ["demo", "--speed", "0"], ["check"],
                      ["simulate", "--speed", "fast"], ["check", "config/absent.yaml"], ["bundle", "verify", "absent"]):
        refused(checks, door, " ".join(["steadyline", *arguments]), arguments)


def main():
    checks, door = Checks(), Door()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        texts(checks, door, pathlib.Path(one))
        bundles(checks, door, pathlib.Path(other))
    use(checks, door)
    checks.exit()


main()
