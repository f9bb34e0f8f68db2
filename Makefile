# Fengsui: every task of its developers. `make help` lists them.
SHELL := /bin/bash
SHARED ?= ../shared
ENGINE := .build/release/fengsui
CAPTURE ?= Captures/exercise-01

.PHONY: help dependencies build demo test bench exercises containment conformance ratchet agreement variation live hostile reload \
  allocations bad-input correlation same-incidents tlcp dial-in access differential fuzz format lint clean

help: ## lists the tasks
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' Makefile

dependencies:
	@scripts/install-dependencies

build: dependencies ## builds the release: .build/release/fengsui
	swift build -c release --product fengsui

demo: build ## replays the exercise and shows its incidents; opens the console in a terminal
	@scripts/demo $(CAPTURE)

test: ## installs what is missing, builds, runs every test
	@scripts/install-dependencies --tests
	swift test

bench: build ## packets/s, Gbit/s per CPU-second, peak memory; beside Suricata where ../shared is there
	@scripts/bench

exercises: build ## replays and scores every scenario of Captures
	@scripts/exercises $(ENGINE)

containment: build ## brings block lists to a real nftables in network namespaces (root)
	@scripts/check-containment $(ENGINE)

conformance: build ## runs the conformance tests of ../shared and prints what fails
	$(SHARED)/conformance/run --engine "$(CURDIR)/$(ENGINE) suricata" --applicable

ratchet: build ## fails if a test of Tests/Conformance/passing.txt no longer passes
	@scripts/conformance-ratchet $(SHARED)

agreement: build ## compares our rules on our captures with Suricata
	@scripts/agreement $(SHARED)

variation: build ## measures how far alerts are from Suricata's, and its own runs from one another
	@scripts/variation $(SHARED)

differential: build ## gives rules made at random to Suricata and to us (ROUNDS of 5,000 pairs), lists what differs
	swift build -c release --product rule-law
	@scripts/differential --rounds $(or $(ROUNDS),5) --seed $(or $(SEED),1) $(SHARED)

live: build ## sends the exercise between two network namespaces and watches it live (root)
	@scripts/live-test

hostile: ## replays cut and damaged captures under the address sanitizer
	@scripts/hostile $(SHARED)

reload: build ## reloads rules fifty times while traffic is replayed at full speed: the same events
	@scripts/check-reload $(ENGINE) $(SHARED)

fuzz: ## reads damaged rules, lists, configuration and sessions under the address sanitizer for MINUTES (10), ONLY kinds
	@scripts/fuzz $(or $(MINUTES),10) $(SHARED)

allocations: build ## shows that packets of established flows allocate nothing
	@scripts/check-allocations $(ENGINE)

correlation: build ## campaigns among a million alerts, events in another order, runs that are killed (root for all)
	@scripts/check-correlation --engine $(ENGINE)

same-incidents: build ## compares the incidents of Suricata's EVE and of our own, for every scenario
	@scripts/same-incidents $(ENGINE) $(SHARED)

bad-input: build ## gives the program what it cannot use, and reads what it says (root for the disk cases)
	@scripts/check-bad-input $(ENGINE)

tlcp: build ## compares captures of TLCP with known facts, 1,000 times cut and joined anew (SEED)
	@scripts/check-tlcp --engine $(ENGINE) --recut $(or $(WAYS),1000) --seed $(or $(SEED),1) \
	  $(if $(wildcard $(SHARED)/captures/tlcp),$(SHARED)/captures/tlcp,Captures/tlcp)
	@scripts/check-tlcp --engine $(ENGINE) --recut $(or $(WAYS),1000) --seed $(or $(SEED),1) Captures/tlcp-certificates

dial-in: build ## lines that change their addresses while an intrusion goes on: one incident, the right access points
	@scripts/check-dial-in --engine $(ENGINE)

access: build ## compares what we and tshark read of PPPoE, PPP, L2TP, RADIUS and TLCP
	@scripts/check-access --engine $(ENGINE) Captures $(wildcard $(SHARED)/conformance)
	@scripts/check-tlcp-peer --engine $(ENGINE) Captures/tlcp Captures/tlcp-certificates $(wildcard $(SHARED)/captures/tlcp)

format: ## formats all Swift files
	swift format --in-place --recursive --configuration .swift-format Package.swift Sources Tests

lint: ## checks the format of all Swift files
	swift format lint --strict --recursive --configuration .swift-format Sources

clean: ## removes what was built
	rm -rf .build .build-address output
