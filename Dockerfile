# The executable in a bare Debian, built from source with nothing but npm.
#   docker build -t kaiten .
#   docker run --read-only -p 6060:6060 -v kaiten:/data kaiten

FROM debian:12-slim AS build
# Debian's Node only runs npm; the one that goes in comes with `npm ci`.
RUN apt-get update && apt-get install -y --no-install-recommends npm ca-certificates
WORKDIR /source
COPY package.json package-lock.json .npmrc pinned-node.mjs ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run binary -- host \
 && mkdir -p /made/opt/kaiten /made/data \
 && cp dist/kaiten-sqlite-*.node dist/kaiten-licenses.txt dist/*.cdx.json /made/opt/kaiten/ \
 && find dist -maxdepth 1 -name 'kaiten-linux-*' -perm /111 -exec cp {} /made/opt/kaiten/kaiten \; \
 && chown 65532:65532 /made/data && chmod 0700 /made/data

FROM debian:12-slim
COPY --from=build /made/ /
# SQLite's addon lies beside the executable, so that /data may be mounted noexec and belong to anyone.
ENV PATH=/opt/kaiten:/usr/local/bin:/usr/bin:/bin \
    KAITEN_DATA=/data \
    KAITEN_HOST=0.0.0.0
USER 65532:65532
WORKDIR /
VOLUME /data
EXPOSE 6060
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["kaiten", "healthcheck"]
ENTRYPOINT ["kaiten"]
CMD ["serve"]
