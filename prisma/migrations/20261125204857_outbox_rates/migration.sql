-- CreateIndex
CREATE INDEX "deviations_resolved_at_idx" ON "deviations"("resolved_at");

-- CreateIndex
CREATE INDEX "outbox_channel_sent_at_idx" ON "outbox"("channel", "sent_at");
