// GET /metrics for Prometheus.
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ServiceMetrics } from './service-metrics.js';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(ServiceMetrics) private readonly metrics: ServiceMetrics) {}

  @Get()
  @ApiOperation({ summary: "The service's own numbers in Prometheus's text format" })
  @ApiProduces('text/plain')
  async read(@Res() response: Response): Promise<void> {
    const { registry } = this.metrics;
    const text = await registry.metrics();
    response.setHeader('content-type', registry.contentType);
    response.send(text);
  }
}
