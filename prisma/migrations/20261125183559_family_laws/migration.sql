-- CreateTable
CREATE TABLE "family_laws" (
    "family" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "code_version" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "data" JSON NOT NULL,
    "document" JSON NOT NULL,
    "changes" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "family_laws_pkey" PRIMARY KEY ("family","metric","version")
);
