"""The manifest: which notebook, parameters, data, code and versions made which output.

It is an RO-Crate of the Provenance Run Crate profile 0.5 (Leo and others 2024): the reproduction is
a workflow whose steps are notebooks, and each run of a notebook an action with what went in and
what came out. Nothing in it depends on time or place, so that the same runs give the same bytes.
"""

import hashlib
import json
import pathlib
from importlib import import_module
from typing import Any

from stdpolicy import __version__, schema
from stdpolicy.errors import UsageError
from stdpolicy.reproduction.reuse import Record

MANIFEST = "ro-crate-metadata.json"

_TERMS = "https://w3id.org/ro/terms/workflow-run/context"
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ics": "text/calendar",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
    ".ttf": "font/ttf",
}
_WORKFLOW = "src/stdpolicy/reproduction/reproduce.py"
_SEAL = "#seal"


# --- writing ------------------------------------------------------------------------------------


def prepare() -> None:
    """Import what writing takes, while others work."""
    import_module("rocrate.rocrate")


def to_text(records: list[Record]) -> str:
    """The manifest of some runs.

    Parameters
    ----------
    records : list of Record
        Runs in the order of their steps. The same input has one hash in all of them.

    Returns
    -------
    str
        RO-Crate metadata as JSON, with a seal over all the rest.
    """
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    known: set[str] = set()

    def add(identifier: str, kind: str | list[str], **properties: Any) -> dict[str, str]:
        if identifier not in known:
            known.add(identifier)
            crate.add(ContextEntity(crate, identifier, {"@type": kind, **properties}))
        return {"@id": identifier}

    def file(path: str, digest: str, *kinds: str, **properties: Any) -> dict[str, str]:
        form = _TYPES.get(pathlib.PurePosixPath(path).suffix, "application/octet-stream")
        kind = ["File", *kinds] if kinds else "File"
        return add(path, kind, encodingFormat=form, sha256=digest, **properties)

    about = schema.descriptor()
    root = crate.root_dataset
    root["name"], root["description"] = about["title"], about["description"]
    root["datePublished"] = about["created"][:10]
    root["license"] = {"@id": about["licenses"][0]["path"]}
    workflow_profile = {"@id": list(_PROFILES)[-1]}
    crate.metadata["conformsTo"] = [{"@id": "https://w3id.org/ro/crate/1.1"}, workflow_profile]
    root["conformsTo"] = [
        add(address, "CreativeWork", name=name, version=address.rpartition("/")[2])
        for address, name in _PROFILES.items()
    ]
    packages = {name: v for record in records for name, v in record.versions.items()}
    python = packages.pop("python", "")
    software = [
        add(f"#{name}", "SoftwareApplication", name=name, softwareVersion=version)
        for name, version in sorted(packages.items())
    ]
    language = add(
        "#python", ["ComputerLanguage", "SoftwareApplication"], name="Python", version=python
    )
    engine = add(
        "#stdpolicy",
        "SoftwareApplication",
        name="stdpolicy",
        softwareVersion=__version__,
        softwareRequirements=software,
    )

    tools, steps, actions, controls = [], [], [], []
    for record in records:
        tool = file(
            record.notebook,
            record.inputs[record.notebook],
            *("SoftwareSourceCode", "HowTo"),
            name=pathlib.PurePosixPath(record.notebook).stem,
            programmingLanguage=language,
        )
        if tool not in tools:
            tools.append(tool)
            number = str(len(tools) - 1)
            steps.append(
                add(
                    f"{_WORKFLOW}#{number}",
                    "HowToStep",
                    name=pathlib.PurePosixPath(record.notebook).stem,
                    position=number,
                    workExample=tool,
                )
            )
        action = f"#run-{record.name.replace(' ', '-')}"
        taken = [
            file(name, digest, *_kinds(name))
            for name, digest in record.inputs.items()
            if name != record.notebook
        ]
        taken += [
            add(f"{action}-{name}", "PropertyValue", name=name, value=value)
            for name, value in sorted(record.parameters.items())
        ]
        made = [file(name, digest) for name, digest in record.results.items()]
        actions.append(
            add(
                action,
                "CreateAction",
                name=record.name,
                instrument=tool,
                object=taken,
                result=made,
                actionStatus={"@id": "http://schema.org/CompletedActionStatus"},
            )
        )
        controls.append(
            add(
                f"#control-{record.name.replace(' ', '-')}",
                "ControlAction",
                name=f"orchestration of {record.name}",
                instrument=steps[tools.index(tool)],
                object={"@id": action},
            )
        )
    inputs = {name for record in records for name in record.inputs}
    results = {name for record in records for name in record.results}
    workflow = add(
        _WORKFLOW,
        ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
        name="reproduction of all notebooks",
        programmingLanguage=language,
        hasPart=tools,
        step=steps,
    )
    whole = add(
        "#reproduction",
        "CreateAction",
        name="reproduction",
        instrument=workflow,
        object=[{"@id": name} for name in sorted(inputs)],
        result=[{"@id": name} for name in sorted(results)],
    )
    organised = add(
        "#organisation",
        "OrganizeAction",
        name="run of stdpolicy",
        instrument=engine,
        object=controls,
        result=whole,
    )
    root["mainEntity"] = workflow
    root["hasPart"] = [{"@id": name} for name in sorted({*inputs, *results, _WORKFLOW})]
    root["mentions"] = [whole, organised, *actions]
    document = crate.metadata.generate()
    document["@context"] = [document["@context"], _TERMS]
    graph = document["@graph"]
    # The order of the library is that of adding, with what is of the crate itself first.
    graph.append({"@id": _SEAL, "@type": "PropertyValue", "name": "sha256 of all the rest"})
    graph[-1]["value"] = _seal(graph)
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _kinds(name: str) -> tuple[str, ...]:
    return ("SoftwareSourceCode",) if name.endswith(".py") else ()


