"""What the apps below add to the demo county once its households stand: each says so when it is loaded."""

from collections.abc import Callable

_chapters: list[Callable[[], str]] = []


def register(chapter: Callable[[], str]) -> None:
    """Add a chapter: a function that writes its part in one transaction and says in a sentence what it wrote."""
    if chapter not in _chapters:
        _chapters.append(chapter)


def tell() -> list[str]:
    """Write every chapter in the order of the apps, and return what each says."""
    return [chapter() for chapter in _chapters]
