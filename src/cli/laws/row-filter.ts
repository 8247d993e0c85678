// `--where` and `--exclude`: which rows of a table are meant.
import { UserError } from '../user-error.js';

export type RowFilter = (cells: Record<string, unknown>) => boolean;

const CLAUSE = /^\s*("[^"]+"|[^\s=!<>]+)\s*(<=|>=|!=|=|<|>)\s*("[^"]*"|'[^']*'|\S+)\s*$/;
const HOW = 'write COLUMN = VALUE (or != < <= > >=), joined by "and", such as "tokens >= 1e9 and setting = base"';

/**
 * Reads `COLUMN = != < <= > >= VALUE`, joined by `and`. Values that are numbers are compared as numbers.
 * @throws UserError for what cannot be read, or for a column that the table does not have.
 */
export function rowFilter(expression: string, columns: readonly string[]): RowFilter {
  const clauses = expression.split(/\s+and\s+/i).map((part) => clause(part, expression, columns));
  return (cells) => clauses.every((holds) => holds(cells));
}

function clause(part: string, expression: string, columns: readonly string[]): RowFilter {
  const found = CLAUSE.exec(part);
  if (!found) throw new UserError(`"${part.trim()}" in "${expression}" cannot be read`, HOW);
  const [column, operator, value] = [bare(found[1]!), found[2]!, bare(found[3]!)];
  if (!columns.includes(column))
    throw new UserError(`"${expression}" asks for column ${column}`, `the table has ${columns.join(', ')}`);
  const number = value === '' ? NaN : Number(value);
  if (operator !== '=' && operator !== '!=' && Number.isNaN(number))
    throw new UserError(`"${part.trim()}" compares with "${value}", which is no number`, HOW);
  return (cells) => holds(cells[column], operator, value, number);
}

function holds(cell: unknown, operator: string, value: string, number: number): boolean {
  // An empty cell is no zero.
  const measured = cell === undefined || cell === null || cell === '' ? NaN : Number(cell);
  const same = Number.isNaN(number) ? String(cell ?? '') === value : measured === number;
  if (operator === '=') return same;
  if (operator === '!=') return !same;
  if (operator === '<') return measured < number;
  if (operator === '<=') return measured <= number;
  if (operator === '>') return measured > number;
  return measured >= number;
}

const bare = (text: string): string => text.replace(/^(["'])(.*)\1$/, '$2');
