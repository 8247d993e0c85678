-- AlterTable
ALTER TABLE "deviations" ADD COLUMN     "data_order" TEXT,
ADD COLUMN     "event_id" TEXT;

-- CreateTable
CREATE TABLE "silences" (
    "id" TEXT NOT NULL,
    "match" JSON NOT NULL,
    "starts_at" DOUBLE PRECISION NOT NULL,
    "ends_at" DOUBLE PRECISION NOT NULL,
    "comment" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "silences_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "silences_ends_at_idx" ON "silences"("ends_at");

-- CreateIndex
CREATE INDEX "silences_created_at_id_idx" ON "silences"("created_at", "id");

-- CreateIndex
CREATE INDEX "deviations_data_order_status_idx" ON "deviations"("data_order", "status");

-- CreateIndex
CREATE INDEX "deviations_event_id_idx" ON "deviations"("event_id");
