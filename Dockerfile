# The program alone, on a small base:
#   docker build -t shelfmark .
#   docker run --rm -v "$PWD:/work" -w /work shelfmark build my-posts --out site
FROM rust:1.95-slim-trixie AS build
# `wasm-opt` makes the module smaller; without it the build works and says so.
RUN apt-get update && apt-get install --yes --no-install-recommends binaryen gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /shelfmark
COPY . .
RUN rustup target add wasm32-unknown-unknown && rustup component add rust-src \
    && cargo install --locked --path . --root /out

FROM debian:trixie-slim
COPY --from=build /out/bin/shelfmark /usr/local/bin/shelfmark
COPY --from=build /shelfmark/LICENSE-MIT /shelfmark/LICENSE-APACHE /usr/share/doc/shelfmark/
USER 1000:1000
ENTRYPOINT ["shelfmark"]
CMD ["--help"]
