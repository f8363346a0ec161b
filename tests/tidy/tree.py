"""The tree itself: nothing dead, nothing overgrown, nothing that belongs to one machine."""

import pathlib
import re

from house import Fault
from layers import INCLUDE, target_of

LINES_MAX = 400
TEST_SCRIPT = re.compile(r"tests/(?!support/|tidy/)\w+/\w+\.py$")
GUARD = re.compile(r"\A(?:\s|//[^\n]*\n)*#pragma once")
# Written in two halves so that this page does not find itself.
HOSTS = re.compile("|".join(re.escape(a + b) for a, b in [
    ("repo.maven.", "apache.org"), ("repo1.", "maven.org"), ("pypi.", "org/simple"), ("files.python", "hosted.org"), ("registry.", "npmjs.org"),
    ("deb.", "debian.org"), ("security.", "debian.org"), ("proxy.", "golang.org"), ("index.", "crates.io"), ("registry-1.", "docker.io")])
    + r"|\bartifact" + r"ory\b|\bnexus" + r"\.")
MACHINE = re.compile(r"(?<![\w.$}/-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me)/[A-Za-z0-9._-]")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
BINARY = {".safetensors", ".png", ".ico", ".woff2", ".gz", ".bin", ".h5"}


def check(house):
    yield from _dead(house)
    yield from _grown(house)
    yield from _foreign(house)
    yield from _named_twice(house)


def _dead(house):
    """Every .cpp and every test in Python is listed in a CMakeLists.txt, every header is included by somebody."""
    listed, included = set(), set()
    for name in house.files:
        if name.endswith("CMakeLists.txt") or name.endswith(".cmake"):
            for word in re.findall(r"[\w./${}-]+\.cpp", house.text(name)):
                word = word.replace("${PROJECT_SOURCE_DIR}/", "/").replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
                listed.add(word[1:] if word.startswith("/") else str(pathlib.PurePath(name).parent / word))
    for name in house.code():
        for _, line in house.code_lines(name):
            if (include := INCLUDE.match(line)) and include.group(1) == '"':
                included.add(target_of(house, include.group(2)))
        if name.endswith(".cpp") and name not in listed:
            yield Fault(name, 1, "is in no CMakeLists.txt", "list it there or remove it: a source that is not built is a comment")
    lists = "".join(house.text(name) for name in house.files if name.endswith("CMakeLists.txt"))
    for name in house.files:  # these may be listed by their stem, in a loop
        if TEST_SCRIPT.match(name) and not re.search(rf"\b{pathlib.PurePath(name).stem}\b", lists):
            yield Fault(name, 1, "is in no CMakeLists.txt", "list it there or remove it: a test that does not run is a comment")
    for name in house.code():
        if name.endswith(".h"):
            if name not in included:
                yield Fault(name, 1, "is included by nobody", "remove it")
            if not GUARD.match(house.text(name)):
                yield Fault(name, 1, "does not begin with #pragma once", "add it")


TYPE = re.compile(r"(?:struct|class|enum class) (\w+)(?: final)?(?: : [\w: ,]+)? \{")


def _named_twice(house):
    """All headers share one namespace: two types of one name break the program silently (one definition rule)."""
    places, space = {}, ""
    for name in house.code("services", "models"):
        if not name.endswith(".h"):
            continue
        for number, line in house.code_lines(name):
            if opened := re.match(r"namespace ([\w:]+) \{", line):
                space = opened.group(1)
            if found := TYPE.match(line):
                first = places.setdefault((space, found.group(1)), name)
                if first != name:
                    yield Fault(name, number, f"{found.group(1)} is a type of {first} too", "name it for what it is: the linker takes either")


def _grown(house):
    for name in house.code():
        count = len(house.lines(name))
        if count > LINES_MAX:
            yield Fault(name, LINES_MAX, f"has {count} lines, at most {LINES_MAX} are allowed", "split it along its subjects")


def _foreign(house):
    for name in house.files:
        if pathlib.PurePath(name).suffix in BINARY or name == "LICENSE":
            continue
        for number, line in house.lines(name):
            if found := HOSTS.search(line):
                yield Fault(name, number, f"names the package host {found.group(0)}", "leave that to the clients' own settings")
            if found := MACHINE.search(line):
                yield Fault(name, number, f"names the path {found.group(0)}… of one machine", "make it relative to the project")
            if found := UNFINISHED.search(line):
                yield Fault(name, number, f"says {found.group(0)}", "do it, or write it into the issues")
