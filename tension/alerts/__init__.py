"""Told when it turns: rules of the user's own, what they find in the record, an outbox, and the way out.

Nothing is sent that no rule asks for, and no address stands in a file: rules name environment variables.
"""
