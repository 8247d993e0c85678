"""A decoder-only byte-level transformer in JAX: causal attention, pre-norm, learned positions, tied embedding, and a
token shift (each layer sees a learned mix of this byte and the one before), which helps models as small as these."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

VOCABULARY = 256
CONTEXT = 64


@dataclass(frozen=True)
class Size:
    """width is divisible by heads; the name gives the rounded number of parameters."""

    name: str
    width: int
    layers: int
    heads: int
    learning_rate: float


SIZES = {
    size.name: size
    for size in (
        Size('12k', width=16, layers=2, heads=2, learning_rate=2e-2),
        Size('35k', width=32, layers=2, heads=2, learning_rate=1.5e-2),
        Size('99k', width=48, layers=3, heads=3, learning_rate=1e-2),
        Size('218k', width=64, layers=4, heads=4, learning_rate=8e-3),
        Size('475k', width=96, layers=4, heads=6, learning_rate=5e-3),
    )
}


def init(size: Size, key: jax.Array) -> dict:
    """Parameters: float32, normal with deviation 1/sqrt(fan-in); layers' outputs scaled down by their number."""
    width = size.width
    keys = iter(jax.random.split(key, 2 + 4 * size.layers))
    normal = lambda shape, deviation: deviation * jax.random.normal(next(keys), shape)
    inner = width**-0.5
    outer = inner * (2 * size.layers) ** -0.5
    return {
        'embedding': normal((VOCABULARY, width), inner),
        'position': normal((CONTEXT, width), 0.1 * inner),
        'layers': [
            {
                'qkv': normal((width, 3 * width), inner),
                'out': normal((width, width), outer),
                'up': normal((width, 4 * width), inner),
                'down': normal((4 * width, width), 0.5 * outer),
                'norm': jnp.ones((2, width)),
                'shift': jnp.full((2, width), 0.5),
            }
            for _ in range(size.layers)
        ],
        'norm': jnp.ones(width),
    }


def rms_norm(x, gain):
    return x * gain * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + 1e-6)


def token_shift(x, mix):
    """x: (batch, time, width). The byte before is mixed in with weight `mix`; the first byte has none before it."""
    before = jnp.pad(x, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    return x + mix * (before - x)


def attention(x, layer, heads):
    batch, time, width = x.shape
    q, k, v = jnp.split((x @ layer['qkv']).reshape(batch, time, heads, -1), 3, axis=-1)
    scores = jnp.einsum('bqhd,bkhd->bhqk', q, k) * (width // heads) ** -0.5
    visible = jnp.tril(jnp.ones((time, time), bool))
    weights = jax.nn.softmax(jnp.where(visible, scores, -1e9), axis=-1)
    return jnp.einsum('bhqk,bkhd->bqhd', weights, v).reshape(batch, time, width) @ layer['out']


def logits(parameters, tokens, size: Size, shift: bool = True):
    """tokens: (batch, time ≤ CONTEXT) integers below 256 → (batch, time, 256)."""
    mixed = token_shift if shift else lambda x, _: x
    x = parameters['embedding'][tokens] + parameters['position'][: tokens.shape[1]]
    for layer in parameters['layers']:
        x = x + attention(mixed(rms_norm(x, layer['norm'][0]), layer['shift'][0]), layer, size.heads)
        h = mixed(rms_norm(x, layer['norm'][1]), layer['shift'][1])
        x = x + jax.nn.relu(h @ layer['up']) ** 2 @ layer['down']
    return rms_norm(x, parameters['norm']) @ parameters['embedding'].T


def cross_entropy(parameters, sequences, size: Size, shift: bool = True):
    """Mean nats per byte of predicting sequences[:, 1:]; sequences: (batch, time + 1) integers."""
    log_probabilities = jax.nn.log_softmax(logits(parameters, sequences[:, :-1], size, shift))
    return -jnp.mean(jnp.take_along_axis(log_probabilities, sequences[:, 1:, None], axis=-1))


def count_parameters(parameters) -> tuple[int, int]:
    """All parameters, and those without the embedding and the positions."""
    total = sum(leaf.size for leaf in jax.tree.leaves(parameters))
    return total, total - parameters['embedding'].size - parameters['position'].size
