-- CreateTable
CREATE TABLE "live_attachments" (
    "id" BIGSERIAL NOT NULL,
    "created_at" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP,
    "payload" BYTEA,

    CONSTRAINT "live_attachments_pkey" PRIMARY KEY ("id")
);
