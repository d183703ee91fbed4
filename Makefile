# Two commands do most: `make book` builds the course, `make test` tests it.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
INSTRUCTOR := $(VENV)/instructor
KERNELS := $(VENV)/kernels
# To take torch from another index, such as PyTorch's own for the CPU build on Linux:
#   make book TORCH_INDEX=https://download.pytorch.org/whl/cpu
INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
# HASHES=1 installs nothing but the files that were locked, byte for byte (locks/). Torch
# from another index has other bytes: it is taken as it is, and first.
ifdef HASHES
PACKAGES := --require-hashes --no-deps -r locks/course.txt
EXTRA := --require-hashes --no-deps -r locks/instructor.txt
ifdef TORCH_INDEX
TORCH_FIRST = $(RUN) -m pip install --disable-pip-version-check -q --no-deps $(INDEX) \
  $(shell grep '^torch==' requirements.txt)
else
PACKAGES += -r locks/cuda.txt
endif
else
PACKAGES := $(INDEX) -r requirements.txt
EXTRA := $(INDEX) -c requirements.txt -r requirements-instructor.txt
endif
# What Google publishes as Colab's environment, without its GPU's libraries.
COLAB_IMAGE ?= us-docker.pkg.dev/colab-images/public/cpu-runtime:latest
PORT ?= 8000
SERVER = $(RUN) -u -m http.server --bind 127.0.0.1 --directory _build/html

.DEFAULT_GOAL := help
.PHONY: help setup rooms book serve lab test check rehearse record ledger models bench
.PHONY: bench-widget kernels
.PHONY: songwriter assignments grade soak strip picture screens walk site-check pdf zip links versions
.PHONY: buttons lock rehearse-workflows
.PHONY: colab-image colab-check colab-publish clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' Makefile

setup: $(INSTALLED) ## install everything into .venv (the others do it when needed)

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	  f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; " \
	  "name another with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(TORCH_FIRST)
	$(RUN) -m pip install --disable-pip-version-check -q $(PACKAGES)
	$(RUN) -m pip install --disable-pip-version-check -q --no-deps -e .
	@touch $(INSTALLED)

$(INSTRUCTOR): $(INSTALLED) requirements-instructor.txt
	$(RUN) -m pip install --disable-pip-version-check -q $(EXTRA)
	@touch $(INSTRUCTOR)

$(KERNELS): $(INSTALLED) requirements-kernels.txt
	$(RUN) -m pip install --disable-pip-version-check -q -r requirements-kernels.txt
	@touch $(KERNELS)

book: setup ## execute the notebooks and build the site into _build/html
	$(RUN) -m tools.common.build

serve: book ## build the site and serve it on this machine alone (PORT=...)
	@$(SERVER) $(PORT) 2>/dev/null || $(SERVER) 0 # any free one, if that is taken

lab: setup ## open the notebooks in JupyterLab
	$(RUN) -m jupyterlab --notebook-dir=chapters

# In CI the kernels are compiled anew, where their compiler can be had; elsewhere, and
# without it, hashes are compared.
test: $(INSTRUCTOR) ## run all tests: the library's, the notebooks' and the site's
	@$(if $(CI),$(MAKE) -s $(KERNELS) || echo "The kernels' compiler cannot be had here.")
	$(RUN) -m tools.common.run_tests

rehearse: $(INSTRUCTOR) ## rehearse what readers install (weekly; needs a package index)
	$(RUN) -m pytest -q -m weekly

check: setup ## lint and fast tests, for contributors (about a minute)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/lint-imports --no-logo
	$(RUN) -m pytest -q -n auto --maxprocesses=4 --dist=loadfile \
	  -m "not slow and not site and not browser"

assignments: $(INSTRUCTOR) ## make the assignments (SOURCE=folder for yours, NAME=... for one)
	$(RUN) -m tools.grading.assignments $(if $(SOURCE),--source '$(SOURCE)') \
	  $(if $(NAME),--name '$(NAME)')

