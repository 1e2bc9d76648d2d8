# Builds Concordat and keeps of it only what runs: no compiler, no test tools, no development packages.
# What it needs to know is in docs/operate.md.

ARG NODE=24-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY engine engine
COPY server server
COPY web web
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:${NODE}
ENV NODE_ENV=production \
    CONCORDAT_HOST=0.0.0.0 \
    CONCORDAT_PORT=3000 \
    CONCORDAT_STORE=lmdb:/var/lib/concordat/data \
    CONCORDAT_BACKUPS=/var/lib/concordat/backups \
    CONCORDAT_OUTBOX=/var/lib/concordat/outbox
WORKDIR /opt/concordat
# All of it belongs to root: whoever breaks into the server cannot change the program.
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY templates templates
COPY workflows workflows
RUN chmod 0755 dist/server/cli.js \
 && ln -s /opt/concordat/dist/server/cli.js /usr/local/bin/concordat \
 && install -d -o node -g node -m 0700 /var/lib/concordat
USER node
VOLUME /var/lib/concordat
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CONCORDAT_PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server/main.js"]
