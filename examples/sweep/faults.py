"""Real faults, done to a training run on purpose from a given step on.

The log goes on showing what the trainer believes: the planned learning rate, the planned tokens. That is how such
faults look in practice: a wrong parameter group, a lost rank, a bad shard, a flipped bit.
"""

from dataclasses import dataclass

import numpy as np

KINDS = {
    'rate-x10': 'the learning rate is ten times the plan for 50 steps',
    'rate-tenth': 'the learning rate is really a tenth of what the log shows',
    'no-decay': 'the learning rate stays where it is instead of decaying; the log shows the plan',
    'shuffled-bytes': '20 % of the sequences have their bytes shuffled',
    'repeated-shard': 'the loader repeats one shard of 32 kB',
    'overwritten-weights': '1 % of the weights are overwritten once by noise',
    'lost-optimiser': "the optimiser's moments are set to zero once",
    'quarter-batch': 'only a quarter of each batch reaches the gradient',
    'divergence': 'the real learning rate grows by 3 % a step',
    'restart': 'the trainer dies and goes on from a checkpoint 200 steps back (attempt 2)',
    'nan': 'losses and gradients are NaN for 20 steps; the trainer skips these updates',
    'hang': 'the trainer hangs and then dies without a word',
}
RESTART_STEPS = 200
SHARD_BYTES = 32 * 1024


class TrainerDied(Exception):
    """The planned death of the fault `hang`."""


@dataclass(frozen=True)
class Fault:
    kind: str
    step: int

    @staticmethod
    def parse(text: str) -> 'Fault':
        """Reads KIND@STEP; raises ValueError naming the kinds there are."""
        kind, _, step = text.partition('@')
        if kind not in KINDS:
            raise ValueError(f'unknown fault "{kind}", use one of: {", ".join(KINDS)}')
        if not step.isdigit() or int(step) < 1:
            raise ValueError(f'fault "{text}" needs the step where it begins: {kind}@1000')
        return Fault(kind, int(step))


def real_rate(fault: Fault | None, step: int, planned, peak: float) -> float:
    """planned: step → rate. What the optimiser gets."""
    rate = planned(step)
    if fault is None or step < fault.step:
        return rate
    since = step - fault.step
    if fault.kind == 'rate-x10':
        return 10 * rate if since < 50 else rate
    if fault.kind == 'rate-tenth':
        return rate / 10
    if fault.kind == 'no-decay':
        return planned(fault.step)
    if fault.kind == 'divergence':
        return min(rate * 1.03**since, 1000 * peak)
    return rate


def real_batch(fault: Fault | None, step: int, batch: np.ndarray, text: np.ndarray) -> np.ndarray:
    """batch: (sequences, bytes). What the loader hands out."""
    if fault is None or step < fault.step:
        return batch
    random = np.random.default_rng((99, step))
    if fault.kind == 'shuffled-bytes':
        batch = batch.copy()
        for row in np.flatnonzero(random.random(len(batch)) < 0.2):
            random.shuffle(batch[row])
    if fault.kind == 'repeated-shard':
        starts = random.integers(0, SHARD_BYTES - batch.shape[1], len(batch))
        return text[starts[:, None] + np.arange(batch.shape[1])]
    if fault.kind == 'quarter-batch':
        return batch[: len(batch) // 4]
    return batch


def real_state(fault: Fault | None, step: int, state: tuple) -> tuple:
    """state: weights and both moments, as flat arrays. Faults that strike once, before the step."""
    if fault is None or step != fault.step:
        return state
    weights, first, second = state
    if fault.kind == 'overwritten-weights':
        random = np.random.default_rng(99)
        struck = random.random(weights.size) < 0.01
        return np.where(struck, random.normal(0, np.std(weights), weights.size), weights).astype('f4'), first, second
    if fault.kind == 'lost-optimiser':
        return weights, 0 * first, 0 * second
    return state


def is_poisoned(fault: Fault | None, step: int) -> bool:
    return fault is not None and fault.kind == 'nan' and fault.step <= step < fault.step + 20
