"""How is a result written down? As plain values that JSON knows: lists for arrays, null for what never happens."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np


def as_plain(result: Any) -> Any:
    """The same value made of dicts, lists, numbers, texts and None. A number that is not finite is our own mistake."""
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return {field.name: as_plain(getattr(result, field.name)) for field in dataclasses.fields(result)}
    if isinstance(result, dict):
        return {str(key): as_plain(value) for key, value in result.items()}
    if isinstance(result, np.ndarray):
        numbers = np.issubdtype(result.dtype, np.number)
        assert not numbers or np.isfinite(result).all(), "a result holds a number that is not finite"
        return result.tolist()
    if isinstance(result, (list, tuple)):
        return [as_plain(value) for value in result]
    if isinstance(result, np.generic):
        return as_plain(result.item())
    if isinstance(result, int) and not isinstance(result, bool) and not -(2**63) <= result < 2**64:
        # JSON as it is read everywhere holds no larger whole number: its leading digits are kept.
        return float(result)
    if isinstance(result, float):
        assert math.isfinite(result), "a result holds a number that is not finite"
    return result
