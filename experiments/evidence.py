#!/usr/bin/env python3
"""Trains one document under each code and seed and prints the table of experiments/README.md.

    experiments/evidence.py experiments/fashion_fc1024_8_2.json RESULTS --cli build/bin/ternbench-cli

A row takes the document's network and training with one code in every layer (option --code of `ternbench-cli
run`) after the document's float epochs; the row "float" is the same network in float for as many epochs in all.
What a run printed is kept as JSON in the folder RESULTS, and a run that is there already is not made again; so a
table can be made in several sittings, and is printed of what there is. With --keep-packed the packed files stay
as well. Everything after `--` goes to every run (--data FOLDER, --threads N).

Errors are in percent: of coded rows the hardware error, which is that of the exported integers over all test
images as `verify` counted it; of the float row the test error after the last epoch. Deviations are those of a
sample (n - 1).
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

CODES = ["float", "8,8", "8,4", "8,2", "8,2,trimmed", "16,2", "4,1"]


def schedule_of(document, code):
    """The document's stages as one float and one coded stage, or as floats throughout."""
    epochs = [stage["epochs"] for stage in document["schedule"]]
    floats = sum(stage["epochs"] for stage in document["schedule"] if stage["code"] == "float")
    if code == "float":
        return [{"code": "float", "epochs": sum(epochs)}]
    return [{"code": "float", "epochs": floats}, {"code": "final", "epochs": sum(epochs) - floats}]


def command_of(args, document, code, seed, stem):
    stages = json.dumps(schedule_of(document, code), separators=(",", ":"))
    command = [args.cli, "run", args.document, "--seed", str(seed), "--json", "--force", "--checkpoint", "0",
               "--output", f"{stem}.run.h5", "--set", f"schedule={stages}"]
    if code != "float":
        command += ["--code", code, "--export", f"{stem}.packed.h5"]
    return command + args.more


def run(args, document, code, seed):
    stem = args.results / f"{Path(args.document).stem}-{code.replace(',', '-')}-{seed}"
    result = stem.with_suffix(".json")
    if result.exists():
        return
    print(f"{code}, seed {seed}", file=sys.stderr)
    done = subprocess.run(command_of(args, document, code, seed, stem), stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"exit status {done.returncode}: {' '.join(map(str, done.args))}")
    partial = stem.with_suffix(".partial")
    partial.write_bytes(done.stdout)
    partial.rename(result)
    Path(f"{stem}.run.h5").unlink()
    if code != "float" and not args.keep_packed:
        Path(f"{stem}.packed.h5").unlink()


def read(args, code, seed):
    """(error in percent, bits per weight, seconds) of a run, or None."""
    file = args.results / f"{Path(args.document).stem}-{code.replace(',', '-')}-{seed}.json"
    if not file.exists():
        return None
    outcome = json.loads(file.read_bytes())
    if code == "float":
        return 100 * outcome["epochs"][-1]["test_error"], 32.0, outcome["seconds"]
    export = outcome["export"]
    if not export["verification"]["passed"]:
        sys.exit(f"{file}: verification failed")
    return 100 * export["verification"]["hardware_error"], export["ledger"]["bits_per_weight"], outcome["seconds"]


def name_of(code):
    if code == "float":
        return "float"
    n, k, *family = code.split(",")
    return f"({n},{k})" + (f" {family[0]}" if family else "")


def print_table(args):
    print("| code | bits a weight | " + " | ".join(f"seed {seed}" for seed in args.seeds) +
          " | mean | deviation | over float | seconds |")
    print("|---" * (len(args.seeds) + 6) + "|")
    floats = None
    for code in args.codes:
        runs = [read(args, code, seed) for seed in args.seeds]
        known = [r for r in runs if r]
        if not known:
            continue
        errors = [r[0] for r in known]
        mean = statistics.mean(errors)
        deviation = f"{statistics.stdev(errors):.2f}" if len(errors) > 1 else ""
        if code == "float":
            floats = mean
        over = f"{mean - floats:+.2f}" if floats is not None and code != "float" else ""
        cells = [f"{r[0]:.2f}" if r else "" for r in runs]
        seconds = statistics.median(r[2] for r in known)
        print(f"| {name_of(code)} | {known[0][1]:.3g} | " + " | ".join(cells) +
              f" | {mean:.2f} | {deviation} | {over} | {seconds:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("document")
    parser.add_argument("results", type=Path)
    parser.add_argument("--cli", default="build/bin/ternbench-cli")
    parser.add_argument("--codes", nargs="+", default=CODES, metavar="N,K[,FAMILY]")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--keep-packed", action="store_true")
    own = sys.argv[1:]
    split = own.index("--") if "--" in own else len(own)
    args = parser.parse_args(own[:split])
    args.more = own[split + 1:]
    args.results.mkdir(parents=True, exist_ok=True)
    document = json.loads(Path(args.document).read_bytes())
    for seed in args.seeds:
        for code in args.codes:
            run(args, document, code, seed)
    print_table(args)


if __name__ == "__main__":
    main()
