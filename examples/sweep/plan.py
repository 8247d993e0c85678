"""The runs of the sweep, those first that most is learnt from."""

from dataclasses import dataclass

SIZES = ('12k', '35k', '99k', '218k', '475k')
PARAMETERS = {'12k': 11_408, '35k': 35_104, '99k': 98_928, '218k': 218_176, '475k': 474_720}
BUDGETS = {1000: '1m', 2000: '2m', 4000: '4m'}  # steps of 1,024 tokens
TWIN_SIZE, TWIN_STEPS = '35k', 2000


@dataclass(frozen=True)
class Planned:
    run: str
    size: str
    steps: int
    schedule: str = 'cosine'
    seed: int = 0
    data_seed: int = 0
    token_shift: bool = True
    fault: str | None = None  # KIND@STEP
    twin: str | None = None  # the healthy run that differs in nothing but the fault

    def arguments(self) -> list[str]:
        given = ['--run', self.run, '--size', self.size, '--steps', str(self.steps), '--schedule', self.schedule]
        given += ['--seed', str(self.seed), '--data-seed', str(self.data_seed)]
        given += [] if self.token_shift else ['--no-token-shift']
        return given + (['--fault', self.fault] if self.fault else [])

    def work(self) -> float:
        """Expected seconds on one core (measured: 7 ms a step and 0.13 ms for each thousand parameters)."""
        return 4 + self.steps * (0.007 + 0.13e-6 * PARAMETERS[self.size])


FAULTS = (
    'rate-x10@1000',
    'rate-tenth@600',
    'no-decay@1000',
    'shuffled-bytes@1200',
    'repeated-shard@1000',
    'overwritten-weights@900',
    'lost-optimiser@1100',
    'quarter-batch@800',
    'divergence@1300',
    'restart@1400',
    'nan@1250',
    'hang@1500',
)


def healthy(size: str, steps: int, **more) -> Planned:
    return Planned(f'{size}-{BUDGETS[steps]}', size, steps, **more)


def faulty(number: int, fault: str, **more) -> Planned:
    # Named by a number: nothing in a run's name or metadata gives the fault away.
    return Planned(f'35k-2m-t{number:02}', TWIN_SIZE, TWIN_STEPS, fault=fault, **({'twin': '35k-2m'} | more))


def runs() -> list[Planned]:
    twin = healthy(TWIN_SIZE, TWIN_STEPS)
    others = [
        Planned('35k-2m-s1', TWIN_SIZE, TWIN_STEPS, seed=1),
        Planned('35k-2m-s2', TWIN_SIZE, TWIN_STEPS, seed=2),
        Planned('35k-2m-d1', TWIN_SIZE, TWIN_STEPS, data_seed=1),
        Planned('35k-2m-wsd', TWIN_SIZE, TWIN_STEPS, schedule='wsd'),
        Planned('35k-2m-constant', TWIN_SIZE, TWIN_STEPS, schedule='constant'),
    ]
    trials = [faulty(number, fault) for number, fault in enumerate(FAULTS, 1)]
    trials.append(faulty(len(trials) + 1, 'no-decay@1600', schedule='wsd', twin='35k-2m-wsd'))
    grid = [healthy(size, steps) for steps in BUDGETS for size in SIZES if (size, steps) != (TWIN_SIZE, TWIN_STEPS)]
    no_shift = [
        Planned(f'{size}-{BUDGETS[steps]}-no-shift', size, steps, token_shift=False)
        for steps in (1000, 2000)
        for size in ('12k', '35k', '99k')
    ]
    return [twin, *others, *trials, *grid, Planned('99k-2m-wsd', '99k', 2000, schedule='wsd'), *no_shift]


def truth() -> dict:
    """Which fault was done to which run, and from which step on; for scoring and tests only."""
    table = {}
    for planned in runs():
        if planned.fault:
            kind, step = planned.fault.split('@')
            table[planned.run] = {'fault': kind, 'step': int(step), 'twin': planned.twin}
    return table
