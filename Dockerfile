# cardstream in a container:
#   docker build -t cardstream . && docker run --env-file .env -v cardstream:/data cardstream
FROM node:24-slim AS build
WORKDIR /src
COPY . .
# Scripts of packages are not run: they fetch what only tests need.
RUN npm ci --ignore-scripts --no-audit --no-fund && npm pack --pack-destination /tmp && mv /tmp/cardstream-*.tgz /tmp/cardstream.tgz

FROM node:24-slim
ENV NODE_ENV=production
COPY --from=build /tmp/cardstream.tgz /tmp/cardstream.tgz
COPY examples/deploy/health.mjs /usr/local/lib/cardstream-health.mjs
RUN npm install --global --omit=dev --no-audit --no-fund /tmp/cardstream.tgz \
  && rm /tmp/cardstream.tgz \
  && mkdir /data && chown node:node /data && chmod 700 /data
USER node
# What the bot writes down is for its owner alone: the config file, the journal of open cards, the month's calls.
WORKDIR /data
VOLUME /data
# The gateway's; a bot opens no port.
EXPOSE 7339
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/usr/local/lib/cardstream-health.mjs"]
ENTRYPOINT ["cardstream"]
CMD ["start", "--log", "json"]
