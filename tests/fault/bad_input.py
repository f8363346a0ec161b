#!/usr/bin/env python3
"""Bad records through a real Kafka into `steadyline monitor`: each has one fate, those that cannot be used stand in the rejected topic with
their reason, the metrics count the same, and the frames are those of a run without them: beside an alarm that records come out of order.

    bad_input.py STEADYLINE TOPIC_DUMP TOPIC_FEED
"""
import base64
import collections
import datetime
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import Checks, Kafka, Topics, monitor, need_java, total, wait_until  # noqa: E402

STEADYLINE, TOPIC_DUMP, TOPIC_FEED = sys.argv[1:4]
FATES = ("used", "superseded", "duplicate", "late", "future", "historical", "rejected", "command", "event", "activate", "tick")
KEY = b"cdc1"


def recording(bootstrap, folder):
    """A minute of the simulated line and ticks that close it, as (key, type, value)."""
    source = Topics(TOPIC_DUMP, TOPIC_FEED, bootstrap, "source")
    source.create()
    scenario = pathlib.Path(folder) / "minute.yaml"
    scenario.write_text("start: 2026-11-20T08:00:00Z\nduration_s: 60\nseed: 5\nstart_in_production: true\n")
    subprocess.run([STEADYLINE, "simulate", "--scenario", scenario, "--brokers", bootstrap, "--topic", source.name("input"), "--speed", "max"],
                   timeout=60, check=True, capture_output=True)
    records = [(key, kind, value) for _, key, kind, value in source.dump("input")]
    last = json.loads(records[-1][2])["time"]
    return records + [(KEY, "tick", json.dumps({"time": moved(last, seconds)}).encode()) for seconds in range(1, 41)]


def moved(time, seconds):
    at = datetime.datetime.fromisoformat(time.replace("Z", "+00:00")) + datetime.timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sample(good, **changes):
    """A good sample with other members; None takes one out."""
    members = {**json.loads(good), **changes}
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


def unusable(good):
    """name → (type, value, reason)"""
    raw = lambda text: sample(good, values={}).replace(b'"values": {}', b'"values": ' + text)  # noqa: E731
    one = lambda number: raw(b'{"massflow_pv": ' + number + b"}")  # noqa: E731
    time = lambda value: sample(good, time=value)  # noqa: E731
    return {
        "no bytes": ("", b"", "empty"), "a null": ("", None, "empty"), "blanks": ("", b" \r\n\t ", "empty"),
        "no JSON": ("", b"massflow 5.01", "malformed"), "cut short": ("", good[:40], "malformed"), "a brace": ("", b"{", "malformed"),
        "two objects": ("", good + good, "malformed"), "100,000 levels": ("", b"[" * 100_000, "malformed"),
        "30 levels of values": ("", raw(b'{"a":' * 30 + b"1" + b"}" * 30), "malformed"), "an array": ("", b"[1]", "schema"), "a number": ("", b"5", "schema"),
        "NaN": ("", one(b"NaN"), "malformed"), "infinity": ("", one(b"-Infinity"), "value"), "1e400": ("", one(b"1e400"), "value"),
        "1e16": ("", one(b"1e16"), "value"), "30 digits": ("", one(b"9" * 30), "value"), "text for a number": ("", one(b'"5.01"'), "value"),
        "bad UTF-8": ("", good.replace(b"cdc1", b"cdc\xff"), "encoding"), "UTF-16": ("", good.decode().encode("utf-16"), "malformed"),
        "an overlong character": ("", good.replace(b"cdc1", b"\xc0\xaf"), "encoding"), "a byte order mark": ("", b"\xef\xbb\xbf" + good, "encoding"),
        "unknown line": ("", sample(good, line="cdc9"), "unknown_line"), "unknown unit": ("", sample(good, unit="fd99"), "unknown_unit"),
        "unknown tags only": ("", sample(good, values={"bogus": 1}), "unknown_tag"), "no values": ("", sample(good, values={}), "unknown_tag"),
        "values missing": ("", sample(good, values=None), "schema"), "line missing": ("", sample(good, line=None), "schema"),
        "a tag twice": ("", raw(b'{"massflow_pv":5,"massflow_pv":5}'), "schema"), "seq of text": ("", sample(good, seq="x"), "schema"),
        "time missing": ("", time(None), "time"), "time of words": ("", time("yesterday"), "time"), "time 1970": ("", time(0), "time"),
        "time 1999": ("", time("1999-12-31T23:59:59Z"), "time"), "time 9999": ("", time("9999-12-31T23:59:59Z"), "time"), "time 1e300": ("", time(1e300), "time"),
        "February 30": ("", time("2026-02-30T00:00:00Z"), "time"), "10 MB": ("", sample(good, note="x" * 10_000_000), "too_large"),
        "10 MB of noise": ("", bytes(range(256)) * 40_000, "too_large"), "1 MiB and a byte": ("", b" " * (1 << 20) + b"{", "too_large"),
        "unknown type": ("telegram", good, "unknown_type"), "long type": ("x" * 5000, good, "unknown_type"), "tick without time": ("tick", b"{}", "time"),
        "command of nothing": ("command", b'{"line":"cdc1"}', "schema"), "a key of 2 MB": ("", b"{", "malformed"),
    }


