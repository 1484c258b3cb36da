# One image for web, worker, beat and migrate; docker-compose.yml names the command of each.

# Everything is built by the same script as on a developer's machine: packages from the locks with hashes, the style
# sheet (with a Node from PyPI, as this image has none), translations and static files.
FROM python:3.13-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy \
    XDG_CACHE_HOME=/cache npm_config_cache=/cache/npm
WORKDIR /app
COPY requirements ./requirements
COPY package.json package-lock.json .npmrc ./
COPY styles ./styles
COPY tools ./tools
# Before the code, so that a change of the code does not install everything again.
RUN --mount=type=cache,target=/cache python -m tools.setup
COPY . .
# Compiled here, because the user of the running image may not write into it.
RUN SEMINAR_PROFILE=embedded python -m tools.setup \
    && .venv/bin/python -m compileall -q seminar agenda registration \
    && rm -rf node_modules build/assets build/.setup.lock .venv/node .venv/.setup.json

FROM python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data SEMINAR_PROFILE=production
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /data --no-create-home seminar \
    && install -d -o seminar -g seminar -m 0700 /data
COPY --from=build /app /app
USER seminar
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "seminar.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-class", "gthread", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
