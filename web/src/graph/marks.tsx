// The parts of a graph as SVG: bands, lines, points, places on the axis.
import type { GraphBand, GraphLine, GraphMark, GraphPoint } from './graph-spec.js';
import type { Scale } from './scale.js';

interface Scales {
  x: Scale;
  y: Scale;
}

/** Pixels, short: a tenth is finer than any screen. */
const px = (value: number): string => (Math.round(value * 10) / 10).toString();

const shadeStyle = (shade: number | undefined) => (shade === undefined ? undefined : { '--shade': `${100 * shade}%` });

export function BandShape({ band, x, y }: { band: GraphBand } & Scales) {
  const there = band.points.map((p) => `${px(x.px(p.x))},${px(y.px(p.upper))}`);
  const back = band.points.toReversed().map((p) => `${px(x.px(p.x))},${px(y.px(p.lower))}`);
  return <polygon class={`band of-${band.look}`} points={[...there, ...back].join(' ')} />;
}

export function LineShape({ line, x, y }: { line: GraphLine } & Scales) {
  const points = line.points.map((p) => `${px(x.px(p.x))},${px(y.px(p.y))}`).join(' ');
  return (
    <polyline
      class={`line of-${line.look} ${line.dashed ? 'dashed' : ''}`}
      style={shadeStyle(line.shade)}
      points={points}
    />
  );
}

/** Names stand at their line's last point within the plot, those that would lie over one another moved apart. */
export function LineNames({ lines, x, y, right }: { lines: readonly GraphLine[]; right: number } & Scales) {
  const named = lines
    .flatMap((line) => {
      const last = line.points.findLast((p) => x.px(p.x) <= right + 0.5);
      return line.name === undefined || !last ? [] : [{ line, at: x.px(last.x), top: y.px(last.y) }];
    })
    .sort((a, b) => a.top - b.top);
  let before = -Infinity;
  return (
    <>
      {named.map(({ line, at, top }) => {
        before = Math.max(top, before + 12);
        const inside = at > right - 60;
        return (
          <text
            key={line.name}
            class={`name of-${line.look}`}
            style={shadeStyle(line.shade)}
            x={px(inside ? right - 2 : at + 4)}
            y={px(before + (inside ? -4 : 4))}
            text-anchor={inside ? 'end' : 'start'}
          >
            {line.name}
          </text>
        );
      })}
    </>
  );
}

export function PointShape({ point, x, y, held }: { point: GraphPoint; held: boolean } & Scales) {
  const [cx, cy] = [x.px(point.x), y.px(point.y)];
  const size = held ? 6 : 4;
  const common = { class: `point of-${point.look} ${point.shape ?? 'dot'}`, style: shadeStyle(point.shade) };
  return (
    <>
      {point.lower !== undefined && point.upper !== undefined && (
        <line
          class={`whisker of-${point.look}`}
          style={shadeStyle(point.shade)}
          x1={px(cx)}
          x2={px(cx)}
          y1={px(y.px(point.lower))}
          y2={px(y.px(point.upper))}
        />
      )}
      {point.shape === 'diamond' ? (
        <path
          {...common}
          d={`M${px(cx)},${px(cy - size - 1)}l${size + 1},${size + 1}l${-size - 1},${size + 1}l${-size - 1},${-size - 1}z`}
        />
      ) : (
        <circle {...common} cx={px(cx)} cy={px(cy)} r={size} />
      )}
    </>
  );
}

export function MarkShape({
  mark,
  x,
  top,
  bottom,
  right,
}: { mark: GraphMark; top: number; bottom: number; right: number } & Pick<Scales, 'x'>) {
  const at = x.px(mark.at);
  const late = at > right - 120;
  return (
    <>
      {mark.shadeBeyond && at < right && (
        <rect class="beyond" x={px(at)} y={top} width={px(right - at)} height={bottom - top} />
      )}
      <line class="mark" x1={px(at)} x2={px(at)} y1={top} y2={bottom} />
      <text class="mark-name" x={px(at + (late ? -4 : 4))} y={top + 11} text-anchor={late ? 'end' : 'start'}>
        {mark.name}
      </text>
    </>
  );
}
