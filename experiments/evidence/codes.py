#!/usr/bin/env python3
"""Trains one document under each code and seed and prints the table of experiments/README.md.

    experiments/evidence/codes.py experiments/fashion_fc1024_8_2.json RESULTS

A row takes the document's network and settings, with one code in every layer (option --code of `ternbench-cli
run`) and a schedule of two stages: the document's float epochs, then the code for all others; growth and codes
of the document's own stages are left out. The row "float" is the same network in float for as many epochs in
all. Outcomes are kept in the folder RESULTS (kept_runs.py), so a table can be made in several sittings.

Errors are in percent, of coded rows the hardware error. Deviations are those of a sample (n - 1); "over float"
compares the seeds that both rows have.
"""

import statistics

from kept_runs import KeptRuns, Run, arguments, epochs_of, make_and_print, parse, schedule_option

CODES = ["float", "8,8", "8,4", "8,2", "8,2,trimmed", "16,2", "4,1"]


def run_of(document, code, seed):
    floats, total = epochs_of(document)
    options = ["--seed", str(seed)]
    if code == "float":
        options += schedule_option(("float", total))
    else:
        options += [*schedule_option(("float", floats), ("final", total - floats)), "--code", code]
    return Run(f"{code.replace(',', '-')}-{seed}", tuple(options), code != "float")


def name_of(code):
    if code == "float":
        return "float"
    n, k, *family = code.split(",")
    return f"({n},{k})" + (f" {family[0]}" if family else "")


def print_table(kept, args):
    print("| code | bits a weight | " + " | ".join(f"seed {seed}" for seed in args.seeds) +
          " | mean | deviation | over float |")
    print("|---" * (len(args.seeds) + 5) + "|")
    floats = [kept.error(run_of(kept.document, "float", seed)) for seed in args.seeds]
    for code in args.codes:
        runs = [run_of(kept.document, code, seed) for seed in args.seeds]
        errors = [kept.error(run) for run in runs]
        known = [error for error in errors if error is not None]
        if not known:
            continue
        bits = next(kept.bits_per_weight(run) for run, error in zip(runs, errors) if error is not None)
        deviation = f"{statistics.stdev(known):.2f}" if len(known) > 1 else ""
        pairs = [(e, f) for e, f in zip(errors, floats) if e is not None and f is not None]
        over = f"{statistics.mean(e - f for e, f in pairs):+.2f}" if pairs and code != "float" else ""
        cells = ["" if error is None else f"{error:.2f}" for error in errors]
        print(f"| {name_of(code)} | {bits:.3g} | " + " | ".join(cells) +
              f" | {statistics.mean(known):.2f} | {deviation} | {over} |")


def main():
    parser = arguments(__doc__)
    parser.add_argument("--codes", nargs="+", default=CODES, metavar="N,K[,FAMILY]")
    args = parse(parser)
    kept = KeptRuns(args)
    runs = [run_of(kept.document, code, seed) for seed in args.seeds for code in args.codes]
    make_and_print(kept, runs, lambda: print_table(kept, args))


if __name__ == "__main__":
    main()
