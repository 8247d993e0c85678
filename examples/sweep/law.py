"""Fits Chinchilla's law to healthy runs: L(N, D) = E + A/N^alpha + B/D^beta, with intervals.

The form is Hoffmann et al. 2022, equation 2. For given exponents the rest is linear and not negative, so that only two
numbers are searched; misses are relative to the loss. Intervals by drawing the misses again, with a fixed seed.
`npx offcurve fit results.csv` knows more laws, averages over them and predicts; this one is small enough to be read.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, nnls

REPEATS = 400
NAMES = ('E', 'A', 'B', 'alpha', 'beta')
EXPONENTS = (0.02, 2.0)


@dataclass(frozen=True)
class Law:
    """parameters: (5,) as NAMES; draws: (REPEATS, 5), as likely ones; miss: standard deviation of log L about the law."""

    parameters: np.ndarray
    draws: np.ndarray
    miss: float

    def loss(self, params, tokens):
        return loss(self.parameters, params, tokens)


def loss(parameters: np.ndarray, params, tokens):
    """parameters: (5,) or (5, k). Nats."""
    e, a, b, alpha, beta = parameters
    return e + a / params**alpha + b / tokens**beta


def middle(values: np.ndarray) -> tuple[float, float]:
    """The middle nine tenths."""
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high)


def best_of(params: np.ndarray, tokens: np.ndarray, losses: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The parameters of the least relative squares, searched from the exponents `start`."""

    def solved(exponents):
        alpha, beta = np.clip(exponents, *EXPONENTS)
        # Columns of the same size: nnls has an absolute tolerance.
        columns = [np.ones_like(losses), (params / params.min()) ** -alpha, (tokens / tokens.min()) ** -beta]
        weights, miss = nnls(np.stack(columns, 1) / losses[:, None], np.ones_like(losses))
        scale = np.array([1, params.min() ** alpha, tokens.min() ** beta])
        return miss, np.concatenate([weights * scale, [alpha, beta]])

    found = minimize(lambda exponents: solved(exponents)[0], start, method='Nelder-Mead', options={'xatol': 1e-4, 'fatol': 1e-7})
    return solved(found.x)[1]


def fit(params: np.ndarray, tokens: np.ndarray, losses: np.ndarray) -> Law:
    """params, tokens, losses (nats per byte): one number a run each, at least seven runs."""
    starts = [np.array([alpha, beta]) for alpha in (0.2, 0.5) for beta in (0.2, 0.5)]
    candidates = [best_of(params, tokens, losses, start) for start in starts]
    misses_of = lambda p: np.log(losses) - np.log(loss(p, params, tokens))
    parameters = min(candidates, key=lambda p: np.sum(misses_of(p) ** 2))
    spread = misses_of(parameters) * np.sqrt(len(losses) / (len(losses) - len(NAMES)))
    random = np.random.default_rng(1)
    fitted = loss(parameters, params, tokens)
    again = lambda: fitted * np.exp(random.choice(spread, len(spread)))
    draws = np.array([best_of(params, tokens, again(), parameters[3:]) for _ in range(REPEATS)])
    return Law(parameters, draws, float(np.sqrt(np.mean(spread**2))))
