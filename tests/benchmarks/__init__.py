"""Measures what the product costs beside a bare one, in the same run. Door: `make bench`; see docs/benchmarks.md."""
