# Two commands do most: `make book` builds the course, `make test` tests it.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
INSTRUCTOR := $(VENV)/instructor
# To take torch from another index, such as PyTorch's own for the CPU build on Linux:
#   make book TORCH_INDEX=https://download.pytorch.org/whl/cpu
INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
# What Google publishes as Colab's environment, without its GPU's libraries.
COLAB_IMAGE ?= us-docker.pkg.dev/colab-images/public/cpu-runtime:latest

.DEFAULT_GOAL := help
.PHONY: help setup book serve lab test check record ledger models bench bench-widget
.PHONY: songwriter assignments grade soak strip picture site-check pdf zip links versions
.PHONY: colab-image colab-check colab-publish clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

setup: $(INSTALLED) ## install everything into .venv (the others do it when needed)

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	  f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; " \
	  "name another with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -q $(INDEX) -r requirements.txt
	$(RUN) -m pip install --disable-pip-version-check -q --no-deps -e .
	@touch $(INSTALLED)

$(INSTRUCTOR): $(INSTALLED) requirements-instructor.txt
	$(RUN) -m pip install --disable-pip-version-check -q $(INDEX) -c requirements.txt \
	  -r requirements-instructor.txt
	@touch $(INSTRUCTOR)

book: setup ## execute the notebooks and build the site into _build/html
	$(RUN) tools/build.py

serve: book ## build the site and serve it on this machine alone
	$(RUN) tools/serve.py

lab: setup ## open the notebooks in JupyterLab
	$(RUN) -m jupyterlab --notebook-dir=chapters

test: $(INSTRUCTOR) ## run all tests: the library's, the notebooks' and the site's
	$(RUN) tools/run_tests.py

check: setup ## lint and fast tests, for contributors (under two minutes)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m pytest -q -n auto --maxprocesses=4 --dist=loadfile \
	  -m "not slow and not site and not browser"

assignments: $(INSTRUCTOR) ## make the assignments (SOURCE=folder for yours, NAME=... for one)
	$(RUN) tools/assignments.py $(if $(SOURCE),--source '$(SOURCE)') \
	  $(if $(NAME),--name '$(NAME)')

grade: $(INSTRUCTOR) ## grade SUBMISSIONS=folder (ASSIGNMENT=, OUT=, TIMEOUT=, MEMORY=, WORKERS=)
	$(if $(SUBMISSIONS),,$(error say what to grade: make grade SUBMISSIONS=folder))
	$(RUN) tools/grade.py '$(SUBMISSIONS)' $(if $(OUT),--out '$(OUT)') \
	  $(if $(ASSIGNMENT),--assignment '$(ASSIGNMENT)') \
	  $(if $(TIMEOUT),--timeout $(TIMEOUT)) $(if $(MEMORY),--memory $(MEMORY)) \
	  $(if $(WORKERS),--workers $(WORKERS))

soak: $(INSTRUCTOR) ## the long tests: a class, Colab, all thrice (STEP=..., TIMES=...)
	$(RUN) tools/soak.py $(STEP)

record: setup ## make the recorded runs again (NAME=... for one)
	$(RUN) tools/record.py $(NAME)

songwriter: setup ## train the songwriter in full, on a GPU if there is one, and record it
	$(RUN) tools/songwriter.py

ledger: setup ## run the replication ledger again (QUICK=1: what is tested, ROW=... one)
	$(RUN) tools/ledger.py $(if $(QUICK),--quick) $(if $(ROW),--row '$(ROW)')

models: setup ## train the networks that come with the library again (NAME=... for one)
	$(RUN) tools/models.py $(NAME)

bench-widget: setup ## measure the gate stepper in Chromium, and record it
	$(RUN) tools/bench_widget.py

bench: setup ## measure our layers beside torch's and d2l's (QUICK=1: two minutes)
	$(RUN) benchmarks/bench.py $(if $(QUICK),--quick)

strip: setup ## strip the notebooks of their outputs, as they are committed
	$(RUN) -m nbstripout chapters/*.ipynb assignments/*.ipynb

site-check: book ## check every page in Chromium; record sizes and paints
	$(RUN) tools/site_check.py

colab-check: setup ## run a chapter as Colab would (NAME=..., or ALL=1, TORCH=...)
	$(RUN) tools/colab_check.py $(NAME) $(if $(ALL),--all) \
	  $(if $(TORCH),--torch $(TORCH)) $(if $(TORCH_INDEX),--torch-index $(TORCH_INDEX)) \
	  $(if $(COLAB_PYTHON),--python $(COLAB_PYTHON))

colab-publish: setup ## push the chapters' copies for Colab to the branch colab
	$(RUN) tools/colab.py publish --push

picture: book ## take the README's picture of the built site (needs Chromium)
	$(RUN) tools/picture.py

pdf: setup ## make a PDF of the whole book (needs LaTeX; says what to install)
	$(RUN) tools/pdf.py

zip: book ## zip the site, inside the site, for reading offline
	$(RUN) tools/zip_site.py

links: setup ## ask after the links that lead out of the book (needs a network)
	$(RUN) tools/links.py

versions: ## test the library with other versions (WHICH=loosest or WHICH=newest)
	$(PYTHON) tools/versions.py $(WHICH) \
	  $(if $(TORCH_INDEX),--torch-index $(TORCH_INDEX)) $(if $(TORCH),--torch $(TORCH))

colab-image: ## run all Colab copies in Colab's own image (needs Docker)
	docker run --rm -v "$(CURDIR)":/course -w /course --entrypoint bash $(COLAB_IMAGE) \
	  -c 'git config --global --add safe.directory "*" && \
	  python3 tools/colab_check.py --all --python python3'

clean: ## remove what was built (not .venv)
	rm -rf _build
