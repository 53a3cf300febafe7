FROM python:3.12-slim AS packages
WORKDIR /app
COPY requirements.lock .
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 yoridokoro
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY bot bot
COPY storage storage
COPY migrations migrations
COPY prompts prompts
COPY pyproject.toml ./
RUN mkdir var && chown yoridokoro var
USER yoridokoro
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
VOLUME /app/var
EXPOSE 3000
# the database answers, and its tables are what this version needs
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-m", "bot", "doctor", "--only", "database"]
CMD ["python", "-m", "bot", "run"]
