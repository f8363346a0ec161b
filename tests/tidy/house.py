"""The files of the house, and the faults that the rules find in them."""

import pathlib
import re
import subprocess
from dataclasses import dataclass

CODE = {".h", ".cpp"}


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    what: str
    mend: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.what}; {self.mend}"


class House:
    """All tracked files under one root, read once. Rules ask it; it knows none of them."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = sorted(self._tracked())
        self._texts = {}

    def _tracked(self):
        """Tracked files and those about to be; without git (an unpacked archive, a test of the tidy test) every file outside build/."""
        if (self.root / ".git").exists():
            command = ["git", "-c", f"safe.directory={self.root}", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
            listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
            names = [name for name in listed if name]
        else:
            names = [str(path.relative_to(self.root)) for path in self.root.rglob("*")]
        return [name for name in set(names) if not name.startswith("build/") and (self.root / name).is_file()]

    def text(self, name):
        if name not in self._texts:
            self._texts[name] = (self.root / name).read_bytes().decode("utf-8", errors="replace")
        return self._texts[name]

    def has(self, name):
        return (self.root / name).is_file()

    def code(self, *folders):
        """Names of C++ files below any of the folders, all when none is given."""
        below = tuple(folder.rstrip("/") + "/" for folder in folders)
        return [name for name in self.files if pathlib.PurePath(name).suffix in CODE and (not below or name.startswith(below))]

    def lines(self, name):
        """(number, line) of the file."""
        return list(enumerate(self.text(name).splitlines(), 1))

    def code_lines(self, name):
        """The same with comments blanked out; text in quotes stays."""
        blanked = re.sub(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', _blank_comment, self.text(name), flags=re.S)
        return list(enumerate(blanked.splitlines(), 1))


def _blank_comment(match):
    found = match.group(0)
    return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)
