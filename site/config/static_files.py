"""How are static files kept for a server? Hashed, and compressed once, without making the first start wait."""

from __future__ import annotations

from typing import Any

import brotli
from whitenoise.compress import Compressor  # type: ignore[import-untyped]
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# Above this the last few per cent of size cost seconds: the chart library takes 3 s at 11 and a quarter of one at 7.
BYTES_WORTH_THE_BEST_MAX = 300_000


class QuickCompressor(Compressor):  # type: ignore[misc]
    """The best brotli for small files, a quick one for large."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """The data, smaller."""
        return bytes(brotli.compress(data, quality=11 if len(data) <= BYTES_WORTH_THE_BEST_MAX else 7))


class KeptStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage with that compressor."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """The compressor for everything collected."""
        return QuickCompressor(**kwargs)
