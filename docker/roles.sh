#!/bin/sh
# The roles as which the server and its background jobs log in. Everything else about them, and what
# they may do, comes from `tributary migrate`.
set -eu

for role in tributary_server tributary_jobs; do
  psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --set=role="$role" --set=password="$POSTGRES_PASSWORD" <<'SQL'
create role :"role" login password :'password'
  nosuperuser nobypassrls nocreatedb nocreaterole;
SQL
done
