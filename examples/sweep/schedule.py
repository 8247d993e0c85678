"""Learning-rate schedules, and the same as `training.runs` wants them announced."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """kind: cosine, wsd (constant, then linear decay over the last `decay_steps`) or constant. Steps count from 1."""

    kind: str
    peak: float
    steps: int
    warmup_steps: int = 100
    decay_steps: int = 0
    minimum: float = 0.0

    def at(self, step: int) -> float:
        if step <= self.warmup_steps:
            return self.peak * step / self.warmup_steps
        if self.kind == 'cosine':
            share = (step - self.warmup_steps) / (self.steps - self.warmup_steps)
            return self.minimum + (self.peak - self.minimum) * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
        if self.kind == 'wsd':
            left = (self.steps - step) / self.decay_steps
            return self.minimum + (self.peak - self.minimum) * min(1.0, max(0.0, left))
        return self.peak

    def announced(self) -> dict:
        fields = {'kind': self.kind, 'peak': self.peak, 'warmup_steps': self.warmup_steps}
        if self.kind != 'constant':
            fields |= {'min': self.minimum, 'decay_steps': self.decay_steps or self.steps - self.warmup_steps}
        return fields
