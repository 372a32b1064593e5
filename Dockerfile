# One image for every process of both services; the command names one of Procfile (payments-web, say) or is any other.
# Built by the classic builder too, and pip finds its index as the base image and the build's environment tell it.
FROM python:3.13-slim AS packages
COPY requirements/production.txt /tmp/production.txt
# Wheels alone, so no compiler is needed; pip installs into an environment that has no pip. Where this runs the file
# system is read-only, so bytecode is made here, but for thousands of modules of which hardly one is ever imported.
RUN python -m venv --without-pip /opt/clinic \
 && python -m pip --python /opt/clinic/bin/python install --quiet --no-cache-dir --no-compile --only-binary :all: \
    --require-hashes --requirement /tmp/production.txt \
 && python -m compileall -q --invalidation-mode unchecked-hash \
    -x '/(twilio/rest/.*|phonenumbers/(geo|carrier|tz)data|pygments/(lexers|styles))/' /opt/clinic

FROM python:3.13-slim
# WeasyPrint's libraries; without the last one fonts are subsetted in Python, seven times as slowly.
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/* \
 && groupadd --gid 10001 clinic \
 && useradd --uid 10001 --gid clinic --no-create-home --home-dir /tmp --shell /usr/sbin/nologin clinic \
 && install -d -o clinic -g clinic /srv/media /run/secrets /srv/secrets/payments /srv/secrets/visits /srv/secrets/database
COPY --from=packages /opt/clinic /opt/clinic
WORKDIR /srv/clinic
COPY servicekit servicekit
COPY notifications notifications
COPY privacy privacy
COPY receipts receipts
COPY staff staff
COPY payments_service payments_service
COPY visits_service visits_service
COPY Procfile ./
COPY ops/docker/run-process ops/docker/healthy ops/docker/make-secrets /usr/local/bin/
ENV PATH=/opt/clinic/bin:$PATH PYTHONPATH=/srv/clinic PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 MEDIA_ROOT=/srv/media ALIVE_DIR=/tmp/alive
RUN python -m compileall -q --invalidation-mode unchecked-hash .
USER clinic
ENTRYPOINT ["run-process"]
