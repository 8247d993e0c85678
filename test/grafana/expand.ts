// What Grafana's PostgreSQL data source makes of a panel's SQL: variables put in, macros expanded.
// https://grafana.com/docs/grafana/latest/datasources/postgres/#macros

export interface View {
  from: Date;
  to: Date;
  /** Width of a point on the screen, as `$__interval` gives it. */
  intervalSeconds: number;
  /** What is chosen. A variable of several values comes as a list and is written quoted; a single one as it is. */
  variables: Record<string, string | string[]>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** @throws Error at a macro or variable that Grafana would leave standing */
export function expand(sql: string, { from, to, intervalSeconds, variables }: View): string {
  const time = (date: Date): string => quoted(date.toISOString());
  const expanded = sql
    .replace(/\$__interval\b/g, `${intervalSeconds}s`)
    .replace(/\$__timeFilter\(([^)]*)\)/g, (_, column: string) => `${column} BETWEEN ${time(from)} AND ${time(to)}`)
    .replace(/\$__timeFrom\(\)/g, time(from))
    .replace(/\$__timeTo\(\)/g, time(to))
    .replace(/\$__timeGroupAlias\((\w+), *(\d+)s\)/g, (_, column: string, seconds: string) => {
      return `floor(extract(epoch from ${column})/${seconds})*${seconds} AS "time"`;
    })
    .replace(/\$(\w+)/g, (whole, name: string) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`nothing to put in for ${whole}`);
      if (typeof value === 'string') return value.replaceAll("'", "''");
      return value.map((one) => (one === '*' ? "'*'" : quoted(one))).join(',');
    });
  return expanded;
}
