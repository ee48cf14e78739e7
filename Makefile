# Two commands: `make run` sees untrusted Python run in the sandbox, `make test` runs every test. Both do all the
# set-up. The first time takes about 20 minutes on 2 cores; after that only what changed is built.
.PHONY: help run test build python wheel bench peers parity profile soak asan tsan lint clean
.DEFAULT_GOAL := help

JOBS ?= $(shell nproc)
GUEST ?= release

help:
	@echo "make run      build what is missing and run examples/quickstart.py in a sandbox"
	@echo "make test     build what is missing and run every test"
	@echo "make bench    measure, print a table, write build/bench.json"
	@echo "make peers    belljar beside monty, eryx, pyodide, exec filters and a process; half an hour, needs an index"
	@echo "make asan     the host's tests under AddressSanitizer and UBSan;  make tsan: under ThreadSanitizer"
	@echo "make wheel    the Python package, into build/wheel/, for each Python that is found;  make python: for this one, in build/python/venv"
	@echo "make parity   CPython's own test suite in the sandbox, a quarter of an hour; goes on where it was interrupted"
	@echo "make soak     long randomised runs;  make profile: renew the guest's profile (half an hour)"
	@echo "make build    build/belljar only;  make clean: remove build/ (the cache stays: scripts/artifact.py)"

build:
	@sh scripts/setup.sh
	@python3 scripts/prepare.py --guest $(GUEST) --out build
	@cmake -S . -B build/host -G Ninja -DBELLJAR_ARTIFACTS=$(CURDIR)/build >build/cmake.log 2>&1 || (cat build/cmake.log; exit 1)
	@cmake --build build/host -j $(JOBS) -- --quiet
	@cmp -s build/host/belljar build/belljar || install -m 755 build/host/belljar build/belljar

run: build
	@./build/belljar run examples/quickstart.py

test: build
	@cd build/host && ctest --output-on-failure -j $(JOBS)

# The package for this Python, in an environment with what its tests need: build/python/venv.
python: build
	@python3 scripts/wheel.py --build build/host --out build/wheel --python python3
	@python3 tests/python/venv.py --wheels build/wheel --link build/python/venv

wheel: build
	@python3 scripts/wheel.py --build build/host --out build/wheel --sdist

bench: python
	@python3 bench/bench.py --belljar build/belljar --micro build/host/bench_micro --native build/guest/python-native --out build/bench.json

peers: python
	@build/python/venv/bin/python bench/peers/peers.py --parts all --rounds 2 --belljar build/belljar --out build/peers.json

parity: build
	@python3 tests/parity/cpython.py

profile:
	@python3 guest/build/profile.py

define sanitized
	@sh scripts/setup.sh
	@python3 scripts/prepare.py --guest $(GUEST) --out build
	@cmake -S . -B build/$(1) -G Ninja -DBELLJAR_ARTIFACTS=$(CURDIR)/build -DBELLJAR_SANITIZE=$(2) >build/cmake-$(1).log 2>&1 || (cat build/cmake-$(1).log; exit 1)
	@cmake --build build/$(1) -j $(JOBS) -- --quiet
	@cd build/$(1) && ctest --output-on-failure -j $(JOBS)
endef

asan:
	$(call sanitized,asan,address$(comma)undefined)

tsan:
	$(call sanitized,tsan,thread)

comma := ,

soak: python
	@BELLJAR_SOAK=1 build/host/tests/guest_tests --gtest_filter='Race.*:Reset.*'
	@BELLJAR_SOAK=1 build/host/tests/hostile_tests
	@BELLJAR_SOAK=1 build/python/venv/bin/python tests/python/process_test.py Memory

lint:
	@python3 scripts/lint.py

clean:
	rm -rf build
