// What the two ingest routes take and answer, for the OpenAPI document; the checks themselves are the decoders'.
import type { ApiBodyOptions } from '@nestjs/swagger';

type Schema = NonNullable<Extract<ApiBodyOptions, { schema: unknown }>['schema']>;

const value: Schema = {
  oneOf: [{ type: 'number' }, { type: 'string', enum: ['NaN', 'Infinity', '-Infinity'] }, { type: 'null' as never }],
};

const record: Schema = {
  type: 'object',
  required: ['run', 'step', 'metrics'],
  properties: {
    run: { type: 'string', example: 'llama-1b-03' },
    step: { type: 'integer', minimum: 0, example: 1200 },
    time: {
      oneOf: [
        { type: 'string', format: 'date-time' },
        { type: 'number', description: 'seconds since 1970' },
      ],
    },
    attempt: { type: 'integer', minimum: 1 },
    metrics: { type: 'object', additionalProperties: value, example: { loss: 2.913, lr: 3e-4, tokens: 629145600 } },
    nonfinite: {
      description: 'what a null stands for: a word for the loss or the only null, or one word a metric',
      oneOf: [{ type: 'string', enum: ['nan', 'inf', '-inf'] }, { type: 'object' }],
    },
  },
};

const announcement: Schema = {
  type: 'object',
  required: ['run'],
  properties: {
    run: { type: 'string', example: 'llama-1b-03' },
    name: { type: 'string' },
    project: { type: 'string' },
    family: { type: 'string' },
    params: { type: 'number', example: 1.1e9 },
    params_non_embedding: { type: 'number' },
    planned_tokens: { type: 'number' },
    planned_steps: { type: 'integer' },
    tokens_per_step: { type: 'number' },
    schedule: {
      type: 'object',
      required: ['kind'],
      properties: {
        kind: { type: 'string', enum: ['constant', 'cosine', 'linear', 'wsd', 'custom'] },
        peak: { type: 'number' },
        min: { type: 'number' },
        warmup_steps: { type: 'integer' },
        decay_steps: { type: 'integer' },
        points: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
      },
    },
    batch_schedule: {
      type: 'array',
      description: '[step, tokens a step] in order: each holds from its step on',
      items: { type: 'array', items: { type: 'number' } },
      example: [
        [0, 524288],
        [10000, 1048576],
      ],
    },
    data_order: { type: 'string' },
    gpus: { type: 'number' },
    gpu: { type: 'string' },
    gpu_hour_usd: { type: 'number' },
    gpu_peak_flops: { type: 'number' },
    parent: { type: 'object', properties: { run: { type: 'string' }, step: { type: 'integer' } } },
    watch: { type: 'array', items: { type: 'string' } },
    tags: { type: 'array', items: { type: 'string' } },
    status: { type: 'string', enum: ['started', 'finished', 'failed', 'stopped'] },
    target_loss: { type: 'number' },
    attempt: { type: 'integer', minimum: 1 },
    time: { oneOf: [{ type: 'string', format: 'date-time' }, { type: 'number' }] },
  },
};

const oneOrMany = (item: Schema): Schema => ({ oneOf: [item, { type: 'array', items: item }] });

export const recordBody = oneOrMany(record);
export const announcementBody = oneOrMany(announcement);

export const acceptedSchema: Schema = {
  type: 'object',
  required: ['accepted', 'rejected', 'ignored'],
  properties: {
    accepted: { type: 'integer' },
    rejected: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          index: { type: 'integer', description: 'its place in the body, from 0' },
          field: { type: 'string' },
          reason: { type: 'string' },
          fix: { type: 'string' },
        },
      },
    },
    ignored: { type: 'array', items: { type: 'string' }, description: 'unknown keys' },
  },
};
