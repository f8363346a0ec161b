"""The deterministic folders take no function whose bits depend on the machine, no clock, no random source, no thread (DESIGN §6)."""

import re

from house import Fault

FOLDERS = ("services/core", "services/line", "services/frames", "services/monitor", "services/twin", "models")
NAMES = "exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|tgamma|lgamma|cbrt|hypot"
BANNED = [
    (re.compile(rf"(?:\bstd::|(?<![\w:.>])::)(?:{NAMES})f?l?\s*\("), "takes a transcendental function of the C library", "use core/numeric.h: its bits are the same on every machine"),
    (re.compile(r"#\s*include\s*<random>|\bstd::(?:rand|random_device|mt19937\w*)\b|(?<![\w:.])s?rand\s*\("), "takes a random source", "use core/philox.h with a seed from the settings"),
    (re.compile(r"\w*[Cc]lock::now\s*\(|\b(?:clock_gettime|gettimeofday)\s*\(|\bstd::time\s*\("), "looks at a clock", "time arrives as records"),
    (re.compile(r"#\s*include\s*<(?:thread|mutex|future|condition_variable|shared_mutex)>"), "brings threads", "the pipeline belongs to one thread; put them into services/app"),
    (re.compile(r"\bstd::(?:reduce|transform_reduce|execution::)\b"), "leaves the order of a sum open", "use numeric::sum"),
    (re.compile(r"#\s*pragma\s+(?:omp|GCC\s+optimize)|-ffast-math|\bassociative_math\b"), "changes the arithmetic", "the same bits everywhere: leave it as cmake/warnings.cmake sets it"),
]
UNQUALIFIED = re.compile(rf"(?<![\w:.>])(?:{NAMES})f?\s*\(")
UNORDERED = re.compile(r"\bstd::unordered_(?:map|set|multimap|multiset)<.*>\s*&?\s*(\w+)\s*(?:[;={(]|$)")
# Loading files is the bundle's and the settings' work; the pipeline itself does no input or output.
PURE = ("services/monitor", "services/frames", "services/line")
IO = re.compile(r"#\s*include\s*<(?:fstream|iostream|filesystem|cstdio)>")


def check(house):
    for name in house.code(*FOLDERS):
        lines = house.code_lines(name)
        unordered = {match.group(1) for _, line in lines if (match := UNORDERED.search(line))}
        own_arithmetic = name.startswith("services/core/numeric")
        for number, line in lines:
            for pattern, what, mend in BANNED:
                if pattern.search(line):
                    yield Fault(name, number, what, mend)
            if not own_arithmetic and UNQUALIFIED.search(line) and "numeric::" not in line and "using" not in line and _uses_cmath(house, name):
                yield Fault(name, number, "calls a function named as in <cmath> without saying whose", "write numeric::")
            if (loop := re.search(r"\bfor\s*\(.*:\s*(\w+)\s*\)", line)) and loop.group(1) in unordered:
                yield Fault(name, number, f"walks over {loop.group(1)}, which has no order", "use std::map, or sort first")
            if name.startswith(PURE) and IO.search(line):
                yield Fault(name, number, "does input or output", "the pipeline is pure: effects belong to an adapter")


def _uses_cmath(house, name):
    return re.search(r"#\s*include\s*<(?:cmath|math\.h)>", house.text(name)) is not None
