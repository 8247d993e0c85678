"""Works out the README's tables and results.csv from the run files and truth.json.

`--write` puts them where they belong; without it, `--check` says whether what is there still agrees.
"""

import argparse
import csv
import io
import json
import re
import sys
from pathlib import Path

import numpy as np

from law import NAMES, fit, loss, middle
from plan import BUDGETS, PARAMETERS, SIZES, runs
from run_file import RunFile, RunFileError, read_run

HERE = Path(__file__).resolve().parent
SEEDS = ('35k-2m', '35k-2m-s1', '35k-2m-s2')  # the same batches, other weights at the start
LAST = 100  # steps whose mean is called the final training loss


def load(folder: Path) -> dict[str, RunFile]:
    return {planned.run: read_run(folder / f'{planned.run}.jsonl.gz') for planned in runs()}


def final_loss(run: RunFile) -> float:
    """Mean training loss of the last LAST logged steps, nats per byte."""
    return float(np.nanmean(list(run.series('loss').values())[-LAST:]))


def final_val(run: RunFile) -> float:
    return list(run.series('val_loss').values())[-1]


def minutes(run: RunFile) -> float:
    return (run.points[-1]['time'] - run.points[0]['time']) / 60


def results_csv(logs: dict[str, RunFile], truth: dict) -> str:
    """The healthy runs as a table for `offcurve fit`: loss is the final validation loss."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator='\n')
    table.writerow(['run', 'family', 'schedule', 'params', 'params_non_embedding', 'tokens', 'train_loss', 'loss'])
    for planned in runs():
        if planned.run not in truth:
            run = logs[planned.run]
            about = run.metadata
            sizes = [about['params'], about['params_non_embedding'], run.points[-1]['tokens']]
            losses = [f'{final_loss(run):.4f}', f'{final_val(run):.4f}']
            table.writerow([planned.run, about['family'], planned.schedule, *sizes, *losses])
    return out.getvalue()


def markdown(rows: list[list[str]]) -> str:
    lines = ['| ' + ' | '.join(row) + ' |' for row in rows]
    return '\n'.join([lines[0], '|' + '---|' * len(rows[0]), *lines[1:]])


def grid_table(logs: dict[str, RunFile]) -> str:
    """Final training and validation loss by size and budget."""
    rows = [['parameters (without embedding)', *(f'{steps * 1024 / 1e6:.1f} M tokens' for steps in BUDGETS)]]
    for family, ending, sizes, budgets in (('', '', SIZES, BUDGETS), ('no token shift, ', '-no-shift', SIZES[:3], (1000, 2000))):
        for size in sizes:
            about = logs[f'{size}-{BUDGETS[1000]}{ending}'].metadata
            row = [f'{family}{about["params"]:,} ({about["params_non_embedding"]:,})']
            for steps in BUDGETS:
                run = logs.get(f'{size}-{BUDGETS[steps]}{ending}') if steps in budgets else None
                row.append(f'{final_loss(run):.3f} / {final_val(run):.3f}' if run else '')
            rows.append(row)
    return markdown(rows)


def others_table(logs: dict[str, RunFile]) -> str:
    what = {
        '35k-2m': 'the twin of the faulty runs',
        '35k-2m-s1': 'other weights at the start',
        '35k-2m-s2': 'other weights at the start',
        '35k-2m-d1': 'other data order',
        '35k-2m-wsd': 'WSD: constant, then down to 0 in the last fifth',
        '35k-2m-constant': 'constant rate',
        '99k-2m-wsd': 'WSD',
    }
    rows = [['run', 'what differs', 'training loss', 'validation loss']]
    rows += [[f'`{run}`', text, f'{final_loss(logs[run]):.3f}', f'{final_val(logs[run]):.3f}'] for run, text in what.items()]
    return markdown(rows)


def noise(logs: dict[str, RunFile]) -> dict[str, float]:
    """Deviations in nats: of a single step about its curve, of the same against a twin, and of the final val_loss."""
    losses = np.array([list(logs[run].series('loss').values()) for run in SEEDS])[:, 300:]
    # Second differences over three steps take the curve out: var(y₋ - 2y + y₊) = 6 σ² for white noise.
    bend = lambda y: float(np.std(y[:-2] - 2 * y[1:-1] + y[2:]) / np.sqrt(6))
    return {
        'alone': float(np.mean([bend(row) for row in losses])),
        'twin': float(np.mean([bend(losses[i] - losses[0]) for i in (1, 2)])) / np.sqrt(2),
        'val': float(np.std([final_val(logs[run]) for run in SEEDS], ddof=1)),
    }


def faults_table(logs: dict[str, RunFile], truth: dict, sigma: dict[str, float]) -> str:
    """Change against the twin in nats; in σ of one step alone, of one step against a twin, of the end between seeds."""
    rows = [['run', 'fault', 'from step', 'first 50 steps', 'last 200 steps', 'noise', 'validation loss at the end']]
    for run, fact in truth.items():
        faulty, twin = logs[run].series('loss'), logs[fact['twin']].series('loss')
        after = [step for step in faulty if step >= fact['step'] and np.isfinite(faulty[step])]
        differences = {step: faulty[step] - twin[step] for step in after}
        in_sigma = lambda value, one: f'{value / one:+.1f}' if abs(value / one) < 1000 else 'thousands'
        cell = lambda value, *ones: f'{value:+.3f} ({" / ".join(in_sigma(value, one) for one in ones)} σ)'
        both = (sigma['alone'], sigma['twin'])
        row = [f'`{run}`', fact['fault'], str(fact['step'])]
        if not after:
            rows.append([*row, 'no more records', '', '', ''])
            continue
        first, last = after[:50], [step for step in after if step > max(faulty) - 200]
        row.append(cell(np.mean([differences[step] for step in first]), *both))
        row.append(cell(np.mean([differences[step] for step in last]), *both))
        row.append(f'×{wobble(faulty, first) / wobble(twin, first):.2f}')
        difference = final_val(logs[run]) - final_val(logs[fact['twin']])
        rows.append([*row, cell(difference, sigma['val'])])
    return markdown(rows)


def law_text(logs: dict[str, RunFile]) -> str:
    """Chinchilla's law on the grid's final validation losses, and how it foretells the run with the most compute."""
    grid = [(PARAMETERS[size], 1024 * steps, final_val(logs[f'{size}-{BUDGETS[steps]}'])) for size in SIZES for steps in BUDGETS]
    params, tokens, losses = (np.array(column, float) for column in zip(*grid))
    law = fit(params, tokens, losses)
    short = lambda value: f'{value:.2g}' if value < 100 else f'{float(f"{value:.2g}"):,.0f}'
    rows = [['', *NAMES], ['value', *(short(value) for value in law.parameters)]]
    rows.append(['90 % interval', *(' to '.join(map(short, middle(column))) for column in law.draws.T)])
    largest = int(np.argmax(params * tokens))
    rest = np.arange(len(losses)) != largest
    before = fit(params[rest], tokens[rest], losses[rest])
    there = params[largest], tokens[largest]
    random = np.random.default_rng(2)
    low, high = middle(loss(before.draws.T, *there) * np.exp(random.normal(0, before.miss, len(before.draws))))
    said = (
        f'L(N, D) = E + A/N^alpha + B/D^beta in nats per byte, N all parameters, D bytes trained on, fitted by `law.py` to'
        f' the final validation losses of the {len(losses)} healthy cosine runs; they lie {100 * law.miss:.1f} % about it.'
    )
    check = (
        f'Fitted without the run of {there[0]:,.0f} parameters and {there[1] / 1e6:.1f} M bytes, the law foretells'
        f' {before.loss(*there):.2f} ({low:.2f} to {high:.2f}) for it; it came to {losses[largest]:.2f}.'
    )
    return f'{said}\n\n{markdown(rows)}\n\n{check}'


def wobble(series: dict[int, float], steps: list[int]) -> float:
    y = np.array([series[step] for step in steps])
    return float(np.std(y[:-2] - 2 * y[1:-1] + y[2:]))


def how_long(logs: dict[str, RunFile]) -> str:
    total, points = sum(minutes(run) for run in logs.values()), sum(len(run.points) for run in logs.values())
    return f'{len(logs)} runs, {points:,} steps, {total:.0f} minutes of training on one core.'


def blocks(logs: dict[str, RunFile], truth: dict) -> dict[str, str]:
    sigma = noise(logs)
    said = (
        f'A single step strays by {sigma["alone"]:.3f} nats from its curve, and by {sigma["twin"]:.3f} from a run of the'
        f' same batches; the final validation loss by {sigma["val"]:.4f} between seeds.'
    )
    return {
        'effort': how_long(logs),
        'grid': grid_table(logs),
        'others': others_table(logs),
        'law': law_text(logs),
        'noise': said,
        'faults': faults_table(logs, truth, sigma),
    }


def filled(text: str, parts: dict[str, str]) -> str:
    """Replaces what stands between <!-- NAME --> and <!-- /NAME -->. Raises KeyError where a marker is missing."""
    for name, part in parts.items():
        pattern = re.compile(rf'(<!-- {name} -->\n).*?(<!-- /{name} -->)', re.S)
        if not pattern.search(text):
            raise KeyError(f'README.md has no place marked <!-- {name} -->')
        text = pattern.sub(lambda match: f'{match[1]}{part}\n{match[2]}', text)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--runs', type=Path, default=HERE / 'runs')
    parser.add_argument('--write', action='store_true', help='write results.csv and the tables in README.md')
    parser.add_argument('--check', action='store_true', help='exit with 1 where these differ from the run files')
    given = parser.parse_args()
    try:
        logs, truth = load(given.runs), json.loads((HERE / 'truth.json').read_text())
    except RunFileError as error:
        print(f'report: {error}\nMake the missing or broken run again: ./make.sh', file=sys.stderr)
        return 2
    readme, table = HERE / 'README.md', HERE / 'results.csv'
    parts = blocks(logs, truth)
    new = {readme: filled(readme.read_text(), parts), table: results_csv(logs, truth)}
    stale = [path.name for path, text in new.items() if not path.exists() or path.read_text() != text]
    if given.write:
        for path, text in new.items():
            path.write_text(text)
        print(f'written: {", ".join(stale) or "nothing, all agrees already"}')
    elif given.check:
        print(f'out of date: {", ".join(stale)}; type: python report.py --write' if stale else 'all agrees')
        return 1 if stale else 0
    else:
        print('\n\n'.join(parts.values()))
    return 0


if __name__ == '__main__':
    sys.exit(main())
