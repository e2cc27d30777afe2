# The commands of the course. Each works from a fresh clone with only Python 3.11.5+, pip and make.

PYTHON := .venv/bin/python
PORT ?= 8000
LISTEN ?= 127.0.0.1
export PYTHONPATH := .:site
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: serve test check artefacts bench load shots
.DEFAULT_GOAL := serve

# A stamp is as new as the lock it installed; the environment changes only when the lock does.
.venv/.runtime: requirements.txt
	@echo "Installing what a server needs (once) ..."
	@test -x $(PYTHON) || python3 -m venv .venv
	@$(PYTHON) -m pip install -qq --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt
	@echo "Installing what the tests need (once) ..."
	@test -x $(PYTHON) || python3 -m venv .venv
	@$(PYTHON) -m pip install -qq --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.runtime

# A key of this machine alone; a public server sets SECRET_KEY itself.
.local/secret-key:
	@mkdir -p .local
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))' > $@

# Database and collected files are made again only when their sources change.
.local/prepared: .venv/.runtime .local/secret-key $(shell find static site -name '*.py' -path '*migrations*' -o -path 'static/*' -type f)
	@echo "Preparing database and static files ..."
	@SECRET_KEY="$$(cat .local/secret-key)" $(PYTHON) manage.py migrate --skip-checks --verbosity 0
	@SECRET_KEY="$$(cat .local/secret-key)" $(PYTHON) manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

serve: .local/prepared
	@echo "Blast Radius on http://127.0.0.1:$(PORT)"
	@$(PYTHON) -m config.own_addresses $(LISTEN) $(PORT)
	@SECRET_KEY="$${SECRET_KEY:-$$(cat .local/secret-key)}" LISTEN=$(LISTEN) exec $(PYTHON) -m uvicorn config.asgi:application \
		--host $(LISTEN) --port $(PORT) --http httptools --no-access-log --log-level warning \
		--timeout-graceful-shutdown 2

test: .venv/.dev
	@$(PYTHON) tests/run.py

check: .venv/.dev .local/secret-key
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@SECRET_KEY="$$(cat .local/secret-key)" .venv/bin/mypy lessons site
	@.venv/bin/lint-imports
	@.venv/bin/djlint --quiet --lint templates
	@SECRET_KEY="$$(cat .local/secret-key)" $(PYTHON) manage.py makemigrations --check --dry-run --verbosity 0
	@SECRET_KEY="$$(cat .local/secret-key)" $(PYTHON) manage.py check_content

artefacts: .venv/.dev .local/secret-key
	@SECRET_KEY="$$(cat .local/secret-key)" $(PYTHON) manage.py make_artefacts

bench: .venv/.dev .local/prepared
	@SECRET_KEY="$$(cat .local/secret-key)" $(PYTHON) manage.py bench

load: .venv/.dev .local/prepared
	@$(PYTHON) tests/load/classroom.py

shots: .venv/.dev .local/prepared
	@SECRET_KEY="$$(cat .local/secret-key)" $(PYTHON) manage.py shots
