# The developer's commands. Each is a script or one line: without make, run that.
.DEFAULT_GOAL := help
.PHONY: help demo test quick check fix pdf bench css

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

demo: ## set everything up and serve the demo on http://127.0.0.1:8000
	@./script/demo

test: ## all tests: both databases, PDF, browser
	@./script/test

quick: ## the tests on SQLite, without the browser and the slow ones
	@./script/test --quick

check: ## what the build server checks beside the tests; changes nothing
	@./script/check

fix: ## mend lint and format
	@./script/check --fix

pdf: ## the demo cohort's portfolios into out/, for a look
	@./script/pdf

bench: ## how long a portfolio takes, as ratios
	@./bench/portfolio

css: ## compile the style sheets and copy the fonts (needs Node)
	@./script/css
