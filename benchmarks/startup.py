"""How long a user waits for the package to start, beside pandas alone and Python alone.

Run it on a quiet machine: python benchmarks/startup.py [runs]. It prints medians and, since
machines differ, ratios of commands that took turns in the same run.
"""

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python": "pass",
    "pandas": "import pandas",
    "stdpolicy": "import stdpolicy; stdpolicy.load",
    "stdpolicy, one table": "import stdpolicy; stdpolicy.load('targets')",
    "stdpolicy, all tables": "import stdpolicy; stdpolicy.load_all()",
    "stdpolicy --help": "import sys; sys.argv = ['stdpolicy', '--help']; "
    "import contextlib, io, stdpolicy.cli as c\n"
    "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): c.main()",
}


def once(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main(runs: int) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):  # the first round fills the disk's caches
        for name, code in COMMANDS.items():
            seconds[name].append(once(code))
    print(f"{'':24}{'median s':>10}{'to pandas':>12}{'to python':>12}")
    for name, taken in seconds.items():
        kept = taken[1:]
        ratios = [
            statistics.median(a / b for a, b in zip(kept, seconds[peer][1:], strict=True))
            for peer in ("pandas", "python")
        ]
        print(f"{name:24}{statistics.median(kept):10.3f}{ratios[0]:12.2f}{ratios[1]:12.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
