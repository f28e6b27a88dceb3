# One image for every host of the shop; CONTEXTS decides what a container hosts.
# The Alpine release of both base images is the same one, so that Node finds the C++ library that it was built with.
ARG ALPINE=3.23

FROM node:24-alpine${ALPINE} AS node

# Only the manifests: what is installed is built anew when they change, not with every source file.
FROM node AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs ./libs
RUN find libs -mindepth 2 ! -name package.json -prune -exec rm -rf {} +

FROM node AS dependencies
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM dependencies AS build
COPY tsconfig.base.json ./
COPY libs ./libs
COPY src ./src
RUN node node_modules/typescript/bin/tsc -b src libs/embedded \
  && node node_modules/vite/bin/vite.js build libs/console/web --logLevel warn \
  && rm -rf libs/*/src libs/*/web libs/*/tsconfig.json libs/*/README.md \
  && find dist libs -type f \( -name '*.map' -o -name '*.d.ts' -o -name '.tsbuildinfo' \) -delete

# Omitting the optional packages keeps Node's platform packages, the compiler and test tools out; the password hash's native code is optional
# too and comes back. Compiled packages run without their type declarations and source maps.
# Without its manifest npm installs nothing of the embedded engine, which no container with a DATABASE_URL opens; --build-arg EMBEDDED=yes leaves it in.
FROM dependencies AS production
ARG EMBEDDED=no
RUN if [ "$EMBEDDED" != yes ]; then rm -rf libs/embedded; fi \
  && mv node_modules/@node-rs /tmp/native \
  && npm ci --ignore-scripts --no-audit --no-fund --omit=dev --omit=optional \
  && mv /tmp/native/argon2-linux-* node_modules/@node-rs/ \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM alpine:${ALPINE} AS host
LABEL org.opencontainers.image.title="isolith-shop" \
  org.opencontainers.image.description="One host of the Isolith shop; CONTEXTS decides which contexts it hosts." \
  org.opencontainers.image.licenses="MIT"
RUN apk add --no-cache libstdc++ \
  && addgroup -S -g 10001 shop \
  && adduser -S -D -H -u 10001 -G shop shop \
  && install -d -o shop -g shop -m 0700 /data
COPY --from=node /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /app/libs ./libs
COPY --from=build /app/dist ./dist
# Only a container that hosts everything without DATABASE_URL (of an image with the embedded engine) writes to DATA_DIR: mount a volume there.
# A container is reached from outside of it, over IPv6 and IPv4; what is published of it is decided where it runs.
ENV NODE_ENV=production HOST=:: PORT=3000 DATA_DIR=/data
USER 10001:10001
EXPOSE 3000
STOPSIGNAL SIGTERM
# A file, and no word with a space in it: some engines cut a word there.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "/app/dist/probe.js", "live"]
CMD ["node", "dist/main.js"]
