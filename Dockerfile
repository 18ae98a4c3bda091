# One image for all services and the chain node; which of them a container is, its command tells (tools/container.mjs).
FROM node:24.21.0-bookworm-slim
WORKDIR /xinlu
COPY . .
RUN npm ci --include=dev --no-audit --no-fund && node tools/launch.mjs build \
  && mkdir /data && chown node:node /data
USER node
ENV XINLU_DATA=/data HOST=0.0.0.0
ENTRYPOINT ["node", "tools/container.mjs"]
