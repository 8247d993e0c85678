-- AlterTable
ALTER TABLE "chat_requests" ADD COLUMN     "done" BOOLEAN NOT NULL DEFAULT true;
