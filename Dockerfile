# The newsletter in one container: scheduler, sender and web face, as one user without rights, on a
# read-only root file system with one volume. docs/operations.md says how to run it.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# First what changes seldom: the locked dependencies, every file of them checked against its hash.
# The environment has no pip of its own; the tools that build the wheel stay in this stage.
COPY requirements.lock requirements-build.lock ./
RUN python -m venv --without-pip /opt/newsletter \
    && pip install --quiet --require-hashes -r requirements-build.lock \
    && pip --python /opt/newsletter/bin/python install --quiet --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY newsletter newsletter
COPY templates templates
COPY config config
COPY seeds seeds
# .dockerignore keeps config/newsletter.toml out, whatever was written into it: the image knows the defaults alone.
RUN touch config/newsletter.toml \
    && pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/newsletter/bin/python install --quiet --no-deps --no-index dist/*.whl


FROM python:3.13-slim
RUN useradd --uid 1000 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin newsletter \
    && install --directory --owner=newsletter --group=newsletter --mode=0700 /data
COPY --from=build /opt/newsletter /opt/newsletter

# PYTHONDONTWRITEBYTECODE: the root is read-only, and pip has compiled everything already.
ENV PATH=/opt/newsletter/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    NEWSLETTER_DATA=/data \
    NEWSLETTER_WEB__HOST=0.0.0.0 \
    NEWSLETTER_WEB__PORT=8080

USER newsletter
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['NEWSLETTER_WEB__PORT']}/healthz\", timeout=4)"]

ENTRYPOINT ["newsletter"]
CMD ["serve"]
