#!/usr/bin/env python3
"""What tenure.h costs a host: loading an image of 10,000 categories, one record through the
interface against the same rule by hand. Prints a table; the targets are those of README.md."""
import json
import os
import statistics
import subprocess

BUILD = os.environ.get("BUILD", "build")


def run(mode):
    out = subprocess.run([f"{BUILD}/tests/bench/host", mode], check=True, stdout=subprocess.PIPE)
    return json.loads(out.stdout)


def main():
    load = run("load")
    speeds = load["gb_per_s"]
    print(f"\nload, {load['categories']:,} categories, {load['bytes'] / 1e6:.1f} MB: "
          f"{statistics.median(speeds):.2f} GB/s, at best {max(speeds):.2f} (target 0.5)")
    print(f"{'one record through tenure.h':30} {'least':>8} {'median':>8} {'ns':>8} {'by hand':>8}"
          "  (target 4.0, no allocation)")
    results = {"load": load}
    for mode, title in (("record", "an instant"), ("text", "an instant as text")):
        row = run(mode)
        results[mode] = row
        ratios = [ours / hand for ours, hand in row["ns"]]
        print(f"{title:30} {min(ratios):8.2f} {statistics.median(ratios):8.2f} "
              f"{statistics.median(o for o, _ in row['ns']):8.0f} "
              f"{statistics.median(h for _, h in row['ns']):8.0f}")
    with open(f"{BUILD}/bench_host.json", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)


main()
