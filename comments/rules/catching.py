"""What the newsroom's rules caught, noted beside the ledger so that figures of rules do not have to read it."""

from comments.models import Catch, Decision
from comments.triage import Facts


def note(decision: Decision, facts: Facts) -> None:
    """Note the rules that a look found, each once for a comment; in the transaction of that look's decision."""
    rows = [
        Catch(rule_id=hit.rule, comment_id=decision.comment_id, acted=hit.acts, at=decision.at) for hit in facts.hits
    ]
    if rows:
        Catch.objects.bulk_create(rows, ignore_conflicts=True)
