"""Programs that measure what the README says, one module a figure: `make bench` runs them all.

statements   what one statement costs in Python, beside the driver's cursor by hand
till         tap → next frame, and what a till downloads
settle       sales a second through HTTP, beside the same rows written by hand

`scratch` opens shops of their own and drives them; `limits` writes the same rows by hand.
"""
