"""The two shapes of a difference: a figure that is another, and something that must not be."""

from regulars.domain.kernel.label import Label


def figure(zh: str, en: str) -> Label:
    """A figure of a row that should be another one."""
    return Label(
        f"{{row}}：{zh}应为 {{wanted}}，实为 {{found}}",
        f"{{row}}: {en} should be {{wanted}}, is {{found}}",
    )


def fault(zh: str, en: str) -> Label:
    """Something about a row that must not be."""
    return Label(f"{{row}}：{zh}", f"{{row}}: {en}")
