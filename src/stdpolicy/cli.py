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

    from stdpolicy.descent import Policy


#: Options of ``draft`` that fill a column of ``documents``, and what they are.
_ABOUT = {
    "--title": ("title_zh", "Chinese title; needed for a new document"),
    "--title-en": ("title_en", "English title; the Chinese one without it"),
    "--short": ("short_zh", "short Chinese name for figures"),
    "--short-en": ("short_en", "short English name for figures"),
    "--jurisdiction": ("jurisdiction", "key of the jurisdiction; needed for a new document"),
    "--kind": ("kind", "plan, opinion, outline, press_release ...; needed for a new document"),
    "--issued-on": ("issued_on", "date, month or year of issue"),
    "--number": ("number", "number of the document"),
    "--issuer": ("issuer_zh", "who issued it, in Chinese"),
    "--issuer-en": ("issuer_en", "who issued it, in English"),
    "--url": ("url", "where the text was found"),
    "--note": ("note", "remark"),
}


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

    def add_scheduler(command: argparse._ActionsContainer) -> None:
        command.add_argument(
            "--scheduler",
            metavar="ADDRESS",
            help="let a Dask cluster do it: tcp://HOST:PORT or a scheduler file",
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
    add_scheduler(sweep)

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

    calendar = add("calendar", "make a calendar of the reporting duties", _calendar)
    calendar.add_argument("--jurisdiction", default="", metavar="KEY", help="of this one only")
    calendar.add_argument("--plan", default="", metavar="KEY", help="of this document only")
    calendar.add_argument("--language", choices=("en", "zh"), default="en")
    calendar.add_argument(
        "--from", dest="begin", default="", metavar="DATE", help="in place of the plan's issue"
    )
    calendar.add_argument(
        "--until", default="", metavar="DATE", help="in place of the end of the plan's period"
    )
    calendar.add_argument(
        "-o", "--output", type=pathlib.Path, metavar="FILE", help="write it to a file (.ics)"
    )
    terms = add("terms", "count the terms of the vocabulary in texts", _terms)
    reuse = add("reuse", "find the passages that texts repeat from each other", _reuse)
    for command in (terms, reuse):
        command.add_argument(
            "--sources", required=True, metavar="DIR", help="folder with texts named <doc_id>.txt"
        )
    terms.add_argument(
        "--candidates",
        action="store_true",
        help="propose terms by the rule of docs/descent.md instead",
    )
    reuse.add_argument("--upper", metavar="ID", help="text that may have been drawn on")
    reuse.add_argument("--lower", metavar="ID", help="text that may repeat it")
    reuse.add_argument(
        "--min-length",
        type=_positive,
        metavar="N",
        help="letters that a passage has at least, punctuation aside (8)",
    )
    reuse.add_argument(
        "--pairs", action="store_true", help="how much each pair shares, in place of the passages"
    )
    for command in (terms, reuse):
        command.add_argument(
            "-o", "--output", type=pathlib.Path, metavar="FILE", help="write it to a CSV file"
        )
        command.add_argument(
            "--tables",
            type=pathlib.Path,
            metavar="DATA",
            help="write what is measured in coded texts into the tables of this folder, no text",
        )
        add_format(command)

    extract = add("extract", "find the quantities of texts and what they say", _extract, data=False)
    extract.add_argument(
        "files", nargs="+", metavar="PATH", help="a text or a folder; - reads standard input"
    )
    extract.add_argument(
        "-o",
        "--output",
        type=pathlib.Path,
        metavar="FILE",
        help="write one table of all texts: .parquet, .csv or .jsonl; goes on where it was stopped",
    )
    extract.add_argument(
        "--format", choices=("jsonl", "csv", "json"), help="on standard output; csv without it"
    )
    extract.add_argument(
        "--genre",
        choices=("plan", "report", "press"),
        help="what the texts are; told from each text without it",
    )
    extract.add_argument(
        "--year", type=int, metavar="YEAR", help="year in which they were written, where known"
    )
    whole = extract.add_argument_group("with --output")
    whole.add_argument("--processes", type=_positive, metavar="N", help="texts at once")
    add_scheduler(whole)
    whole.add_argument(
        "--part", type=_part, metavar="K/N", help="do the K-th of N parts; put together without it"
    )
    whole.add_argument(
        "--keep-parts", action="store_true", help="a later run reads anew only what has changed"
    )

    new = add("new", "make the folder of a study of your own", _new, data=False)
    new.add_argument(
        "folder", type=pathlib.Path, metavar="STUDY", help="a folder that is not there"
    )

    def add_study(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--study",
            type=pathlib.Path,
            metavar="DIR",
            help="folder of the study; the working directory without it",
        )

    draft = add("draft", "propose rows for the quantities of a document", _draft, data=False)
    draft.add_argument("document", metavar="DOCUMENT", help="a text, HTML, PDF or Word file")
    add_study(draft)
    draft.add_argument("--id", metavar="KEY", help="key of the document, such as sc-2021-plan")
    for option, (column, about) in _ABOUT.items():
        draft.add_argument(option, dest=column, default="", help=about, metavar="TEXT")
    draft.add_argument(
        "--period", nargs=2, metavar=("FROM", "TO"), help="years planned for, as in 2021 2025"
    )
    draft.add_argument(
        "--jurisdiction-row",
        nargs="+",
        metavar="NAME=VALUE",
        help="the jurisdiction where the tables have none: zh=, en=, level=, part_of=",
    )
    draft.add_argument("--genre", choices=("plan", "report", "press"), help="what the text is")
    draft.add_argument("--year", type=int, metavar="YEAR", help="year in which it was written")

    accept = add("accept", "put what was decided into the tables", _accept, data=False)
    accept.add_argument("decisions", metavar="DECISIONS", help="the file that the page saved")
    add_study(accept)
    accept.add_argument(
        "--leave-out-undecided",
        action="store_true",
        help="list quantities that nobody decided on as left out; they stop everything otherwise",
    )
    add_format(accept)

    codebook = add("codebook", "print the data dictionary", _codebook)
    codebook.add_argument("--to", type=pathlib.Path, metavar="FILE", help="write it to a file")

    modelled = add(
        "modelled", "say of every heading what is coded, and what is not and why", _modelled
    )
    modelled.add_argument("--language", choices=("en", "zh"), default="en", help="of the page")
    modelled.add_argument(
        "--format", choices=("md", "csv", "json"), default="md", help="a page, or all columns"
    )
    modelled.add_argument("--to", type=pathlib.Path, metavar="FILE", help="write it to a file")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return number


def _part(text: str) -> tuple[int, int]:
    first, _, last = text.partition("/")
    if not (first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last)):
        raise argparse.ArgumentTypeError(f"{text} is not K/N with K from 1 to N, as in 2/8")
    return int(first), int(last)


