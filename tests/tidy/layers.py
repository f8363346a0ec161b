"""Includes obey the layers (DESIGN §4): dependencies point one way, and each third party stays in the folder that hides it."""

import re

from house import Fault

# Folder of the house -> folders whose headers it may include, beside its own.
BELOW_MONITOR = {"core", "line", "frames", "models"}
LAYERS = {
    "core": set(),
    "line": {"core"},
    "frames": {"core", "line"},
    "models": {"core", "line", "frames"},
    "monitor": BELOW_MONITOR,
    "broker": BELOW_MONITOR | {"monitor"},
    "telemetry": BELOW_MONITOR | {"monitor"},
    "operator": BELOW_MONITOR | {"monitor"},
    "twin": {"core", "line"},
    "campaigns": {"core", "line", "twin"},
    "training": BELOW_MONITOR,
    "evaluation": BELOW_MONITOR | {"monitor", "twin", "training"},
    "settings": {"core", "line"},
    "app": None,  # wires everything
}
# Single headers beyond the layers, with the reason.
ALSO = {
    "twin": {"frames/encode.h"},  # the twin sends what decode reads: one description of the format
}
THIRD_PARTIES = {
    r"librdkafka/": {"broker"},
    r"prometheus/": {"telemetry"},
    r"spdlog/": {"telemetry"},
    r"restinio/": {"operator"},
    r"(torch|ATen|c10|caffe2)/": {"training"},
    r"yaml-cpp/": {"settings"},
    r"hwy/": {"core", "models"},
    r"simdjson": {"frames"},
    r"CLI/": {"app"},
    r"hdf5": {"campaigns"},  # docs/decisions/006
    r"openssl/": {"core"},  # docs/decisions/001
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(name):
    """"services/core/x.h" -> "core", "models/x.h" -> "models", anything else -> None (tests and bench see all)."""
    parts = name.split("/")
    if parts[0] == "models":
        return "models"
    return parts[1] if parts[0] == "services" and len(parts) > 2 else None


def target_of(house, name):
    """The file that a quoted include means, or None."""
    for base in ("services/", "", "tests/"):
        if house.has(base + name):
            return base + name
    return None


def check(house):
    for name in house.code("services", "models"):
        own = folder_of(name)
        if own not in LAYERS:
            yield Fault(name, 1, f'folder "{own}" has no layer', "give it one in tests/tidy/layers.py and in the design")
            continue
        for number, line in house.code_lines(name):
            if include := INCLUDE.match(line):
                yield from _judge(house, name, number, own, include.group(1) == '"', include.group(2))


def _judge(house, name, number, own, quoted, header):
    for pattern, homes in THIRD_PARTIES.items():
        if re.match(pattern, header) and own not in homes:
            yield Fault(name, number, f"includes {header}", f"only services/{{{', '.join(sorted(homes))}}} may; go through its headers")
    if not quoted:
        return
    target = target_of(house, header)
    if target is None:
        # An include that is generated or belongs to a third party in quotes would be as hard to follow as one that is gone.
        yield Fault(name, number, f'includes "{header}", which is no file here', "write it from services/, as in core/units.h, or from the root, as in models/bundle.h")
        return
    other = folder_of(target)
    if other is None:
        yield Fault(name, number, f'includes "{header}" from outside services and models', "product code does not stand on tests or tools")
    elif other != own and LAYERS[own] is not None and other not in LAYERS[own] and not _excused(own, header):
        yield Fault(name, number, f'{own} includes "{header}"', f"{own} may stand on {', '.join(sorted(LAYERS[own])) or 'nothing'} only")


def _excused(own, header):
    return header in ALSO.get(own, ()) or (own == "settings" and header.endswith("/options.h"))
