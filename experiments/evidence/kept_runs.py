"""Training runs whose outcomes are kept in a folder, so that a table can be made in several sittings."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """A run of the document: a name that no other run has and options of `ternbench-cli run`."""

    name: str
    options: tuple[str, ...]
    coded: bool


def arguments(description):
    """The parser of what all tables take; what follows `--` goes to every run."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="Everything after -- goes to every run, for example -- --data FOLDER.")
    parser.add_argument("document", type=Path)
    parser.add_argument("results", type=Path, help="folder in which outcomes are kept")
    parser.add_argument("--cli", default="build/bin/ternbench-cli")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(),
                        help="runs at a time, which share the processor's cores (default: one a core)")
    parser.add_argument("--keep-packed", action="store_true", help="keep the packed files, too")
    return parser


def parse(parser):
    own = sys.argv[1:]
    split = own.index("--") if "--" in own else len(own)
    args = parser.parse_args(own[:split])
    args.more = own[split + 1:]
    if args.jobs < 1:
        parser.error(f"--jobs {args.jobs}: at least 1")
    return args


def schedule_option(*stages):
    """--set schedule=...; each stage is (code, epochs) or (code, epochs, growth); of no epochs it is left out."""
    keys = ("code", "epochs", "growth")
    return ["--set", "schedule=" + json.dumps([dict(zip(keys, s)) for s in stages if s[1] > 0],
                                              separators=(",", ":"))]


def epochs_of(document):
    """(float epochs, all epochs) of the document's schedule."""
    stages = document["schedule"]
    return sum(s["epochs"] for s in stages if s["code"] == "float"), sum(s["epochs"] for s in stages)


class KeptRuns:
    """What each run printed, its options and its document, as NAME.json in the folder. A run that is there is not
    made again; one that was made of another document or with other options ends the program. So do outcomes of
    different kernels (the engine's SIMD set, OpenBLAS's), which round otherwise and are no base for differences;
    outcomes without an environment, kept by earlier versions, fit all. A run has the same bits on any number of
    threads, so these are no part of it; which program made it is not asked."""

    def __init__(self, args):
        self.args = args
        self.document = self._read_document()
        args.results.mkdir(parents=True, exist_ok=True)
        self.stopping = threading.Event()
        self.processes = set()
        self.lock = threading.Lock()
        self.kernels = None  # of the first outcome that says, and its file

    def _read_document(self):
        return json.loads(self.args.document.read_bytes())

    def stem(self, run):
        return str(self.args.results / f"{self.args.document.stem}-{run.name}")

    def options(self, run):
        return list(run.options) + self.args.more

    def outcome(self, run):
        """What the run printed, or None where it is not made yet."""
        file = Path(f"{self.stem(run)}.json")
        if not file.exists():
            return None
        kept = json.loads(file.read_bytes())
        if kept["document"] != self.document or kept["options"] != self.options(run):
            sys.exit(f"{file}: was made with another document or other options: move it away to make it anew")
        self._require_same_kernels(kept["outcome"].get("environment"), file)
        return kept["outcome"]

    def _require_same_kernels(self, environment, file):
        if environment is None:
            return
        kernels = f"{environment['simd']}, OpenBLAS {environment['blas_kernel_set']}"
        if self.kernels is None:
            self.kernels = (kernels, file)
        elif self.kernels[0] != kernels:
            sys.exit(f"{file}: kernels {kernels}, but {self.kernels[0]} of {self.kernels[1]}: a table is of one set "
                     "of kernels: use another folder, or move outcomes away to make them anew")

    def error(self, run):
        """In percent, or None: of coded runs the hardware error, which is that of the exported integers over all
        test images as `verify` counts it; of float runs the test error after the last epoch."""
        outcome = self.outcome(run)
        if outcome is None:
            return None
        if not run.coded:
            return 100 * outcome["epochs"][-1]["test_error"]
        return 100 * outcome["export"]["verification"]["hardware_error"]

    def bits_per_weight(self, run):
        return self.outcome(run)["export"]["ledger"]["bits_per_weight"] if run.coded else 32.0

    def make(self, runs):
        """Makes those that are missing. An interruption (SIGTERM and SIGHUP, too) stops what is under way and is
        raised."""
        missing = [run for run in dict.fromkeys(runs) if self.outcome(run) is None]
        if not missing:
            return
        if core := os.environ.get("OPENBLAS_CORETYPE"):
            print(f"warning: OPENBLAS_CORETYPE={core} chooses the kernels of these runs: unset it unless it is meant",
                  file=sys.stderr, flush=True)
        machine = subprocess.run([self.args.cli, "info", "--json"], stdout=subprocess.PIPE, check=True)
        self._require_same_kernels(json.loads(machine.stdout), "the runs to make")
        jobs = min(self.args.jobs, len(missing))
        threads = max(1, (os.cpu_count() or 1) // jobs)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for future in as_completed([pool.submit(self._make_one, run, threads) for run in missing]):
                    future.result()
            except BaseException:
                self._stop()
                pool.shutdown(cancel_futures=True)
                raise

    def _make_one(self, run, threads):
        stem = self.stem(run)
        print(run.name, file=sys.stderr, flush=True)
        command = [self.args.cli, "run", str(self.args.document), "--json", "--force", "--checkpoint", "0",
                   "--threads", str(threads), "--output", f"{stem}.run.h5"]
        command += ["--export", f"{stem}.packed.h5"] if run.coded else []
        output = self._call(command + self.options(run))
        if self._read_document() != self.document:
            sys.exit(f"{self.args.document}: was changed meanwhile")
        kept = {"document": self.document, "options": self.options(run), "outcome": json.loads(output)}
        Path(f"{stem}.partial").write_text(json.dumps(kept, indent=1), encoding="utf-8")
        Path(f"{stem}.partial").rename(f"{stem}.json")
        Path(f"{stem}.run.h5").unlink()
        if run.coded and not self.args.keep_packed:
            Path(f"{stem}.packed.h5").unlink()

    def _call(self, command):
        with self.lock:
            if self.stopping.is_set():
                raise InterruptedError
            # In a session of its own, so that an interruption reaches this program alone, which passes it on.
            process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
            self.processes.add(process)
        output, _ = process.communicate()
        with self.lock:
            self.processes.remove(process)
        if self.stopping.is_set():
            raise InterruptedError
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
        return output

    def _stop(self):
        with self.lock:
            self.stopping.set()
            for process in self.processes:
                process.terminate()


def make_and_print(kept, runs, print_table):
    """Makes the runs and prints the table of what there is, at an interruption or failure too."""
    try:
        kept.make(runs)
    except KeyboardInterrupt:
        sys.exit("interrupted")
    except subprocess.CalledProcessError as error:
        sys.exit(f"exit status {error.returncode}: {' '.join(error.cmd)}")
    except OSError as error:
        sys.exit(str(error))
    finally:
        print_table()
