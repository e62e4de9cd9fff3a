# The bot alone, without tests and emulator. Secrets come at run time, from the environment or from NAME_FILE.
FROM python:3.13-slim AS build
WORKDIR /app
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.8
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project --no-cache --compile-bytecode
COPY LICENSE ./
COPY bot ./bot
COPY dialogs ./dialogs
COPY migrations ./migrations
RUN .venv/bin/python -m compileall -q bot migrations
RUN .venv/bin/python -m bot check-dialogs

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home rekindle && install -d -o rekindle -m 0700 /var/lib/rekindle
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV DATABASE_URL=sqlite:////var/lib/rekindle/rekindle.db KEYS_URL=sqlite:////var/lib/rekindle/keys.db
ENV METRICS_LISTEN=127.0.0.1:9464
USER rekindle
VOLUME /var/lib/rekindle
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=15s --start-period=90s --retries=3 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
