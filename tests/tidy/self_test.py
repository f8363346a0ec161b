#!/usr/bin/env python3
"""Plants one violation of every rule into a small tidy house and expects exactly that fault: a rule that finds nothing is no rule."""

import pathlib
import tempfile
import unittest

from tidy import faults_of

HOUSE = {
    "services/core/CMakeLists.txt": "steadyline_library(core SOURCES units.cpp)\n",
    "services/core/units.h": "#pragma once\n#include <string>\n",
    "services/core/units.cpp": '#include "core/units.h"\n// std::exp( in a comment is fine, and so is std::sqrt(2.0) in code\n',
    "services/line/CMakeLists.txt": "steadyline_library(line SOURCES line.cpp)\n",
    "services/line/line.cpp": '#include "core/units.h"\n',
    "services/broker/CMakeLists.txt": "steadyline_library(broker SOURCES source.cpp)\n",
    "services/broker/options.h": "#pragma once\n",
    "services/broker/source.cpp": '#include <librdkafka/rdkafka.h>\n#include "broker/options.h"\n',
    "services/telemetry/CMakeLists.txt": "steadyline_library(telemetry SOURCES metrics.cpp)\n",
    "services/telemetry/metrics.cpp": 'auto name = "steadyline_frames_total";\n',
    "services/settings/CMakeLists.txt": "steadyline_library(settings SOURCES settings.cpp)\n",
    "services/settings/settings.cpp": '#include "broker/options.h"\nauto late = section.number("allowed_lateness_s", 2);\n',
    "docs/metrics.md": "| `steadyline_frames_total` | frames |\n",
    "docs/configuration.md": "| `allowed_lateness_s` | how long a frame waits |\n",
    "build/release/left.cpp": "what lies in build/ is nobody's business\n",
}


def planted(changes):
    """Faults of the house with these files added, appended to (a leading "+") or, with None, taken away."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in HOUSE.items():
            write(root / name, text)
        for name, text in changes.items():
            if text is None:
                (root / name).unlink()
            elif text.startswith("+"):
                write(root / name, HOUSE[name] + text[1:])
            else:
                write(root / name, text)
        return [str(fault) for fault in faults_of(root)[0]]


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


LIST = "services/core/CMakeLists.txt"
CORE = "services/core/units.cpp"
# Name of the rule -> (what is planted, words of the fault, its place)
VIOLATIONS = {
    "layer": ({"services/core/units.h": '+#include "broker/options.h"\n'}, "core includes", "services/core/units.h:3"),
    "adapter includes adapter": ({"services/telemetry/metrics.cpp": '+#include "broker/options.h"\n'}, "telemetry includes", "services/telemetry/metrics.cpp:2"),
    "settings beyond options": (
        {"services/settings/settings.cpp": '+#include "broker/source.h"\n', "services/broker/source.h": "#pragma once\n"},
        "settings includes", "services/settings/settings.cpp:3"),
    "third party outside its folder": ({"services/line/line.cpp": "+#include <yaml-cpp/yaml.h>\n"}, "includes yaml-cpp", "services/line/line.cpp:2"),
    "one name for two types": (
        {"services/core/units.h": "+namespace steadyline {\nstruct Stop {\n};\n}\n", "services/broker/options.h": "+namespace steadyline {\nstruct Stop {\n};\n}\n"},
        "is a type of", "services/core/units.h:4"),
    "include of nothing": ({CORE: '+#include "core/gone.h"\n'}, "which is no file here", CORE + ":3"),
    "unknown folder": (
        {"services/extra/CMakeLists.txt": "steadyline_library(extra SOURCES a.cpp)\n", "services/extra/a.cpp": "int a;\n"},
        "has no layer", "services/extra/a.cpp:1"),
    "transcendental": ({CORE: "+double e(double x) { return std::exp(x); }\n"}, "transcendental", CORE + ":3"),
    "transcendental, unqualified": ({CORE: "+#include <cmath>\ndouble e(double x) { return tanh(x); }\n"}, "without saying whose", CORE + ":4"),
    "random": ({CORE: "+#include <random>\n"}, "random source", CORE + ":3"),
    "clock": ({CORE: "+auto t = std::chrono::steady_clock::now();\n"}, "looks at a clock", CORE + ":3"),
    "thread": ({CORE: "+#include <thread>\n"}, "brings threads", CORE + ":3"),
    "no order": (
        {CORE: "+std::unordered_map<int, int> seen;\nvoid f() { for (const auto& [a, b] : seen) g(a, b); }\n"},
        "has no order", CORE + ":4"),
    "input and output": ({"services/line/line.cpp": "+#include <fstream>\n"}, "input or output", "services/line/line.cpp:2"),
    "metric without a row": ({"services/telemetry/metrics.cpp": '+auto other = "steadyline_lag_records";\n'}, "has no row", "services/telemetry/metrics.cpp:2"),
    "row without a metric": ({"docs/metrics.md": "+| `steadyline_gone_total` | gone |\n"}, "does not exist in the code", "docs/metrics.md:2"),
    "setting without a row": ({"services/settings/settings.cpp": '+auto skew = section.integer(\n    "max_skew_s", 60);\n'}, "has no row", "services/settings/settings.cpp:3"),
    "number of a table without a row": ({"services/settings/settings.cpp": '+constexpr Row rows[] = {{"max_skew_s", &A::max_skew_s, {0, 1}, "late"}};\n'}, "has no row", "services/settings/settings.cpp:3"),
    "row without a setting": ({"docs/configuration.md": "+| `max_skw_s` | gone |\n"}, "does not exist in the code", "docs/configuration.md:2"),
    "page missing": ({"docs/metrics.md": None}, "is missing", "docs/metrics.md:1"),
    "source not built": ({"services/core/left.cpp": "int left;\n"}, "is in no CMakeLists.txt", "services/core/left.cpp:1"),
    "test not run": ({"tests/fault/left.py": "print()\n"}, "is in no CMakeLists.txt", "tests/fault/left.py:1"),
    "header of nobody": ({"services/core/left.h": "#pragma once\n"}, "included by nobody", "services/core/left.h:1"),
    "no guard": ({"services/core/units.h": "int a;\n"}, "#pragma once", "services/core/units.h:1"),
    "overgrown": ({CORE: "+" + "int a;\n" * 400}, "lines, at most", CORE + ":400"),
    "package host": ({"docs/notes.md": "see https://repo1." + "maven.org/x\n"}, "package host", "docs/notes.md:1"),
    "machine path": ({"docs/notes.md": "cd /wo" + "rk/here\n"}, "of one machine", "docs/notes.md:1"),
    "unfinished": ({CORE: "+// TO" + "DO later\n"}, "says TO" + "DO", CORE + ":3"),
}


class Tidy(unittest.TestCase):
    def test_a_tidy_house_has_no_faults(self):
        self.assertEqual(planted({}), [])

    def test_each_planted_violation_is_found_and_nothing_else(self):
        for rule, (changes, words, place) in VIOLATIONS.items():
            with self.subTest(rule):
                faults = planted(changes)
                self.assertEqual(len(faults), 1, faults)
                self.assertIn(words, faults[0])
                self.assertTrue(faults[0].startswith(place + ":"), faults[0])
                self.assertIn("; ", faults[0])


if __name__ == "__main__":
    unittest.main()
