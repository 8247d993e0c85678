// A fit's document: what it holds, what it says of itself, and what it predicts.
import { ladder, planted } from '../../../test/laws/planted.js';
import { chinchilla } from './chinchilla.js';
import { fitLaw } from './fit-law.js';
import type { LawDocument } from './law-document.js';
import { predict } from './predict.js';
import { tableOf } from './run-table.js';

const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const law = (place: { params: number; tokens: number; compute: number }) => chinchilla.loss(truth, place);
const options = (law: string) => ({
  law,
  delta: 1e-3,
  bootstrap: 60,
  seed: 1,
  level: 0.9,
  columns: { params: 'N', tokens: 'D', compute: null, loss: 'loss' },
});
const table = planted(ladder(6, 6), law, 0.003);

describe('fitLaw', () => {
  it('gives a document that predicts the same after JSON', () => {
    const document = fitLaw(table, options('auto'));
    const again = JSON.parse(JSON.stringify(document)) as LawDocument;
    const asked = { params: 3e10, tokens: 2e12 };
    expect(predict(again, asked, 0.9)).toEqual(predict(document, asked, 0.9));
  });

  it('auto predicts tenfold beyond its rows within its own 95 % interval, and names its forms and their weights', () => {
    const document = fitLaw(table, options('auto'));
    const asked = { params: 3.2e10, tokens: 3.2e12 };
    const { loss, lower, upper } = predict(document, asked, 0.95);
    const real = law({ ...asked, compute: NaN });
    expect(Math.abs(loss / real - 1)).toBeLessThan(0.03);
    expect(lower).toBeLessThan(real);
    expect(upper).toBeGreaterThan(real);
    expect(document.forms).toHaveLength(6);
    expect(document.forms.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(document.parameters).toBe(document.forms[0]!.parameters);
  });

  it('a named law predicts by its own formula', () => {
    const document = fitLaw(table, options('chinchilla'));
    const { E, A, B, alpha, beta } = document.parameters;
    const { loss } = predict(document, { params: 1e9, tokens: 1e11 }, 0.9);
    expect(loss).toBeCloseTo(E! + A! * 1e9 ** -alpha! + B! * 1e11 ** -beta!, 10);
  });

  it('asked for compute alone it takes the best N and D', () => {
    const document = fitLaw(table, options('auto'));
    const { loss } = predict(document, { compute: 1e22 }, 0.9);
    for (const params of [1e9, 3e9, 6e9, 1e10, 3e10])
      expect(predict(document, { params, tokens: 1e22 / 6 / params }, 0.9).loss).toBeGreaterThanOrEqual(loss - 1e-9);
  });

  it('says that N never varied, and fits a law of D alone', () => {
    const one = planted(
      ladder(1, 12).map((place) => ({ ...place, params: 1e8 })),
      law,
      0.002,
    );
    const document = fitLaw(one, options('auto'));
    expect(document.forms.map((form) => form.law)).toEqual(['kaplan-d', 'kaplan-d', 'kaplan-d']);
    expect(document.diagnostics.notes[0]).toContain('N never varied');
    expect(document.parameters).not.toHaveProperty('alpha');
  });

  it('says that N and D grew in lock-step, and fits a law of compute', () => {
    const chain = planted(
      Array.from({ length: 12 }, (_, i) => ({ params: 1e7 * 2 ** i, tokens: 2e8 * 2 ** i })),
      law,
      0.002,
    );
    const document = fitLaw(chain, options('auto'));
    expect(document.forms[0]!.law).toBe('kaplan-c');
    expect(document.diagnostics.notes[0]).toContain('lock-step');
  });

  it('says that an exponent is not identified where N hardly varied', () => {
    const narrow = planted(ladder(3, 8, { from: 1e8, to: 1.15e8 }), law, 0.01);
    const document = fitLaw(narrow, { ...options('chinchilla'), bootstrap: 200 });
    expect(document.diagnostics.identified.alpha).toBe(false);
    expect(document.diagnostics.notes.join()).toContain('alpha is not identified');
  });

  it('names the run that pulls it most', () => {
    const bent = planted(ladder(5, 5), law, 0.002);
    bent.loss[24]! *= 1.1;
    expect(fitLaw(bent, options('auto')).diagnostics.influential[0]!.row).toBe(25);
    expect(fitLaw(bent, options('chinchilla')).diagnostics.residuals.largest[0]!.row).toBe(25);
  });

  it('draws seeds of one setting together, and is the same for the same seed', () => {
    const seeds = planted([...ladder(4, 4), ...ladder(4, 4)], law, 0.003);
    const [one, other] = [fitLaw(seeds, options('chinchilla')), fitLaw(seeds, options('chinchilla'))];
    expect(one.standard_errors).toEqual(other.standard_errors);
    expect(one.standard_errors.alpha).toBeGreaterThan(0);
  });

  it.each([1, 3])('auto refuses %i rows', (rows) => {
    const few = tableOf(
      Array.from({ length: rows }, (_, i) => ({ params: 1e7 * 3 ** i, tokens: 1e9, loss: 3 - 0.1 * i })),
    );
    expect(() => fitLaw(few, options('auto'))).toThrow('auto has 4 parameters');
  });
});
