# A small image of the service: built in one stage, run in another by a user without rights. Not run where it was written.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm prune --omit=dev

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production OFFCURVE_DATA_DIR=/data
COPY --from=build --chown=node:node /app/package.json ./
COPY --from=build --chown=node:node /app/node_modules ./node_modules
COPY --from=build --chown=node:node /app/bin ./bin
COPY --from=build --chown=node:node /app/dist ./dist
COPY --from=build --chown=node:node /app/web/dist ./web/dist
COPY --from=build --chown=node:node /app/prisma ./prisma
COPY --from=build --chown=node:node /app/dashboards ./dashboards
RUN mkdir /data && chown node:node /data
# The user `node`, by number: Kubernetes cannot tell that a name is not root.
USER 1000
EXPOSE 8080
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/live').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Records in hand live until their commit: with room for them the collector need not move them again and again.
ENTRYPOINT ["node", "--max-semi-space-size=64", "bin/offcurve.js"]
CMD ["serve"]