def elsewhere(good, time):
    """name → (type, value, fate): good in themselves, and still of no effect on a frame."""
    values = json.loads(good)["values"]
    return {
        "a second one": ("", good, "duplicate"), "with a tag more": ("", sample(good, values={**values, "bogus": 1}), "duplicate"),
        "an older one of the frame": ("", sample(good, time=moved(time, -0.01)), "superseded"), "an hour ago": ("", sample(good, time=moved(time, -3600)), "late"),
        "the year 2001": ("", sample(good, time="2001-01-01T00:00:00Z"), "late"), "in an hour": ("", sample(good, time=moved(time, 3600)), "future"),
        "the year 2099": ("", sample(good, time="2099-01-01T00:00:00Z"), "future"), "history": ("", sample(good, historical=True), "historical"),
        "a tick of 2099": ("tick", b'{"time":"2099-01-01T00:00:00Z"}', "tick"), "a tick of 2001": ("tick", b'{"time":"2001-01-01T00:00:00Z"}', "tick"),
        "an alarm that is none": ("command", b'{"line":"cdc1","kind":"acknowledge","request":"r","alarm":"a","user":"u"}', "command"),
        "an event": ("event", json.dumps({"line": "cdc1", "kind": "lot_change", "time": time}).encode(), "event"),
        "an activation": ("activate", b'{"line":"cdc1","bundle":"000000000000","as":"champion","user":"ana","reason":"none such"}', "activate"),
    }


