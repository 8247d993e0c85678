"""Trains one small language model, writes its run file, and streams each step to offcurve.

    python train.py --run my-run --size 35k --steps 2000 --fault shuffled-bytes@1200 --http http://127.0.0.1:3000
"""

import argparse
import math
import os
import signal
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault('XLA_FLAGS', '--xla_cpu_multi_thread_eigen=false')  # one core: sweeps run side by side

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

import faults
from corpus import CorpusError, load_corpus
from model import CONTEXT, SIZES, count_parameters, cross_entropy, init
from run_log import RunLog
from schedule import Schedule
from sender import Sender, http_target, kafka_target, sent_path

SEQUENCES = 16
TOKENS_PER_STEP = SEQUENCES * CONTEXT
VALIDATION_SEQUENCES = 256
VALIDATE_EVERY = 100
NON_FINITE_LIMIT = 50


class Diverged(Exception):
    """The loss has not been a number for NON_FINITE_LIMIT steps."""


@dataclass(frozen=True)
class Settings:
    run: str
    size: str = '35k'
    steps: int = 2000
    schedule: str = 'cosine'
    learning_rate: float | None = None  # the peak; None: what suits the size
    seed: int = 0
    data_seed: int = 0
    token_shift: bool = True
    fault: faults.Fault | None = None
    step_seconds: float = 0.0

    def rates(self) -> Schedule:
        peak, warmup = self.learning_rate or SIZES[self.size].learning_rate, min(100, self.steps // 5)
        decay = self.steps // 5 if self.schedule == 'wsd' else 0
        minimum = round(0.1 * peak, 9) if self.schedule == 'cosine' else 0.0
        return Schedule(self.schedule, peak, self.steps, warmup, decay, minimum)

    def metadata(self, parameters: int, non_embedding: int) -> dict:
        """What is announced on training.runs: the plan, never the fault."""
        return {
            'run': self.run,
            'name': self.run,
            'project': 'sweep',
            'family': 'sqlite-bytes' if self.token_shift else 'sqlite-bytes-no-shift',
            'params': parameters,
            'params_non_embedding': non_embedding,
            'planned_steps': self.steps,
            'planned_tokens': self.steps * TOKENS_PER_STEP,
            'tokens_per_step': TOKENS_PER_STEP,
            'schedule': self.rates().announced(),
            'data_order': f'sqlite-3.40.1/{TOKENS_PER_STEP}/{self.data_seed}',
            'tags': [self.size, self.schedule, f'seed {self.seed}'],
            'status': 'started',
        }


def batch_at(text: np.ndarray, data_seed: int, step: int) -> np.ndarray:
    """(SEQUENCES, CONTEXT + 1) bytes; depends on the data seed and the step alone."""
    starts = np.random.default_rng((data_seed, step)).integers(0, len(text) - CONTEXT, SEQUENCES)
    return text[starts[:, None] + np.arange(CONTEXT + 1)]


def make_step(loss_of):
    """One AdamW step on flat arrays, gradient clipped to norm 1; an update that is not a number is skipped."""

    @jax.jit
    def step(state, count, batch, rate, poison):
        weights, first, second = state
        loss, gradient = jax.value_and_grad(lambda w: loss_of(w, batch) * poison)(weights)
        norm = jnp.linalg.norm(gradient)
        gradient = gradient * jnp.minimum(1.0, 1.0 / (norm + 1e-6))
        m = 0.9 * first + 0.1 * gradient
        v = 0.95 * second + 0.05 * gradient**2
        update = m / (1 - 0.9**count) / (jnp.sqrt(v / (1 - 0.95**count)) + 1e-8) + 0.01 * weights
        fine = jnp.isfinite(norm)
        keep = lambda new, old: jnp.where(fine, new, old)
        return (keep(weights - rate * update, weights), keep(m, first), keep(v, second)), loss, norm

    return step


def train(settings: Settings, log: RunLog, text: np.ndarray, held_out: np.ndarray, progress=lambda step, loss: None):
    """Trains to the end of the plan. Raises Diverged, or TrainerDied where the fault says so."""
    size, rates, fault = SIZES[settings.size], settings.rates(), settings.fault
    parameters = init(size, jax.random.key(settings.seed))
    weights, unflatten = ravel_pytree(parameters)
    loss_of = lambda w, batch: cross_entropy(unflatten(w), batch, size, settings.token_shift)
    train_step, validate = make_step(loss_of), jax.jit(loss_of)
    starts = np.random.default_rng(7).integers(0, len(held_out) - CONTEXT, VALIDATION_SEQUENCES)
    validation = held_out[starts[:, None] + np.arange(CONTEXT + 1)].astype(np.int32)

    metadata = settings.metadata(*count_parameters(parameters))
    log.metadata(**metadata)
    state = checkpoint = (weights, jnp.zeros_like(weights), jnp.zeros_like(weights))
    step, attempt, non_finite = 0, 1, 0
    while step < settings.steps:
        began = time.perf_counter()
        step += 1
        if fault and fault.kind == 'restart':
            if step == fault.step - faults.RESTART_STEPS + 1:
                checkpoint = state
            if step == fault.step + 1 and attempt == 1:
                state, step, attempt = checkpoint, step - faults.RESTART_STEPS, 2
                log.metadata(**metadata, attempt=attempt)
        if fault and fault.kind == 'hang' and step == fault.step:
            time.sleep(20)
            raise faults.TrainerDied

        batch = faults.real_batch(fault, step, batch_at(text, settings.data_seed, step), text).astype(np.int32)
        rate = faults.real_rate(fault, step, rates.at, rates.peak)
        poison = math.nan if faults.is_poisoned(fault, step) else 1.0
        state = faults.real_state(fault, step, state)
        state, loss, norm = train_step(state, float(step), batch, rate, poison)
        loss = float(loss)

        more = {}
        if step % VALIDATE_EVERY == 0 or step == settings.steps:
            more['val_loss'] = float(validate(state[0], validation))
        time.sleep(max(0.0, settings.step_seconds - (time.perf_counter() - began)))
        took = time.perf_counter() - began
        log.step(step, attempt, loss, rates.at(step), float(norm), step * TOKENS_PER_STEP, took, **more)
        progress(step, loss)
        non_finite = 0 if math.isfinite(loss) else non_finite + 1
        if non_finite == NON_FINITE_LIMIT:
            log.metadata(run=settings.run, attempt=attempt, status='failed')
            raise Diverged(f'{settings.run}: no finite loss for {NON_FINITE_LIMIT} steps, stopped at step {step}')
    log.metadata(run=settings.run, attempt=attempt, status='finished')


def fault_argument(text: str) -> faults.Fault:
    try:
        return faults.Fault.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='faults:\n' + '\n'.join(f'  {kind:20} {what}' for kind, what in faults.KINDS.items()),
    )
    parser.add_argument('--run', required=True, help="the run's id, and the run file's name")
    parser.add_argument('--size', choices=SIZES, default='35k', help='number of parameters (default: 35k)')
    parser.add_argument('--steps', type=int, default=2000, help=f'of {TOKENS_PER_STEP} tokens each (default: 2000)')
    parser.add_argument('--schedule', choices=('cosine', 'wsd', 'constant'), default='cosine')
    parser.add_argument('--learning-rate', type=float, help='peak of the schedule (default: what suits the size)')
    parser.add_argument('--seed', type=int, default=0, help='of the weights')
    parser.add_argument('--data-seed', type=int, default=0, help='of the data order')
    parser.add_argument('--no-token-shift', action='store_true', help='the other family')
    parser.add_argument('--fault', type=fault_argument, metavar='KIND@STEP', help='what goes wrong, and when')
    parser.add_argument('--step-seconds', type=float, default=0, help='take at least this long for a step, to be watched')
    parser.add_argument('--log-dir', type=Path, default=Path('runs-local'), help='for RUN.jsonl (default: runs-local)')
    parser.add_argument('--kafka', metavar='BROKERS', help='stream to these brokers, HOST:PORT[,…]')
    parser.add_argument('--http', metavar='URL', help='stream to offcurve at this address')
    given = parser.parse_args()
    if given.kafka and given.http:
        parser.error('give --kafka or --http, not both')
    if given.learning_rate is not None and not given.learning_rate > 0:
        parser.error('--learning-rate must be above 0')
    if given.steps < 10:
        parser.error('--steps must be at least 10')
    return given


