"""The run file: one JSON object a line, metadata first. It is the log, and what the sender reads from."""

import errno
import json
import math
import os
import time
from pathlib import Path


def digits(value: float, count: int) -> float:
    return float(f'{value:.{count}g}') if math.isfinite(value) else value


class RunLog:
    """Writes a new run file; each line is in the file when the call returns, so that a sender can follow it.

    Raises FileExistsError where there is one of that name: a run is never written over.
    """

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered: what could not be written must not come up again when the file is closed.
        self.file = open(path, 'xb', buffering=0)

    def metadata(self, **fields) -> None:
        self._write({'run': fields | {'time': round(time.time(), 3)}})

    def step(self, step: int, attempt: int, loss: float, lr: float, grad_norm: float, tokens: int, step_time: float, **more):
        """Losses in nats per byte, step_time in seconds. Floats keep six significant digits (grad_norm and times less)."""
        metrics = {'loss': digits(loss, 6), 'lr': digits(lr, 6), 'grad_norm': digits(grad_norm, 4)}
        metrics |= {'tokens': tokens, 'step_time': digits(step_time, 3)}
        metrics |= {name: digits(value, 6) for name, value in more.items()}
        self._write({'step': step, 'attempt': attempt, 'time': round(time.time(), 2)} | metrics)

    def _write(self, value: dict) -> None:
        # NaN goes out as the bare word, as every Python trainer writes it.
        line = (json.dumps(value, separators=(',', ':')) + '\n').encode()
        if self.file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.file.name)

    def close(self) -> None:
        self.file.close()
