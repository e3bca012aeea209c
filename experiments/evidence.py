#!/usr/bin/env python3
"""Trains one document under each code and seed and prints the table of experiments/README.md.

    experiments/evidence.py experiments/fashion_fc1024_8_2.json RESULTS --cli build/bin/ternbench-cli

A row takes the document's network and settings, with one code in every layer (option --code of `ternbench-cli
run`) and a schedule of two stages: the document's float epochs, then the code for all others; growth and codes
of the document's own stages are left out. The row "float" is the same network in float for as many epochs in
all. What a run printed is kept as JSON in the folder RESULTS with its command and document; a run that is there
already is not made again, and one that was made otherwise is refused. So a table can be made in several
sittings, and is printed of what there is, at an interruption too. With --keep-packed the packed files stay as
well. Everything after `--` goes to every run (--data FOLDER, --threads N).

Errors are in percent: of coded rows the hardware error, which is that of the exported integers over all test
images as `verify` counted it; of the float row the test error after the last epoch. Deviations are those of a
sample (n - 1); "over float" compares the seeds that both rows have.
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
    total = sum(stage["epochs"] for stage in document["schedule"])
    floats = sum(stage["epochs"] for stage in document["schedule"] if stage["code"] == "float")
    stages = [("float", total)] if code == "float" else [("float", floats), ("final", total - floats)]
    return [{"code": kind, "epochs": epochs} for kind, epochs in stages if epochs > 0]


def stem_of(args, code, seed):
    return f"{args.results / Path(args.document).stem}-{code.replace(',', '-')}-{seed}"


def options_of(args, document, code, seed):
    """What a run is made with, beside the document."""
    stages = json.dumps(schedule_of(document, code), separators=(",", ":"))
    options = ["--seed", str(seed), "--set", f"schedule={stages}"]
    if code != "float":
        options += ["--code", code]
    return options + args.more


def known_run(args, document, code, seed):
    """The kept outcome of a run, or None. Ends the program where it is of another document or command."""
    file = Path(f"{stem_of(args, code, seed)}.json")
    if not file.exists():
        return None
    kept = json.loads(file.read_bytes())
    if kept["document"] != document or kept["options"] != options_of(args, document, code, seed):
        sys.exit(f"{file}: was made with another document or other options: move it away to make it anew")
    return kept["outcome"]


def call(command):
    """Standard output of the program; at an interruption waits until it has ended in order, too."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            output, _ = process.communicate()
        except KeyboardInterrupt:
            process.communicate()
            raise
    if process.returncode != 0:
        sys.exit(f"exit status {process.returncode}: {' '.join(command)}")
    return output


def run(args, document, code, seed):
    if known_run(args, document, code, seed):
        return
    print(f"{code}, seed {seed}", file=sys.stderr)
    stem = stem_of(args, code, seed)
    options = options_of(args, document, code, seed)
    files = ["--output", f"{stem}.run.h5"] + ([] if code == "float" else ["--export", f"{stem}.packed.h5"])
    output = call([args.cli, "run", args.document, "--json", "--force", "--checkpoint", "0", *files, *options])
    kept = {"document": document, "options": options, "outcome": json.loads(output)}
    Path(f"{stem}.partial").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    Path(f"{stem}.partial").rename(f"{stem}.json")
    Path(f"{stem}.run.h5").unlink()
    if code != "float" and not args.keep_packed:
        Path(f"{stem}.packed.h5").unlink()


def figures(args, document, code, seed):
    """(error in percent, bits per weight, seconds) of a run, or None."""
    outcome = known_run(args, document, code, seed)
    if outcome is None:
        return None
    if code == "float":
        return 100 * outcome["epochs"][-1]["test_error"], 32.0, outcome["seconds"]
    export = outcome["export"]
    return 100 * export["verification"]["hardware_error"], export["ledger"]["bits_per_weight"], outcome["seconds"]


def name_of(code):
    if code == "float":
        return "float"
    n, k, *family = code.split(",")
    return f"({n},{k})" + (f" {family[0]}" if family else "")


def print_table(args, document):
    print("| code | bits a weight | " + " | ".join(f"seed {seed}" for seed in args.seeds) +
          " | mean | deviation | over float | seconds |")
    print("|---" * (len(args.seeds) + 6) + "|")
    floats = {seed: figures(args, document, "float", seed) for seed in args.seeds}
    for code in args.codes:
        runs = {seed: figures(args, document, code, seed) for seed in args.seeds}
        known = [r for r in runs.values() if r]
        if not known:
            continue
        errors = [r[0] for r in known]
        deviation = f"{statistics.stdev(errors):.2f}" if len(errors) > 1 else ""
        differences = [runs[s][0] - floats[s][0] for s in args.seeds if runs[s] and floats[s]]
        over = f"{statistics.mean(differences):+.2f}" if differences and code != "float" else ""
        cells = [f"{r[0]:.2f}" if r else "" for r in runs.values()]
        seconds = statistics.median(r[2] for r in known)
        print(f"| {name_of(code)} | {known[0][1]:.3g} | " + " | ".join(cells) +
              f" | {statistics.mean(errors):.2f} | {deviation} | {over} | {seconds:.0f} |")


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
    try:
        for seed in args.seeds:
            for code in args.codes:
                run(args, document, code, seed)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    finally:
        print_table(args, document)


if __name__ == "__main__":
    main()
