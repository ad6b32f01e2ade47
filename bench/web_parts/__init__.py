"""The parts of `bench.web`: shops to look at, a browser, and what is timed in it."""
