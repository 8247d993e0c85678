// The HTTP interface as a module: one controller file for each thing that can be asked for.
import { Module } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ButtonsController } from './chat/buttons.controller.js';
import { ConfirmController } from './chat/confirm.controller.js';
import { ChartController } from './deviations/chart.controller.js';
import { DeviationsController } from './deviations/deviations.controller.js';
import { HandlingController } from './deviations/handling.controller.js';
import { IngestController } from './ingest/ingest.controller.js';
import { FamiliesController } from './laws/families.controller.js';
import { FamilyPictureController } from './laws/family-picture.controller.js';
import { PlansController } from './laws/plans.controller.js';
import { HealthController } from './observability/health.controller.js';
import { MetricsController } from './observability/metrics.controller.js';
import { StorageController } from './observability/storage.controller.js';
import { CurvesController } from './runs/curves.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { SilencesController } from './silences/silences.controller.js';

/** Needs the stores, `KnownChannels`, `Audit`, `Ingest`, `Intake`, `DeviationHandling`, `LivePush`, `LawStore`, `FamilyLaws`, `Readiness`, `ServiceMetrics`, `StorageReader`, `RetentionClock` from global modules. */
@Module({
  controllers: [
    IngestController,
    RunsController,
    CurvesController,
    DeviationsController,
    HandlingController,
    ChartController,
    SilencesController,
    ChannelsController,
    ConfirmController,
    ButtonsController,
    AuditController,
    FamiliesController,
    FamilyPictureController,
    PlansController,
    HealthController,
    MetricsController,
    StorageController,
  ],
})
export class HttpModule {}
