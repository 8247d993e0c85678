// How panels look and where their links lead: one place for units, colours and addresses.
import {
  DashboardLinkBuilder,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** Blue and orange, which every kind of colour vision tells apart. */
export const OBSERVED = '#0072B2';
export const EXPECTED = '#D55E00';
export const BAND = '#E69F0055';

export const fixed = (color: string) => new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(color);

/** Predictive deviations off the forecast, to either side. */
export const sigmaThresholds = () =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: '#56B4E9' },
    { value: -3, color: 'text' },
    { value: 3, color: '#E69F00' },
    { value: 5, color: '#D55E00' },
  ]);

export const unit = (id: string): DynamicConfigValue => ({ id: 'unit', value: id });
export const decimals = (count: number): DynamicConfigValue => ({ id: 'decimals', value: count });
export const width = (pixels: number): DynamicConfigValue => ({ id: 'custom.width', value: pixels });
export const color = (of: string): DynamicConfigValue => ({ id: 'color', value: fixed(of).build() });
export const colouredText: DynamicConfigValue = { id: 'custom.cellOptions', value: { type: 'color-text' } };
export const dashed: DynamicConfigValue = { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } };
/** Fills from this series down to another. */
export const fillTo = (name: string): DynamicConfigValue => ({ id: 'custom.fillBelowTo', value: name });
export const thin: DynamicConfigValue = { id: 'custom.lineWidth', value: 0 };
export const links = (...all: DashboardLinkBuilder[]): DynamicConfigValue => ({
  id: 'links',
  value: all.map((link) => link.build()),
});

/** The field `run` of the same row, on offcurve's page and on the dashboard of one run. */
export const runLinks = (): DynamicConfigValue =>
  links(
    pageLink('Open in offcurve', '/runs/${__data.fields.run:percentencode}'),
    new DashboardLinkBuilder('Dashboard of this run').url('/d/offcurve-run?var-run=${__data.fields.run:percentencode}'),
  );
export const deviationLinks = (): DynamicConfigValue =>
  links(pageLink('Open in offcurve', '/deviations/${__data.fields.deviation:percentencode}'));

export const pageLink = (title: string, path: string): DashboardLinkBuilder =>
  new DashboardLinkBuilder(title).url(`\${page:raw}${path}`).targetBlank(true);
