-- CreateIndex
CREATE INDEX "outbox_state_channel_type_ord_idx" ON "outbox"("state", "channel", "type", "ord");
