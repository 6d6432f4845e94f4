"""The catalogue of messages, zh and en: findings are kept as codes and told when written."""

from pipeline.messages.catalogue import Told, default_severity, say, tell

__all__ = ["Told", "default_severity", "say", "tell"]