def _print_table(frame: "pd.DataFrame", form: str) -> None:
    from stdpolicy.files import csv_text, json_text

    _print_text(json_text(frame) if form == "json" else csv_text(frame))


def _print_text(text: str) -> None:
    # The same bytes on every system, whatever its code page.
    _print_bytes(text.encode("utf-8"))


def _print_bytes(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
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


def _calendar(options: argparse.Namespace) -> int:
    from stdpolicy import roadmap
    from stdpolicy.files import write_bytes
    from stdpolicy.promises import select
    from stdpolicy.tables import load_all

    tables = select(load_all(options.data), options.jurisdiction)
    tables = roadmap.of_plan(tables, options.plan)
    found = roadmap.duties(tables, options.begin, options.until)
    content = roadmap.calendar(found, tables, options.language)
    if options.output:
        write_bytes(options.output, content)
    else:
        _print_bytes(content)
    when = roadmap.occurrences(found)
    print(f"{when['mechanism_id'].nunique()} duties, {len(when)} dates", file=sys.stderr)
    regular = found.loc[found["frequency"] == "regular", "mechanism_id"]
    if len(regular):
        print(f"without an interval, so left out: {', '.join(regular)}", file=sys.stderr)
    return 0


def _terms(options: argparse.Namespace) -> int:
    from stdpolicy.descent import read_policies, term_counts
    from stdpolicy.descent.texts import names_of_bodies
    from stdpolicy.text.terms import candidates, without

    tables = _tables_for_texts(options)
    policies = read_policies(options.sources, tables)
    if options.candidates:
        if options.tables:
            raise UsageError("candidates are no table of a study; leave --tables out")
        names = names_of_bodies(tables["agencies"])
        found = candidates({key: without(own.text, names) for key, own in policies.items()})
        keys = dict(zip(tables["terms"]["zh"], tables["terms"]["key"], strict=True))
        found["term"] = found["zh"].map(keys)
        _put_table(found, options)
        print(f"{len(found)} candidates in {len(policies)} texts", file=sys.stderr)
        return 0
    if options.tables:
        policies = _coded(policies, options)
    found = term_counts(policies, tables["terms"], tables["agencies"])
    if options.tables:
        _put_measured(options, {"term_counts": found}, set(policies))
        return 0
    labels = tables["terms"].set_index("key")
    for language in ("en", "zh"):
        found.insert(2, language, found["term"].map(labels[language]))
    _put_table(found, options)
    print(f"{found['count'].sum()} terms in {len(policies)} texts", file=sys.stderr)
    return 0


def _reuse(options: argparse.Namespace) -> int:
    from stdpolicy.descent import read_policies, reuse_tables, shares
    from stdpolicy.descent.texts import LENGTHS

    pair = (options.upper, options.lower) if options.upper and options.lower else None
    if pair is None and (options.upper or options.lower):
        raise UsageError("name both texts, --upper ID and --lower ID, or neither for all pairs")
    if pair and options.upper == options.lower:
        raise UsageError(f"a text repeats all of itself; name another than {options.upper!r}")
    if options.tables and (pair or options.pairs or options.min_length):
        raise UsageError("--tables writes all pairs at all lengths; leave the other options out")
    tables = _tables_for_texts(options)
    policies = read_policies(options.sources, tables, pair)
    if options.tables:
        policies = _coded(policies, options)
    lengths = [options.min_length] if options.min_length else list(LENGTHS)
    if not (options.tables or options.pairs):
        lengths = lengths[:1]
    totals, passages = reuse_tables(policies, tables, lengths, pair)
    if options.tables:
        _put_measured(options, {"reuse": totals, "reuse_passages": passages}, set(policies))
        return 0
    if options.pairs:
        _put_table(shares({**tables, "reuse": totals}), options)
    else:
        for side in ("upper", "lower"):
            places = passages[[f"{side}_doc_id", f"{side}_start", f"{side}_end"]]
            passages[f"{side}_quote"] = [
                policies[doc].quote(start, end)
                for doc, start, end in places.itertuples(index=False, name=None)
            ]
        _put_table(passages, options)
    told = totals[totals["min_length"] == lengths[0]]
    counts = f"{told['passages'].sum()} passages of {lengths[0]} letters or more"
    print(f"{counts} in {len(told)} pairs of texts", file=sys.stderr)
    for row in told[told["order_from"] == "none"].itertuples():
        print(
            f"which of {row.upper_doc_id} and {row.lower_doc_id} is the earlier is not known; "
            "name them with --upper and --lower",
            file=sys.stderr,
        )
    return 0


def _tables_for_texts(options: argparse.Namespace) -> "dict[str, pd.DataFrame]":
    """The tables by which texts are measured, whatever was measured before."""
    from stdpolicy.tables import load_some

    if options.tables and options.output:
        raise UsageError("--tables names the files itself; leave --output out")
    if options.tables and options.data:
        raise UsageError("--tables reads the tables of its folder; leave --data out")
    needed = ["documents", "citations", "sections", "terms", "agencies"]
    return load_some(needed, [], options.tables or options.data)


def _coded(policies: "dict[str, Policy]", options: argparse.Namespace) -> "dict[str, Policy]":
    """The texts that the tables were coded from."""
    coded = {key: own for key, own in policies.items() if own.coded}
    if not coded:
        raise UsageError(
            f"no text in {options.sources} is one that the tables in {options.tables} were coded "
            "from; leave --tables out to measure other texts"
        )
    return coded


def _put_table(frame: "pd.DataFrame", options: argparse.Namespace) -> None:
    """Print a table, or write it to the file that was named."""
    from stdpolicy.files import write_csv

    if not options.output:
        _print_table(frame, options.format)
        return
    if options.format != "csv":
        raise UsageError("--output writes CSV; leave --format out")
    write_csv(options.output, frame)
    print(f"wrote {options.output}", file=sys.stderr)


def _put_measured(
    options: argparse.Namespace, frames: "dict[str, pd.DataFrame]", done: set[str]
) -> None:
    """Write what was measured in some documents; rows of others stay."""
    from stdpolicy import schema
    from stdpolicy.descent.texts import renewed
    from stdpolicy.files import write_csv
    from stdpolicy.tables import load_some

    before = load_some([], list(frames), options.tables)
    for name, found in frames.items():
        frame = renewed(name, before.get(name), found, done)
        path = options.tables / schema.tables()[name].file
        write_csv(path, frame)
        print(f"wrote {path}: {len(frame)} rows", file=sys.stderr)


def _extract(options: argparse.Namespace) -> int:
    if options.output:
        return _extract_files(options)
    for name in ("processes", "scheduler", "part", "keep_parts"):
        if getattr(options, name):
            shown = name.replace("_", "-")
            raise UsageError(f"--{shown} needs --output FILE, the table to write")
    from stdpolicy.extraction import extract
    from stdpolicy.extraction.corpus import Printed, find_files
    from stdpolicy.extraction.documents import DocumentError, decode, read_document

    names = []
    failed = 0
    for name in options.files:
        if pathlib.Path(name).is_dir():
            listing = find_files([name])
            names += listing.names
            for folder, reason in listing.closed:
                print(f"stdpolicy: {folder}: {reason}", file=sys.stderr)
                failed += 1
        else:
            names.append(name)
    many = len(names) > 1 or names != options.files
    printed = Printed(options.format or "csv", _print_text)
    for name in names:
        try:
            text = decode(sys.stdin.buffer.read()) if name == "-" else read_document(name)
        except (DocumentError, ValueError) as error:
            print(f"stdpolicy: {error}", file=sys.stderr)
            failed += 1
            continue
        table = extract(text, options.genre, options.year)
        if many:
            table.insert(0, "file", name)
        counts = table["kind"].value_counts()
        said = ", ".join(f"{n} {kind}" for kind, n in counts.items()) or "no quantity"
        print(f"{name}: {said}", file=sys.stderr)
        printed.add(table)
    printed.end()
    return 1 if failed else 0


def _extract_files(options: argparse.Namespace) -> int:
    from stdpolicy.extraction.corpus import extract_files

    if options.format:
        raise UsageError("with --output the name of the file says its format; leave --format out")
    if "-" in options.files:
        raise UsageError("standard input has no name in a table of files; save it to a file")
    found = extract_files(
        options.files,
        options.output,
        genre=options.genre,
        year=options.year,
        processes=options.processes,
        scheduler=options.scheduler,
        part=options.part,
        keep_parts=options.keep_parts,
    )
    rows = f"{found.rows} quantities of {found.files} files"
    if found.state == "part":
        said = f"part {options.part[0]} of {options.part[1]}: {rows}; run without --part at last"
    else:
        same = "nothing has changed, " if found.state == "same" else ""
        said = f"{options.output}: {same}{rows}"
    print(said, file=sys.stderr)
    if found.state != "same":
        print(f"{found.shards} shards, {found.kept} of them kept from before", file=sys.stderr)
    if found.faults:
        left = "" if options.part else f", see {options.output}.errors.csv"
        print(f"{len(found.faults)} could not be read{left}", file=sys.stderr)
    return 1 if found.faults else 0


def _new(options: argparse.Namespace) -> int:
    from stdpolicy.study import new

    print(new(options.folder))
    print(f"README.md in {options.folder} says how to go on", file=sys.stderr)
    return 0


def _draft(options: argparse.Namespace) -> int:
    from stdpolicy.study import draft

    about = {column: getattr(options, column) for column, _ in _ABOUT.values()}
    if options.period:
        about["period_start"], about["period_end"] = options.period
    place = None
    if options.jurisdiction_row:
        place = dict(part.partition("=")[::2] for part in options.jurisdiction_row)
    page = draft(
        options.document,
        options.study,
        doc_id=options.id,
        about=about,
        place=place,
        genre=options.genre,
        year=options.year,
    )
    print(page)
    print("open the page, decide, save, then: stdpolicy accept DECISIONS", file=sys.stderr)
    return 0


def _accept(options: argparse.Namespace) -> int:
    from stdpolicy.study import accept

    counts = accept(options.decisions, options.study, options.leave_out_undecided)
    _print_table(counts, options.format)
    changes = int(counts[["new", "changed", "gone"]].to_numpy().sum())
    print(f"{changes} rows written; check and audit pass", file=sys.stderr)
    return 0


def _codebook(options: argparse.Namespace) -> int:
    from stdpolicy.codebook import codebook
    from stdpolicy.files import write_text

    text = codebook(options.data)
    if options.to:
        write_text(options.to, text)
    else:
        sys.stdout.buffer.write(text.encode("utf-8"))
    return 0


def _modelled(options: argparse.Namespace) -> int:
    from stdpolicy.files import csv_text, json_text, write_text
    from stdpolicy.modelled import modelled, unexplained, uses
    from stdpolicy.modelled_page import page
    from stdpolicy.tables import load_all

    tables, analyses = load_all(options.data), uses()
    parts = modelled(tables, analyses)
    if options.format == "md":
        text = page(tables, options.language, analyses)
    else:
        text = json_text(parts) if options.format == "json" else csv_text(parts)
    if options.to:
        write_text(options.to, text)
    else:
        _print_text(text)
    if silent := len(unexplained(parts)):
        about = f"of {len(parts)} headings nothing is coded and no reason is given"
        print(f"{silent} {about}; reasons go to not_modelled.csv", file=sys.stderr)
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
        scheduler=options.scheduler,
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
