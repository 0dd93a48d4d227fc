"""What was found by breaking each file of `domain`, and whether the files are still those.

mutants.py stale EVIDENCE                     the files that are others than when they were tried
mutants.py check EVIDENCE                     fails when one of the policy is, or has a survivor
mutants.py show OUTCOMES FILES...             the figures of a run
mutants.py write EVIDENCE OUTCOMES [FILES...] puts those of these files, or of all, into the evidence
"""

import hashlib
import json
import pathlib
import subprocess
import sys

KINDS = {
    "CaughtMutant": "caught",
    "MissedMutant": "missed",
    "Timeout": "timeout",
    "Unviable": "unviable",
}


def sources():
    listed = subprocess.run(
        ["git", "ls-files", "domain/src/*.rs"], capture_output=True, text=True, check=True
    )
    return sorted(listed.stdout.split())


def digest(file):
    """Of the file, and of the tests that stand beside it or below it."""
    path = pathlib.Path(file)
    tests = [path.parent / "tests.rs", path.parent / path.stem / "tests.rs"]
    parts = [it.read_bytes() for it in dict.fromkeys([path, *tests]) if it.is_file()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read(evidence):
    path = pathlib.Path(evidence)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"files": {}}


def stale(evidence):
    tried = read(evidence)["files"]
    return [it for it in sources() if tried.get(it, {}).get("sha256") != digest(it)]


def check(evidence):
    """What makes the evidence fail is a changed policy; rules that were not tried yet are told."""
    others = stale(evidence)
    policy = [it for it in others if it.startswith("domain/src/policy/")]
    print(f"{len(others) - len(policy)} files of rules wait for .ci/mutants --stale")
    faults = [f"{it} is another than the one that was tried" for it in policy]
    for file, figures in read(evidence)["files"].items():
        faults += [f"{file}: {name}" for name in figures["survivors"]]
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


def found(outcomes, files):
    by_file = {}
    for file in files:
        by_file[file] = {"caught": 0, "missed": 0, "timeout": 0, "unviable": 0, "survivors": []}
    for outcome in outcomes["outcomes"]:
        if outcome["scenario"] == "Baseline":
            continue
        mutant = outcome["scenario"]["Mutant"]
        kind = KINDS[outcome["summary"]]
        figures = by_file[mutant["file"]]
        figures[kind] += 1
        if kind in ("missed", "timeout"):
            figures["survivors"].append(f"{kind}: {mutant['name']}")
    for file, figures in by_file.items():
        figures["sha256"] = digest(file)
    return by_file


def write(evidence, outcomes, files):
    kept = {} if not files else read(evidence)["files"]
    kept.update(found(outcomes, files or sources()))
    kept = {file: kept[file] for file in sources() if file in kept}
    kinds = ("caught", "missed", "timeout", "unviable")
    report = {kind: sum(figures[kind] for figures in kept.values()) for kind in kinds}
    report["cargo_mutants"] = outcomes["cargo_mutants_version"]
    report["files"] = kept
    text = json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True)
    pathlib.Path(evidence).write_text(text + "\n", encoding="utf-8")
    print({kind: report[kind] for kind in kinds})


def main():
    command, *rest = sys.argv[1:]
    if command == "stale":
        print("\n".join(stale(rest[0])))
    elif command == "check":
        return check(rest[0])
    else:
        place = 1 if command == "write" else 0
        outcomes = json.loads(pathlib.Path(rest[place]).read_text(encoding="utf-8"))
        if command == "write":
            write(rest[0], outcomes, rest[2:])
        else:
            print(json.dumps(found(outcomes, rest[1:]), ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