def main() -> int:
    given = arguments()
    target = kafka_target(given.kafka) if given.kafka else http_target(given.http) if given.http else None
    # Trainers side by side share the cache: an entry that another is just writing is compiled again, nothing more.
    warnings.filterwarnings('ignore', message='Error (reading|writing) persistent compilation cache')
    jax.config.update('jax_compilation_cache_dir', str(Path(__file__).resolve().parents[2] / '.cache' / 'sweep-jax'))
    jax.config.update('jax_persistent_cache_min_compile_time_secs', 0.2)
    settings = Settings(
        run=given.run,
        size=given.size,
        steps=given.steps,
        schedule=given.schedule,
        learning_rate=given.learning_rate,
        seed=given.seed,
        data_seed=given.data_seed,
        token_shift=not given.no_token_shift,
        fault=given.fault,
        step_seconds=given.step_seconds,
    )
    log = sender = None
    patience = 15.0
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def progress(step: int, loss: float) -> None:
        if step % 50 == 0 or step == settings.steps:
            print(f'{settings.run} step {step}/{settings.steps} loss {loss:.4f}', flush=True)

    try:
        text, held_out = (np.frombuffer(part, np.uint8) for part in load_corpus())
        path = given.log_dir / f'{given.run}.jsonl'
        log = RunLog(path)
        sent_path(path).unlink(missing_ok=True)
        sender = Sender(path, target) if target else None
        train(settings, log, text, held_out, progress)
        return 0
    except CorpusError as error:
        print(f'corpus: {error}', file=sys.stderr)
        return 2
    except FileExistsError as error:
        print(f'{error.filename} exists: give the run another name, or delete the file', file=sys.stderr)
        return 2
    except OSError as error:
        print(f'{given.run}: the run file could not be written: {error}', file=sys.stderr)
        return 2
    except Diverged as error:
        print(error, file=sys.stderr)
        return 3
    except faults.TrainerDied:
        return 4
    except KeyboardInterrupt:
        if log:
            log.metadata(run=given.run, status='stopped')
        patience = 3.0
        return 130
    finally:
        if log:
            log.close()
        if sender:
            sender.close(patience)


if __name__ == '__main__':
    sys.exit(main())
