"""Reads a run file of the sweep and says whether it is whole."""

import gzip
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from plan import Planned


class RunFileError(Exception):
    """The file cannot be read; the message names the file and the line."""


@dataclass
class RunFile:
    metadata: dict = field(default_factory=dict)
    points: list[dict] = field(default_factory=list)
    status: str | None = None

    def series(self, metric: str) -> dict[int, float]:
        """Step → value, of the last attempt that logged the step."""
        return {point['step']: point[metric] for point in self.points if metric in point}


def read_run(path: Path) -> RunFile:
    run = RunFile()
    try:
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == '.gz' else path.read_text()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise RunFileError(f'{path}: {error}') from error
    for number, line in enumerate(text.splitlines(), 1):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise RunFileError(f'{path}, line {number}: {error}') from error
        if isinstance(value.get('run'), dict):
            run.metadata |= value['run']
            run.status = value['run'].get('status', run.status)
        else:
            run.points.append(value)
    return run


def complete(run: RunFile, planned: Planned) -> str | None:
    """What is missing, or None. A trainer that hangs has no last word, one that diverges may stop early."""
    fault, _, step = (planned.fault or '').partition('@')
    if run.metadata.get('run') != planned.run:
        return f'it is of the run {run.metadata.get("run")}'
    if run.metadata.get('planned_steps') != planned.steps:
        return f'it was planned for {run.metadata.get("planned_steps")} steps, not {planned.steps}'
    last = int(step) - 1 if fault == 'hang' else planned.steps
    steps = {point['step'] for point in run.points}
    reached = max(steps, default=0)
    if fault == 'divergence' and run.status == 'failed':
        last = reached
    if steps != set(range(1, last + 1)):
        return f'{len(steps)} of {last} steps'
    if fault != 'hang' and run.status not in ('finished', 'failed'):
        return 'no status at its end'
    return None
