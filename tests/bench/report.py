#!/usr/bin/env python3
"""Writes the figures of $BUILD/bench.json as a page: `report.py about` writes down first what
machine and versions they come from; then $BUILD/bench.md is made."""
import datetime
import os
import platform
import re
import subprocess
import sys

import figures


def said(*command):
    """The first version in what a program says of itself; None where it isn't there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found.group(0) if found else None


def pinned(path, pattern):
    with open(path, encoding="utf-8") as file:
        return re.search(pattern, file.read()).group(1)


def cpu():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return re.search(r"model name\s*: (.*)", file.read()).group(1)
    except (OSError, AttributeError):
        return platform.machine()


def about():
    python = f"{figures.BUILD}/venv/bin/python"
    versions = {
        "gcc": said(os.environ.get("CC", "gcc"), "-dumpfullversion"),
        "sqlite3": said("sqlite3", "--version"), "jq": said("jq", "--version"),
        "DuckDB": said(python, "-c", "import duckdb; print(duckdb.__version__)"),
        "Go": said("go", "version"),
        "cel-go": pinned("tests/cel_diff/go.mod", r"cel-go v(\S+)"),
        "OPA": pinned("tests/bench/opa/go.mod", r"opa v(\S+)"),
        "rustc": said("rustc", "--version"),
        "Cedar": pinned("tests/bench/cedar/Cargo.toml", r'cedar-policy .*"=(\S+?)"'),
    }
    results = figures.load()
    results["run"] = {
        "date": datetime.date.today().isoformat(), "cpu": cpu(), "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "versions": {name: version for name, version in versions.items() if version},
        "load_at_start": round(os.getloadavg()[0], 1), "records": figures.ROWS,
        "pairs": figures.PAIRS}
    figures.save(results)


def met(row):
    if not row["target"] or row["kind"] == "alone":
        return ""
    good = row["median"] <= row["target"] if row["kind"] == "limit" \
        else row["median"] >= row["target"]
    return "" if good else " missed"


def cells(row):
    names = {"limit": f"tenure / {row['against']}", "peer": f"{row['against']} / tenure",
             "alone": "tenure alone"}
    ratio = f"{row['least']:.2f}, {row['median']:.2f}" if row["kind"] != "alone" else ""
    theirs = f"{row['theirs']:,.4g}" if row["theirs"] is not None else ""
    memory = f"{row['memory_mib']:,}" if row["memory_mib"] else ""
    cost = "" if row["cost"] == "user CPU" else f", {row['cost']}"
    return [row["work"] + cost, names[row["kind"]], ratio,
            figures.target_text(row) + met(row), f"{row['ours']:,.4g} {row['unit']}", theirs, memory]


def page(results):
    run = results["run"]
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    yield "# Figures\n"
    yield (f"Written by `make bench` on {run['date']}: {run['cpu']}, {run['cores']} cores, "
           f"{run['system']}, load {run['load_at_start']} at the start; {versions}.\n"
           f"{run['records']:,} records and {run['pairs']} pairs unless a row says otherwise. Ratios: "
           "least, median; user CPU unless a row says otherwise. The\nratios hold on other "
           "machines, the times do not. Memory is the most that tenure took, in MiB.")
    for suite in results["suites"].values():
        yield f"\n## {suite['title']}\n"
        yield "| work | ratio of | least, median | target | tenure | other | memory |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for row in suite["rows"]:
            yield "| " + " | ".join(cells(row)) + " |"


def main():
    if sys.argv[1:] == ["about"]:
        about()
        return
    results = figures.load()
    with open(f"{figures.BUILD}/bench.md", "w", encoding="utf-8") as file:
        file.write("\n".join(page(results)) + "\n")
    print(f"\nfigures: {figures.RESULTS}, and as a page {figures.BUILD}/bench.md; load "
          f"{results['run']['load_at_start']} at the start, {os.getloadavg()[0]:.1f} now")


main()
