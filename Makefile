# `make` alone prints this help. Every command sets up what it needs first.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
SEED := $(shell date +%s)
export PYTHONPATH := $(CURDIR)

# Tests of payments, then of visits, each service in a run of its own. ARGS such as `-k numbers` may leave nothing of one of them
# (pytest's exit code 5), but not of both.
define both
@$(BIN)/python -m pytest $(1) $(3) $(ARGS); first=$$?; [ $$first -eq 0 ] || [ $$first -eq 5 ] || exit $$first; \
	$(BIN)/python -m pytest $(2) $(3) $(ARGS); second=$$?; [ $$second -ne 5 ] || exit $$first; exit $$second
endef

help: ## this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/demo ## a payment, a refund and three visits, from start to mailbox, on embedded parts
	@$(BIN)/python -m scripts.demo

run: .venv/demo ## the whole stack in the foreground; Ctrl-C stops it
	@$(BIN)/python -m scripts.run

test: .venv/dev ## the whole test suite, on a real PostgreSQL and Redis
	$(call both,,tests/visits,)

fuzz: .venv/dev ## thousands of spoiled posts, calls and names at both services (SEED=7 repeats a run)
	$(call both,tests/misuse,tests/visits/misuse,--hypothesis-profile fuzz --hypothesis-seed=$(SEED) --show-capture=no)

test-stripe-cli: .venv/dev ## README's Stripe CLI commands with the official CLI (needs npm)
	@$(BIN)/python -m pytest -m stripe_cli tests/system $(ARGS)

lint: .venv/dev ## style, layers, sizes
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/system/test_architecture.py

types: .venv/dev ## strict types
	@DEBUG=1 STRIPE_WEBHOOK_SECRETS=whsec_types DJANGO_SETTINGS_MODULE=payments_service.config.settings \
		$(BIN)/mypy payments_service privacy receipts notifications staff servicekit scripts tests bench --exclude '(migrations|tests/visits|bench/visits)/'
	@DEBUG=1 DJANGO_SETTINGS_MODULE=visits_service.config.settings \
		$(BIN)/mypy visits_service tests/visits bench/visits --cache-dir .mypy_cache/visits

bench: .venv/dev ## what is promised about speed, measured here, in one table (ARGS="--short", "--only journey")
	@$(BIN)/python -m bench $(ARGS)

chaos: .venv/dev ## everything is killed, every two seconds, and nothing is lost (ARGS=--short: in about a minute and a half)
	@$(BIN)/python bench/chaos.py $(ARGS)

compose-smoke: .venv/demo ## docker-compose.yml, brought up and used (ARGS="--faults --down": and killed part by part)
	@$(BIN)/python -m scripts.compose_smoke $(ARGS)

admin: .venv/demo ## a staff login for `make run` (SERVICE=visits: for the visits)
	@SERVICE=$(SERVICE) $(BIN)/python -m scripts.manage createsuperuser

doctor: .venv/demo ## what is wrong with the running stack, and what to do about it (SERVICE=visits: of the visits)
	@SERVICE=$(SERVICE) $(BIN)/python -m scripts.manage doctor $(ARGS)

manage: .venv/demo ## a command beside `make run` (ARGS="report --date 2026-11-20"; SERVICE=visits: of the visits)
	@SERVICE=$(SERVICE) $(BIN)/python -m scripts.manage $(ARGS)

stripe-lab: .venv/demo ## signed Stripe traffic to `make run`, and whether the outcome is right (ARGS="paid yen")
	@$(BIN)/python -m scripts.manage stripe_lab $(ARGS)

stripe-listen: .venv/demo ## the official Stripe CLI forwards your account's test events to `make run`
	@$(BIN)/python -m scripts.stripe_listen

lock: ## resolve requirements/*.txt anew from pyproject.toml (needs uv)
	@scripts/lock

clean: ## remove the virtual environment and everything that was made here
	@rm -rf .venv var

.venv/demo: requirements/demo.txt scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup requirements/demo.txt && touch $@

.venv/dev: requirements/dev.txt scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup requirements/dev.txt && touch $@ .venv/demo

.PHONY: help demo run test fuzz test-stripe-cli lint types bench chaos compose-smoke admin doctor manage stripe-lab stripe-listen lock clean
