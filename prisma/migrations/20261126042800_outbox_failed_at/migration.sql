-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "failed_at" DOUBLE PRECISION,
ADD COLUMN     "passed_to" TEXT;

-- What was given up before this column was there: its time stood where the next try's would.
UPDATE "outbox" SET "failed_at" = "due_at" WHERE "state" = 'failed';

-- CreateIndex
CREATE INDEX "outbox_channel_failed_at_idx" ON "outbox"("channel", "failed_at");
