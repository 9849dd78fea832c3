"""The command line: results to standard output, progress and errors to standard error.

Exit status 0 when all is well, 1 when a fault was found, 2 for wrong usage.
"""

import argparse
import pathlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stdpolicy import __version__
from stdpolicy.errors import StdpolicyError, UsageError, describe

# The commands import what they need themselves, so that --help answers at once.
if TYPE_CHECKING:
    import pandas as pd


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UsageError as error:
        print(f"stdpolicy: {error}", file=sys.stderr)
        return 2
    except StdpolicyError as error:
        print(f"stdpolicy: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stdpolicy: stopped", file=sys.stderr)
        return 130
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        print(f"stdpolicy: cannot read or write{place}: {error.strerror}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stdpolicy",
        description="Targets and outcomes of standardization policy: data, analyses, figures.",
    )
    parser.add_argument("--version", action="version", version=f"stdpolicy {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, about: str, run: object, data: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        if data:
            command.add_argument(
                "--data", type=pathlib.Path, metavar="DIR", help="folder with tables of your own"
            )
        return command

    def add_format(command: argparse.ArgumentParser) -> None:
        command.add_argument("--format", choices=("csv", "json"), default="csv")

    def add_running(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--force", action="store_true", help="run again what an earlier run would do for"
        )
        command.add_argument("--processes", type=_positive, metavar="N", help="notebooks at once")
        command.add_argument(
            "--workers",
            choices=("auto", "fork", "plain"),
            default="auto",
            help="forked processes (Linux), new ones, or what suits the system",
        )

    reproduce = add("reproduce", "run every notebook and write figures and reports", _reproduce)
    reproduce.add_argument("--output", type=pathlib.Path, metavar="DIR", help="where to write")
    reproduce.add_argument(
        "--notebooks", type=pathlib.Path, metavar="DIR", help="folder with notebooks of your own"
    )
    reproduce.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NOTEBOOK",
        help="run this notebook (its name or number) and leave the others; can be repeated",
    )
    reproduce.add_argument(
        "--explain", action="store_true", help="say why each notebook was run or kept"
    )
    add_running(reproduce)

    verify = add("verify", "run everything again and compare it with what is there", _verify)
    verify.add_argument("--output", type=pathlib.Path, metavar="DIR", help="where the results are")
    verify.add_argument(
        "--notebooks", type=pathlib.Path, metavar="DIR", help="folder with notebooks of your own"
    )
    verify.add_argument(
        "--pictures", type=pathlib.Path, metavar="DIR", help="where pictures of differences go"
    )
    verify.add_argument("--processes", type=_positive, metavar="N", help="notebooks at once")
    verify.add_argument("--workers", choices=("auto", "fork", "plain"), default="auto")
    add_format(verify)

    sweep = add("sweep", "run one notebook over a grid of parameters", _sweep)
    sweep.add_argument("notebook", help="path, name or number of a notebook")
    sweep.add_argument(
        "--grid",
        action="append",
        default=[],
        required=True,
        metavar="NAME=VALUES",
        help="values of a parameter, as in language=zh,en; can be repeated",
    )
    sweep.add_argument("--output", type=pathlib.Path, metavar="DIR", help="where to write")
    sweep.add_argument(
        "--explain", action="store_true", help="say why each combination was run or kept"
    )
    add_running(sweep)

    run = add("run", "run one notebook with parameters of your own", _run, data=False)
    run.add_argument("notebook", help="path, name or number of a notebook")
    run.add_argument(
        "-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help="a parameter"
    )
    run.add_argument("--to", type=pathlib.Path, metavar="FILE", help="where the executed copy goes")

    check = add("check", "check the tables against the schema", _check)
    add_format(check)

    assess = add("assess", "say of every target what the figures allow to be said", _assess)
    assess.add_argument("--as-of", metavar="DATE", help="use only what was reported by that day")
    assess.add_argument(
        "-r",
        nargs=2,
        action="append",
        default=[],
        metavar=("READING", "VALUE"),
        help="read numbers otherwise, for example -r tolerance 0.1; docs/gap.md lists the readings",
    )
    assess.add_argument(
        "--made-up", action="store_true", help="count made-up progress reports (the example) too"
    )
    add_format(assess)

    audit = add("audit", "hold the tables against the source texts", _audit)
    audit.add_argument("--sources", required=True, metavar="DIR", help="folder with the texts")
    add_format(audit)

    extract = add("extract", "find the quantities of texts and what they say", _extract, data=False)
    extract.add_argument("files", nargs="+", metavar="FILE", help="a text; - reads standard input")
    extract.add_argument("--format", choices=("jsonl", "csv", "json"), default="csv")
    extract.add_argument(
        "--genre",
        choices=("plan", "report", "press"),
        help="what the texts are; told from each text without it",
    )
    extract.add_argument(
        "--year", type=int, metavar="YEAR", help="year in which they were written, where known"
    )

    codebook = add("codebook", "print the data dictionary", _codebook)
    codebook.add_argument("--to", type=pathlib.Path, metavar="FILE", help="write it to a file")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return number


def _print_table(frame: "pd.DataFrame", form: str) -> None:
    from stdpolicy.files import csv_text

    if form == "jsonl":
        text = frame.to_json(orient="records", lines=True, force_ascii=False)
        text = text if text.endswith("\n") or not text else text + "\n"
    elif form == "json":
        text = frame.to_json(orient="records", force_ascii=False, indent=1) + "\n"
    else:
        text = csv_text(frame)
    # The same bytes on every system, whatever its code page.
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def _check(options: argparse.Namespace) -> int:
    from stdpolicy.schema import tables
    from stdpolicy.validation import check

    faults = check(options.data)
    _print_table(faults, options.format)
    if len(faults):
        print(describe(faults), file=sys.stderr)
        return 1
    print(f"{len(tables())} tables checked, no fault found", file=sys.stderr)
    return 0


