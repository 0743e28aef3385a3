"""What several measurements do with their reports."""


def rounded(value, digits=5):
    """Return a report whose numbers have so many digits, which is more than any page shows."""
    if isinstance(value, dict):
        return {key: rounded(part, digits) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part, digits) for part in value]
    return value if value is None else float(f"{value:.{digits}g}")
