-- CreateIndex
CREATE INDEX "deviations_project_metric_side_started_at_step_idx" ON "deviations"("project", "metric", "side", "started_at_step");

-- CreateIndex
CREATE INDEX "deviations_data_order_metric_side_started_at_step_idx" ON "deviations"("data_order", "metric", "side", "started_at_step");