def _seal(graph: list[dict[str, Any]]) -> str:
    rest = [entity for entity in graph if entity["@id"] != _SEAL]
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# --- reading ------------------------------------------------------------------------------------


def read(path: pathlib.Path) -> list[Record]:
    """The runs that a manifest tells of; none where there is no manifest.

    Raises
    ------
    UsageError
        When the file was edited, or is no manifest of this package.
    """
    if not path.exists():
        return []
    cure = "move it away, or write it anew with --force"
    try:
        graph = json.loads(path.read_text(encoding="utf-8"))["@graph"]
        entities = {entity["@id"]: entity for entity in graph}
        seal = entities.get(_SEAL, {}).get("value")
        if seal is None and "#stdpolicy" in entities:
            return []  # of an earlier version, which tells too little
        if seal != _seal(graph):
            raise UsageError(f"{path} was edited after it was written; {cure}")
        runs = [e for e in graph if str(e["@id"]).startswith("#run-")]
        packages = {
            e["name"]: e["softwareVersion"]
            for e in graph
            if e["@type"] == "SoftwareApplication" and e["@id"] != "#stdpolicy"
        }
        packages["python"] = entities["#python"]["version"]
        return [_record(e, entities, packages) for e in runs if e["@type"] == "CreateAction"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is no manifest of stdpolicy; {cure}") from error


def _record(
    action: dict[str, Any], entities: dict[str, dict[str, Any]], packages: dict[str, str]
) -> Record:
    notebook = action["instrument"]["@id"]
    taken = [entities[ref["@id"]] for ref in action["object"]]
    files = {e["@id"]: e["sha256"] for e in taken if "sha256" in e}
    return Record(
        name=action["name"],
        notebook=notebook,
        parameters={e["name"]: e["value"] for e in taken if e["@type"] == "PropertyValue"},
        inputs={notebook: entities[notebook]["sha256"], **files},
        versions=packages,
        results={ref["@id"]: entities[ref["@id"]]["sha256"] for ref in action["result"]},
    )
