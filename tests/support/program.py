"""What the tests that watch the program from outside share: a run of it, a real Kafka, its topics, its metrics. Every wait has an end."""
import base64
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

HOME = pathlib.Path(__file__).resolve().parents[2]


def skip(why):
    print(f"SKIPPED: {why}", flush=True)
    sys.exit(77)


def need_java():
    if not (shutil.which("java") and shutil.which("mvn")):
        skip("Java and Maven are needed for a real Kafka")


class Checks:
    """Gathers what does not hold, so that one run names all of it."""

    def __init__(self):
        self.failed = []

    def that(self, holds, what):
        if not holds:
            self.failed.append(what)
            print(f"FAILED: {what}", flush=True)
        return holds

    def equal(self, got, wanted, what):
        return self.that(got == wanted, f"{what}: {got!r}, not {wanted!r}")

    def exit(self):
        sys.exit(1 if self.failed else 0)


def wait_until(true, seconds, what):
    """The first true answer within the time; ends the test where none comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := true():
            return answer
        time.sleep(0.1)
    raise SystemExit(f"FAILED: waited {seconds} s in vain for {what}")


def get(url, seconds=5):
    """Status and text of a page; (0, why) where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError as away:
        return 0, str(away)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def series_of(text):
    """Prometheus' text format as {(name, frozenset of labels): value}."""
    series = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
        series[name, frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or ""))] = float(value)
    return series


class Program:
    """One run of steadyline, its streams read as they come. Killed at the end of the `with` if it still runs."""

    def __init__(self, binary, *arguments, env=None):
        self.process = subprocess.Popen([binary, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        self.out, self.err = [], []
        self.readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.append(line.decode(errors="replace").rstrip("\n"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def seen(self, pattern, seconds=20):
        """The first match on standard error."""
        def look():
            if self.process.poll() is not None:
                self.readers[1].join(2)
            for line in list(self.err):
                if found := re.search(pattern, line):
                    return found
            if self.process.poll() is not None:
                raise SystemExit(f"FAILED: ended with {self.process.returncode} before it said {pattern}: {self.err}")
            return None
        return wait_until(look, seconds, f"{pattern} on standard error ({self.err[-3:]})")

    def wait(self, seconds):
        """Exit code; None where it has not ended in time."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        for reader in self.readers:
            reader.join(5)
        return code

    def end(self, how=signal.SIGINT, seconds=10):
        """Sends the signal; gives the exit code and how long it took."""
        began = time.monotonic()
        self.process.send_signal(how)
        return self.wait(seconds), time.monotonic() - began

    def metrics(self):
        status, text = get(f"http://127.0.0.1:{self.port}/metrics")
        return series_of(text) if status == 200 else {}

    port = 0


def monitor(binary, *arguments):
    """A monitor that has told its HTTP port; ready or not."""
    program = Program(binary, "monitor", "--port", "0", *arguments)
    program.port = int(program.seen(r"http on port (\d+)").group(1))
    return program


def total(series, name, **labels):
    """Sum over all series of that name that have these labels."""
    wanted = set(labels.items())
    return sum(value for (found, has), value in series.items() if found == name and wanted <= has)


class Kafka:
    """A real node on a free port, in a folder of its own, gone at the end of the `with`."""

    def __init__(self, folder):
        self.script, self.folder = HOME / "deploy/kafka/kafka", folder

    def __enter__(self):
        self.start()
        return self

    def start(self):
        done = subprocess.run([self.script, "start", "--dir", self.folder], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode == 2:
            skip(done.stderr.strip())
        if done.returncode != 0:
            raise SystemExit(f"FAILED: {done.stderr}")
        self.bootstrap = dict(part.split("=", 1) for part in done.stdout.split())["bootstrap"]

    def stop(self, *how):
        subprocess.run([self.script, "stop", "--dir", self.folder, *how], capture_output=True, timeout=60, check=False)

    def __exit__(self, *_):
        self.stop("--now")


class Topics:
    """The topics of one run: the usual names with a suffix."""

    def __init__(self, dumper, feeder, bootstrap, suffix):
        self.dumper, self.feeder, self.bootstrap, self.suffix = dumper, feeder, bootstrap, suffix

    def name(self, what):
        return f"steadyline.{what}.{self.suffix}"

    def create(self):
        subprocess.run([self.feeder, self.bootstrap, "create", self.suffix], timeout=60, check=True)

    def feed(self, records):
        """(key, type, value) in bytes each, to partition 0 of the input topic, in order; value None is a null."""
        lines = [" ".join([base64.b64encode(key).decode() or "-", kind or "-", "null" if value is None else base64.b64encode(value).decode() or "-"])
                 for key, kind, value in records]
        subprocess.run([self.feeder, self.bootstrap, "feed", self.name("input")], input="\n".join(lines) + "\n", text=True, timeout=60, check=True)

    def dump(self, what):
        """(offset, key, type, value) of all records that are there."""
        done = subprocess.run([self.dumper, self.bootstrap, self.name(what)], capture_output=True, timeout=60, check=True)
        rows = [line.split(b"\t", 4) for line in done.stdout.splitlines()]
        return [(int(offset), key, kind.decode(), value) for _, offset, key, kind, value in rows]

    def settings(self, folder):
        """A settings file beside the shipped ones that names these topics and a group of its own."""
        folder = pathlib.Path(folder)
        if not (folder / "config").exists():
            shutil.copytree(HOME / "config", folder / "config")
            (folder / "models").symlink_to(HOME / "models")
        text = (HOME / "config/monitor.yaml").read_text()
        for what in ("input", "alerts", "assessments", "rejected"):
            text = re.sub(rf"(\n\s+{what}:) steadyline\.{what}\n", rf"\1 {self.name(what)}\n", text)
        file = folder / f"config/monitor-{self.suffix}.yaml"
        file.write_text(text)
        return file
