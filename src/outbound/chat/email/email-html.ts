// The message as HTML for mail programs: one table, styles in the elements, readable in light and dark.
import type { AlertText, AlertTone } from '../../../alerting/alert-text.js';
import { escapeHtml } from '../html.js';

const STRIPES: Readonly<Record<AlertTone, string>> = {
  bad: '#d55e00',
  warning: '#e69f00',
  good: '#009e73',
  over: '#8a8a8a',
  neutral: '#0072b2',
};
const FONT = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif';

export interface EmailParts {
  /** Content-ID of the picture. */
  pictureId: string | null;
  actions: readonly { label: string; url: string }[];
}

export function emailHtml(text: AlertText, { pictureId, actions }: EmailParts): string {
  const parts = [`<p style="margin:0 0 8px;font-size:17px;line-height:1.35"><b>${escapeHtml(text.title)}</b></p>`];
  if (text.state) parts.push(`<p style="margin:0 0 8px"><i>${escapeHtml(text.state)}</i></p>`);
  const rows = text.rows.map(
    ({ label, text: row }) =>
      `<tr><td style="padding:3px 12px 3px 0;vertical-align:top;white-space:nowrap"><b>${escapeHtml(label)}</b></td>` +
      `<td style="padding:3px 0">${escapeHtml(row)}</td></tr>`,
  );
  if (rows.length > 0)
    parts.push(`<table role="presentation" style="border-collapse:collapse">${rows.join('')}</table>`);
  if (pictureId !== null)
    parts.push(
      `<img src="cid:${pictureId}" alt="The curve with its predicted band" width="640" style="max-width:100%;height:auto;margin:10px 0">`,
    );
  const links = [...(text.url ? [{ label: 'Open the run', url: text.url }] : []), ...actions];
  if (links.length > 0)
    parts.push(
      `<p style="margin:10px 0 0">${links
        .map(({ label, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`)
        .join(' &nbsp;·&nbsp; ')}</p>`,
    );
  return (
    `<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>` +
    `<body style="${FONT};font-size:15px"><div style="border-left:4px solid ${STRIPES[text.tone]};padding:2px 0 2px 14px">` +
    `${parts.join('')}</div></body></html>`
  );
}
