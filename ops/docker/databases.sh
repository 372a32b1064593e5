#!/bin/sh
# Run once by PostgreSQL's image, before it listens: a database and an owner for each service, closed to the other one.
set -eu

for service in payments visits; do
    psql --quiet --username postgres --dbname postgres --set ON_ERROR_STOP=1 \
        --set service="$service" --set password="$(cat "/run/secrets/$service")" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE CONNECT, TEMPORARY ON DATABASE :"service" FROM PUBLIC;
SQL
done
