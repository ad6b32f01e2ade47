"""How a visit turns into value: earning, spending points, top-up bonus, gifts. Rules over Terms."""
