#!/usr/bin/env python3
"""A real Prometheus scrapes the demo: every series that docs/metrics.md promises arrives there, with the labels it promises.

    prometheus_scrape.py STEADYLINE TOPIC_DUMP TOPIC_FEED

Two of them need events that the demo does not have of itself; they are provoked: records that cannot be used are sent to its broker.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import HOME, Checks, Program, free_port, get, skip, wait_until  # noqa: E402

STEADYLINE, TOPIC_FEED = sys.argv[1], sys.argv[3]
PROMETHEUS = shutil.which("prometheus") or skip("prometheus is not installed (deploy/debian-packages-test.txt)")


def promised():
    """{name: (type, labels)} of the table in docs/metrics.md."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]*)\|", (HOME / "docs/metrics.md").read_text(), re.M)
    assert len(rows) > 15, "the table of docs/metrics.md has another form"
    return {name: (kind, frozenset(labels.replace(",", " ").split())) for name, kind, labels in rows}


def names_of(name, kind):
    return [name + end for end in ("_bucket", "_sum", "_count")] if kind == "histogram" else [name]


class Server:
    def __init__(self, folder, target):
        self.port = free_port()
        config = pathlib.Path(folder) / "prometheus.yml"
        config.write_text("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
                          f"  - {{job_name: steadyline, static_configs: [{{targets: ['127.0.0.1:{target}']}}]}}\n")
        self.log = open(pathlib.Path(folder) / "prometheus.log", "w+")
        self.process = subprocess.Popen([PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
                                         f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"], stdout=self.log, stderr=self.log)

    def ask(self, query):
        """All series of the answer as {name: [(labels, value)]}; empty while the server is not there."""
        status, text = get(f"http://127.0.0.1:{self.port}/api/v1/query?query={urllib.parse.quote(query)}")
        found = {}
        for series in json.loads(text)["data"]["result"] if status == 200 else []:
            labels = series["metric"]
            found.setdefault(labels.pop("__name__", ""), []).append(({k: v for k, v in labels.items() if k not in ("job", "instance")}, float(series["value"][1])))
        return found

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


def missing(found, table):
    """What is not there yet, and what must have happened and has not."""
    lacking = [name for row, (kind, _) in table.items() for name in names_of(row, kind) if name not in found]
    happened = {"steadyline_alert_transitions_total": {}, "steadyline_rejected_records_total": {"reason": "malformed"}, "steadyline_commits_total": {},
                "steadyline_frames_closed_total": {"line": "cdc1"}, "steadyline_records_total": {"fate": "rejected"}, "steadyline_committed_offset": {},
                "steadyline_broker_connected": {}, "steadyline_verdict": {"line": "cdc1"}, "steadyline_loop_seconds_count": {}}
    for name, wanted in happened.items():
        if not any(value > 0 and wanted.items() <= labels.items() for labels, value in found.get(name, [])):
            lacking.append(f"{name}{wanted or ''} above 0")
    return lacking


def check(checks, server, table):
    seen = {}

    def complete():
        seen.update(server.ask('{job="steadyline"}'))
        return not missing(seen, table)
    try:
        wait_until(complete, 22, "all series")
    except SystemExit:
        checks.that(False, f"not scraped within 22 s: {', '.join(missing(seen, table))}")
    for row, (kind, labels) in table.items():
        for name in names_of(row, kind):
            wanted = labels | {"le"} if name.endswith("_bucket") else labels
            for has, _ in seen.get(name, []):
                # A label without text is no label to Prometheus: unit and tag of an alarm of the whole line.
                loose = {"unit", "tag"} if row == "steadyline_alert_transitions_total" else set()
                checks.equal(set(has) | loose & wanted, set(wanted), f"labels of {name}{has}")
    known = {name for row, (kind, _) in table.items() for name in names_of(row, kind)}
    checks.equal(sorted(name for name in seen if name.startswith("steadyline_") and name not in known), [], "series that docs/metrics.md lacks")
    checks.equal(server.ask("min_over_time(up[1m])"), {"": [({}, 1.0)]}, "the least of up: each scrape is good")
    print(f"{sum(map(len, seen.values()))} series of {len(table)} metrics scraped")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder, Program(STEADYLINE, "demo", "--for", "28s", "--speed", "120", "--port", "0") as demo:
        port = demo.seen(r"curl http://127\.0\.0\.1:(\d+)/metrics").group(1)
        bootstrap = demo.seen(r"kcat -C -b (\S+)").group(1)
        server = Server(folder, port)
        try:
            subprocess.run([TOPIC_FEED, bootstrap, "feed", "steadyline.input"], input="Y2RjMQ== - e30=\nY2RjMQ== - ew==\n", text=True, timeout=20, check=True)
            check(checks, server, promised())
        finally:
            server.end()
        checks.equal(demo.end()[0], 0, "exit code of the demo")
    checks.exit()


main()
