"""Trains all runs of the sweep, or those that are missing: a finished run is kept, an interrupted one starts again.

Run it through make.sh, which makes the Python environment. Writes runs/RUN.jsonl.gz and truth.json.
"""

import argparse
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from corpus import REPOSITORY, CorpusError, load_corpus
from plan import Planned, runs, truth
from run_file import RunFileError, complete, read_run

HERE = Path(__file__).resolve().parent
DIED_AS_PLANNED = 4


class Progress:
    """One line for the sweep: share of the work done, time left by the speed so far, and what is being trained."""

    def __init__(self, todo: list[Planned]):
        self.total = sum(planned.work() for planned in todo)
        self.count, self.finished, self.done = len(todo), 0, 0.0
        self.current: dict[str, tuple[float, str]] = {}
        self.began, self.shown, self.lock = time.monotonic(), 0.0, threading.Lock()

    def step(self, planned: Planned, line: str) -> None:
        words = line.split()  # RUN step STEP/STEPS loss LOSS
        share = int(words[2].split('/')[0]) / planned.steps
        with self.lock:
            self.current[planned.run] = (share * planned.work(), f'{planned.run} {share:.0%} loss {words[4]}')
            self._show()

    def end(self, planned: Planned, message: str) -> None:
        with self.lock:
            self.current.pop(planned.run, None)
            self.finished, self.done = self.finished + 1, self.done + planned.work()
            self._clear()
            print(message, flush=True)
            self._show(now=True)

    def _show(self, now: bool = False) -> None:
        pause = 0.2 if sys.stderr.isatty() else 30.0
        if not now and time.monotonic() - self.shown < pause:
            return
        self.shown = time.monotonic()
        share = (self.done + sum(work for work, _ in self.current.values())) / self.total
        left = (self.shown - self.began) * (1 - share) / share / 60 if share > 0.005 else None
        bar = '#' * int(30 * share) + '.' * (30 - int(30 * share))
        text = f'[{bar}] {share:4.0%}  {self.finished}/{self.count} runs'
        text += f'  {left:.0f} min left  ' if left is not None else '  '
        text += '  '.join(what for _, what in self.current.values())
        width = shutil.get_terminal_size().columns
        print('\r\033[K' + text[: width - 1] if sys.stderr.isatty() else text, end='' if sys.stderr.isatty() else '\n',
              file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if sys.stderr.isatty():
            print('\r\033[K', end='', file=sys.stderr, flush=True)


def is_finished(planned: Planned, folder: Path) -> bool:
    """True for a complete run file; one that is broken or short is said so and trained again."""
    path = folder / f'{planned.run}.jsonl.gz'
    if not path.exists():
        return False
    try:
        problem = complete(read_run(path), planned)
    except RunFileError as error:
        problem = str(error)
    if problem:
        print(f'{path.name} is not whole ({problem}): training it again', file=sys.stderr)
    return problem is None


def train_one(planned: Planned, folder: Path, work: Path, progress: Progress, children: set) -> str | None:
    """Trains one run in a process of its own; returns what went wrong or None."""
    command = [sys.executable, str(HERE / 'train.py'), *planned.arguments(), '--log-dir', str(work)]
    began = time.monotonic()
    log = work / f'{planned.run}.jsonl'
    log.unlink(missing_ok=True)
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    children.add(child)
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.extend(child.stderr), daemon=True)
    reader.start()
    for line in child.stdout:
        progress.step(planned, line)
    code = child.wait()
    reader.join()
    children.discard(child)
    dies = planned.fault is not None and planned.fault.startswith('hang')
    diverges = planned.fault is not None and planned.fault.startswith('divergence')
    if code != (DIED_AS_PLANNED if dies else 0) and not (diverges and code == 3):
        problem = ''.join(errors[-5:]).strip() or f'the trainer ended with code {code}'
        progress.end(planned, f'{planned.run}: FAILED: {problem}')
        return problem
    try:
        keep(log, folder / f'{planned.run}.jsonl.gz')
    except OSError as error:
        progress.end(planned, f'{planned.run}: FAILED: could not be kept: {error}')
        return str(error)
    progress.end(planned, f'{planned.run}: done in {time.monotonic() - began:.0f} s')
    return None


def keep(log: Path, kept: Path) -> None:
    """Compresses a finished log into its place, whole or not at all; the same log gives the same bytes."""
    partial = kept.with_name(kept.name + '.partial')
    try:
        partial.write_bytes(gzip.compress(log.read_bytes(), 9, mtime=0))
        os.replace(partial, kept)
    finally:
        partial.unlink(missing_ok=True)
    log.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--runs', type=Path, default=HERE / 'runs', help='folder of the finished logs')
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1), help='runs at a time, a core each')
    parser.add_argument('--only', nargs='+', metavar='RUN', help='just these runs')
    parser.add_argument('--list', action='store_true', help='say what there is to train, and stop')
    given = parser.parse_args()
    unknown = set(given.only or ()) - {planned.run for planned in runs()}
    if unknown:
        parser.error(f'no such run: {", ".join(sorted(unknown))}; --list names them all')
    given.runs.mkdir(parents=True, exist_ok=True)
    chosen = [planned for planned in runs() if not given.only or planned.run in given.only]
    todo = [planned for planned in chosen if not is_finished(planned, given.runs)]
    if given.list:
        for planned in chosen:
            print(f'{planned.run:20} {"to train" if planned in todo else "finished"}')
        return 0
    # From the plan alone, so that it is there whatever is trained.
    (HERE / 'truth.json').write_text(json.dumps(truth(), indent=2) + '\n')
    if not todo:
        print(f'all {len(chosen)} runs are finished in {given.runs}')
        return 0
    try:
        load_corpus()
    except CorpusError as error:
        print(f'corpus: {error}', file=sys.stderr)
        return 2
    work = REPOSITORY / '.cache' / 'sweep-work'
    work.mkdir(parents=True, exist_ok=True)
    progress, children, failed = Progress(todo), set(), []
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    pool = ThreadPoolExecutor(max(1, given.jobs))
    futures = {pool.submit(train_one, planned, given.runs, work, progress, children): planned for planned in todo}
    try:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            failed += [futures[future].run for future in done if future.result()]
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in list(children):
            child.terminate()
        print('\nstopped: what is finished stays, the same command goes on from there', file=sys.stderr)
        return 130
    if failed:
        print(f'{len(failed)} runs failed: {", ".join(failed)}; the same command tries them again', file=sys.stderr)
        return 1
    shutil.rmtree(work, ignore_errors=True)
    print(f'all {len(chosen)} runs are finished in {given.runs}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