grade: $(INSTRUCTOR) ## grade SUBMISSIONS=folder (ASSIGNMENT=, OUT=, TIMEOUT=, MEMORY=, WORKERS=)
	$(if $(SUBMISSIONS),,$(error say what to grade: make grade SUBMISSIONS=folder))
	$(RUN) -m tools.grading.grade '$(SUBMISSIONS)' $(if $(OUT),--out '$(OUT)') \
	  $(if $(ASSIGNMENT),--assignment '$(ASSIGNMENT)') \
	  $(if $(TIMEOUT),--timeout $(TIMEOUT)) $(if $(MEMORY),--memory $(MEMORY)) \
	  $(if $(WORKERS),--workers $(WORKERS))

soak: $(INSTRUCTOR) ## the long tests: a class, Colab, all thrice (STEP=..., TIMES=...)
	$(RUN) -m tools.release.soak $(STEP)

record: setup ## make the recorded runs again (NAME=... for one, ROWS=... for a part)
	$(RUN) -m tools.record.record $(NAME) $(if $(ROWS),--rows $(ROWS))

songwriter: setup ## train the songwriter in full, on a GPU if there is one, and record it
	$(RUN) -m tools.record.songwriter

ledger: setup ## run the replication ledger again (QUICK=1: what is tested, ROW=... one)
	$(RUN) -m tools.record.ledger $(if $(QUICK),--quick) $(if $(ROW),--row '$(ROW)')

models: setup ## train the networks that come with the library again (NAME=... for one)
	$(RUN) -m tools.record.models $(NAME)

kernels: $(KERNELS) ## compile the kernels of training in the page, after a change
	$(RUN) -m tools.release.kernels

bench-widget: setup ## measure the stepper and training in Chromium, and record them
	$(RUN) -m tools.record.bench_widget
	$(RUN) -m tools.record.bench_training

bench: setup ## measure our layers beside torch's and d2l's (QUICK=1: two minutes)
	$(RUN) benchmarks/bench.py $(if $(QUICK),--quick)

strip: setup ## strip the notebooks of their outputs, as they are committed
	$(RUN) -m nbstripout chapters/*.ipynb assignments/*.ipynb

site-check: book ## check every page in Chromium; record sizes and paints
	$(RUN) -m tools.site.site_check

walk: setup ## list the words of the first chapters: used where, explained where
	$(RUN) -m tools.site.walk

screens: book ## measure how each chapter reads: pictures, code and length, in screens
	$(RUN) -m tools.site.screens

colab-check: setup ## run a chapter as Colab would (NAME=..., or ALL=1, TORCH=...)
	$(RUN) -m tools.colab.colab_check $(NAME) $(if $(ALL),--all) \
	  $(if $(TORCH),--torch $(TORCH))

colab-publish: setup ## push the chapters' copies for Colab to the branch colab
	$(RUN) -m tools.colab.colab publish --push

picture: book ## take the README's picture of the built site (needs Chromium)
	$(RUN) -m tools.site.picture

pdf: setup ## make a PDF of the whole book (needs LaTeX; says what to install)
	$(RUN) -m tools.site.pdf

zip: book ## zip the site, inside the site, for reading offline
	$(RUN) -m tools.site.zip_site

links: book ## ask after the links that lead out of the book (needs a network)
	@JUPYTER_PREFER_ENV_PATH=1 $(VENV)/bin/jupyter-book build -q -n --builder custom \
	  --custom-builder linkcheck .

rooms: setup ## count the library's rooms, floors and arrows
	$(RUN) -m tools.release.rooms

buttons: setup ## say where the site's buttons lead, as it would be built here
	@$(RUN) -m tools.site.buttons

versions: ## test the library with WHICH=loosest, newest or locked versions (ON=3.12)
	$(PYTHON) -m tools.release.versions $(WHICH) $(if $(ON),--on '$(ON)')

lock: ## lock the versions again, and say what changed (UPGRADE=all, or names)
	$(PYTHON) -m tools.release.lock $(UPGRADE)

rehearse-workflows: setup ## run the workflows' steps here (WHICH=test/versions, SET=A=b)
	$(RUN) -m tools.release.workflows $(WHICH) $(foreach each,$(SET),--set '$(each)')

colab-image: ## run all Colab copies in Colab's own image (needs Docker)
	docker run --rm -v "$(CURDIR)":/course -w /course --entrypoint bash $(COLAB_IMAGE) \
	  -c 'git config --global --add safe.directory "*" && \
	  python3 -m tools.colab.colab_check --all'

clean: ## remove what was built (not .venv)
	rm -rf _build
