#!/usr/bin/env python3
"""Walks through the house and names everything that is out of place. python3 tests/tidy/tidy.py [ROOT]

Exit: 0 tidy, 1 faults (each on a line as `file:line: what; how to mend`).
"""

import pathlib
import sys

import determinism
import documents
import layers
import tree
from house import House

RULES = (layers, determinism, documents, tree)


def faults_of(root):
    house = House(root)
    return [fault for rule in RULES for fault in rule.check(house)], len(house.files)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    faults, looked_at = faults_of(root)
    for fault in faults:
        print(fault)
    print(f"tidy: {looked_at} files, {len(faults)} faults")
    return 1 if faults or looked_at == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
