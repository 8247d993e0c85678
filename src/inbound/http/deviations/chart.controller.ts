// The picture of a deviation: with a token, or by a signed link from a message.
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { DeviationPictures } from '../../../alerting/deviation-pictures.js';
import { orNotFound } from '../problem/problem.js';
import { searched } from '../text-values.js';

/** The signature of a signed link is checked where access is; `v` makes the address of each version its own. */
const chartQuery = z.strictObject({
  theme: z.enum(['light', 'dark']).default('light'),
  v: searched.optional(),
  expires: searched.optional(),
  signature: searched.optional(),
});
/** Chat services fetch it again and again. */
const KEEP_SECONDS = 60;

@ApiTags('deviations')
@Controller('v1/deviations')
export class ChartController {
  constructor(@Inject(DeviationPictures) private readonly pictures: DeviationPictures) {}

  @Get(':deviation/chart.png')
  @ApiProduces('image/png')
  @ApiOperation({ summary: 'The curve with its band, around the onset and whole, as a picture' })
  async chart(
    @Param('deviation') id: string,
    @Query({ schema: chartQuery }) { theme }: z.infer<typeof chartQuery>,
    @Res() response: Response,
  ): Promise<void> {
    const png = orNotFound(await this.pictures.draw(id, theme), 'picture of the deviation', id);
    response.setHeader('cache-control', `private, max-age=${KEEP_SECONDS}`);
    // Mail programs and chat services show it on their own pages.
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    response.type('image/png').send(png);
  }
}
