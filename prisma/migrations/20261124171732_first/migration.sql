-- CreateTable
CREATE TABLE "runs" (
    "ref" SERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "name" TEXT,
    "project" TEXT,
    "family" TEXT,
    "tags" TEXT[],
    "metadata" JSON NOT NULL,
    "metric_names" TEXT[],
    "last_seq" INTEGER NOT NULL,
    "records" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "newest_step" BIGINT NOT NULL,
    "first_time" DOUBLE PRECISION,
    "last_time" DOUBLE PRECISION,
    "last_arrival" DOUBLE PRECISION,
    "usual_pace_ms" DOUBLE PRECISION NOT NULL,
    "longest_pace_ms" DOUBLE PRECISION NOT NULL,
    "ended_at" DOUBLE PRECISION,
    "unsent_history" INTEGER NOT NULL,
    "counters" JSON NOT NULL,
    "standings" JSON NOT NULL,
    "waiting" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "runs_pkey" PRIMARY KEY ("ref")
);

-- CreateTable
CREATE TABLE "run_states" (
    "run_ref" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "state" BYTEA NOT NULL,

    CONSTRAINT "run_states_pkey" PRIMARY KEY ("run_ref")
);

-- CreateTable
CREATE TABLE "points" (
    "run_ref" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "step" BIGINT NOT NULL,
    "time" DOUBLE PRECISION NOT NULL,
    "late" BOOLEAN NOT NULL,
    "values" DOUBLE PRECISION[],

    CONSTRAINT "points_pkey" PRIMARY KEY ("run_ref","seq")
);

-- CreateTable
CREATE TABLE "segments" (
    "run_ref" INTEGER NOT NULL,
    "metric" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "seq_from" INTEGER NOT NULL,
    "seq_to" INTEGER NOT NULL,
    "step_from" BIGINT NOT NULL,
    "step_to" BIGINT NOT NULL,
    "rows" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "segments_pkey" PRIMARY KEY ("run_ref","metric","attempt","seq_from")
);

-- CreateTable
CREATE TABLE "buckets" (
    "run_ref" INTEGER NOT NULL,
    "metric" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "step_from" BIGINT NOT NULL,
    "step_to" BIGINT NOT NULL,
    "seq_from" INTEGER NOT NULL,
    "time_from" DOUBLE PRECISION NOT NULL,
    "time_to" DOUBLE PRECISION NOT NULL,
    "count" INTEGER NOT NULL,
    "nonfinite" INTEGER NOT NULL,
    "min" DOUBLE PRECISION,
    "max" DOUBLE PRECISION,
    "mean" DOUBLE PRECISION,

    CONSTRAINT "buckets_pkey" PRIMARY KEY ("run_ref","metric","level","attempt","step_from","seq_from")
);

-- CreateTable
CREATE TABLE "partition_offsets" (
    "cluster" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "next_offset" BIGINT NOT NULL,

    CONSTRAINT "partition_offsets_pkey" PRIMARY KEY ("cluster","topic","partition")
);

-- CreateTable
CREATE TABLE "context_entries" (
    "ord" BIGSERIAL NOT NULL,
    "run_ref" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "entry" JSON NOT NULL,

    CONSTRAINT "context_entries_pkey" PRIMARY KEY ("ord")
);

-- CreateTable
CREATE TABLE "band_knots" (
    "run_ref" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "step" BIGINT NOT NULL,
    "expected" DOUBLE PRECISION NOT NULL,
    "lower" DOUBLE PRECISION NOT NULL,
    "upper" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "band_knots_pkey" PRIMARY KEY ("run_ref","metric","attempt","step")
);

-- CreateTable
CREATE TABLE "forecasts" (
    "run_ref" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "step" BIGINT NOT NULL,
    "forecast" JSON NOT NULL,

    CONSTRAINT "forecasts_pkey" PRIMARY KEY ("run_ref","metric")
);

