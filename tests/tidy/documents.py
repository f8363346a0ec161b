"""What the documents promise is what the code does: metrics and settings, one row each, no more and no fewer."""

import re

from house import Fault

METRIC = re.compile(r'"(steadyline_[a-z0-9_]+)"')
DOCUMENTED_METRIC = re.compile(r"`(steadyline_[a-z0-9_]+)")
SERIES_ENDING = re.compile(r"_(bucket|sum|count)$")
# section.number("key", …), also over several lines: the first argument of a reader's call is the key.
SETTING = re.compile(r"\.(?:number|optional_number|integer|flag|text|character|name|band|texts|numbers|codes|words|choice|section|list)(?:<[^>(]*>)?\(\s*\"([a-z0-9_]+)\"")
# {"key", &Struct::place, …}: a row of a table of numbers.
SETTING_ROW = re.compile(r"\{\s*\"([a-z0-9_]+)\",\s*&\w+::\w+")
DOCUMENTED_SETTING = re.compile(r"^\|\s*`([^`]+)`")


def check(house):
    yield from _compare(house, "docs/metrics.md", _metrics_of_code(house), _metrics_of_page(house), "metric")
    yield from _compare(house, "docs/configuration.md", _settings_of_code(house), _settings_of_page(house), "setting")


def _compare(house, page, in_code, in_page, kind):
    """Both are {name: (file, line)}."""
    if in_code and not house.has(page):
        yield Fault(page, 1, "is missing", f"write one row for each {kind}")
        return
    for name in sorted(in_code.keys() - in_page.keys()):
        yield Fault(*in_code[name], f"{kind} {name} has no row in {page}", "describe it there")
    for name in sorted(in_page.keys() - in_code.keys()):
        yield Fault(*in_page[name], f"{kind} {name} does not exist in the code", "remove the row or mend its name")


def _found(house, names, pattern, ending=None):
    found = {}
    for name in names:
        text = house.text(name)
        for match in pattern.finditer(text):
            word = ending.sub("", match.group(1)) if ending else match.group(1)
            found.setdefault(word, (name, text.count("\n", 0, match.start()) + 1))
    return found


def _metrics_of_code(house):
    return _found(house, house.code("services/telemetry", "services/broker", "services/operator", "services/app"), METRIC)


def _metrics_of_page(house):
    return _found(house, [name for name in ["docs/metrics.md"] if house.has(name)], DOCUMENTED_METRIC, SERIES_ENDING)


def _settings_of_code(house):
    code = house.code("services/settings")
    return _found(house, code, SETTING) | _found(house, code, SETTING_ROW)


def _settings_of_page(house):
    """Rows start with the path, `alarms.control.on_delay_s` or `units[].id`: every part of it is a key of the code."""
    found = {}
    if house.has("docs/configuration.md"):
        for number, line in house.lines("docs/configuration.md"):
            if row := DOCUMENTED_SETTING.match(line):
                for part in re.split(r"[.]", row.group(1)):
                    if word := re.fullmatch(r"([a-z0-9_]+)(?:\[\]|\{\})*", part):
                        found.setdefault(word.group(1), ("docs/configuration.md", number))
    return found
