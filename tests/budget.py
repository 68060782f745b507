"""What CI has time for: ten minutes on two cores for everything."""

# Of a long list of cases CI tries every fifth, `make test-long` all of them or the others.
STRIDE = 5
