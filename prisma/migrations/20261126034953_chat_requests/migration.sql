-- CreateTable
CREATE TABLE "chat_requests" (
    "digest" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chat_requests_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE INDEX "chat_requests_until_idx" ON "chat_requests"("until");
