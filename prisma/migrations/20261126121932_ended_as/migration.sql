-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "ended_as" TEXT;

-- What has ended so far ended as it stands.
UPDATE "runs" SET "ended_as" = "status" WHERE "status" IN ('finished', 'failed', 'stopped');
