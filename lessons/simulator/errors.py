"""What is wrong with a scenario, said so that a person can mend it."""


class ScenarioError(ValueError):
    """One field of a scenario has a value that no model may see.

    `field` is the field's name, `problem` names the value, `allowed` says what would be right.
    """

    def __init__(self, field: str, problem: str, *, allowed: str = "") -> None:
        self.field = field
        self.problem = problem
        self.allowed = allowed
        super().__init__(f"{field}: {problem}" + (f" (allowed: {allowed})" if allowed else ""))
