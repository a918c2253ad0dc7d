# Everything that a newcomer, a developer or CI runs. `make help` lists it.
PYTHON ?= python3
WEEK ?= week1_numpy
# nbgrader starts `alembic` and `jupyter` by name: the environment's own come first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: singleuser-image hub-image server-check help venv demo test lint release validate certify images interop bench bench-weeks bench-overhead bench-profile bench-regrade bench-growth bench-cluster scaling bench-hub calibrate lock clean fuzz attacks attack-table bad-input reliability hub hub-stop

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 18

venv: $(STAMP)  ## the environment, in .venv (PYTHON=... chooses the interpreter)

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) must be Python 3.11 or newer, with venv (Debian: apt-get install python3-venv). Another: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: venv images  ## a class of submissions from release to gradebook and feedback pages (WEEK=week1_numpy)
	.venv/bin/python -m autograder.demo $(WEEK)

test: venv  ## the tests (ARGS="-k name" for some of them)
	.venv/bin/python -m pytest $(ARGS)

lint: venv  ## style of the code, problems of the course
	.venv/bin/ruff check .
	.venv/bin/autograder check

release: venv  ## write assignments/ from solutions/ (WEEK=week1_numpy)
	.venv/bin/autograder release $(WEEK)

validate: venv  ## the gates: references, mutants, releases, leaks (ARGS="week1_numpy", ARGS=--changed: see --help)
	.venv/bin/autograder validate $(ARGS)

certify: venv  ## bound how often right answers fail, over 200 seeds (WEEK=week1_numpy); takes minutes
	.venv/bin/autograder certify $(WEEK)

images: venv  ## the grading image, where a container engine answers
	@if docker info >/dev/null 2>&1; then PYTHON=.venv/bin/python grading_env/build.sh; else .venv/bin/autograder engines; fi

hub: venv  ## JupyterHub on 127.0.0.1 with this course, an instructor and two students
	.venv/bin/autograder hub start

hub-stop: venv  ## end that hub and all that it started
	.venv/bin/autograder hub stop

singleuser-image: venv  ## people's images for a hub with containers: student, instructor
	hub_config/images/build.sh student instructor

hub-image: venv  ## the image of hub, service, formgrader, warden
	hub_config/images/build.sh hub

server-check: venv  ## that composition with a real engine, as root; needs those images (see docs/server.md)
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r hub_config/images/logins.txt onetimepass
	.venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --dest build docker-compose==1.29.2
	.venv/bin/python -m pytest tests/server $(ARGS)

interop: venv  ## scores beside stock otter and stock nbgrader; writes docs/interop.md (minutes a week)
	.venv/bin/python -m tests.interop.compare
	.venv/bin/python -m tests.interop.conformance

fuzz: venv  ## the wire's properties with many more examples (EXAMPLES=5000)
	AUTOGRADER_FUZZ=$(or $(EXAMPLES),5000) .venv/bin/python -m pytest tests/security/test_fuzz.py

attacks: venv  ## the attack suite alone
	.venv/bin/python -m pytest tests/security $(ARGS)

attack-table: venv  ## attacks on ours, stock nbgrader and otter; writes the table in docs/security.md
	.venv/bin/python -m tests.security.attack_table

bad-input: venv  ## a class of 1,000 malformed submissions through nbgrader autograde
	.venv/bin/python -m tests.security.bad_input 1000

reliability: venv  ## kill, lock, fill and stop what a run needs, run it again, compare; about 10 minutes (ARGS=--write)
	.venv/bin/python -m tests.reliability $(ARGS)

bench: venv  ## beside stock nbgrader and otter (ARGS="--weeks ... --submissions 40"); writes into docs/benchmarks.md
	.venv/bin/python -m tests.bench.bench $(ARGS)

scaling: venv  ## workers that a course needs on its deadline, simulated; writes docs/scaling.md
	.venv/bin/python -m tests.bench.scaling $(ARGS)

bench-overhead bench-profile bench-regrade bench-growth bench-cluster: venv
	.venv/bin/python -m tests.bench.$(@:bench-%=%) $(ARGS)

bench-weeks: venv  ## wall time of one submission of each week; writes into docs/benchmarks.md
	.venv/bin/python -m tests.bench.weeks

bench-hub: venv  ## submit to result over a real hub, as root; writes into docs/benchmarks.md
	.venv/bin/python -m tests.bench.hub $(ARGS)

calibrate: venv  ## what right trainings of week 6 reach (PROFILE=ci or gpu); writes a page in docs/suites
	.venv/bin/python -m tests.bench.calibrate $(or $(PROFILE),ci)

# Resolve with the oldest Python 3.11 at hand (3.11.2 is Debian 12's): some packages refuse early patch releases.
lock:  ## choose versions anew: writes requirements.txt
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet pip-tools
	build/lock/bin/pip-compile --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --upgrade --extra course --extra otter --extra similarity --extra hub --extra server --extra postgresql --extra cluster --extra dev --output-file build/requirements.txt pyproject.toml
	@sed -i 's/+cpu$$//' build/requirements.txt  # torch: the same version, whichever wheel of it is found
	@{ echo '# Every version that was tested together, for Python 3.11.2 and later. Written by `make lock`; do not edit.'; cat build/requirements.txt; } > requirements.txt
	$(PYTHON) -m autograder.hub.environment  # what students install

clean:  ## remove the environment and what was built; course/ stays
	rm -rf .venv build
