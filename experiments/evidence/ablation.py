#!/usr/bin/env python3
"""Trains one document with one option changed at a time and prints what each brings.

    experiments/evidence/ablation.py experiments/fashion_fc_8_2.json RESULTS

Every row starts from the same base: the document's network and settings, its float epochs, then its code for all
others at once, and of the options of retraining none. So a row differs from the first in what its name says
alone. Outcomes are kept in the folder RESULTS (kept_runs.py), so a table can be made in several sittings.

Errors are hardware errors in percent; "difference" is the mean over the seeds of the row's error minus the first
row's with the same seed, "±" the standard error of that mean.
"""

import json
import math
import statistics

from kept_runs import KeptRuns, Run, arguments, epochs_of, make_and_print, parse, schedule_option

EIGHT_BIT = '={"family":"8-bit"}'
BASE = [
    "requantization=multiplier", "quantizer.method=lloyd", "quantizer.normalization=column",
    "quantizer.first_layer=row", "quantizer.scale=layer", "quantizer.grouping=consecutive",
    "training.coded_dropout=0", "training.retraining.distillation.weight=0", "training.retraining.residual.weight=0",
    "training.retraining.weight_decay=0", "training.retraining.label_smoothing=0", "training.rate.restart=at-coding",
    "training.augmentation.shift=0", "training.augmentation.flip=false",
]


def rows_of(document):
    """name -> (settings, stages): what differs from the base."""
    floats, total = epochs_of(document)
    coded = total - floats
    base = [("float", floats), ("final", coded)]
    first = max(1, coded // 3)
    code = {"N": 8, "K": 4, "family": "at-most-k"}
    looser = [("float", floats), (code, first), ("final", coded - first)]
    retraining = "training.retraining."
    last = len(document["layers"]) - 1
    ends = {"first": [0], "last": [last], "first and last": [0, last]}

    def distilled(weight, temperature):
        return [f"{retraining}distillation.weight={weight}", f"{retraining}distillation.temperature={temperature}"]

    def exactly(i, layer):
        return f"layers[{i}].code=" + json.dumps({**layer["code"], "family": "exactly-k"}, separators=(",", ":"))

    def growing(curve):
        return [("float", floats), ("final", coded // 2, curve), ("final", coded - coded // 2)]

    rows = {"base": ([], base)}
    for kind in ("none", "layer", "row"):
        rows[f"normalization {kind}"] = ([f"quantizer.normalization={kind}", f"quantizer.first_layer={kind}"], base)
    rows["normalization column, in the first layer too"] = (["quantizer.first_layer=column"], base)
    rows["balanced grouping"] = (["quantizer.grouping=balanced"], base)
    rows["balanced grouping, normalization none"] = (
        ["quantizer.grouping=balanced", "quantizer.normalization=none", "quantizer.first_layer=none"], base)
    rows["scale per row"] = (["quantizer.scale=row"], base)
    rows["threshold of TWN"] = (["quantizer.method=twn"], base)
    rows["scale frozen where coding begins"] = (["quantizer.method=frozen"], base)
    # Kernels of few channels leave tail groups of less than K weights, which such a code does not allow.
    rows["exactly K non-zeros, but in the first layer"] = (
        [exactly(i, layer) for i, layer in enumerate(document["layers"]) if "code" in layer and i > 0], base)
    rows["powers of two"] = (["requantization=power-of-two"], base)
    rows[f"gradual: (8,4) for {first} epochs first"] = ([], looser)
    for curve in ("linear", "cubic", "exponential"):
        rows[f"gradual: {curve} growth over half"] = ([], growing(curve))
    for weight, temperature in ((0.5, 1), (0.5, 2), (0.5, 4), (0.9, 4)):
        rows[f"distillation {weight} at temperature {temperature}"] = (distilled(weight, temperature), base)
    rows["label smoothing 0.1"] = ([f"{retraining}label_smoothing=0.1"], base)
    for decay in (0.01, 0.1):
        rows[f"weight decay {decay}"] = ([f"{retraining}weight_decay={decay}"], base)
    for weight in (0.1, 0.5):
        rows[f"residual {weight}"] = ([f"{retraining}residual.weight={weight}"], base)
    rows["no restart of the rate"] = (["training.rate.restart=never"], base)
    rows[f"(8,4) for {first} epochs first, restart at every stage"] = (["training.rate.restart=every-stage"], looser)
    rows["dropout of the float epochs kept"] = (["training.coded_dropout=1"], base)
    rows["images shifted by up to 1 pixel"] = (["training.augmentation.shift=1"], base)
    for share in (0.5, 1):
        rows[f"label smoothing 0.1, {share} of the dropout kept"] = (
            [f"{retraining}label_smoothing=0.1", f"training.coded_dropout={share}"], base)
    rows["label smoothing 0.1, distillation 0.5 at temperature 1"] = (
        [f"{retraining}label_smoothing=0.1", *distilled(0.5, 1)], base)
    rows[f"label smoothing 0.1, (8,4) for {first} epochs first"] = ([f"{retraining}label_smoothing=0.1"], looser)
    for which, layers in ends.items():
        rows[f"8-bit weights in the {which} layer"] = ([f"layers[{i}].code{EIGHT_BIT}" for i in layers], base)
    return rows


def file_name(row):
    return "".join(c if c.isalnum() or c in ".-" else "_" for c in row)


def run_of(name, row, seed):
    settings, stages = row
    options = ["--seed", str(seed)]
    changed = {setting.split("=")[0] for setting in settings}
    for setting in [s for s in BASE if s.split("=")[0] not in changed] + settings:
        options += ["--set", setting]
    return Run(f"{file_name(name)}-{seed}", tuple(options + schedule_option(*stages)), True)


def print_table(kept, args, rows):
    print("| | mean | difference | ± | seeds |")
    print("|---|---|---|---|---|")
    reference = {s: kept.error(run_of("base", rows["base"], s)) for s in args.seeds}
    for name, row in rows.items():
        errors = {s: kept.error(run_of(name, row, s)) for s in args.seeds}
        known = [e for e in errors.values() if e is not None]
        if not known:
            continue
        differences = [errors[s] - reference[s] for s in args.seeds if None not in (errors[s], reference[s])]
        spread = ""
        if len(differences) > 1:
            spread = f"{statistics.stdev(differences) / math.sqrt(len(differences)):.2f}"
        difference = f"{statistics.mean(differences):+.2f}" if differences and name != "base" else ""
        print(f"| {name} | {statistics.mean(known):.2f} | {difference} | {spread if difference else ''} | "
              f"{len(known)} |")


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", nargs="+", metavar="TEXT",
                        help="the base and the rows whose name has one of these texts (default: all)")
    args = parse(parser)
    kept = KeptRuns(args)
    floats, total = epochs_of(kept.document)
    if total - floats < 2:
        parser.error(f"{args.document}: {total - floats} coded epochs: gradual pruning needs 2")
    rows = {name: row for name, row in rows_of(kept.document).items()
            if not args.rows or name == "base" or any(text in name for text in args.rows)}
    if args.rows and len(rows) == 1:
        parser.error(f"--rows {' '.join(args.rows)}: there is none of: {', '.join(rows_of(kept.document))}")
    runs = [run_of(name, row, seed) for seed in args.seeds for name, row in rows.items()]
    make_and_print(kept, runs, lambda: print_table(kept, args, rows))


if __name__ == "__main__":
    main()
