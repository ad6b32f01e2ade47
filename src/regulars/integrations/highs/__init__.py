"""HiGHS behind the port `MilpEngine`: `README.md` says what it is for and how it is bounded."""
