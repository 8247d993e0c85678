-- CreateTable
CREATE TABLE "finished_runs" (
    "run_ref" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "summary" JSON NOT NULL,
    "curve" JSON NOT NULL,

    CONSTRAINT "finished_runs_pkey" PRIMARY KEY ("run_ref","metric")
);

-- AddForeignKey
ALTER TABLE "finished_runs" ADD CONSTRAINT "finished_runs_run_ref_fkey" FOREIGN KEY ("run_ref") REFERENCES "runs"("ref") ON DELETE CASCADE ON UPDATE CASCADE;
