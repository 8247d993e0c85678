// The OpenAPI document of all routes, readable at /api, as JSON at /api-json.
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

export function serveOpenApi(app: INestApplication, version: string): void {
  const config = new DocumentBuilder()
    .setTitle('offcurve')
    .setDescription('Watches training runs and says, within minutes, that one has fallen off its predicted loss curve.')
    .setVersion(version)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  SwaggerModule.setup('api', app, () => SwaggerModule.createDocument(app, config));
}
