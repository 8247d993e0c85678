// A dashboard from its parts: what all of ours have in common.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';

export interface BoardParts {
  uid: string;
  title: string;
  description: string;
  /** Time range at the start, back from now. */
  from: string;
  variables: Builder<VariableModel>[];
  annotations?: AnnotationQueryBuilder[];
  panels: Builder<Panel>[];
}

/** Panels are laid out in their order, left to right in 24 columns, and numbered by it, so that links to one last. */
export function board({ uid, title, description, from, variables, annotations = [], panels }: BoardParts): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['offcurve'])
    .time({ from, to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variables)
    .annotations(annotations)
    .link(new DashboardLinkBuilder('offcurve').type(DashboardLinkType.Dashboards).tags(['offcurve']).keepTime(true));
  for (const panel of panels) builder.withPanel(panel);
  const built = builder.build();
  // Plain data, as it is saved: without the SDK's markers.
  const dashboard = JSON.parse(JSON.stringify(built)) as Dashboard;
  dashboard.panels?.forEach((panel, index) => (panel.id = index + 1));
  return dashboard;
}