def _assess(options: argparse.Namespace) -> int:
    import numpy as np

    from stdpolicy.gap import assess
    from stdpolicy.gap.readings import parse

    table = assess(options.data, options.as_of, made_up=options.made_up, **parse(options.r))
    # An end that is open above is empty.
    ends = table.select_dtypes("number").columns
    table[ends] = table[ends].replace(np.inf, np.nan)
    _print_table(table, options.format)
    counts = table["verdict"].value_counts()
    print(", ".join(f"{n} {verdict}" for verdict, n in counts.items()), file=sys.stderr)
    return 0


def _audit(options: argparse.Namespace) -> int:
    from stdpolicy.audit import audit

    findings = audit(options.sources, options.data)
    _print_table(findings, options.format)
    if len(findings):
        print(f"{len(findings)} findings", file=sys.stderr)
        return 1
    print("places, quotes, numbers and hashes hold; no quantity is missing", file=sys.stderr)
    return 0


def _extract(options: argparse.Namespace) -> int:
    import pandas as pd

    from stdpolicy.extraction import extract
    from stdpolicy.extraction.documents import DocumentError, decode, read_document

    tables = []
    failed = 0
    for name in options.files:
        try:
            text = decode(sys.stdin.buffer.read()) if name == "-" else read_document(name)
        except (DocumentError, ValueError) as error:
            print(f"stdpolicy: {error}", file=sys.stderr)
            failed += 1
            continue
        table = extract(text, options.genre, options.year)
        if len(options.files) > 1:
            table.insert(0, "file", name)
        counts = table["kind"].value_counts()
        said = ", ".join(f"{n} {kind}" for kind, n in counts.items()) or "no quantity"
        print(f"{name}: {said}", file=sys.stderr)
        tables.append(table)
    if tables:
        _print_table(pd.concat(tables, ignore_index=True), options.format)
    return 1 if failed else 0


def _codebook(options: argparse.Namespace) -> int:
    from stdpolicy.codebook import codebook
    from stdpolicy.files import write_text

    text = codebook(options.data)
    if options.to:
        write_text(options.to, text)
    else:
        sys.stdout.buffer.write(text.encode("utf-8"))
    return 0


def _run(options: argparse.Namespace) -> int:
    from stdpolicy.reproduction.notebooks import convert, find_notebook
    from stdpolicy.reproduction.run import Job, run_notebook

    path = find_notebook(options.notebook)
    parameters = {name: convert(path, name, text) for name, text in options.p}
    target = options.to or pathlib.Path(f"{path.stem}.executed.ipynb")
    run_notebook(Job(path, parameters, target, pathlib.Path.cwd(), parameters.get("language")))
    print(f"wrote {target}", file=sys.stderr)
    return 0


def _reproduce(options: argparse.Namespace) -> int:
    from stdpolicy.reproduction.reproduce import project_folder, reproduce, summary
    from stdpolicy.reproduction.runs import explain

    root = (options.output or project_folder()).resolve()
    outcomes = reproduce(
        root,
        options.data,
        options.processes,
        notebooks=options.notebooks,
        only=options.only,
        force=options.force,
        workers=options.workers,
    )
    if options.explain:
        print(explain(outcomes))
    print(summary(outcomes, root), file=sys.stderr)
    return 1 if any(outcome.error for outcome in outcomes) else 0


def _verify(options: argparse.Namespace) -> int:
    from stdpolicy.reproduction.reproduce import project_folder
    from stdpolicy.reproduction.verify import promised, verify

    root = (options.output or project_folder()).resolve()
    found = verify(
        root,
        options.data,
        options.processes,
        notebooks=options.notebooks,
        pictures=options.pictures or root / ".stdpolicy" / "differences",
        workers=options.workers,
    )
    _print_table(found, options.format)
    serious = found["finding"] != "equivalent"
    if promised() or serious.any():
        said = f"{len(found)} differences" if len(found) else "the same to the byte"
        print(f"{said} in {root}", file=sys.stderr)
        return 1 if len(found) else 0
    said = "equivalent" if len(found) else "the same to the byte"
    print(f"{said} (the same bytes are promised on Linux x86-64 only)", file=sys.stderr)
    return 0


def _sweep(options: argparse.Namespace) -> int:
    from stdpolicy.reproduction.notebooks import find_notebook
    from stdpolicy.reproduction.runs import explain
    from stdpolicy.reproduction.sweep import parse_grid, sweep

    path = find_notebook(options.notebook)
    root = (options.output or pathlib.Path("sweeps") / path.stem).resolve()
    outcomes = sweep(
        path,
        parse_grid(path, options.grid),
        root,
        options.data,
        options.processes,
        force=options.force,
        workers=options.workers,
    )
    if options.explain:
        print(explain(outcomes))
    for outcome in outcomes:
        if outcome.error:
            print(outcome.error, file=sys.stderr)
    good = [outcome for outcome in outcomes if not outcome.error]
    kept = sum(outcome.state == "kept" for outcome in good)
    print(
        f"{len(good)} of {len(outcomes)} runs done ({kept} kept from before); "
        f"tables of all of them in {root / 'tables'}",
        file=sys.stderr,
    )
    return 1 if len(good) < len(outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
