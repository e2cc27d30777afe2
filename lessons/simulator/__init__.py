"""What happens when something breaks? One lens a file, one question a lens."""

ENGINE_VERSION = "1"
