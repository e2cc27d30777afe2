"""Data rights and safety: a record exported or deleted on request, the whole kept safe."""