def spoilt(clean):
    """The recording with all of that between its records; and by position what was put there: (name, value, fate, reason)."""
    places = [i for i, (_, kind, value) in enumerate(clean) if kind == "" and b'"unit":"fd1"' in value][5:]
    good = clean[places[0]][2]
    bad = [(name, kind, value, "rejected", reason) for name, (kind, value, reason) in unusable(good).items()]
    odd = list(elsewhere(good, "2026-11-20T08:00:00Z"))
    mixed, put, turn = [], {}, 0
    for i, record in enumerate(clean):
        mixed.append(record)
        if i not in places:
            continue
        extra = [bad.pop(0)] if bad else []
        if turn % 3 == 0 and turn // 3 < len(odd):  # a waiting future sample must end before the next one: two would agree
            name = odd[turn // 3]
            kind, value, fate = elsewhere(record[2], json.loads(record[2])["time"])[name]
            extra.append((name, kind, value, fate, fate if fate in ("late", "future") else None))
        turn += 1
        for name, kind, value, fate, reason in extra:
            put[len(mixed)] = (name, value, fate, reason)
            mixed.append((b"k" * 2_000_000 if name == "a key of 2 MB" else KEY, kind, value))
    assert not bad and turn // 3 >= len(odd), "the recording is too short for all of it"
    return mixed, put


def watched(checks, topics, folder, records):
    """Lets a monitor read all of it; gives its last metrics."""
    topics.create()
    topics.feed(records)
    with monitor(STEADYLINE, "--settings", topics.settings(folder), "--brokers", topics.bootstrap, "--group", topics.suffix, "--ticks", "log") as program:
        counted = lambda: total(program.metrics(), "steadyline_records_total")  # noqa: E731
        wait_until(lambda: counted() >= len(records) or program.process.poll() is not None, 40, f"the fates of {len(records)} records")
        series = program.metrics()
        code, took = program.end()
        checks.equal(code, 0, f"{topics.suffix}: exit code ({program.err[-3:]})")
        checks.that(took < 3, f"{topics.suffix}: stopping took {took:.1f} s")
    return series


def fates(series):
    return {fate: int(total(series, "steadyline_records_total", fate=fate)) for fate in FATES}


def check_rejected(checks, topics, series, put):
    """The rejected topic against what was put in, record for record, and against the metrics."""
    found = {}
    for _, _, _, value in topics.dump("rejected"):
        record = json.loads(value)
        checks.that(record["position"]["offset"] not in found, f"rejected twice: {record['position']}")
        found[record["position"]["offset"]] = record
    wanted = {offset: what for offset, what in put.items() if what[3]}
    checks.equal(sorted(found), sorted(wanted), "positions on the rejected topic")
    for offset, (name, value, _, reason) in wanted.items():
        record = found.get(offset, {})
        checks.equal(record.get("reason"), reason, f"{name}: reason ({record.get('what')})")
        if "bytes" in record:
            value = value or b""
            checks.equal((record["length"], record["sha256"]), (len(value), hashlib.sha256(value).hexdigest()), f"{name}: length and SHA-256")
            checks.that(base64.b64decode(record["bytes"]) == value[:65536], f"{name}: other bytes")
        else:
            checks.equal(reason, "future", f"{name}: stands there without its bytes; reason")
    for reason, count in collections.Counter(what[3] for what in wanted.values()).items():
        checks.equal(total(series, "steadyline_rejected_records_total", reason=reason), count, f"metric of reason {reason}")
    checks.equal(total(series, "steadyline_rejected_records_total", reason="unknown_alarm"), 1, "metric of reason unknown_alarm")
    checks.equal(total(series, "steadyline_published_records_total", topic="rejected"), len(wanted), "published to the rejected topic")
    checks.equal(total(series, "steadyline_values_set_aside_total"), 1, "values set aside")


def same_frames(checks, names):
    """What is made of the frames is the same; but that fd1's records come out of order is told once, and is no other alarm's business."""
    published = {of: {suffix: [json.loads(value) for *_, value in names[suffix].dump(of)] for suffix in ("clean", "dirty")} for of in ("assessments", "alerts")}
    for clean, dirty in zip(*published["assessments"].values(), strict=True):
        only_clean, only_dirty = ({key: value for key, value in frame.items() if key not in ("alarms", "fan")} for frame in (clean, dirty))
        checks.equal(only_dirty, only_clean, "dirty: an assessment")
        if "fan" in clean and "fan" in dirty:
            checks.equal(dirty["fan"], clean["fan"], f"dirty: the fan of {clean['time']}")
    told = lambda alert: (alert["unit"], alert["tag"], alert["kind"])  # noqa: E731
    link = ("fd1", "*", "bad_data")
    begun = [alert for alert in published["alerts"]["dirty"] if told(alert) == link and alert["seq"] == 0]
    checks.that(len(begun) == 1 and "out of order" in begun[0]["text"], f"dirty: that fd1's records come out of order is told as {begun}")
    core = lambda alerts: [(*told(alert), alert["id"], alert["seq"], alert["state"], alert["time"]) for alert in alerts if told(alert) != link]  # noqa: E731
    checks.equal(core(published["alerts"]["dirty"]), core(published["alerts"]["clean"]), "dirty: alerts beside that of the link")


def main():
    need_java()
    checks = Checks()
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as folder, Kafka(data) as kafka:
        clean = recording(kafka.bootstrap, folder)
        dirty, put = spoilt(clean)
        names = {suffix: Topics(TOPIC_DUMP, TOPIC_FEED, kafka.bootstrap, suffix) for suffix in ("clean", "dirty", "mixed")}
        series = {"clean": watched(checks, names["clean"], folder, clean), "dirty": watched(checks, names["dirty"], folder, dirty)}
        swapped = clean[:]  # neighbours change places: far less than the allowed lateness
        for i in range(0, len(swapped) - 1, 2):
            if swapped[i][1] == swapped[i + 1][1] == "":
                swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
        series["mixed"] = watched(checks, names["mixed"], folder, swapped)
        wanted = collections.Counter(fates(series["clean"]))
        checks.equal(fates(series["mixed"]), dict(wanted), "fates of the swapped records")
        checks.equal(wanted["rejected"] + wanted["late"] + wanted["future"], 0, "fates of good records that are bad")
        wanted.update(what[2] for what in put.values())
        checks.equal(fates(series["dirty"]), {fate: wanted[fate] for fate in FATES}, "fates of the spoilt records")
        check_rejected(checks, names["dirty"], series["dirty"], put)
        frames = [value for *_, value in names["clean"].dump("assessments")]
        checks.that(len(frames) >= 60, f"only {len(frames)} frames")
        for what in ("assessments", "alerts"):
            checks.that([value for *_, value in names["mixed"].dump(what)] == [value for *_, value in names["clean"].dump(what)],
                        f"mixed: other {what} than the clean run")
        same_frames(checks, names)
        print(f"{len(put)} bad or odd records among {len(clean)}, {len(frames)} frames")
    checks.exit()


main()
