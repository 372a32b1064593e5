# `make` alone prints this help. Every command sets up what it needs first.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)

help: ## this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/demo ## one payment from checkout to mailbox, on embedded parts
	@$(BIN)/python -m scripts.demo

run: .venv/demo ## the whole stack in the foreground; Ctrl-C stops it
	@$(BIN)/python -m scripts.run

test: .venv/dev ## the whole test suite, on a real PostgreSQL and Redis
	@$(BIN)/python -m pytest $(ARGS)

test-stripe-cli: .venv/dev ## README's Stripe CLI commands with the official CLI (needs npm)
	@$(BIN)/python -m pytest -m stripe_cli tests/system $(ARGS)

lint: .venv/dev ## style, layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

types: .venv/dev ## strict types
	@DEBUG=1 STRIPE_WEBHOOK_SECRETS=whsec_types $(BIN)/mypy payments_service visits_service receipts notifications servicekit scripts tests bench

bench: .venv/dev ## webhooks against a bare Django view, receipts against plain WeasyPrint
	@$(BIN)/python -m bench.webhook_burst && $(BIN)/python -m bench.render_receipts

admin: .venv/demo ## a staff login for `make run`
	@$(BIN)/python -m scripts.manage createsuperuser

lock: ## resolve requirements/*.txt anew from pyproject.toml (needs uv)
	@scripts/lock

clean: ## remove the virtual environment and everything that was made here
	@rm -rf .venv var

.venv/demo: requirements/demo.txt scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup requirements/demo.txt && touch $@

.venv/dev: requirements/dev.txt scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup requirements/dev.txt && touch $@ .venv/demo

.PHONY: help demo run test test-stripe-cli lint types bench admin lock clean
