"""Compiled array functions: columns in, columns out. They know no Mesa and no policy.

Conventions: `table` holds one record `p` of all parameters (float32 fields; passing the
record itself would cost 6 microseconds a call); `first[s]` is the row of segment s's first customer and
`first[segments]` the number of customers; pairs `(k0, k1)` are stream keys of `simulation.luck`; money is int64 cents.
Loops run in row order, so sums have one result.
"""