-- CreateTable
CREATE TABLE "deviations" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "run" TEXT,
    "runs" TEXT[],
    "project" TEXT,
    "family" TEXT,
    "attempt" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "opened_at" DOUBLE PRECISION NOT NULL,
    "resolved_at" DOUBLE PRECISION,
    "started_at_step" BIGINT NOT NULL,
    "opened_at_step" BIGINT NOT NULL,
    "step" BIGINT NOT NULL,
    "expected" DOUBLE PRECISION,
    "expected_lower" DOUBLE PRECISION,
    "expected_upper" DOUBLE PRECISION,
    "observed" DOUBLE PRECISION,
    "sigma" DOUBLE PRECISION,
    "history" BOOLEAN NOT NULL,
    "false_alarm" BOOLEAN NOT NULL,
    "document" JSON NOT NULL,

    CONSTRAINT "deviations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deviation_steps" (
    "deviation_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,
    "actor" TEXT,
    "document" JSON NOT NULL,

    CONSTRAINT "deviation_steps_pkey" PRIMARY KEY ("deviation_id","version")
);

-- CreateTable
CREATE TABLE "outbox" (
    "ord" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "deviation_id" TEXT NOT NULL,
    "deviation_version" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" DOUBLE PRECISION NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "due_at" DOUBLE PRECISION NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "sent_at" DOUBLE PRECISION,
    "last_error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("ord")
);

-- CreateIndex
CREATE UNIQUE INDEX "runs_id_key" ON "runs"("id");

-- CreateIndex
CREATE INDEX "runs_status_ref_idx" ON "runs"("status", "ref");

-- CreateIndex
CREATE INDEX "runs_project_ref_idx" ON "runs"("project", "ref");

-- CreateIndex
CREATE INDEX "runs_family_ref_idx" ON "runs"("family", "ref");

-- CreateIndex
CREATE INDEX "runs_tags_idx" ON "runs" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "segments_run_ref_attempt_step_to_step_from_idx" ON "segments"("run_ref", "attempt", "step_to", "step_from");

-- CreateIndex
CREATE INDEX "context_entries_run_ref_seq_idx" ON "context_entries"("run_ref", "seq");

-- CreateIndex
CREATE INDEX "deviations_run_status_idx" ON "deviations"("run", "status");

-- CreateIndex
CREATE INDEX "deviations_opened_at_id_idx" ON "deviations"("opened_at", "id");

-- CreateIndex
CREATE INDEX "deviations_status_opened_at_id_idx" ON "deviations"("status", "opened_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_state_channel_ord_idx" ON "outbox"("state", "channel", "ord");

-- CreateIndex
CREATE INDEX "outbox_deviation_id_ord_idx" ON "outbox"("deviation_id", "ord");

-- AddForeignKey
ALTER TABLE "run_states" ADD CONSTRAINT "run_states_run_ref_fkey" FOREIGN KEY ("run_ref") REFERENCES "runs"("ref") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "context_entries" ADD CONSTRAINT "context_entries_run_ref_fkey" FOREIGN KEY ("run_ref") REFERENCES "runs"("ref") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "band_knots" ADD CONSTRAINT "band_knots_run_ref_fkey" FOREIGN KEY ("run_ref") REFERENCES "runs"("ref") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "forecasts" ADD CONSTRAINT "forecasts_run_ref_fkey" FOREIGN KEY ("run_ref") REFERENCES "runs"("ref") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deviation_steps" ADD CONSTRAINT "deviation_steps_deviation_id_fkey" FOREIGN KEY ("deviation_id") REFERENCES "deviations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand from here: what Prisma's schema does not speak of.
-- Segments are packed already; compressing them again costs time and gains nothing.
ALTER TABLE "segments" ALTER COLUMN "data" SET STORAGE EXTERNAL;
-- Open rows come and go by the hundred thousand: their room is to be used again soon, whatever the table's size.
ALTER TABLE "points" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000);
-- Rows that every batch updates find room for their next version on their page.
ALTER TABLE "runs" SET (fillfactor = 60);
ALTER TABLE "partition_offsets" SET (fillfactor = 60);
