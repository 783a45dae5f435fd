#!/usr/bin/env python3
"""What tenure.h costs a host: loading an image of 10,000 categories, one record through the
interface against the same rule by hand; neither may allocate. See figures.py."""
from figures import BUILD, Suite, ask


def main():
    suite = Suite("host", "Through tenure.h", 300_000)
    for mode, title in (("record", "one record, an instant"), ("text", "one record, RFC 3339")):
        row = ask([f"{BUILD}/tests/bench/host", mode], BENCH_ROWS="300000")
        suite.limit(title, "C", row["ns"], 4)
    load = ask([f"{BUILD}/tests/bench/host", "load"])
    suite.alone("10,000 categories loaded", load["gb_per_s"], "≥ 0.5", unit="GB/s",
                records=load["categories"])


main()
