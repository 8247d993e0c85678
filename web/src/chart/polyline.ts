// A line through many points, stroked in short pieces.

/**
 * The time that software takes to stroke a noisy line grows with the square of its points: every piece of it is looked at
 * for every row of pixels.
 */
const PIECE = 16;

export class Polyline {
  private points = 0;
  private last: [number, number] = [0, 0];

  /** @param piece Infinity for dashed lines, whose dashes would begin anew with each piece. */
  constructor(
    private readonly c: CanvasRenderingContext2D,
    private readonly piece = PIECE,
  ) {}

  to(x: number, y: number): void {
    if (this.points === 0) this.begin(x, y);
    else this.c.lineTo(x, y);
    this.last = [x, y];
    if (++this.points <= this.piece) return;
    this.c.stroke();
    this.begin(x, y);
    this.points = 1;
  }

  /** The line goes on elsewhere. */
  lift(): void {
    this.end();
  }

  end(): void {
    if (this.points === 1) this.c.lineTo(this.last[0] + 0.01, this.last[1]);
    if (this.points > 0) this.c.stroke();
    this.points = 0;
  }

  private begin(x: number, y: number): void {
    this.c.beginPath();
    this.c.moveTo(x, y);
  }
}
