"""What every floor stands on: clock, text in two languages, normalising, dates, logs, the audit trail."""
