-- AlterTable
ALTER TABLE "deviation_steps" ADD COLUMN     "decision" JSON;

-- AlterTable
ALTER TABLE "deviations" ADD COLUMN     "wake_at" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "receipt" JSONB;

-- CreateTable
CREATE TABLE "silences" (
    "id" TEXT NOT NULL,
    "match" JSON NOT NULL,
    "reason" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "starts_at" DOUBLE PRECISION NOT NULL,
    "ends_at" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "silences_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_states" (
    "name" TEXT NOT NULL,
    "state" JSON NOT NULL,

    CONSTRAINT "channel_states_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "silences_ends_at_idx" ON "silences"("ends_at");

-- CreateIndex
CREATE INDEX "deviations_wake_at_idx" ON "deviations"("wake_at");

-- CreateIndex
CREATE INDEX "outbox_receipt_idx" ON "outbox" USING GIN ("receipt");
